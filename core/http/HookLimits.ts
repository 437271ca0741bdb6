/**
 * What is done about refused webhooks: a sender of many is ignored for the rest of a minute, and the log has one line a minute
 * for each hook.
 */
import { Duration, Effect, Option } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { elapsedMillis } from "../observe/Elapsed.ts"
import { sourceOf, WindowCounter } from "./WindowCounter.ts"

const minute = Duration.minutes(1)
/** The maximum of refused requests from one source within a minute. */
const maxCount = 120

const refused: ReadonlySet<number> = new Set([400, 401, 404])

/** Returns what answers the requests for hooks of a name, one after the other or many at once. */
export const make = () => {
  const refusals = new WindowCounter(minute)
  /** For each hook: when it was last logged, and how many refusals came since. */
  const lines = new Map<string, { readonly loggedAt: number; readonly count: number }>()

  const countRefusal = Effect.fnUntraced(function* (sender: string, now: number) {
    if (refusals.add(sender, now) !== maxCount) return
    yield* Effect.logWarning(`webhooks from ${sender} are no longer looked at for a moment: ${maxCount} were refused`)
  })

  /** `name` belongs to an existing hook, so there are few. */
  const log = Effect.fnUntraced(function* (name: string, status: number, now: number) {
    const { count, loggedAt } = lines.get(name) ?? { count: 0, loggedAt: Number.NEGATIVE_INFINITY }
    if (now - loggedAt < Duration.toMillis(minute)) {
      lines.set(name, { loggedAt, count: count + 1 })
      return
    }
    const others = count === 0 ? "" : `, and ${count} others since the last such line`
    lines.set(name, { loggedAt: now, count: 0 })
    yield* Effect.logWarning(`a webhook for ${name} was answered ${status}${others}`)
  })

  return Effect.fnUntraced(function* <E, R>(
    name: string,
    answer: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>
  ) {
    const { remoteAddress } = yield* HttpServerRequest.HttpServerRequest
    const sender = sourceOf(Option.getOrElse(remoteAddress, () => "unknown"))
    const now = yield* elapsedMillis
    if (refusals.of(sender, now) >= maxCount) {
      const wait = String(refusals.secondsLeft(now))
      return HttpServerResponse.empty({ status: 429, headers: { "retry-after": wait } })
    }
    const response = yield* answer
    if (refused.has(response.status)) yield* countRefusal(sender, yield* elapsedMillis)
    if (refused.has(response.status) && response.status !== 404) yield* log(name, response.status, yield* elapsedMillis)
    return response
  })
}
