/** Webhooks that are stored before they are answered, and worked off at least once, in the order of their key. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Latch } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import * as Inbox from "../../core/inbox/Inbox.ts"
import * as InboxRows from "../../core/inbox/InboxRows.ts"
import { type Delivery, InboxFailed } from "../../core/plugin/Inbox.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { ask } from "../http/fixtures.ts"
import { daemon, deliveries, eventually, send, settled, sourceWith, states, token } from "./fixtures.ts"

const failed = (again: boolean) => new InboxFailed({ reason: foreignText("the system is away"), again })

const nameOf = ({ body }: Delivery) => {
  const { n, order } = Object(body)
  return `${order}${n}`
}

/** Works off everything, and says what and how often. */
const recorder = () => {
  const worked: Array<string> = []
  return { worked, source: sourceWith((delivery) => Effect.sync(() => worked.push(nameOf(delivery)))) }
}

const live = TestClock.withLive

describe("a delivery", () => {
  it.effect("is stored when it is answered, and nothing that its sender proved itself with", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* send({ order: "7", n: 1 }, { id: "a" })).status, 200)
      const [stored] = yield* deliveries
      assert.deepInclude(stored, { connector: "fake", source: "orders", key: "7", delivery: "a", state: "waiting" })
      const sql = yield* SqlClient.SqlClient
      const [row] = yield* sql<{ all: string }>`select to_jsonb(i)::text as all from tributary.inbox as i`
      assert.notInclude(row?.all, token)
    }).pipe(Effect.provide(daemon(recorder().source, { workers: false })))
  )

  it.effect("that is refused, unreadable, too large or for nobody is not stored", () =>
    Effect.gen(function* () {
      const order = { order: "7" }
      assert.strictEqual((yield* send(order, { token: null })).status, 401)
      assert.strictEqual((yield* send(order, { token: `${token}x` })).status, 401)
      assert.strictEqual((yield* send("{")).status, 400)
      assert.strictEqual((yield* send(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)).status, 400)
      assert.strictEqual((yield* send({ order: "x".repeat(1_100_000) })).status, 413)
      for (const to of [
        "/hooks/fake/fake/other",
        "/hooks/fake/fake",
        "/hooks/other/fake/orders",
        "/hooks/fake/x/orders"
      ]) {
        assert.strictEqual((yield* send(order, { to })).status, 404, to)
      }
      assert.deepEqual(yield* deliveries, [])
    }).pipe(Effect.provide(daemon(recorder().source, { workers: false })))
  )

  it.effect("that comes again is one: by its id for ever, by its content within the window", () =>
    Effect.gen(function* () {
      const at = (minutes: number) => TestClock.adjust(Duration.minutes(minutes))
      yield* send({ order: "7", n: 1 }, { id: "a" })
      yield* at(20)
      // An id counts whatever the content is.
      assert.strictEqual((yield* send({ order: "7", n: 2 }, { id: "a" })).status, 200)
      yield* Effect.all(
        [1, 2, 3, 4].map(() => send({ order: "8", n: 1 })),
        { concurrency: "unbounded" }
      )
      yield* at(9)
      yield* send({ order: "8", n: 1 })
      yield* send({ order: "8", n: 2 })
      yield* at(1)
      yield* send({ order: "8", n: 1 })
      const stored = (yield* deliveries).map(({ key, repeats }) => [key, repeats])
      assert.deepEqual(stored, [
        ["7", 1],
        ["8", 4],
        ["8", 0],
        ["8", 0]
      ])
    }).pipe(
      Effect.provide(
        daemon(
          sourceWith(() => Effect.succeed(null), { repeats: Duration.minutes(10) }),
          { workers: false }
        )
      )
    )
  )

  it.effect("is answered with what came of it if its sender waits, and with its id if that takes longer", () => {
    const goOn = Latch.makeUnsafe()
    const source = sourceWith((delivery) =>
      nameOf(delivery) === "slow1" ? Effect.as(goOn.await, null) : Effect.succeed({ made: nameOf(delivery) })
    )
    return Effect.gen(function* () {
      const wait = { headers: { prefer: "respond-async, wait=10" } }
      const quick = yield* live(send({ order: "a", n: 1 }, wait))
      assert.strictEqual(quick.status, 200)
      assert.deepEqual(quick.body, { id: 1, state: "done", result: { made: "a1" } })
      // The same delivery again has the same result.
      assert.deepEqual((yield* live(send({ order: "a", n: 1 }, wait))).body, quick.body)
      const slow = yield* live(send({ order: "slow", n: 1 }, { headers: { prefer: "wait=0" } }))
      assert.strictEqual(slow.status, 202)
      assert.deepInclude(slow.body, { state: "waiting", result: null })
      yield* goOn.open
      yield* settled
    }).pipe(Effect.provide(daemon(source)))
  })
})

