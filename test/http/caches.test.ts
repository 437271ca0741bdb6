/** Caches of connectors over the API: what is counted, what is removed, and how a Redis is. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { Caches } from "../../core/cache/Caches.ts"
import { categories, declared } from "../cache/fixtures.ts"
import { redisAt } from "../cache/Redis.ts"
import { freePort } from "../support/freePort.ts"
import { ask, layer } from "./fixtures.ts"

const counted = { entries: 0, hits: 0, misses: 0, stale: 0, errors: 0 }

const post = (path: string, body: unknown) => ask(path, { method: "POST", body })

describe("the caches of connectors", () => {
  it.live("are listed with what is counted, and are cleared by value, by category and as a whole", () =>
    Effect.gen(function* () {
      assert.deepEqual((yield* ask("/api/v1/caches")).body, { caches: [] })
      const { open } = yield* Caches
      const cache = yield* open<never>()({ name: "crm", cache: declared() }, categories)
      const get = (key: string) => cache.get("contact", key, Effect.succeed(Option.some("Ada")))
      yield* Effect.forEach(["7", "7", "8"], get)
      const contact = { name: "contact", ...counted, entries: 2, hits: 1, misses: 2 }
      const form = { name: "form", ...counted }
      const crm = { connector: "crm", enabled: true, redis: null }
      assert.deepEqual((yield* ask("/api/v1/caches")).body, { caches: [{ ...crm, categories: [form, contact] }] })

      const one = yield* post("/api/v1/caches/crm/clear", { category: "contact", key: "7" })
      assert.deepEqual(one.body, { ...crm, categories: [form, { ...contact, entries: 1 }] })
      yield* Effect.forEach(["7", "8"], get)
      assert.deepInclude((yield* cache.stats).contact, { entries: 2, hits: 2, misses: 3 })
      const category = yield* post("/api/v1/caches/crm/clear", { category: "form" })
      assert.deepInclude(category.body, { categories: [form, { ...contact, hits: 2, misses: 3 }] })
      yield* post("/api/v1/caches/crm/clear", {})
      assert.deepInclude((yield* cache.stats).contact, { entries: 0 })
    }).pipe(Effect.scoped, Effect.provide(layer({})))
  )

  it.live("are not cleared by whoever may only look, and what is not there is named", () =>
    Effect.gen(function* () {
      const { open } = yield* Caches
      yield* open<never>()({ name: "crm", cache: declared() }, categories)
      assert.strictEqual((yield* ask("/api/v1/caches", { token: null })).status, 401)
      assert.strictEqual((yield* ask("/api/v1/caches/crm/clear", { method: "POST", body: {}, token: "x" })).status, 401)
      const other = yield* post("/api/v1/caches/shop/clear", {})
      assert.deepInclude(other.body, { status: 404, detail: "The connector shop has no cache." })
      const unknown = yield* post("/api/v1/caches/crm/clear", { category: "deal" })
      assert.deepInclude(unknown.body, {
        status: 404,
        detail: "The cache of crm has no category deal; it has form, contact."
      })
      const alone = yield* post("/api/v1/caches/crm/clear", { key: "7" })
      assert.deepInclude(alone.body, { status: 400, detail: "A key belongs to a category: say which." })
    }).pipe(Effect.scoped, Effect.provide(layer({})))
  )

  it.live("say in the health of the daemon when their Redis does not answer", () =>
    Effect.gen(function* () {
      const { open } = yield* Caches
      assert.notProperty((yield* ask("/health")).body, "redis")
      const away = { ...declared(), redis: redisAt(yield* freePort) }
      const cache = yield* open<never>()({ name: "crm", cache: away }, categories)
      const found = yield* cache.get("contact", "7", Effect.succeed(Option.some("Ada")))
      assert.deepEqual(found, Option.some("Ada"), "the system answers")
      const { body, status } = yield* ask("/health")
      assert.strictEqual(status, 200)
      assert.deepInclude(Reflect.get(Object(body), "redis"), { crm: { status: "away" } })
    }).pipe(Effect.scoped, Effect.provide(layer({})))
  )
})
