/**
 * The locks of runs across processes. Advisory locks belong to a connection, so one connection is reserved for them: a
 * killed process frees its locks by dying, and no number of runs can exhaust the pool. PostgreSQL lets one session take
 * a lock twice, so the runs of this process are remembered here.
 */
import { PgConnection } from "@effect/sql-pg"
import { Context, type Duration, Effect, FiberSet, Layer, RcRef, type Scope } from "effect"
import type { SqlError } from "effect/sql"

export class Locks extends Context.Service<
  Locks,
  {
    /** The connection that holds the locks, shared by all runs; closed after a while without use. */
    readonly connection: Effect.Effect<PgConnection.PgConnection, SqlError.SqlError, Scope.Scope>
    /** Discards a broken connection, so that the next caller gets a new one. */
    readonly renew: Effect.Effect<void>
    /**
     * The claims of this process's runs: entities by `connector.entity account`, jobs by `job name`, schedules of accounts
     * by `schedule id`.
     */
    readonly claimed: Set<string>
    /** Releases of locks whose results are already known; whoever wants locks next waits for them. */
    readonly closing: FiberSet.FiberSet<void>
  }
>()("tributary/core/database/connection/Locks") {
  static readonly layer = (config: PgConnection.Config, idle: Duration.Duration) =>
    Layer.effect(
      Locks,
      Effect.gen(function* () {
        const shared = yield* RcRef.make({ acquire: PgConnection.make(config), idleTimeToLive: idle })
        // Opens the connection before the first run; a failure shows there.
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

/** Queries the connection that holds the locks; a broken one is replaced for the next caller. */
export const onLocks = Effect.gen(function* () {
  const locks = yield* Locks
  const connection = yield* locks.connection
  return (statement: string, parameters: ReadonlyArray<unknown>) =>
    connection.query(statement, parameters).pipe(
      Effect.map(({ rows }) => rows),
      Effect.tapError(() => locks.renew)
    )
})
