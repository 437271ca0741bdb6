/** What all answers have in common: a database that is away, and work that takes its time. */
import { Effect, Schema, Stream } from "effect"
import type { HttpServerRequest } from "effect/http"
import { SqlError } from "effect/sql"
import { BackgroundWork, Stopping } from "../control/BackgroundWork.ts"
import { meaningOf } from "../database/SqlReason.ts"
import type { SyncEvent } from "../sync/Run.ts"
import { connectionLost, describe, lockTimedOut } from "../sync/RunFailure.ts"
import { type Missing, Unavailable } from "./Problems.ts"
import * as Progress from "./Progress.ts"

export const away = new Unavailable({ detail: "The database does not answer." })

type DatabaseError = SqlError.SqlError | Schema.SchemaError

const isDatabaseError = (error: unknown): error is DatabaseError =>
  SqlError.isSqlError(error) || Schema.isSchemaError(error)

/** A database that is away is told as such, and what an operator can mend by its words; anything else is a mistake of ours. */
export const fromDatabase = <A, E, R>(effect: Effect.Effect<A, E | DatabaseError, R>) =>
  Effect.catchIf(effect, isDatabaseError, (error) => {
    if (error._tag !== "SqlError") return Effect.die(error)
    if (connectionLost(error)) return Effect.fail(away)
    return lockTimedOut(error) || meaningOf(error) !== undefined
      ? Effect.fail(new Unavailable({ detail: describe(error) }))
      : Effect.die(error)
  })

/** The same for what only reads, which nobody waits long for. */
export const readDatabase = <A, E, R>(effect: Effect.Effect<A, E | DatabaseError, R>) =>
  Effect.timeoutOrElse(fromDatabase(effect), { duration: "10 seconds", orElse: () => Effect.fail(away) })

const stopping = ({ message }: Stopping) => Effect.fail(new Unavailable({ detail: message }))

/** Goes on when the client goes away; what the effect answers is how it ended. */
export const inBackground = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const work = yield* BackgroundWork
  const ended = yield* Effect.catch(work.start(effect), stopping)
  return Effect.catchIf(ended, isStopping, stopping)
})

const isStopping = (error: unknown): error is Stopping => error instanceof Stopping

type Listen = (event: SyncEvent) => Effect.Effect<void>

/** Answers how the work ended; to a client that asks for events, also how it is getting on. */
export const answer = Effect.fnUntraced(function* <A, E extends Missing | Unavailable, R>(
  { headers }: HttpServerRequest.HttpServerRequest,
  begin: (listen: Listen) => Effect.Effect<A, E, R>
) {
  if (headers.accept?.includes("text/event-stream") !== true) {
    return yield* Effect.flatten(inBackground(begin(() => Effect.void)))
  }
  const progress = yield* Progress.make
  const ended = yield* inBackground(Effect.ensuring(begin(progress.onEvent), progress.end))
  const last = ended.pipe(
    Effect.map((data) => ({ event: "done" as const, data })),
    Effect.catch((problem: Missing | Unavailable) => Effect.succeed({ event: "failed" as const, data: problem }))
  )
  return Stream.concat(progress.stream, Stream.fromEffect(last))
})
