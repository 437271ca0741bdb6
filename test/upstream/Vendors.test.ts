import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Layer } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import * as Upstream from "../../core/upstream/exchange/Upstream.ts"
import { VendorState } from "../../core/upstream/exchange/VendorState.ts"
import type { ReadEvent } from "../../core/upstream/Source.ts"
import { baseUrl, declaration, fake, type Handler, inTurn, json } from "./vendor.ts"

const get = HttpClientRequest.get("/deals")
const ok = () => json({ items: [] })
const tooMany = () => new Response("no", { status: 429 })

/** The connector's upstream as a reload makes it again: over what is kept of the vendor. */
const reloaded = (handler: Handler) =>
  Effect.map(
    Layer.build(VendorState.layer),
    (vendors) => (changes: Parameters<typeof declaration>[0]) =>
      Upstream.make({ declaration: declaration(changes), baseUrl }).pipe(
        Effect.provide(vendors),
        Effect.provideService(HttpClient.HttpClient, fake(handler))
      )
  )

describe("limits that a reload changes", () => {
  it.effect("count from now on, also for who waits for a place", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      let [now, most] = [0, 0]
      const upstream = yield* reloaded(() =>
        Effect.gen(function* () {
          now += 1
          most = Math.max(most, now)
          yield* Deferred.await(gate)
          now -= 1
          return ok()
        })
      )
      const before = yield* upstream({ limits: { concurrency: 2 } })
      const waiting = yield* Effect.forEach(Array(9), () => Upstream.text(before, get), {
        concurrency: "unbounded"
      }).pipe(Effect.forkChild)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(now, 2)
      yield* upstream({ limits: { concurrency: 5 } })
      yield* TestClock.adjust("1 second")
      assert.strictEqual(now, 5)
      const after = yield* upstream({ limits: { concurrency: 1 } })
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(waiting)
      most = 0
      yield* Effect.forEach(Array(4), () => Upstream.text(after, get), { concurrency: "unbounded" })
      assert.strictEqual(most, 1)
    })
  )

  it.effect("are those of its rate and of its pauses, too", () =>
    Effect.gen(function* () {
      const rate = { limit: 1, window: Duration.seconds(100) }
      for (const [after, first, together, why, millis] of [
        [{ delays: [40] }, tooMany, 1, "vendor", 40_000],
        [{ limits: { rate } }, ok, 2, "rate", 100_000]
      ] as const) {
        const vendor = inTurn(first, ok)
        const upstream = yield* reloaded(vendor.handler)
        const before = yield* upstream({ delays: [2] })
        yield* upstream(after)
        const waits: Array<readonly [string, number]> = []
        const onEvent = (event: ReadEvent) =>
          Effect.sync(() => void (event._tag === "Waiting" && waits.push([event.why, event.millis])))
        const asking = yield* Effect.forEach(Array(together), () => Upstream.text(before, get, { onEvent }), {
          concurrency: "unbounded"
        }).pipe(Effect.forkChild)
        yield* TestClock.adjust("5 minutes")
        yield* Fiber.join(asking)
        assert.deepEqual(
          waits.map(([reason]) => reason),
          [why]
        )
        assert.closeTo(waits[0]?.[1] ?? 0, millis, millis / 5)
      }
    })
  )
})
