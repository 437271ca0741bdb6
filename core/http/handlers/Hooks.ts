/**
 * `POST /hooks/{type}/{name}`: webhooks of outside systems. The connector, or another plugin, decides whether to accept
 * a request; a connector also names the stale entities. The answer is sent at once and gives no reason. A source whose
 * requests keep being refused is ignored for the rest of a minute, and the log has one line a minute about refused
 * requests.
 */
import { Duration, Effect, Layer, Option } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { entityId } from "../../config/Entity.ts"
import { Plugins } from "../../control/Plugins.ts"
import { elapsedMillis } from "../../observe/Elapsed.ts"
import type { Hook, HookAnswer } from "../../plugin/Connector.ts"
import { type Generation, Registry } from "../../plugin/Registry.ts"
import { DebouncedSync } from "../../sync/DebouncedSync.ts"
import { sourceOf, WindowCounter } from "../WindowCounter.ts"

const answers = { Accepted: 200, Unreadable: 400, Refused: 401 } as const
const nobody = HttpServerResponse.empty({ status: 404 })

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

const minute = Duration.minutes(1)
/** The maximum of refused requests from one source within a minute. */
const maxCount = 120

const makeLimits = () => {
  const refusals = new WindowCounter(minute)
  /** For each hook: when it was last logged, and how many refusals came since. */
  const lines = new Map<string, { readonly loggedAt: number; readonly count: number }>()
  return {
    /** Returns the seconds to wait. */
    wait: Effect.fnUntraced(function* (source: string) {
      const now = yield* elapsedMillis
      return refusals.of(source, now) < maxCount ? undefined : refusals.secondsLeft(now)
    }),
    refused: Effect.fnUntraced(function* (source: string) {
      const now = yield* elapsedMillis
      if (refusals.add(source, now) === maxCount) {
        yield* Effect.logWarning(
          `webhooks from ${source} are no longer looked at for a moment: ${maxCount} were refused`
        )
      }
    }),
    /** `name` belongs to an existing hook, so there are few. */
    log: Effect.fnUntraced(function* (name: string, status: number) {
      const now = yield* elapsedMillis
      const { count, loggedAt } = lines.get(name) ?? { count: 0, loggedAt: Number.NEGATIVE_INFINITY }
      if (now - loggedAt < Duration.toMillis(minute)) {
        lines.set(name, { loggedAt, count: count + 1 })
        return
      }
      const others = count === 0 ? "" : `, and ${count} others since the last such line`
      lines.set(name, { loggedAt: now, count: 0 })
      yield* Effect.logWarning(`a webhook for ${name} was answered ${status}${others}`)
    })
  }
}

type Limits = ReturnType<typeof makeLimits>

const take = Effect.fn("Hooks.take")(function* (type: string, name: string, limits: Limits) {
  const { headers, remoteAddress, text } = yield* HttpServerRequest.HttpServerRequest
  const source = sourceOf(Option.getOrElse(remoteAddress, () => "unknown"))
  const wait = yield* limits.wait(source)
  if (wait !== undefined) return HttpServerResponse.empty({ status: 429, headers: { "retry-after": String(wait) } })
  const { accepted, hook } = yield* takerOf(type, name)
  if (hook === undefined) {
    yield* limits.refused(source)
    return nobody
  }
  const answer = yield* hook({ headers, body: yield* text })
  if (answer._tag === "Accepted") yield* accepted(answer)
  else yield* Effect.andThen(limits.refused(source), limits.log(name, answers[answer._tag]))
  return HttpServerResponse.empty({ status: answers[answer._tag] })
}, Effect.scoped)

export const layer = Layer.effectDiscard(
  Effect.gen(function* () {
    const router = yield* HttpRouter.HttpRouter
    const services = yield* Effect.context<Plugins | DebouncedSync | Registry>()
    const limits = makeLimits()
    yield* router.add(
      "POST",
      "/hooks/:type/:name",
      Effect.gen(function* () {
        const { name = "", type = "" } = yield* HttpRouter.params
        return yield* take(type, name, limits)
      }).pipe(Effect.provide(services))
    )
  })
)