describe("the API", () => {
  it.effect("lists deliveries by what they are, shows one, and replays a dead letter in the name of the caller", () => {
    let mended = false
    const source = sourceWith((delivery) =>
      Effect.suspend(() => (delivery.key === "good" || mended ? Effect.succeed({ made: delivery.key }) : failed(false)))
    )
    const idsOf = (body: unknown): unknown => Object(body).deliveries.map(({ id }: { id: unknown }) => id)
    const found = (query: string) => Effect.map(ask(`/api/v1/inbox?${query}`), ({ body }) => idsOf(body))
    return Effect.gen(function* () {
      yield* send({ order: "bad", n: 1 }, { id: "a" })
      yield* send({ order: "good", n: 1 })
      yield* send({ order: "good", n: 2 })
      yield* settled
      assert.deepEqual(yield* found("state=dead&connector=fake&source=orders"), [1])
      assert.deepEqual(yield* found("key=good"), [3, 2])
      assert.deepEqual(yield* found("limit=1&before=3"), [2])
      assert.deepEqual(yield* found("source=other"), [])
      const refused = yield* ask("/api/v1/inbox?stat=dead")
      assert.strictEqual(refused.status, 400)
      const error = "the system is away"
      const dead = { id: 1, key: "bad", delivery: "a", state: "dead", tries: 1, error, body: { order: "bad", n: 1 } }
      assert.deepInclude((yield* ask("/api/v1/inbox/1")).body, { ...dead, result: null })
      mended = true
      assert.strictEqual((yield* ask("/api/v1/inbox/1/replay", { method: "POST", token: null })).status, 401)
      const replayed = yield* ask("/api/v1/inbox/1/replay", { method: "POST" })
      assert.strictEqual(replayed.status, 200)
      yield* settled
      assert.deepInclude((yield* ask("/api/v1/inbox/1")).body, { state: "done", replays: 1, result: { made: "bad" } })
      const sql = yield* SqlClient.SqlClient
      assert.deepEqual(yield* sql`select trigger from tributary.inbox_replay`, [{ trigger: "api" }])
      yield* sql`update tributary.inbox set body = null where id = 1`
      assert.strictEqual((yield* ask("/api/v1/inbox/1/replay", { method: "POST" })).status, 409)
      assert.strictEqual((yield* ask("/api/v1/inbox/77/replay", { method: "POST" })).status, 404)
      assert.strictEqual((yield* ask("/api/v1/inbox/77")).status, 404)
    }).pipe(Effect.provide(daemon(source)))
  })
})

