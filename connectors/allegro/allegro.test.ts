import { assert, describe, it } from "@effect/vitest"
import { Channel, DateTime, Deferred, Duration, Effect, Fiber, Redacted, Result, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import type { ConnectorDeclaration } from "../../core/config/Declarations.ts"
import { rootOf } from "../../core/reason/Reason.ts"
import type { Credential } from "../../core/upstream/exchange/Credential.ts"
import type { ReadEvent } from "../../core/upstream/Source.ts"
import { entityOf } from "../../test/support/sample.ts"
import { settle } from "../../test/support/settle.ts"
import { Config } from "./Config.ts"
import { ordersAt } from "./sandbox/Sellers.ts"
import { noon } from "./sandbox/TestClient.ts"
import { start } from "./TestClient.ts"

const retryingAtOnce = (declaration: ConnectorDeclaration): ConnectorDeclaration => ({
  ...declaration,
  retry: { delays: Array(3).fill(Duration.zero) }
})

/** Without `windows.split`. */
const unsplit = (declaration: ConnectorDeclaration): ConnectorDeclaration => ({
  ...declaration,
  entities: declaration.entities.map(({ windows, ...entity }) => {
    if (windows === undefined) return entity
    const { split: _, ...others } = windows
    return { ...entity, windows: others }
  })
})

const idsIn = (records: ReadonlyArray<{ readonly id?: unknown }>) => records.map(({ id }) => String(id))

describe("a read", () => {
  it.effect("has every order and event of its seller, and of no other, whatever the totals say", () =>
    Effect.gen(function* () {
      const { accounts, credentialsOf, read, state } = yield* start({ days: 12 })
      state.switches.extraTotal = 40
      const [first, second] = state.sellers
      for (const seller of [first, second]) {
        const credential = accounts.credential(yield* credentialsOf(seller?.login))
        const orders = yield* read("order", { credential })
        assert.strictEqual(orders.completeness._tag, "Complete")
        const expected = seller === undefined ? [] : ordersAt(seller, noon)
        assert.deepEqual(new Set(idsIn(orders.records)), new Set(idsIn(expected)))
        const events = yield* read("order_event", { credential })
        assert.strictEqual(events.completeness._tag, "Complete")
        const published = seller?.events.filter(({ publishedAt }) => publishedAt <= noon) ?? []
        assert.deepEqual(idsIn(events.records), idsIn(published))
        assert.isNotEmpty((yield* read("order_to_send", { credential })).records)
      }
    })
  )

  it.effect("of events goes on behind the last one", () =>
    Effect.gen(function* () {
      const { clearRequests, read, requests } = yield* start()
      const { records } = yield* read("order_event")
      const since = idsIn(records).at(-4) ?? ""
      yield* clearRequests
      assert.deepEqual((yield* read("order_event", { since })).records, records.slice(-3))
      const [asked, end] = yield* requests
      assert.strictEqual(asked?.query, `?limit=1000&from=${since}`)
      assert.strictEqual(end?.query, `?limit=1000&from=${idsIn(records).at(-1)}`)
    })
  )

  it.effect("of a window with more orders than Allegro lists says which key to change", () =>
    Effect.gen(function* () {
      const { read, state } = yield* start({ ordersPerDay: 30, change: unsplit })
      state.switches.maxResult = 300
      const error = yield* Effect.flip(read("order"))
      assert.deepInclude(error, { kind: "Status", status: 422 })
      assert.strictEqual(rootOf(error.reason).code, "allegro.tooMany")
      assert.include(error.message, "make windows.step shorter")
    })
  )

  it.effect("halves such a window, and reads every order", () =>
    Effect.gen(function* () {
      const { read, state } = yield* start({ ordersPerDay: 30 })
      state.switches.maxResult = 300
      const { completeness, records } = yield* read("order")
      assert.strictEqual(completeness._tag, "Complete")
      const [seller] = state.sellers
      const sold = seller === undefined ? [] : ordersAt(seller, noon)
      assert.isAbove(sold.length, 500)
      assert.deepEqual(new Set(idsIn(records)), new Set(idsIn(sold)))
      // Only an order whose items were bought at different times is in two windows.
      assert.isBelow(records.length, sold.length * 1.1)
    })
  )

  it.effect("gets one fresh credential after a refusal, and fails without showing it after the second", () =>
    Effect.gen(function* () {
      const { accounts, credentialsOf, own, read, state } = yield* start()
      const good = yield* credentialsOf()
      const renewed = { count: 0 }
      const held = (then: typeof own): Credential => {
        let current = own
        return {
          secret: accounts.credential(own).secret,
          apply: (request, now) => accounts.credential(current).apply(request, now),
          renew: Effect.sync(() => {
            renewed.count++
            current = then
          })
        }
      }
      // The refresh of another process has ended it.
      for (const token of Object.values(own)) state.granted.byAccess.delete(Redacted.value(token))
      assert.isNotEmpty((yield* read("order_to_send", { credential: held(good) })).records)
      const error = yield* Effect.flip(read("order_to_send", { credential: held(own) }))
      assert.strictEqual(renewed.count, 2)
      assert.strictEqual(error.kind, "Unauthorized")
      assert.include(error.message, "Access token expired: <redacted>")
    })
  )

  it.effect("is asked for thrice more when Allegro fails, and not again when it refuses", () =>
    Effect.gen(function* () {
      const { clearFaults, clearRequests, count, fault, read } = yield* start({ change: retryingAtOnce })
      for (const [status, sent] of [
        [500, 4],
        [403, 1],
        [406, 1]
      ] as const) {
        yield* fault({ path: "/order/checkout-forms", mode: "status", status })
        yield* clearRequests
        assert.strictEqual((yield* Effect.flip(read("order_to_send"))).status, status)
        assert.strictEqual(yield* count, sent)
        yield* clearFaults
      }
    })
  )

  it.effect("without an account is not sent", () =>
    Effect.gen(function* () {
      const { connector, count, declaration } = yield* start()
      const error = yield* Effect.flip(Channel.runDrain(connector.read(entityOf(declaration, "order"))))
      assert.deepInclude(error, { kind: "Declaration", reason: { code: "allegro.noAccount", params: {} } })
      assert.strictEqual(yield* count, 0)
    })
  )
})

/** Tells when a read has begun to wait because the vendor asked it to. */
const heldRead = Effect.map(Deferred.make<void>(), (held) => ({
  onEvent: (event: ReadEvent) =>
    event._tag === "Waiting" && event.why === "vendor"
      ? Deferred.succeed(held, undefined).pipe(Effect.asVoid)
      : Effect.void,
  isHeld: Deferred.await(held)
}))

describe("the budget", () => {
  it.effect("is shared by all accounts: a refusal without a time stops them for a minute", () =>
    Effect.gen(function* () {
      const { accounts, count, credentialsOf, fault, own, read, refresh, state } = yield* start()
      const others = yield* credentialsOf(state.sellers[1]?.login)
      const other = accounts.credential(others)
      yield* fault({ path: "/order/checkout-forms", mode: "rateLimited", times: 1 })
      const [first, second] = [yield* heldRead, yield* heldRead]
      const refused = yield* Effect.forkChild(read("order_to_send", first))
      yield* first.isHeld
      const reading = yield* Effect.forkChild(read("order_event", { ...second, credential: other }))
      const refreshing = yield* Effect.forkChild(refresh(own))
      const verifying = yield* Effect.forkChild(accounts.verify(others))
      yield* second.isHeld
      yield* settle
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(yield* count, 1)
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(reading)).completeness._tag, "Complete")
      assert.isDefined((yield* Fiber.join(refreshing)).expiresAt)
      assert.strictEqual((yield* Fiber.join(verifying)).line, state.sellers[1]?.login)
      yield* Fiber.interrupt(refused)
    })
  )

  it.effect("counts what the vault asks: a refresh, a verification, the begin of an authorization", () =>
    Effect.gen(function* () {
      const rate = { limit: 1, window: Duration.minutes(1) }
      const { accounts, authorization, count, own, refresh } = yield* start({
        change: (one) => ({ ...one, limits: { ...one.limits, rate } })
      })
      yield* accounts.verify(own)
      const asked = [
        Effect.asVoid(authorization.start),
        Effect.asVoid(accounts.verify(own)),
        Effect.asVoid(refresh(own))
      ]
      for (const [at, ask] of asked.entries()) {
        const waiting = yield* Effect.forkChild(ask)
        yield* settle
        yield* TestClock.adjust("59 seconds")
        assert.strictEqual(yield* count, 1 + at)
        yield* TestClock.adjust("1 second")
        yield* Fiber.join(waiting)
        assert.strictEqual(yield* count, 2 + at)
      }
    })
  )

  it.effect("waits as long as the vendor says, if it does", () =>
    Effect.gen(function* () {
      const { count, fault, read } = yield* start()
      yield* fault({ path: "/order/checkout-forms", mode: "rateLimited", times: 1, retryAfter: 7 })
      const held = yield* heldRead
      const reading = yield* Effect.forkChild(read("order_to_send", held))
      yield* held.isHeld
      yield* settle
      yield* TestClock.adjust("6 seconds")
      assert.strictEqual(yield* count, 1)
      yield* TestClock.adjust("1 second")
      assert.isNotEmpty((yield* Fiber.join(reading)).records)
    })
  )
})

