/**
 * Who is running what, across processes. Advisory locks belong to a connection, so one is kept for them alone: a killed
 * process frees its locks by dying, and no number of runs can use up the pool. PostgreSQL lets one session take a lock
 * twice, so what this process runs itself is remembered here.
 */
import { PgConnection } from "@effect/sql-pg"
import { Context, type Duration, Effect, FiberSet, Layer, RcRef, type Scope } from "effect"
import type { SqlError } from "effect/sql"

export class Locks extends Context.Service<
  Locks,
  {
    /** The connection the locks live on, shared by all runs; closed when none has used it for a while. */
    readonly connection: Effect.Effect<PgConnection.PgConnection, SqlError.SqlError, Scope.Scope>
    /** After it broke: the next one who asks gets a new connection. */
    readonly renew: Effect.Effect<void>
    /** What runs of this process have: entities by `connector.entity account`, jobs by `job name`. */
    readonly claimed: Set<string>
    /** What gives locks back behind results that are known already; whoever wants locks next waits for it. */
    readonly closing: FiberSet.FiberSet<void>
  }
>()("tributary/core/database/Locks") {
  static readonly layer = (config: PgConnection.Config, idle: Duration.Duration) =>
    Layer.effect(
      Locks,
      Effect.gen(function* () {
        const shared = yield* RcRef.make({ acquire: PgConnection.make(config), idleTimeToLive: idle })
        // Warm when the first run comes; a failure shows there.
        yield* Effect.forkScoped(Effect.ignore(Effect.scoped(RcRef.get(shared))))
        return Locks.of({
          connection: RcRef.get(shared),
          renew: RcRef.invalidate(shared),
          claimed: new Set(),
          closing: yield* FiberSet.make<void>()
        })
      })
    )
}

/** Asks the connection the locks live on; a broken one is replaced for whoever asks next. */
export const onLocks = Effect.gen(function* () {
  const locks = yield* Locks
  const connection = yield* locks.connection
  return (statement: string, parameters: ReadonlyArray<unknown>) =>
    connection.query(statement, parameters).pipe(
      Effect.map(({ rows }) => rows),
      Effect.tapError(() => locks.renew)
    )
})
