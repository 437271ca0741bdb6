import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Authorizations } from "../../accounts/Authorizations.ts"
import type { TaskFilter } from "../../accounts/TaskRows.ts"
import * as AccountResponses from "../AccountResponses.ts"
import { Api } from "../Api.ts"
import { AccountConflict, Missing } from "../ApiErrors.ts"
import { fromDatabase, readDatabase } from "../Background.ts"
import { Caller } from "../Caller.ts"

const list = Effect.fnUntraced(function* (filter: TaskFilter, limit: number) {
  const [authorizations, caller] = [yield* Authorizations, yield* Caller]
  const tasks = yield* authorizations.list(filter, limit)
  return { tasks: yield* Effect.forEach(tasks, (task) => AccountResponses.taskOf(task, caller)) }
}, readDatabase)

const found = (id: string) =>
  Effect.flatMap(Authorizations, ({ read }) =>
    Effect.catchTag(read(id), "AccountRefused", ({ message }) => Effect.fail(new Missing({ detail: message })))
  )

export const one = Effect.fnUntraced(function* (id: string) {
  return yield* AccountResponses.taskOf(yield* found(id), yield* Caller)
}, readDatabase)

const stop = Effect.fnUntraced(
  function* (id: string) {
    const [authorizations, caller] = [yield* Authorizations, yield* Caller]
    const task = yield* found(id)
    if (task.state !== "stopped") yield* authorizations.stop(id, caller)
    return yield* AccountResponses.taskOf(yield* found(id), caller)
  },
  Effect.catchTag("AccountRefused", ({ message }) => Effect.fail(new AccountConflict({ detail: message }))),
  fromDatabase
)

export const layer = HttpApiBuilder.group(Api, "tasks", (handlers) =>
  handlers.handleAll({
    tasks: ({ query: { limit = 50, ...filter } }) => list(filter, limit),
    task: ({ params }) => one(params.id),
    stopTask: ({ params }) => stop(params.id)
  })
)