describe("a credential", () => {
  it.effect("accepts the vendor's media type, and leaves the one that an entity declares", () =>
    Effect.gen(function* () {
      const { accounts, own } = yield* start()
      const now = yield* DateTime.now
      const request = HttpClientRequest.get("/order/customer-returns")
      const acceptOf = (sent: HttpClientRequest.HttpClientRequest) =>
        accounts.credential(own).apply(sent, now).headers.accept
      assert.strictEqual(acceptOf(request), "application/vnd.allegro.public.v1+json")
      const beta = "application/vnd.allegro.beta.v1+json"
      assert.strictEqual(acceptOf(HttpClientRequest.setHeader(request, "Accept", beta)), beta)
    })
  )
})

describe("the declaration", () => {
  const decode = Schema.decodeUnknownResult(Config)
  const client = { id: Redacted.make("id"), secret: Redacted.make("secret") }

  it("takes a user agent in the form that Allegro demands, and no other", () => {
    const isTaken = (userAgent: string) => Result.isSuccess(decode({ client, userAgent }))
    for (const userAgent of [
      "ExampleBackup/1.0 (+https://example.test/about)",
      "My-App/2026.1-rc2 (+https://a.test)"
    ]) {
      assert.isTrue(isTaken(userAgent), userAgent)
    }
    for (const userAgent of [
      "",
      "node",
      "ExampleBackup",
      "ExampleBackup/1.0",
      "Example Backup/1.0 (+https://example.test)",
      "ExampleBackup/1.0 (https://example.test)",
      "ExampleBackup/1.0 (+http://example.test)",
      "ExampleBackup/1.0 (+https://example.test) more",
      "ExampleBackup/1.0 (+https://example.test)\n",
      "Резерв/1.0 (+https://example.test)"
    ]) {
      assert.isFalse(isTaken(userAgent), userAgent)
    }
  })
})