describe("the work", () => {
  it.effect("is done in the order of a key, one at a time, and of many keys at once", () => {
    const running = new Map<string, number>()
    const worked = new Map<string, Array<number>>()
    let [together, most] = [0, 0]
    const source = sourceWith((delivery) =>
      Effect.gen(function* () {
        const { key, body } = delivery
        running.set(key, (running.get(key) ?? 0) + 1)
        together += 1
        most = Math.max(most, together)
        assert.strictEqual(running.get(key), 1, `two of the key ${key} at once`)
        yield* live(Effect.sleep("2 millis"))
        worked.set(key, [...(worked.get(key) ?? []), Number(Object(body).n)])
        running.set(key, 0)
        together -= 1
        return null
      })
    )
    return Effect.gen(function* () {
      for (let n = 1; n <= 6; n++) {
        yield* Effect.forEach([..."abcdefghijkl"], (order) => send({ order, n }), { concurrency: "unbounded" })
      }
      yield* settled
      for (const [key, order] of worked) assert.deepEqual(order, [1, 2, 3, 4, 5, 6], key)
      assert.strictEqual(worked.size, 12)
      assert.isAbove(most, 1)
      assert.isAtMost(most, 8)
    }).pipe(Effect.provide(daemon(source)))
  })

  it.effect(
    "is tried again by the schedule, holds back what is behind it, and ends as a dead letter that does not",
    () => {
      const tried: Array<string> = []
      const source = sourceWith(
        (delivery) =>
          Effect.suspend(() => {
            tried.push(`${nameOf(delivery)} ${delivery.attempt}`)
            return nameOf(delivery) === "a1" ? failed(true) : Effect.succeed(null)
          }),
        { retries: [Duration.minutes(1), Duration.minutes(10)] }
      )
      return Effect.gen(function* () {
        yield* send({ order: "a", n: 1 })
        yield* send({ order: "a", n: 2 })
        yield* send({ order: "b", n: 1 })
        const until = (count: number) => eventually(Effect.sync(() => tried.length >= count))
        yield* until(2)
        yield* eventually(Effect.map(deliveries, (all) => all.every(({ active }) => !active)))
        assert.sameMembers(tried, ["a1 1", "b1 1"])
        yield* TestClock.adjust("55 seconds")
        assert.lengthOf(tried, 2)
        yield* TestClock.adjust("10 seconds")
        yield* until(3)
        yield* eventually(Effect.map(deliveries, (all) => all.every(({ active }) => !active)))
        assert.deepEqual(yield* states, ["waiting", "waiting", "done"])
        yield* TestClock.adjust("10 minutes")
        yield* settled
        assert.deepEqual(tried.slice(2), ["a1 2", "a1 3", "a2 1"])
        const [first] = yield* deliveries
        assert.deepInclude(first, { state: "dead", tries: 3, reason: foreignText("the system is away") })
      }).pipe(Effect.provide(daemon(source)))
    }
  )

  it.effect("that cannot succeed is a dead letter at once; replayed, it is done, and the audit has who did it", () => {
    let mended = false
    const tried: Array<number> = []
    const source = sourceWith((delivery) =>
      Effect.suspend(() => {
        tried.push(delivery.attempt)
        return mended ? Effect.succeed({ order: 7 }) : failed(false)
      })
    )
    return Effect.gen(function* () {
      yield* send({ order: "a", n: 1 })
      yield* settled
      assert.deepEqual(yield* states, ["dead"])
      mended = true
      const by = { trigger: "cli", actor: "anna" }
      const { replay } = yield* Inbox.Inbox
      yield* replay(1, by)
      yield* settled
      assert.deepInclude(yield* InboxRows.read(1), { state: "done", replays: 1, result: { order: 7 }, reason: null })
      assert.deepEqual(tried, [1, 1])
      const sql = yield* SqlClient.SqlClient
      assert.deepEqual(yield* sql`select inbox::text, trigger, actor, state from tributary.inbox_replay`, [
        { inbox: "1", trigger: "cli", actor: "anna", state: "dead" }
      ])
      const unknown = yield* Effect.flip(replay(77, by))
      assert.strictEqual(unknown.message, "there is no delivery 77")
    }).pipe(Effect.provide(daemon(source)))
  })

  it.effect("that ends unexpectedly is tried again like one that fails", () => {
    let tries = 0
    const source = sourceWith(
      () => Effect.suspend(() => (++tries === 1 ? Effect.die(new Error("a mistake of ours")) : Effect.succeed(tries))),
      { retries: [Duration.seconds(1)] }
    )
    return Effect.gen(function* () {
      yield* send({ order: "a", n: 1 })
      yield* eventually(Effect.map(deliveries, ([one]) => one?.reason !== null && one?.active === false))
      yield* TestClock.adjust("10 seconds")
      yield* settled
      assert.deepInclude(yield* InboxRows.read(1), { state: "done", tries: 2, result: 2 })
    }).pipe(Effect.provide(daemon(source)))
  })
})
