import { assert, describe, it } from "@effect/vitest"
import { Clock, Deferred, Effect, Exit, Fiber, Logger } from "effect"
import { TestClock } from "effect/testing"
import { freshDatabase } from "../support/database.ts"
import { proxy } from "../sync/Proxy.ts"
import { by, elapseUntil, engine, inTime, makeVendor, really, setTime, world } from "./fixtures.ts"

const silent = Logger.layer([])

describe("a run of an action", () => {
  it.effect("dry touches nothing, not even the log: it needs no database", () =>
    Effect.gen(function* () {
      const network = yield* TestClock.withLive(Effect.flatMap(freshDatabase, proxy))
      const { applied, script, state, vendor } = makeVendor()
      const { actions, entries } = yield* engine(network.url, vendor, script)
      yield* network.cut
      const ran = yield* actions.run("fake.send", { keys: ["flour", "salt"] }, { ...by, dryRun: true })
      yield* network.mend
      assert.deepInclude(ran, { status: "ok", dryRun: true })
      assert.deepEqual(
        ran.items.map(({ status, what }) => [status, what]),
        [
          ["planned", "1 kg of flour"],
          ["planned", "1 kg of salt"]
        ]
      )
      assert.deepEqual([applied.size, state.sends, state.reads], [0, 0, 0])
      assert.deepEqual(yield* inTime(Effect.retry(entries, { times: 20 })), [])
    }).pipe(Effect.provide(silent))
  )

  it.effect("is told its input closed, and refuses what it does not know by its path", () =>
    Effect.gen(function* () {
      const { actions, entries } = yield* world
      const refused = (input: unknown) =>
        Effect.flip(actions.run("fake.send", input, by)).pipe(Effect.map(({ message }) => message))
      assert.strictEqual(
        yield* refused({ keys: [7], kees: 1 }),
        'fake.send does not accept this input: unknown key "kees" — did you mean "keys"?; keys.0: expected a text'
      )
      assert.match(yield* refused({ keys: ["a"], kees: 1 }), /: unknown key "kees"/)
      assert.match(yield* refused({}), /: "keys" is missing$/)
      assert.match(yield* refused("flour"), /: expected a map with keys such as keys, note$/)
      assert.deepEqual(yield* entries, [])
    })
  )

  it.effect("of no action there is names the nearest", () =>
    Effect.gen(function* () {
      const { actions } = yield* world
      const failureOf = (id: string) => Effect.flip(actions.run(id, {}, by)).pipe(Effect.map(({ message }) => message))
      assert.strictEqual(yield* failureOf("fake.sned"), 'there is no action "fake.sned" — did you mean "fake.send"?')
      assert.strictEqual(yield* failureOf("x"), 'there is no action "x"; there are fake.send, fake.blind, fake.settle')
    })
  )

  it.effect("that gives up has failed, and one with notes is a warning", () =>
    Effect.gen(function* () {
      const { actions } = yield* world
      const run = (note: string) => actions.run("fake.send", { keys: ["flour"], note }, by)
      assert.deepInclude(yield* run("give up"), { status: "failed", summary: "there is no store of that name" })
      assert.deepInclude(yield* run("look"), { status: "warning", notes: ["one has no pair"] })
    }).pipe(Effect.provide(silent))
  )

  it.effect("that is interrupted from inside has no end to tell: it is no report of a failure", () =>
    Effect.gen(function* () {
      const { actions } = yield* world
      const exit = yield* Effect.exit(actions.run("fake.send", { keys: ["flour"], note: "break off" }, by))
      assert.isTrue(Exit.hasInterrupts(exit))
    }).pipe(Effect.provide(silent))
  )

  it.effect("knows the day as its connector's zone has it", () =>
    Effect.gen(function* () {
      yield* setTime("2026-11-20T22:30:00Z")
      const { actions } = yield* world
      const { data } = yield* actions.run("fake.send", { keys: ["a"] }, { ...by, dryRun: true })
      assert.match(JSON.stringify(data), /2026-11-21T00:30:00.000\+02:00\[Europe\/Kaliningrad\]/)
    }).pipe(Effect.provide(silent))
  )

  it.effect("outlives a database that goes away between the request and its outcome", () =>
    Effect.gen(function* () {
      const network = yield* TestClock.withLive(Effect.flatMap(freshDatabase, proxy))
      const { applied, script, vendor } = makeVendor()
      const sending = yield* Deferred.make<void>()
      const goOn = yield* Deferred.make<void>()
      const gate = Effect.andThen(Deferred.succeed(sending, undefined), Deferred.await(goOn))
      const { entries, send } = yield* engine(network.url, vendor, { ...script, sending: gate })
      const fiber = yield* Effect.forkChild(send("flour"))
      yield* Deferred.await(sending)
      yield* network.cut
      yield* Deferred.succeed(goOn, undefined)
      yield* TestClock.withLive(Effect.sleep("100 millis"))
      assert.strictEqual(applied.get("flour"), 1)
      yield* network.mend
      const ran = yield* inTime(Fiber.join(fiber))
      assert.deepInclude(ran.items[0], { status: "done" })
      assert.deepInclude((yield* entries)[0], { status: "done", response: { accepted: true } })
    }).pipe(Effect.provide(silent))
  )

  it.effect("ends soon when it is interrupted while the database is away, and is found later", () =>
    Effect.gen(function* () {
      const url = yield* TestClock.withLive(freshDatabase)
      const network = yield* TestClock.withLive(proxy(url))
      const { applied, script, state, vendor } = makeVendor()
      state.script.push("hang")
      const { send } = yield* engine(network.url, vendor, script)
      const fiber = yield* Effect.forkChild(send("flour"))
      yield* really(Effect.sync(() => applied.has("flour")))
      yield* network.cut
      const began = yield* Clock.currentTimeMillis
      yield* inTime(Fiber.interrupt(fiber))
      assert.isAtMost((yield* Clock.currentTimeMillis) - began, 10_000)
      const next = yield* engine(url, vendor, script, true)
      yield* elapseUntil(Effect.map(next.entries, ([entry]) => entry?.status === "done"))
      assert.deepInclude((yield* next.entries)[0], { error: "the process ended while it was sent" })
      assert.deepInclude((yield* next.send("flour")).items[0], { status: "already" })
      assert.strictEqual(applied.get("flour"), 1)
    }).pipe(Effect.provide(silent))
  )

  it.effect("interrupted before the request leaves has sent nothing, and may be sent again", () =>
    Effect.gen(function* () {
      const { applied, entries, send, sql } = yield* world
      const locked = yield* Effect.forkChild(
        sql.withTransaction(Effect.andThen(sql`lock table tributary.action_log`, Effect.never))
      )
      yield* really(
        Effect.map(
          sql`select 1 from pg_locks where relation = 'tributary.action_log'::regclass and granted
        and mode = 'AccessExclusiveLock'`,
          ({ length }) => length > 0
        )
      )
      const fiber = yield* Effect.forkChild(send("flour"))
      yield* really(Effect.map(sql`select 1 from pg_locks where not granted`, ({ length }) => length > 0))
      yield* Effect.forkChild(Fiber.interrupt(fiber))
      yield* Fiber.interrupt(locked)
      yield* inTime(Effect.exit(Fiber.join(fiber)))
      assert.strictEqual(applied.size, 0)
      yield* elapseUntil(Effect.map(entries, ([entry]) => entry?.status !== "sending"))
      assert.deepInclude((yield* inTime(send("flour"))).items[0], { status: "done" })
    }).pipe(Effect.provide(silent))
  )

  it.effect("sends nothing when the log cannot be used", () =>
    Effect.gen(function* () {
      const { applied, send, sql } = yield* world
      yield* sql`drop table tributary.action_log`
      const ran = yield* send("flour")
      assert.deepInclude(ran.items[0], { status: "failed" })
      assert.match(ran.items[0]?.detail ?? "", /nothing was sent: PostgreSQL: relation .* does not exist/)
      assert.strictEqual(applied.size, 0)
    }).pipe(Effect.provide(silent))
  )
})

