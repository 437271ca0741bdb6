import { assert, describe, it } from "@effect/vitest"
import { Clock, Deferred, Duration, Effect, Fiber, Ref } from "effect"
import { HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import * as Upstream from "../../core/upstream/exchange/Upstream.ts"
import { movable } from "../support/movable.ts"
import { get, listen, ok, status } from "./upstreamFixtures.ts"
import { declaration, inTurn, json, upstream } from "./vendor.ts"

/** Answers every request, and records when each came. */
const recording = () => {
  const at: Array<number> = []
  const handler = () =>
    Effect.clockWith((clock) => clock.currentTimeMillis).pipe(
      Effect.map((time) => {
        at.push(time)
        return ok()
      })
    )
  return { at, handler }
}

describe("budget", () => {
  it.effect("stays inside its rate in every window, whatever the burst", () =>
    Effect.gen(function* () {
      const { at, handler } = recording()
      const rate = { limit: 30, window: Duration.minutes(1) }
      const crm = yield* upstream(handler, { declaration: declaration({ limits: { rate, concurrency: 100 } }) })
      const fiber = yield* Effect.forEach(Array(90), () => Upstream.text(crm, get), {
        concurrency: "unbounded",
        discard: true
      }).pipe(Effect.forkChild)
      for (let second = 0; second < 300; second++) yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      assert.lengthOf(at, 90)
      for (const start of at) assert.isAtMost(at.filter((time) => time >= start && time < start + 60_000).length, 30)
    })
  )

  it.effect("of a vendor with a bucket sends as many at once as it holds, and the rest as it fills", () =>
    Effect.gen(function* () {
      const { at, handler } = recording()
      const rate = { limit: 60, window: Duration.minutes(1) }
      const crm = yield* upstream(handler, {
        declaration: declaration({ limits: { rate, burst: 10, concurrency: 100 } }),
        cost: ({ url }) => (url.endsWith("/costly") ? 5 : 1)
      })
      const send = (path: string) => Upstream.text(crm, HttpClientRequest.get(path))
      const first = yield* Effect.forEach(Array(15), () => send("/deals"), { concurrency: "unbounded" }).pipe(
        Effect.forkChild
      )
      yield* TestClock.adjust("1 millis")
      assert.lengthOf(at, 10)
      for (let second = 0; second < 5; second++) yield* TestClock.adjust("1 second")
      yield* Fiber.join(first)
      assert.lengthOf(at, 15)
      yield* TestClock.adjust("1 hour")
      const costly = yield* Effect.forEach(Array(3), () => send("/costly"), { concurrency: "unbounded" }).pipe(
        Effect.forkChild
      )
      yield* TestClock.adjust("1 millis")
      assert.lengthOf(at, 17)
      yield* TestClock.adjust("6 seconds")
      yield* Fiber.join(costly)
    })
  )

  it.effect("is slowed by what an answer says, whatever it is", () =>
    Effect.gen(function* () {
      const vendor = inTurn(() => json({ items: [] }, { headers: { "x-left": "0" } }), ok)
      const crm = yield* upstream(vendor.handler, {
        observe: ({ headers }) => (headers["x-left"] === "0" ? Duration.seconds(20) : undefined)
      })
      yield* Upstream.text(crm, get)
      const next = yield* Effect.forkChild(Upstream.text(crm, get))
      yield* TestClock.adjust("19 seconds")
      assert.lengthOf(vendor.sent, 1)
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.join(next)
      assert.lengthOf(vendor.sent, 2)
    })
  )

  it.effect("holds a place until the body is read, and tells who waits for one", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const busy = yield* Ref.make({ now: 0, most: 0 })
      const handler = () =>
        Effect.gen(function* () {
          yield* Ref.update(busy, ({ now, most }) => ({ now: now + 1, most: Math.max(most, now + 1) }))
          yield* Deferred.await(gate)
          yield* Ref.update(busy, ({ now, most }) => ({ now: now - 1, most }))
          return ok()
        })
      const { events, onEvent } = listen()
      const crm = yield* upstream(handler, { declaration: declaration({ limits: { concurrency: 2 } }) })
      const fiber = yield* Effect.forEach(Array(5), () => Upstream.text(crm, get, { onEvent }), {
        concurrency: "unbounded"
      }).pipe(Effect.forkChild)
      yield* TestClock.adjust("3 seconds")
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(fiber)
      assert.strictEqual((yield* Ref.get(busy)).most, 2)
      assert.isTrue(
        events.some((event) => event._tag === "Waiting" && event.why === "concurrency" && event.millis >= 3000)
      )
    })
  )

  it.effect("lets nobody through while the vendor asks to wait, in seconds or until a date", () =>
    Effect.gen(function* () {
      const asked: ReadonlyArray<Readonly<Record<string, string>>> = [
        { "retry-after": "30" },
        { "retry-after": "Thu, 01 Jan 1970 00:00:30 GMT" },
        { "x-ratelimit-retry": "30" }
      ]
      for (const headers of asked) {
        yield* TestClock.setTime(0)
        const vendor = inTurn(status(429, headers), ok)
        const { events, onEvent } = listen()
        const crm = yield* upstream(vendor.handler, { waitHeaders: ["X-RateLimit-Retry"] })
        const first = yield* Effect.forkChild(Upstream.text(crm, get, { onEvent }))
        yield* TestClock.adjust("10 seconds")
        const second = yield* Effect.forkChild(Upstream.text(crm, get))
        yield* TestClock.adjust("19 seconds")
        assert.lengthOf(vendor.sent, 1)
        yield* TestClock.adjust("2 seconds")
        yield* Fiber.join(first)
        yield* Fiber.join(second)
        assert.lengthOf(vendor.sent, 3)
        assert.deepInclude(events, { _tag: "Waiting", why: "vendor", millis: 30_000 })
      }
    })
  )

  it.effect("waits no longer because the clock was set back meanwhile", () =>
    Effect.gen(function* () {
      const { clock, move } = yield* movable
      yield* Effect.gen(function* () {
        const vendor = inTurn(status(429, { "retry-after": "30" }), ok)
        const rate = { limit: 60, window: Duration.minutes(1) }
        const crm = yield* upstream(vendor.handler, { declaration: declaration({ limits: { rate, burst: 2 } }) })
        const fiber = yield* Effect.forEach(Array(10), () => Upstream.text(crm, get)).pipe(Effect.forkChild)
        yield* TestClock.adjust("1 second")
        yield* move(-3_600_000)
        for (let second = 0; second < 45; second++) yield* TestClock.adjust("1 second")
        yield* Fiber.join(fiber)
        assert.lengthOf(vendor.sent, 11)
      }).pipe(Effect.provideService(Clock.Clock, clock))
    })
  )

  it.effect("lets nobody through when what was under way before is answered meanwhile", () =>
    Effect.gen(function* () {
      const slow = yield* Deferred.make<void>()
      const { handler, sent } = inTurn(ok, status(429, { "retry-after": "30" }), ok)
      const crm = yield* upstream((request, url) => {
        const answer = handler(request, url)
        return sent.length === 1 ? Effect.as(Deferred.await(slow), answer) : answer
      })
      const first = yield* Effect.forkChild(Upstream.text(crm, get))
      yield* TestClock.adjust("1 second")
      const second = yield* Effect.forkChild(Upstream.text(crm, get))
      yield* TestClock.adjust("1 second")
      yield* Deferred.succeed(slow, undefined)
      yield* Fiber.join(first)
      const third = yield* Effect.forkChild(Upstream.text(crm, get))
      yield* TestClock.adjust("28 seconds")
      assert.lengthOf(sent, 2)
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.join(second)
      yield* Fiber.join(third)
      assert.lengthOf(sent, 4)
    })
  )

  it.effect("waits longer from refusal to refusal when the vendor names no time, and no retry is spent on it", () =>
    Effect.gen(function* () {
      const vendor = inTurn(...Array(6).fill(status(429)), ok)
      const { events, onEvent } = listen()
      const crm = yield* upstream(vendor.handler, { declaration: declaration({ delays: [] }) })
      const fiber = yield* Effect.forkChild(Upstream.text(crm, get, { onEvent }))
      yield* TestClock.adjust("5 minutes")
      yield* Fiber.join(fiber)
      const waits = events.flatMap((event) => (event._tag === "Waiting" ? [event.millis] : []))
      for (const [i, millis] of [1000, 2000, 4000, 8000, 16000, 32000].entries()) {
        assert.closeTo(waits[i] ?? 0, millis, millis / 5)
      }
    })
  )

  it.effect("pauses by the connector's own retry when the vendor names no time, and behind its end twice as long", () =>
    Effect.gen(function* () {
      for (const [delays, pauses] of [
        [
          [2, 4, 8, 16, 32],
          [2, 4, 8, 16, 32, 60, 60]
        ],
        [[90], [90, 90, 90]],
        [[0], [0, 1, 2, 4]]
      ] as const) {
        const vendor = inTurn(...Array(pauses.length).fill(status(429)), ok, status(429), ok)
        const { events, onEvent } = listen()
        const crm = yield* upstream(vendor.handler, { declaration: declaration({ delays }) })
        const fiber = yield* Effect.forkChild(Upstream.text(crm, get, { onEvent }))
        yield* TestClock.adjust("10 minutes")
        yield* Fiber.join(fiber)
        const waits = () => events.flatMap((event) => (event._tag === "Waiting" ? [event] : []))
        const expected = pauses.filter((seconds) => seconds > 0)
        assert.lengthOf(waits(), expected.length)
        for (const [at, { millis, why }] of waits().entries()) {
          assert.strictEqual(why, "vendor")
          assert.closeTo(millis, (expected[at] ?? 0) * 1000, (expected[at] ?? 0) * 200 + 1)
        }
        // An answer in between begins the schedule anew.
        const next = yield* Effect.forkChild(Upstream.text(crm, get, { onEvent }))
        yield* TestClock.adjust("10 minutes")
        yield* Fiber.join(next)
        const [first = 0] = delays
        assert.closeTo(waits()[expected.length]?.millis ?? 0, first * 1000, first * 200 + 1)
      }
    })
  )

  it.effect("takes the refusals of requests that were under way together for one", () =>
    Effect.gen(function* () {
      const together = 4
      const vendor = inTurn(...Array(together).fill(status(429)), ok)
      const crm = yield* upstream(vendor.handler)
      const fiber = yield* Effect.forEach(Array(together), () => Upstream.text(crm, get), {
        concurrency: "unbounded"
      }).pipe(Effect.forkChild)
      // A second is the shortest pause, to which chance adds a fifth; after two refusals it would be twice that.
      yield* TestClock.adjust("1200 millis")
      assert.lengthOf(vendor.sent, 2 * together)
      yield* Fiber.join(fiber)
    })
  )

  it.effect("waits for the longest that the vendor asked of requests under way together", () =>
    Effect.gen(function* () {
      for (const [one, other] of [
        ["60", "2"],
        ["2", "60"]
      ] as const) {
        const vendor = inTurn(status(429, { "retry-after": one }), status(429, { "retry-after": other }), ok)
        const crm = yield* upstream(vendor.handler)
        const both = yield* Effect.forEach(Array(2), () => Upstream.text(crm, get), {
          concurrency: "unbounded"
        }).pipe(Effect.forkChild)
        yield* TestClock.adjust("59 seconds")
        assert.lengthOf(vendor.sent, 2)
        yield* TestClock.adjust("2 seconds")
        yield* Fiber.join(both)
        assert.lengthOf(vendor.sent, 4)
      }
    })
  )

  it.effect("waits as long as the vendor asks up to the run's deadline, however short an answer may take", () =>
    Effect.gen(function* () {
      const vendor = inTurn(status(429, { "retry-after": "300" }), ok)
      const limits = { timeout: Duration.seconds(60), deadline: Duration.minutes(5) }
      const crm = yield* upstream(vendor.handler, { declaration: declaration({ limits }) })
      const fiber = yield* Effect.forkChild(Upstream.text(crm, get))
      yield* TestClock.adjust("1 second")
      // What may not be sent twice was not sent yet: it waits, too.
      const once = yield* Effect.forkChild(Upstream.text(crm, HttpClientRequest.post("/deals")))
      yield* TestClock.adjust("5 minutes")
      for (const each of [fiber, once]) assert.strictEqual(yield* Fiber.join(each), `{"items":[]}`)
      assert.lengthOf(vendor.sent, 3)
    })
  )

  it.effect("does not wait for what no run would live to see", () =>
    Effect.gen(function* () {
      const crm = yield* upstream(inTurn(status(503, { "retry-after": "86400" })).handler)
      const error = yield* Effect.flip(Upstream.text(crm, get))
      assert.strictEqual(error.kind, "RateLimited")
      const next = yield* Effect.flip(Upstream.text(crm, get))
      assert.include(next.message, "asks to wait 1d")
    })
  )
})
