import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Actions, type LogFilter } from "../../actions/Actions.ts"
import { Api } from "../Api.ts"
import { ActionDecided, InvalidInputProblem, Missing } from "../ApiErrors.ts"
import { fromDatabase, inBackground, readDatabase } from "../Background.ts"
import { Caller } from "../Caller.ts"

const list = readDatabase(
  Effect.flatMap(Actions, (actions) => Effect.map(actions.list, (listed) => ({ actions: listed })))
)

const run = Effect.fnUntraced(function* (action: string, input: unknown, dryRun: boolean) {
  const [actions, caller] = [yield* Actions, yield* Caller]
  return yield* Effect.flatten(inBackground(actions.run(action, input, { ...caller, dryRun }))).pipe(
    Effect.catchTags({
      UnknownAction: ({ message }) => Effect.fail(new Missing({ detail: message })),
      InvalidInput: ({ message }) => Effect.fail(new InvalidInputProblem({ detail: message }))
    })
  )
})

const log = Effect.fnUntraced(function* (filter: LogFilter) {
  const actions = yield* Actions
  return { entries: yield* actions.log(filter) }
}, readDatabase)

const missing = (id: number) => new Missing({ detail: `There is no entry ${id} in the log of actions.` })

const entry = Effect.fnUntraced(function* (id: number) {
  const actions = yield* Actions
  return (yield* actions.entry(id)) ?? (yield* missing(id))
}, readDatabase)

const resolve = Effect.fnUntraced(function* (id: number, as: "done" | "failed") {
  const [actions, caller] = [yield* Actions, yield* Caller]
  if ((yield* actions.entry(id)) === undefined) return yield* missing(id)
  return yield* Effect.catchTag(actions.resolve(id, as, caller.actor), "ActionSettled", ({ message }) =>
    Effect.fail(new ActionDecided({ detail: message }))
  )
}, fromDatabase)

export const layer = HttpApiBuilder.group(Api, "actions", (handlers) =>
  handlers.handleAll({
    actions: () => list,
    runAction: ({ params, payload }) => run(params.action, payload.input ?? {}, payload.dryRun ?? false),
    actionLog: ({ query: { limit = 50, ...filter } }) => log({ ...filter, limit }),
    actionEntry: ({ params }) => entry(params.id),
    resolveAction: ({ params, payload }) => resolve(params.id, payload.as)
  })
)
