/**
 * Webhooks of outside systems. `POST /hooks/{type}/{name}`: the connector, or another plugin, decides whether to accept a
 * request; a connector also names the stale entities. `POST /hooks/{type}/{name}/{source}`: what the connector accepts is
 * stored in its inbox before it is answered. An answer gives no reason. A sender whose requests keep being refused is
 * ignored for the rest of a minute, and the log has one line a minute about refused requests.
 */
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { entityId } from "../../config/Entity.ts"
import { Plugins } from "../../control/Plugins.ts"
import type { Inbox } from "../../inbox/Inbox.ts"
import type { Hook, HookAnswer } from "../../plugin/Connector.ts"
import { type Generation, Registry } from "../../plugin/Registry.ts"
import { DebouncedSync } from "../../sync/DebouncedSync.ts"
import * as HookLimits from "../HookLimits.ts"
import * as InboxHooks from "./InboxHooks.ts"

const answers = { Accepted: 200, Unreadable: 400, Refused: 401 } as const

/** The receiver of hooks with this name, and what follows an accepted one. */
interface Taker {
  readonly name: string
  readonly hook: Hook | undefined
  readonly accepted: (
    answer: Extract<HookAnswer, { readonly _tag: "Accepted" }>
  ) => Effect.Effect<void, never, DebouncedSync>
}

const connectorTaker = Effect.fnUntraced(function* (generation: Generation, name: string) {
  const { hook } = yield* Effect.orDie(generation.connector(name))
  const accepted: Taker["accepted"] = Effect.fnUntraced(function* (answer) {
    const stale = generation.entities.filter((entity) => entity.connector === name && answer.stale(entity))
    const { ask } = yield* DebouncedSync
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
  const { headers, text } = yield* HttpServerRequest.HttpServerRequest
  const { accepted, hook } = yield* takerOf(type, name)
  if (hook === undefined) return HttpServerResponse.empty({ status: 404 })
  const answer = yield* hook({ headers, body: yield* text })
  if (answer._tag === "Accepted") yield* accepted(answer)
  return HttpServerResponse.empty({ status: answers[answer._tag] })
}, Effect.scoped)

export const layer = Layer.effectDiscard(
  Effect.gen(function* () {
    const router = yield* HttpRouter.HttpRouter
    const services = yield* Effect.context<DebouncedSync | Inbox | Plugins | Registry>()
    const limited = HookLimits.make()
    yield* router.add(
      "POST",
      "/hooks/:type/:name",
      Effect.gen(function* () {
        const { name = "", type = "" } = yield* HttpRouter.params
        return yield* limited(name, take(type, name))
      }).pipe(Effect.provide(services))
    )
    yield* router.add(
      "POST",
      "/hooks/:type/:name/:source",
      Effect.gen(function* () {
        const { name = "", source = "", type = "" } = yield* HttpRouter.params
        return yield* limited(`${name}/${source}`, InboxHooks.take(type, name, source))
      }).pipe(Effect.provide(services))
    )
  })
)
