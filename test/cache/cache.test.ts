import { assert, describe, it } from "@effect/vitest"
import { DateTime, Deferred, Effect, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import { Away, collecting, makeCache } from "./fixtures.ts"
import { isInstalled, redisAt, startRedis } from "./Redis.ts"

/** The same behaviour in memory and in a real Redis. */
const stores = [
  { name: "a cache in memory", make: makeCache, isRun: true },
  {
    name: isInstalled ? "a cache in Redis" : "a cache in Redis (not run: there is no redis-server here)",
    make: (more: Parameters<typeof makeCache>[0] = {}) =>
      Effect.flatMap(TestClock.withLive(startRedis()), ({ port }) => makeCache({ ...more, redis: redisAt(port) })),
    isRun: isInstalled
  }
]

for (const { isRun, make, name } of stores)
  describe.skipIf(!isRun)(name, () => {
    it.effect("keeps a value for its time", () =>
      Effect.gen(function* () {
        const { asked, contact, names } = yield* make()
        assert.deepEqual(yield* contact("7"), Option.some("Ada"))
        names.set("7", "Grace")
        yield* TestClock.adjust("299 seconds")
        assert.deepEqual(yield* contact("7"), Option.some("Ada"))
        yield* TestClock.adjust("1 second")
        assert.deepEqual(yield* contact("7"), Option.some("Grace"))
        assert.deepEqual(asked, [["7"], ["7"]])
      })
    )

    it.effect("keeps briefly that there is no such value", () =>
      Effect.gen(function* () {
        const { asked, contact, names } = yield* make()
        assert.isTrue(Option.isNone(yield* contact("8")))
        names.set("8", "Alan")
        yield* TestClock.adjust("29 seconds")
        assert.isTrue(Option.isNone(yield* contact("8")))
        yield* TestClock.adjust("1 second")
        assert.deepEqual(yield* contact("8"), Option.some("Alan"))
        assert.lengthOf(asked, 2)
      })
    )

    it.effect("keeps values in the form of their schema", () =>
      Effect.gen(function* () {
        const { cache } = yield* make()
        const form = { id: "1", at: DateTime.makeUnsafe("2026-01-02T03:04:05Z") }
        const load = (value: typeof form) => cache.get("form", "1", Effect.succeed(Option.some(value)))
        yield* load(form)
        const kept = Option.getOrThrow(yield* load({ id: "2", at: form.at }))
        assert.strictEqual(kept.id, "1")
        assert.strictEqual(DateTime.formatIso(kept.at), "2026-01-02T03:04:05.000Z")
      })
    )

    it.effect("loads what is missing in one call, and each key once", () =>
      Effect.gen(function* () {
        const { asked, cache, contact, load, names } = yield* make()
        names.set("8", "Alan")
        yield* contact("7")
        const found = yield* cache.getMany("contact", ["7", "8", "9", "8"], load)
        assert.deepEqual(
          [...found],
          [
            ["7", "Ada"],
            ["8", "Alan"]
          ]
        )
        assert.deepEqual(asked, [["7"], ["8", "9"]])
        yield* cache.getMany("contact", ["7", "8", "9"], load)
        yield* cache.getMany("contact", [], load)
        assert.lengthOf(asked, 2)
        const { contact: counted } = yield* cache.stats
        assert.deepEqual(counted, { entries: 3, hits: 4, misses: 3, stale: 0, errors: 0 })
      })
    )

    it.effect("loads once for all who wait, also if the first of them gives up", () =>
      Effect.gen(function* () {
        const { cache, asked, load } = yield* make()
        const [begun, mayEnd] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        const slow = (keys: ReadonlyArray<string>) =>
          Deferred.succeed(begun, undefined).pipe(Effect.andThen(Deferred.await(mayEnd)), Effect.andThen(load(keys)))
        const first = yield* Effect.forkChild(cache.getMany("contact", ["7"], slow))
        yield* Deferred.await(begun)
        const others = yield* Effect.forkChild(
          Effect.all([cache.getMany("contact", ["7", "9"], load), cache.getMany("contact", ["7"], load)], {
            concurrency: "unbounded"
          }),
          { startImmediately: true }
        )
        yield* Fiber.interrupt(first)
        yield* Deferred.succeed(mayEnd, undefined)
        const values = yield* Fiber.join(others)
        assert.deepEqual(
          values.map((found) => [...found]),
          [[["7", "Ada"]], [["7", "Ada"]]]
        )
        assert.deepEqual(asked.toSorted(), [["7"], ["9"]])
      })
    )

    it.effect("does not keep a failed load, which reaches all who wait for it", () =>
      Effect.gen(function* () {
        const { cache, contact } = yield* make()
        const failing = cache.getMany("contact", ["7"], () =>
          Effect.andThen(Effect.yieldNow, new Away({ message: "503" }))
        )
        const failed = yield* Effect.all([Effect.flip(failing), Effect.flip(failing)], { concurrency: 2 })
        assert.deepEqual(
          failed.map(({ message }) => message),
          ["503", "503"]
        )
        const broken = yield* Effect.exit(cache.getMany("contact", ["7"], () => Effect.die("a mistake")))
        assert.strictEqual(broken._tag, "Failure")
        assert.deepEqual(yield* contact("7"), Option.some("Ada"))
      })
    )

    it.effect("answers with outdated values where they are declared, says so once, and spares the system", () => {
      const lines: Array<string> = []
      return Effect.gen(function* () {
        const { cache, contact } = yield* make()
        const at = DateTime.makeUnsafe(0)
        let calls = 0
        let isAway = false
        const form = (id: string) =>
          cache.get(
            "form",
            id,
            Effect.suspend(() => {
              calls += 1
              return isAway ? Effect.fail(new Away({ message: "no answer" })) : Effect.succeedSome({ id, at })
            })
          )
        yield* Effect.all([form("1"), form("2"), contact("7")])
        isAway = true
        yield* TestClock.adjust("601 seconds")
        assert.isTrue(Option.isSome(yield* form("1")))
        assert.isTrue(Option.isSome(yield* form("2")))
        assert.strictEqual(calls, 3)
        assert.strictEqual((yield* Effect.flip(form("3"))).message, "no answer")
        yield* TestClock.adjust("10 seconds")
        yield* form("1")
        assert.deepEqual(lines, ["the cache of crm answers with outdated values of form: no answer"])
        isAway = false
        yield* TestClock.adjust("10 seconds")
        yield* Effect.all([form("1"), form("2")])
        assert.deepEqual(lines.slice(1), ["the cache of crm has current values of form again"])
        assert.strictEqual((yield* cache.stats).form?.stale, 3)
        isAway = true
        yield* TestClock.adjust("4200 seconds")
        assert.strictEqual((yield* Effect.flip(form("1"))).message, "no answer")
        assert.lengthOf(lines, 2)
      }).pipe(Effect.provide(collecting(lines)))
    })

    it.effect("forgets a key, a category, or all; what is loaded meanwhile is not kept", () =>
      Effect.gen(function* () {
        const { asked, cache, contact, load } = yield* make()
        yield* cache.getMany("contact", ["7", "8"], load)
        yield* cache.invalidate("contact", "7")
        yield* Effect.all([contact("7"), contact("8")])
        assert.deepEqual(asked.slice(1), [["7"]])
        yield* cache.invalidate("contact")
        yield* contact("8")
        yield* cache.invalidate()
        yield* contact("8")
        assert.deepEqual(asked.slice(2), [["8"], ["8"]])

        const [begun, mayEnd] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        const old = yield* Effect.forkChild(
          cache.getMany("contact", ["9"], () =>
            Deferred.succeed(begun, undefined).pipe(
              Effect.andThen(Deferred.await(mayEnd)),
              Effect.as(new Map([["9", "before"]]))
            )
          )
        )
        yield* Deferred.await(begun)
        yield* cache.invalidate("contact", "9")
        const later = (value: string) => cache.get("contact", "9", Effect.succeedSome(value))
        assert.deepEqual(yield* later("after"), Option.some("after"))
        yield* Deferred.succeed(mayEnd, undefined)
        assert.deepEqual([...(yield* Fiber.join(old))], [["9", "before"]])
        assert.deepEqual(yield* later("later"), Option.some("after"))
      })
    )

    it.effect("that is switched off asks the system each time", () =>
      Effect.gen(function* () {
        const { asked, contact } = yield* make({ enabled: false })
        yield* Effect.forEach(["7", "7"], contact)
        assert.lengthOf(asked, 2)
      })
    )
  })

describe("a cache in memory", () => {
  it.effect("holds at most so many values of a category: those used least recently make room", () =>
    Effect.gen(function* () {
      const { asked, cache, contact } = yield* makeCache({ entries: 2 })
      yield* Effect.forEach(["1", "2", "1", "3"], contact)
      yield* Effect.forEach(["1", "3"], contact)
      assert.deepEqual(asked, [["1"], ["2"], ["3"]])
      yield* contact("2")
      assert.lengthOf(asked, 4)
      assert.strictEqual((yield* cache.stats).contact?.entries, 2)
    })
  )
})
