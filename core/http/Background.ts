/** Handling shared by all endpoints: an unavailable database, and work that continues in the background. */
import { Effect, Schema, Stream } from "effect"
import type { HttpServerRequest } from "effect/http"
import { SqlError } from "effect/sql"
import { BackgroundWork, Stopping } from "../control/BackgroundWork.ts"
import { meaningOf } from "../database/connection/SqlReason.ts"
import { connectionLost, describe, lockTimedOut } from "../sync/RunFailure.ts"
import type { SyncEvent } from "../sync/RunResult.ts"
import { type Missing, Unavailable } from "./ApiErrors.ts"
import * as SyncProgress from "./SyncProgress.ts"

export const databaseAway = new Unavailable({ detail: "The database does not answer." })

type DatabaseError = SqlError.SqlError | Schema.SchemaError

const isDatabaseError = (error: unknown): error is DatabaseError =>
  SqlError.isSqlError(error) || Schema.isSchemaError(error)

/**
 * Reports an unavailable database as such, and a fault that an operator can repair by its message; anything else is a
 * bug.
 */
export const fromDatabase = <A, E, R>(effect: Effect.Effect<A, E | DatabaseError, R>) =>
  Effect.catchIf(effect, isDatabaseError, (error) => {
    if (error._tag !== "SqlError") return Effect.die(error)
    if (connectionLost(error)) return Effect.fail(databaseAway)
    return lockTimedOut(error) || meaningOf(error) !== undefined
      ? Effect.fail(new Unavailable({ detail: describe(error) }))
      : Effect.die(error)
  })

/** The same for reads, which fail after a short wait. */
export const readDatabase = <A, E, R>(effect: Effect.Effect<A, E | DatabaseError, R>) =>
  Effect.timeoutOrElse(fromDatabase(effect), { duration: "10 seconds", orElse: () => Effect.fail(databaseAway) })

const stopping = ({ message }: Stopping) => Effect.fail(new Unavailable({ detail: message }))

/** Runs the effect even if the client disconnects; the returned effect waits for its outcome. */
export const inBackground = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const work = yield* BackgroundWork
  const ended = yield* Effect.catch(work.start(effect), stopping)
  return Effect.catchIf(ended, isStopping, stopping)
})

const isStopping = (error: unknown): error is Stopping => error instanceof Stopping

type Listen = (event: SyncEvent) => Effect.Effect<void>

/** Returns the outcome of the work; a client that asks for events also gets its progress. */
export const answer = Effect.fnUntraced(function* <A, E extends Missing | Unavailable, R>(
  { headers }: HttpServerRequest.HttpServerRequest,
  begin: (listen: Listen) => Effect.Effect<A, E, R>
) {
  if (headers.accept?.includes("text/event-stream") !== true) {
    return yield* Effect.flatten(inBackground(begin(() => Effect.void)))
  }
  const progress = yield* SyncProgress.make
  const ended = yield* inBackground(Effect.ensuring(begin(progress.onEvent), progress.end))
  const last = ended.pipe(
    Effect.map((data) => ({ event: "done" as const, data })),
    Effect.catch((problem: Missing | Unavailable) => Effect.succeed({ event: "failed" as const, data: problem }))
  )
  return Stream.concat(progress.stream, Stream.fromEffect(last))
})
