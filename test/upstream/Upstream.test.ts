import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Exit, Fiber, Queue } from "effect"
import { HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import * as Upstream from "../../core/upstream/exchange/Upstream.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { movable } from "../support/movable.ts"
import { get, listen, ok, status } from "./upstreamFixtures.ts"
import { declaration, drain, entity, inTurn, upstream } from "./vendor.ts"

describe("retries", () => {
  it.effect("repeats a read at the listed delays, each within a fifth, and succeeds unseen", () =>
    Effect.gen(function* () {
      const vendor = inTurn(status(500), status(502), status(408), ok)
      const { events, onEvent } = listen()
      const fiber = yield* upstream(vendor.handler).pipe(
        Effect.flatMap((crm) => Upstream.text(crm, get, { onEvent })),
        Effect.forkChild
      )
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual(yield* Fiber.join(fiber), `{"items":[]}`)
      assert.lengthOf(vendor.sent, 4)
      assert.lengthOf(
        events.filter((event) => event._tag === "Request"),
        4
      )
      assert.deepEqual(events.at(-1), { _tag: "Answer", bytes: 12 })
      const waits = events.flatMap((event) => (event._tag === "Waiting" ? [event] : []))
      assert.deepEqual(
        waits.map(({ why }) => why),
        ["retry", "retry", "retry"]
      )
      for (const [i, seconds] of [1, 3, 7].entries())
        assert.closeTo(waits[i]?.millis ?? 0, seconds * 1000, seconds * 200)
    })
  )

  it.effect("gives up after the last delay with the vendor's words", () =>
    Effect.gen(function* () {
      const vendor = inTurn(status(500, {}, "product == null"))
      const fiber = yield* upstream(vendor.handler).pipe(
        Effect.flatMap((crm) => Effect.flip(Upstream.text(crm, get))),
        Effect.forkChild
      )
      yield* TestClock.adjust("20 seconds")
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(error.kind, "Status")
      assert.strictEqual(error.message, "crm: GET /deals: answered 500: «product == null» (tried 4 times)")
      assert.lengthOf(vendor.sent, 4)
    })
  )

  it.effect("takes a 503 that names no time for a failure, and none that does", () =>
    Effect.gen(function* () {
      for (const [headers, kind] of [
        [{}, "Status"],
        [{ "retry-after": "3600" }, "RateLimited"]
      ] as const) {
        const crm = yield* upstream(inTurn(status(503, headers)).handler, { declaration: declaration({ delays: [] }) })
        assert.strictEqual((yield* Effect.flip(Upstream.text(crm, get))).kind, kind)
      }
    })
  )

  it.effect("never repeats what may not be sent twice", () =>
    Effect.gen(function* () {
      for (const answer of [status(500), status(429, { "retry-after": "1" })]) {
        const vendor = inTurn(answer)
        const crm = yield* upstream(vendor.handler)
        yield* Effect.flip(Upstream.text(crm, HttpClientRequest.post("/deals")))
        assert.lengthOf(vendor.sent, 1)
      }
    })
  )

  it.effect("does not repeat a refusal", () =>
    Effect.gen(function* () {
      for (const code of [400, 404, 409, 422, 302]) {
        const vendor = inTurn(status(code))
        const crm = yield* upstream(vendor.handler)
        assert.strictEqual((yield* Effect.flip(Upstream.text(crm, get))).status, code)
        assert.lengthOf(vendor.sent, 1)
      }
    })
  )
})

describe("an answer of 202", () => {
  const preparing = status(202, { "retry-after": "20" }, '{"items":[]}')

  it.effect("is no empty list: a read asks again, not before the time that is named, and gets the list", () =>
    Effect.gen(function* () {
      const vendor = inTurn(preparing, status(202, {}, '{"items":[]}'), status(200, {}, '{"items":[{"id":1}]}'))
      const { events, onEvent } = listen()
      const crm = yield* upstream(vendor.handler)
      const fiber = yield* Effect.forkChild(drain(HttpSource.make(crm)(entity(), { onEvent })))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual((yield* Fiber.join(fiber)).records, [{ id: 1 }])
      const [first = 0, second = 0] = events.flatMap((event) => (event._tag === "Waiting" ? [event.millis] : []))
      assert.strictEqual(first, 20_000)
      assert.closeTo(second, 3_000, 600)
    })
  )

  it.effect("fails the read when it does not end, says how to wait longer, and opens no circuit", () =>
    Effect.gen(function* () {
      const vendor = inTurn(preparing)
      const crm = yield* upstream(vendor.handler, { declaration: declaration({ delays: [0] }) })
      const reading = Effect.flip(drain(HttpSource.make(crm)(entity())))
      const fiber = yield* Effect.forkChild(Effect.replicateEffect(reading, 6))
      yield* TestClock.adjust("5 minutes")
      const errors = yield* Fiber.join(fiber)
      assert.deepStrictEqual([...new Set(errors.map(({ kind }) => kind))], ["Status"])
      assert.include(errors[5]?.message ?? "", "answered 202, that the answer is still being prepared")
      assert.include(errors[5]?.message ?? "", "retry: { times: 20, first: 15s, factor: 1 }")
    })
  )

  it.effect("is the list where no sign of a refusal counts, and to what is no read an answer", () =>
    Effect.gen(function* () {
      const crm = yield* upstream(inTurn(preparing).handler)
      assert.lengthOf((yield* drain(HttpSource.make(crm)(entity({ fail: "none" })))).records, 0)
      assert.strictEqual(yield* Upstream.text(crm, get), '{"items":[]}')
    })
  )
})

describe("circuit breaker", () => {
  it.effect("opens after five failed calls and lets one through after 30 seconds", () =>
    Effect.gen(function* () {
      const vendor = inTurn(...Array(5).fill(status(500)), ok)
      const crm = yield* upstream(vendor.handler, { declaration: declaration({ delays: [] }) })
      for (let i = 0; i < 5; i++) yield* Effect.flip(Upstream.text(crm, get))
      const error = yield* Effect.flip(Upstream.text(crm, get))
      assert.strictEqual(error.kind, "CircuitOpen")
      assert.lengthOf(vendor.sent, 5)
      yield* TestClock.adjust("31 seconds")
      yield* Upstream.text(crm, get)
      yield* Upstream.text(crm, get)
      assert.lengthOf(vendor.sent, 7)
    })
  )

  it.effect("lets one through as early if the clock was set back meanwhile", () =>
    Effect.gen(function* () {
      const { clock, move } = yield* movable
      yield* Effect.gen(function* () {
        const vendor = inTurn(...Array(5).fill(status(500)), ok)
        const crm = yield* upstream(vendor.handler, { declaration: declaration({ delays: [] }) })
        for (let i = 0; i < 5; i++) yield* Effect.flip(Upstream.text(crm, get))
        yield* move(-3_600_000)
        yield* TestClock.adjust("31 seconds")
        assert.strictEqual(yield* Upstream.text(crm, get), `{"items":[]}`)
      }).pipe(Effect.provideService(Clock.Clock, clock))
    })
  )

  it.effect("is passed by what must be tried anyway, and takes no sign from it", () =>
    Effect.gen(function* () {
      const vendor = inTurn(...Array(5).fill(status(500)), ok)
      const crm = yield* upstream(vendor.handler, { declaration: declaration({ delays: [] }) })
      for (let i = 0; i < 5; i++) yield* Effect.flip(Upstream.text(crm, get))
      assert.strictEqual(yield* Upstream.text(crm, get, { despiteCircuit: true }), `{"items":[]}`)
      assert.strictEqual((yield* Effect.flip(Upstream.text(crm, get))).kind, "CircuitOpen")
      assert.lengthOf(vendor.sent, 6)
    })
  )

  it.effect("lets who comes during the trial wait, and go on when the vendor is well", () =>
    Effect.gen(function* () {
      const { crm, answers, sent } = yield* failing
      const calls = yield* Effect.forkChild(
        Effect.forEach(Array(40).keys(), () => Effect.exit(Upstream.text(crm, get)), { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual(sent(), 6)
      yield* Queue.offerAll(answers, Array.from(Array(40), ok))
      assert.isTrue((yield* Fiber.join(calls)).every(Exit.isSuccess))
      assert.strictEqual(sent(), 45)
    })
  )

  it.effect("refuses who waited for a trial that failed, until it tries again", () =>
    Effect.gen(function* () {
      const { crm, answers, sent } = yield* failing
      const calls = yield* Effect.forkChild(
        Effect.forEach(Array(3).keys(), () => Effect.flip(Upstream.text(crm, get)), { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("20 seconds")
      yield* Queue.offer(answers, status(500)())
      assert.deepEqual(
        (yield* Fiber.join(calls)).map(({ kind, retryAfter }) => [kind, retryAfter]),
        [
          ["Status", undefined],
          ["CircuitOpen", Duration.seconds(30)],
          ["CircuitOpen", Duration.seconds(30)]
        ]
      )
      assert.strictEqual(sent(), 6)
    })
  )

  it.effect("lets the next one try when the trial is stopped, and waits no longer than a run may take", () =>
    Effect.gen(function* () {
      const { crm, sent } = yield* failing
      const [first, second, third] = yield* Effect.forEach(Array(3).keys(), () =>
        Effect.forkChild(Effect.exit(Upstream.text(crm, get)))
      )
      yield* TestClock.adjust("20 seconds")
      if (first !== undefined) yield* Fiber.interrupt(first)
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual(sent(), 7)
      if (second !== undefined) yield* Fiber.interrupt(second)
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual(sent(), 8)
      const late = yield* Effect.forkChild(Effect.flip(Upstream.text(crm, get)))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(
        (yield* Fiber.join(late)).message,
        "crm: GET /deals: not asked: the last calls all failed; one is just being tried"
      )
      if (third !== undefined) yield* Fiber.interrupt(third)
    })
  )

  it.effect("stays closed for a vendor that refuses", () =>
    Effect.gen(function* () {
      const vendor = inTurn(status(404))
      const crm = yield* upstream(vendor.handler)
      for (let i = 0; i < 8; i++) yield* Effect.flip(Upstream.text(crm, get))
      assert.lengthOf(vendor.sent, 8)
    })
  )
})

/** After an outage that has opened the circuit and long enough ago: from then on the vendor answers when it is told what. */
const failing = Effect.gen(function* () {
  const answers = yield* Queue.unbounded<Response>()
  let sent = 0
  const crm = yield* upstream(
    () => {
      sent += 1
      return sent <= 5 ? status(500)() : Queue.take(answers)
    },
    {
      declaration: declaration({ delays: [], limits: { timeout: Duration.minutes(5), deadline: Duration.minutes(1) } })
    }
  )
  for (let i = 0; i < 5; i++) yield* Effect.flip(Upstream.text(crm, get))
  yield* TestClock.adjust("31 seconds")
  return { crm, answers, sent: () => sent }
})
