import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Layer, Redacted } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import { bindAccount, perAccount } from "../../core/config/AccountEntity.ts"
import type { Limits } from "../../core/config/Declarations.ts"
import { AccountSource } from "../../core/plugin/AccountSource.ts"
import { connectorOf } from "../../core/plugin/AccountTargets.ts"
import * as Upstream from "../../core/upstream/exchange/Upstream.ts"
import { VendorState } from "../../core/upstream/exchange/VendorState.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import type { ReadEvent } from "../../core/upstream/Source.ts"
import { baseUrl, declaration, drain, entity, fake, type Handler, inTurn, json } from "./vendor.ts"

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

/** How many requests of each account are under way, with answers when the gate opens. */
const counting = Effect.gen(function* () {
  const gate = yield* Deferred.make<void>()
  const now = { a: 0, b: 0 }
  const handler: Handler = ({ headers }) =>
    Effect.gen(function* () {
      const account = headers["x-account"] === "a" ? "a" : "b"
      now[account] += 1
      yield* Deferred.await(gate)
      now[account] -= 1
      return ok()
    })
  return { gate, handler, now }
})

const credentialOf = (account: string) => ({
  apply: HttpClientRequest.setHeader("x-account", account),
  secret: Redacted.make(`token of ${account}`)
})

/** Reads for an account as a run does. */
const reading = Effect.fnUntraced(
  function* (upstream: Upstream.Upstream, id: string) {
    const withoutAccount = Effect.die(new Error("no account"))
    const running = {
      read: (one, options = {}) =>
        HttpSource.make(upstream.authorized(options.credential ?? withoutAccount))(one, options),
      probe: Effect.succeed("well"),
      accounts: { credential: () => credentialOf(id), verify: () => withoutAccount }
    } satisfies Effect.Success<ReturnType<Parameters<typeof connectorOf>[0]["connector"]>>
    const own = bindAccount(perAccount(entity()), { id, owner: "anna", name: id })
    const { read } = yield* connectorOf({ connector: () => Effect.succeed(running) }, own)
    return yield* drain(read(own))
  },
  Effect.provideService(AccountSource, {
    active: () => Effect.succeed([]),
    invalid: () => Effect.succeed([]),
    credential: ({ id }) => Effect.succeed(credentialOf(id))
  })
)

describe("limits of each account", () => {
  it.effect("let one account leave places of the connector to the others", () =>
    Effect.gen(function* () {
      const { gate, handler, now } = yield* counting
      const upstream = yield* reloaded(handler)
      const crm = yield* upstream({ limits: { concurrency: 4, perAccount: { concurrency: 2 } } })
      const reads = yield* Effect.forkChild(
        Effect.forEach([..."aaaaabbb"], (id) => reading(crm, id), { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("1 second")
      assert.deepEqual(now, { a: 2, b: 2 })
      yield* upstream({ limits: { concurrency: 5, perAccount: { concurrency: 4 } } })
      yield* TestClock.adjust("1 second")
      assert.deepEqual(now, { a: 3, b: 2 }, "changed limits count for who waits")
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(reads)
    })
  )

  /** Which account asked in which second. */
  const paced = Effect.fnUntraced(function* (limits: Partial<Limits>, accounts: string) {
    const sent: Array<readonly [string | undefined, number]> = []
    const upstream = yield* reloaded(({ headers }) =>
      Effect.map(
        Effect.clockWith((clock) => clock.currentTimeMillis),
        (at) => {
          sent.push([headers["x-account"], Math.floor(at / 1000)])
          return ok()
        }
      )
    )
    const crm = yield* upstream({ limits })
    const reads = yield* Effect.forkChild(
      Effect.forEach([...accounts], (id) => reading(crm, id), { concurrency: "unbounded" })
    )
    for (let second = 0; second < 20; second++) yield* TestClock.adjust("1 second")
    yield* Fiber.join(reads)
    return sent
  })
  const rate = { limit: 60, window: Duration.minutes(1) }

  it.effect("have a rate of their own within that of the connector", () =>
    Effect.gen(function* () {
      const ofAccount = { rate: { limit: 6, window: Duration.minutes(1) }, burst: 2 }
      assert.deepEqual(yield* paced({ concurrency: 9, rate, burst: 3, perAccount: ofAccount }, "aaabb"), [
        ["a", 0],
        ["a", 0],
        ["b", 0],
        ["b", 1],
        ["a", 10]
      ])
    })
  )

  it.effect("leave the rate to the connector if they have none", () =>
    Effect.gen(function* () {
      const limits = { concurrency: 9, rate, burst: 20, perAccount: { concurrency: 3 } }
      const sent = yield* paced(limits, "a".repeat(20))
      assert.lengthOf(sent, 20)
      assert.isAtMost(Math.max(...sent.map(([, second]) => second)), 1)
    })
  )
})
