/**
 * `POST /hooks/{type}/{name}`: webhooks of outside systems. The connector, or another plugin, says whether to believe
 * one, and a connector what is stale; the answer goes out at once and says nothing, also of why not.
 */
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { entityId } from "../../config/Entity.ts"
import { Plugins } from "../../control/Plugins.ts"
import type { Hook, HookAnswer } from "../../plugin/Connector.ts"
import { type Generation, Registry } from "../../plugin/Registry.ts"
import { Quiet } from "../../sync/Quiet.ts"

const answers = { Accepted: 200, Unreadable: 400, Refused: 401 } as const
const nobody = HttpServerResponse.empty({ status: 404 })

/** What takes a hook of that name, and what is done when it was accepted. */
interface Taker {
  readonly name: string
  readonly hook: Hook | undefined
  readonly accepted: (answer: Extract<HookAnswer, { readonly _tag: "Accepted" }>) => Effect.Effect<void, never, Quiet>
}

const connectorTaker = Effect.fnUntraced(function* (generation: Generation, name: string) {
  const { hook } = yield* Effect.orDie(generation.connector(name))
  const accepted: Taker["accepted"] = Effect.fnUntraced(function* (answer) {
    const stale = generation.entities.filter((entity) => entity.connector === name && answer.stale(entity))
    const { ask } = yield* Quiet
    if (stale.length > 0) yield* ask({ connector: name, entities: stale.map(entityId), trigger: "webhook" })
  })
  return { name, hook, accepted } satisfies Taker
})

const takerOf = Effect.fnUntraced(function* (type: string, name: string) {
  const generation = yield* Registry.now
  const isConnector = generation.declarations.some((one) => one.name === name && one.type === type)
  if (isConnector) return yield* connectorTaker(generation, name)
  const plugins = yield* Plugins
  return { name, hook: yield* plugins.hook(type, name), accepted: () => Effect.void } satisfies Taker
})

const take = Effect.fn("Hooks.take")(function* (type: string, name: string) {
  const { accepted, hook } = yield* takerOf(type, name)
  if (hook === undefined) return nobody
  const { headers, text } = yield* HttpServerRequest.HttpServerRequest
  const answer = yield* hook({ headers, body: yield* text })
  if (answer._tag === "Accepted") yield* accepted(answer)
  else yield* Effect.logWarning(`a webhook for ${name} was answered ${answers[answer._tag]}`)
  return HttpServerResponse.empty({ status: answers[answer._tag] })
}, Effect.scoped)

export const layer = Layer.effectDiscard(
  Effect.gen(function* () {
    const router = yield* HttpRouter.HttpRouter
    const services = yield* Effect.context<Plugins | Quiet | Registry>()
    yield* router.add(
      "POST",
      "/hooks/:type/:name",
      Effect.gen(function* () {
        const { name = "", type = "" } = yield* HttpRouter.params
        return yield* take(type, name)
      }).pipe(Effect.provide(services))
    )
  })
)
