/** `POST sync`: the caller waits for the end, watches the progress, or gets a task. */
import { Effect } from "effect"
import { HttpEffect, type HttpServerRequest, HttpServerResponse } from "effect/http"
import type { SyncTaskRequest } from "../../control/SyncTask.ts"
import { requested, SyncTasks } from "../../control/SyncTasks.ts"
import type { UnknownSelector } from "../../sync/SelectEntities.ts"
import { Sync } from "../../sync/Sync.ts"
import type { WrongRequest } from "../../sync/SyncRequest.ts"
import { Unavailable, UnknownSelectorProblem, WrongOptions } from "../ApiErrors.ts"
import { answer, fromDatabase } from "../Background.ts"
import { Caller } from "../Caller.ts"
import { syncOf } from "../TaskResponses.ts"

const problem = (error: UnknownSelector | WrongRequest) =>
  error._tag === "UnknownSelector"
    ? new UnknownSelectorProblem({ detail: error.message })
    : new WrongOptions({ detail: error.message })

const now = Effect.fnUntraced(function* (given: SyncTaskRequest, request: HttpServerRequest.HttpServerRequest) {
  const [{ actor, trigger }, sync] = [yield* Caller, yield* Sync]
  const { generation, part, selected } = yield* Effect.mapError(requested(given), problem)
  const { full, pastRejected, since } = given
  const options = { trigger, actor, ...part, full, pastRejected, since, generation }
  return yield* answer(request, (onEvent) =>
    Effect.map(sync.run(selected, { ...options, onEvent }), (runs) => ({ runs }))
  )
})

/** Begins the sync as a task, which goes on in whichever process. */
export const begin = Effect.fnUntraced(
  function* (given: SyncTaskRequest) {
    const [caller, tasks] = [yield* Caller, yield* SyncTasks]
    return yield* syncOf(yield* tasks.start(given, caller))
  },
  Effect.catchTag(["UnknownSelector", "WrongRequest"], (error) => Effect.fail(problem(error))),
  Effect.catchTag(["AccountRefused", "Stopping"], ({ message }) => Effect.fail(new Unavailable({ detail: message }))),
  fromDatabase
)

const named = (id: string) =>
  HttpEffect.appendPreResponseHandler((_request, response) =>
    Effect.succeed(
      HttpServerResponse.setHeaders(response, {
        location: `/api/v1/tasks/${id}`,
        "preference-applied": "respond-async"
      })
    )
  )

/** RFC 7240: preferences are separated by commas, and those that nobody knows are passed over. */
const isAsync = (prefer = ""): boolean =>
  prefer.split(",").some((one) => one.split(/[;=]/, 1)[0]?.trim().toLowerCase() === "respond-async")

export const syncAs = Effect.fnUntraced(function* (
  given: SyncTaskRequest,
  prefer: string | undefined,
  request: HttpServerRequest.HttpServerRequest
) {
  if (!isAsync(prefer)) return yield* now(given, request)
  const task = yield* begin(given)
  yield* named(task.id)
  return { task }
})
