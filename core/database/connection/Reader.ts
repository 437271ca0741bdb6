/**
 * Sessions for statements that people wrote, such as the query of an export. Each has its own connection, which may
 * only read and is closed after one use. Whatever a statement does to its session (a role, a setting, a lock) ends with
 * it and never reaches the connections that load.
 */
import { PgConnection } from "@effect/sql-pg"
import { Context, Duration, Effect, Layer, type Scope, Semaphore } from "effect"
import type { SqlError } from "effect/sql"

export class Reader extends Context.Service<
  Reader,
  {
    /** A session that is open until the scope closes; `timeout` limits each of its statements. */
    readonly session: (
      timeout: Duration.Duration
    ) => Effect.Effect<PgConnection.PgConnection, SqlError.SqlError, Scope.Scope>
  }
>()("tributary/core/database/connection/Reader") {
  /** `prepare` runs before each session starts. */
  static readonly layer = (
    config: PgConnection.Config,
    role: string | undefined,
    prepare: Effect.Effect<void, SqlError.SqlError> = Effect.void
  ) =>
    Layer.effect(
      Reader,
      Effect.gen(function* () {
        const turns = yield* Semaphore.make(maxCount)
        return Reader.of({
          session: Effect.fn("Reader.session")(function* (timeout) {
            yield* Effect.acquireRelease(turns.take(1), () => turns.release(1), { interruptible: true })
            yield* prepare
            return yield* PgConnection.make({
              ...config,
              startupParameters: {
                ...config.startupParameters,
                default_transaction_read_only: "on",
                statement_timeout: String(Math.ceil(Duration.toMillis(timeout))),
                ...(role === undefined ? {} : { role })
              }
            })
          })
        })
      })
    )
}

/** The maximum at the same time: a hosted database limits connections. */
const maxCount = 2
