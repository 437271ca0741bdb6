/** A cache in Redis: what several daemons share, and what happens while the server is away, hangs, is full or holds junk. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Option } from "effect"
import { eventually } from "../support/eventually.ts"
import { freePort } from "../support/freePort.ts"
import { collecting, makeCache } from "./fixtures.ts"
import { command, isInstalled, redisAt, startRedis, startSilent } from "./Redis.ts"

const name = isInstalled ? "a cache in Redis" : "a cache in Redis (not run: there is no redis-server here)"

const statusOf = (world: Effect.Success<ReturnType<typeof makeCache>>) =>
  Effect.flatMap(world.caches.running, ([one]) =>
    Effect.map(one?.redis ?? Effect.succeed(undefined), (health) => health?.status)
  )

describe.skipIf(!isInstalled)(name, () => {
  it.live("is shared by daemons, also what one of them removes", () =>
    Effect.gen(function* () {
      const { port } = yield* startRedis()
      const [one, other] = [yield* makeCache({ redis: redisAt(port) }), yield* makeCache({ redis: redisAt(port) })]
      yield* one.contact("7")
      assert.deepEqual(yield* other.contact("7"), Option.some("Ada"))
      assert.isEmpty(other.asked)
      yield* other.cache.invalidate("contact", "7")
      yield* one.contact("7")
      yield* other.cache.invalidate("contact")
      yield* one.contact("7")
      assert.lengthOf(one.asked, 3)
      const elsewhere = yield* makeCache({ redis: redisAt(port) }, "other")
      yield* elsewhere.contact("7")
      assert.lengthOf(elsewhere.asked, 1)
    })
  )

  it.live("keeps nothing that was loaded while another daemon removed it", () =>
    Effect.gen(function* () {
      const { port } = yield* startRedis()
      const [one, other] = [yield* makeCache({ redis: redisAt(port) }), yield* makeCache({ redis: redisAt(port) })]
      yield* one.cache.get("contact", "7", Effect.as(other.cache.invalidate("contact"), Option.some("old")))
      assert.deepEqual(yield* one.contact("7"), Option.some("Ada"))
    })
  )

  it.live("reads what it cannot understand as missing, and counts it", () =>
    Effect.gen(function* () {
      const { port } = yield* startRedis()
      const { asked, cache, contact } = yield* makeCache({ redis: redisAt(port) })
      yield* contact("7")
      const found = yield* command(port, "KEYS", "tributary:crm:contact:*")
      for (const key of Array.isArray(found) ? found.map(String) : []) {
        if (key.endsWith(":generation")) continue
        assert.notInclude(key.split(":").at(-1), "7:")
        yield* command(port, "SET", key, "{ not json")
      }
      assert.deepEqual(yield* contact("7"), Option.some("Ada"))
      assert.lengthOf(asked, 2)
      assert.strictEqual((yield* cache.stats).contact?.errors, 1)
    })
  )

  it.live("answers from memory and the system while the server is away, and says so once", () => {
    const lines: Array<string> = []
    return Effect.gen(function* () {
      const redis = yield* startRedis()
      const world = yield* makeCache({ redis: redisAt(redis.port) })
      yield* world.contact("7")
      yield* redis.stop
      assert.deepEqual(yield* world.contact("7"), Option.some("Ada"))
      yield* Effect.forEach(["7", "8", "8"], world.contact)
      assert.deepEqual(world.asked, [["7"], ["8"]])
      assert.strictEqual(yield* statusOf(world), "away")
      assert.lengthOf(lines, 1)
      assert.match(lines[0] ?? "", /^the Redis of crm does not answer \(.+\): memory and the system answer$/)
      // What is removed meanwhile is not back with the server.
      yield* world.cache.invalidate("contact", "7")
      yield* startRedis(redis.port)
      yield* eventually(Effect.map(statusOf(world), (status) => status === "ok"))
      assert.deepEqual(lines.slice(1), ["the Redis of crm is well again"])
      yield* world.contact("7")
      assert.lengthOf(world.asked, 3)
    }).pipe(Effect.provide(collecting(lines)))
  })

  it.live("that is full goes on reading, and the system answers for the rest", () => {
    const lines: Array<string> = []
    return Effect.gen(function* () {
      const { port } = yield* startRedis()
      const world = yield* makeCache({ redis: redisAt(port) })
      yield* world.contact("7")
      yield* command(port, "CONFIG", "SET", "maxmemory", "1")
      yield* Effect.forEach(["7", "8", "9"], world.contact)
      assert.deepEqual(world.asked, [["7"], ["8"], ["9"]])
      assert.strictEqual(yield* statusOf(world), "refusing")
      assert.lengthOf(lines, 1)
      assert.match(lines[0] ?? "", /^the Redis of crm refuses commands \(OOM .+\): memory and the system answer$/)
      yield* world.cache.invalidate("contact")
      yield* world.contact("7")
      assert.lengthOf(world.asked, 4)
    }).pipe(Effect.provide(collecting(lines)))
  })
})

describe("a cache whose Redis", () => {
  const waits = Duration.millis(200)

  it.live("accepts and never answers delays nobody for longer than its timeout, over one connection", () => {
    const lines: Array<string> = []
    return Effect.gen(function* () {
      const silent = yield* startSilent()
      const world = yield* makeCache({ redis: redisAt(silent.port, { timeout: waits }) })
      yield* Effect.all(["7", "7", "8", "9"].map(world.contact), { concurrency: "unbounded" })
      yield* eventually(Effect.map(statusOf(world), (status) => status === "away"))
      // From memory, at once.
      yield* Effect.forEach(["7", "8", "9"], world.contact)
      assert.lengthOf(world.asked, 3)
      assert.isAtMost(yield* silent.connections, 2)
      assert.lengthOf(lines, 1)
      assert.include(lines[0], "no answer within 200ms")
    }).pipe(Effect.provide(collecting(lines)))
  })

  it.live("is not there answers from memory and the system", () =>
    Effect.gen(function* () {
      const world = yield* makeCache({ redis: redisAt(yield* freePort) })
      yield* Effect.forEach(["7", "7"], world.contact)
      assert.lengthOf(world.asked, 1)
      assert.strictEqual(yield* statusOf(world), "away")
      yield* world.cache.invalidate()
      yield* world.contact("7")
      assert.lengthOf(world.asked, 2)
    })
  )
})
