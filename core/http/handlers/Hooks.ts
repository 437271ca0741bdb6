/**
 * `POST /hooks/{type}/{connector}`: webhooks of outside systems. The connector says whether to believe one and what is
 * stale; the answer goes out at once and says nothing, also of why not.
 */
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { entityId } from "../../config/Entity.ts"
import { type Generation, Registry } from "../../plugin/Registry.ts"
import { Quiet } from "../../sync/Quiet.ts"

const answers = { Accepted: 200, Unreadable: 400, Refused: 401 } as const
const nobody = HttpServerResponse.empty({ status: 404 })

const take = Effect.fn("Hooks.take")(function* (generation: Generation, name: string) {
  const { hook } = yield* Effect.orDie(generation.connector(name))
  if (hook === undefined) return nobody
  const { headers, text } = yield* HttpServerRequest.HttpServerRequest
  const answer = yield* hook({ headers, body: yield* text })
  if (answer._tag === "Accepted") {
    const stale = generation.entities.filter((entity) => entity.connector === name && answer.stale(entity))
    const { ask } = yield* Quiet
    if (stale.length > 0) yield* ask({ connector: name, entities: stale.map(entityId), trigger: "webhook" })
  } else yield* Effect.logWarning(`a webhook for ${name} was answered ${answers[answer._tag]}`)
  return HttpServerResponse.empty({ status: answers[answer._tag] })
}, Effect.scoped)

export const layer = Layer.effectDiscard(
  Effect.gen(function* () {
    const router = yield* HttpRouter.HttpRouter
    const services = yield* Effect.context<Quiet | Registry>()
    yield* router.add(
      "POST",
      "/hooks/:type/:connector",
      Effect.gen(function* () {
        const { connector = "", type } = yield* HttpRouter.params
        const generation = yield* Registry.now
        const isKnown = generation.declarations.some((one) => one.name === connector && one.type === type)
        return isKnown ? yield* take(generation, connector) : nobody
      }).pipe(Effect.provide(services))
    )
  })
)
