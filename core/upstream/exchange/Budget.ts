/**
 * The budget of one endpoint of a vendor: a limit of concurrent requests, a limit of requests in any window of time, and
 * no requests while the vendor has asked to wait. Every request to the endpoint passes through the same budget.
 */
import { Context, Duration, Effect, Layer, Random, Ref, type Scope, Semaphore } from "effect"
import { RateLimiter } from "effect/persistence"
import type { ConnectorSettings, Limits } from "../../config/Declarations.ts"
import { elapsedMillis, withElapsedClock } from "../../observe/Elapsed.ts"
import * as Metrics from "../../observe/Metrics.ts"
import { reason, spanOf } from "../../reason/Reason.ts"
import type { ReadEvent, UpstreamError } from "../Source.ts"
import { failure, type RequestLabel } from "./Failure.ts"
import { endpointName, type VendorEndpoint } from "./VendorEndpoint.ts"

export type Listener = (event: ReadEvent) => Effect.Effect<void>

export interface Budget {
  /**
   * Waits until a request may be sent. The request occupies one of the concurrent places until the scope closes. `cost`:
   * how many requests of the rate it counts as. Default: 1.
   */
  readonly enter: (
    subject: RequestLabel,
    listen: Listener,
    cost?: number
  ) => Effect.Effect<void, UpstreamError, Scope.Scope>
  /**
   * Stops all requests because the vendor asked to wait: for the time it named, or by the connector's own `retry` until
   * it answers again. Returns how long from now.
   */
  readonly pause: (retryAfter: Duration.Duration | undefined) => Effect.Effect<Duration.Duration>
  /** Records that the vendor answered: the next pause without a named time starts small again. */
  readonly answered: Effect.Effect<void>
  /** Replaces the limits from now on, also for requests that are already waiting. */
  readonly adjust: (pace: PaceSettings) => Effect.Effect<void>
}

/** The limits that spare a vendor, and how long to wait when the vendor names no time. */
export type PaceSettings = Pick<ConnectorSettings, "limits" | "retry">

const shortestPause = 1_000
const maxOwnPause = 60_000

/** The pause after this many refusals: as the schedule says, and after its end twice the pause before. */
const ownPause = (delays: ReadonlyArray<Duration.Duration>, refusals: number): number => {
  const listed = delays[refusals]
  if (listed !== undefined) return Duration.toMillis(listed)
  const last = delays.at(-1)
  // An empty schedule must not become a loop.
  const from = last === undefined ? shortestPause / 2 : Math.max(Duration.toMillis(last), shortestPause / 2)
  return Math.min(from * 2 ** (refusals - delays.length + 1), Math.max(from, maxOwnPause))
}

/**
 * The token bucket of a budget. A vendor that counts by a bucket itself says its size, and the rate is its refill. For any
 * other vendor the bucket never lets more than `limit` requests into any window. A full bucket of that size would admit
 * twice as many (the burst, and the refill during the window), so a fifth is burst and the rest is refill.
 */
const bucketOf = ({ burst, rate }: Pick<Limits, "burst" | "rate">) => {
  if (rate === undefined) return undefined
  const { limit, window } = rate
  const size = burst ?? Math.ceil(limit / 5)
  const flow = burst === undefined ? limit - size + 1 : limit
  return { limit: size, window: Duration.millis((Duration.toMillis(window) * size) / flow) }
}

/** Formats a wait in whole seconds: milliseconds interest nobody. */
export const waitText = (wait: Duration.Duration): string =>
  spanOf(Duration.seconds(Math.max(1, Math.ceil(Duration.toSeconds(wait)))))

export const make = Effect.fn("Budget.make")(function* (endpoint: VendorEndpoint, initial: PaceSettings) {
  let { limits, retry } = initial
  const name = endpointName(endpoint)
  const places = yield* Semaphore.make(limits.concurrency)
  const limiter = Context.get(
    yield* Layer.build(RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))),
    RateLimiter.RateLimiter
  )
  const vendor = yield* Ref.make({ pausedUntil: 0, refusals: 0 })

  const takePlace = Effect.fnUntraced(function* (listen: Listener) {
    const asked = yield* elapsedMillis
    yield* places.takeScoped(1)
    const millis = (yield* elapsedMillis) - asked
    if (millis > 0) yield* listen({ _tag: "Waiting", why: "concurrency", millis })
  })

  const takeTokens = Effect.fnUntraced(function* (listen: Listener, cost: number) {
    const bucket = bucketOf(limits)
    if (bucket === undefined) return
    // A request that costs more than the bucket holds would wait for ever.
    const tokens = Math.min(cost, bucket.limit)
    const { delay } = yield* Effect.orDie(
      withElapsedClock(
        limiter.consume({ key: name, algorithm: "token-bucket", onExceeded: "delay", tokens, ...bucket })
      )
    )
    if (Duration.isZero(delay)) return
    yield* listen({ _tag: "Waiting", why: "rate", millis: Duration.toMillis(delay) })
    yield* Effect.sleep(delay)
  })

  /** Checks again after each wait, because the vendor may have prolonged it meanwhile. */
  const awaitVendor = Effect.fnUntraced(function* (subject: RequestLabel, listen: Listener) {
    while (true) {
      const millis = (yield* Ref.get(vendor)).pausedUntil - (yield* elapsedMillis)
      if (millis <= 0) return
      const retryAfter = Duration.millis(millis)
      if (Duration.isGreaterThan(retryAfter, limits.deadline)) {
        const why = reason("request.waitTooLong", { wait: waitText(retryAfter) })
        return yield* failure(subject, "RateLimited", why, { retryAfter })
      }
      yield* listen({ _tag: "Waiting", why: "vendor", millis })
      yield* Effect.sleep(retryAfter)
    }
  })

  const enter = Effect.fnUntraced(function* (subject: RequestLabel, listen: Listener, cost = 1) {
    yield* takePlace(listen)
    yield* takeTokens(listen, cost)
    yield* awaitVendor(subject, listen)
  }, Metrics.countWaiting(endpoint))

  const pause = Effect.fnUntraced(function* (retryAfter: Duration.Duration | undefined) {
    const now = yield* elapsedMillis
    const spread = 0.8 + 0.4 * (yield* Random.next)
    const { pausedUntil } = yield* Ref.updateAndGet(vendor, ({ pausedUntil, refusals }) => {
      if (retryAfter !== undefined) {
        const until = now + Math.max(Math.ceil(Duration.toMillis(retryAfter)), shortestPause)
        return { pausedUntil: Math.max(pausedUntil, until), refusals }
      }
      // Concurrent requests are refused together, which counts as one refusal.
      if (pausedUntil > now) return { pausedUntil, refusals }
      const millis = Math.ceil(ownPause(retry.delays, refusals) * spread)
      return { pausedUntil: now + millis, refusals: refusals + 1 }
    })
    return Duration.millis(Math.max(pausedUntil - now, 0))
  })

  const answered = Ref.update(vendor, ({ pausedUntil }) => ({ pausedUntil, refusals: 0 }))

  const adjust = (changed: PaceSettings) =>
    Effect.suspend(() => {
      ;({ limits, retry } = changed)
      return places.resize(limits.concurrency)
    })

  return { enter, pause, answered, adjust } satisfies Budget
})