describe("the log of actions", () => {
  it.effect("is read in pages, by action and by status", () =>
    Effect.gen(function* () {
      const { actions, blind, send, state } = yield* world
      yield* send("a", "b")
      state.script.push("refuse")
      yield* blind("c")
      const keys = (filter: Parameters<typeof actions.log>[0]) =>
        Effect.map(actions.log(filter), (entries) => entries.map(({ what }) => what.slice(-1)))
      assert.deepEqual(yield* keys({ limit: 2 }), ["c", "b"])
      const [, second] = yield* actions.log({ limit: 2 })
      assert.deepEqual(yield* keys({ limit: 2, before: second?.id }), ["a"])
      assert.deepEqual(yield* keys({ limit: 9, action: "fake.send", status: "done" }), ["b", "a"])
      assert.deepEqual(yield* keys({ limit: 9, status: "failed" }), ["c"])
    }).pipe(Effect.provide(silent))
  )

  it.effect("tells numbers digit by digit", () =>
    Effect.gen(function* () {
      const { actions, sql } = yield* world
      yield* sql`
        insert into tributary.action_log (action, key, attempt, what, status, trigger, request, created_at)
        values ('a', 'a', gen_random_uuid(), '', 'done', '', '{"sum": 12345678901234567.10, "n": 3}', now())`
      assert.deepEqual((yield* actions.log({ limit: 1 }))[0]?.request, { sum: "12345678901234567.10", n: 3 })
    })
  )

  it.effect("has the last entry of each action beside what the action is told", () =>
    Effect.gen(function* () {
      const { actions, send } = yield* world
      yield* send("a")
      yield* send("b")
      const [first, second] = yield* actions.list
      assert.deepInclude(first, { id: "fake.send", connector: "fake", description: "Sends things.", readsBack: true })
      assert.strictEqual(first?.last?.what, "1 kg of b")
      assert.deepInclude(second, { id: "fake.blind", readsBack: false, last: null })
      assert.deepInclude(first?.input, { type: "object", required: ["keys"], additionalProperties: false })
      // What it refers to by name stands in it, too.
      assert.deepInclude(first?.input, { $defs: { Key: { type: "string" } } })
    }).pipe(Effect.provide(silent))
  )
})

