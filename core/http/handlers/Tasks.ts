import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import type { TaskFilter } from "../../accounts/TaskRows.ts"
import * as Tasks from "../../accounts/Tasks.ts"
import { Api } from "../Api.ts"
import { AccountConflict, Missing, OutOfScope } from "../ApiErrors.ts"
import { fromDatabase, readDatabase } from "../Background.ts"
import { Caller } from "../Caller.ts"
import * as TaskResponses from "../TaskResponses.ts"

/** Who connects accounts is for tokens with their scope. */
const seesAll = ({ scopes }: Caller["Service"]) => scopes.includes("accounts")

export const list = Effect.fnUntraced(function* ({ kind, ...filter }: TaskFilter, limit: number) {
  const caller = yield* Caller
  if (!seesAll(caller) && kind === "authorization") return { tasks: [] }
  const tasks = yield* Tasks.list({ ...filter, kind: seesAll(caller) ? kind : "sync" }, limit)
  return { tasks: yield* Effect.forEach(tasks, (task) => TaskResponses.taskOf(task, caller)) }
}, readDatabase)

const found = Effect.fnUntraced(function* (id: string) {
  const caller = yield* Caller
  const task = yield* Effect.catchTag(Tasks.read(id), "AccountRefused", ({ message }) =>
    Effect.fail(new Missing({ detail: message }))
  )
  if (seesAll(caller) || task.kind === "sync") return task
  return yield* new OutOfScope({ detail: 'The token lacks the scope "accounts".' })
})

export const one = Effect.fnUntraced(function* (id: string) {
  return yield* TaskResponses.taskOf(yield* found(id), yield* Caller)
}, readDatabase)

const stop = Effect.fnUntraced(
  function* (id: string) {
    const caller = yield* Caller
    const task = yield* found(id)
    if (task.state !== "stopped") yield* Tasks.stop(id, caller)
    return yield* TaskResponses.taskOf(yield* found(id), caller)
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
