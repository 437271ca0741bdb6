/**
 * Sessions for statements that people wrote, such as the query of an export. Each is a connection of its own that may only
 * read, and is closed after one use: whatever a statement does to its session (a role, a setting, a lock) ends with it,
 * and none of it meets the connections that load.
 */
import { PgConnection } from "@effect/sql-pg"
import { Context, Duration, Effect, Layer, type Scope, Semaphore } from "effect"
import type { SqlError } from "effect/sql"

export class Reader extends Context.Service<
  Reader,
  {
    /** Open until the scope closes; each of its statements may take so long. */
    readonly session: (
      timeout: Duration.Duration
    ) => Effect.Effect<PgConnection.PgConnection, SqlError.SqlError, Scope.Scope>
  }
>()("tributary/core/database/Reader") {
  /** `prepare` runs before each session begins. */
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

/** At the same time: a hosted database counts connections. */
const maxCount = 2