describe("a person who decides on an unknown one", () => {
  it.effect("is asked no more, and what they call failed is sent again", () =>
    Effect.gen(function* () {
      const { actions, applied, blind, entries, state } = yield* world
      state.script.push("lose", "reset")
      yield* blind("flour", "salt")
      const unknown = yield* entries
      const decide = (what: string, as: "done" | "failed") =>
        actions.resolve(unknown.find((entry) => entry.what.endsWith(what))?.id ?? 0, as, "olga")
      const [gone, there] = applied.has("flour") ? (["salt", "flour"] as const) : (["flour", "salt"] as const)
      assert.deepInclude(yield* decide(there, "done"), { status: "done", resolvedBy: "olga" })
      assert.deepInclude(yield* decide(gone, "failed"), { status: "failed", resolvedBy: "olga" })
      const again = yield* blind("flour", "salt")
      assert.sameMembers(
        again.items.map(({ status }) => status),
        ["already", "done"]
      )
      assert.deepEqual([...applied.values()], [1, 1])
      assert.match((yield* Effect.flip(decide(gone, "failed"))).message, /is done: only an unknown one waits/)
    }).pipe(Effect.provide(silent))
  )

  it.effect("is told when it is there after all, and it is not sent again", () =>
    Effect.gen(function* () {
      const { actions, applied, entries, send, state } = yield* world
      state.script.push("lose")
      state.readable = false
      yield* inTime(send("flour"))
      state.readable = true
      const [entry] = yield* entries
      const refused = yield* Effect.flip(actions.resolve(entry?.id ?? 0, "failed", "olga"))
      assert.match(refused.message, /is done: it was just found by reading back/)
      assert.deepInclude((yield* send("flour")).items[0], { status: "already" })
      assert.strictEqual(applied.get("flour"), 1)
      assert.match((yield* Effect.flip(actions.resolve(99, "done", null))).message, /no entry 99/)
    }).pipe(Effect.provide(silent))
  )
})
