import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Redacted, Schema } from "effect"
import type { ConnectorSchema } from "../../core/config/schema/ConnectorYaml.ts"
import { jsonSchemas } from "../../core/config/schema/JsonSchemas.ts"
import { loadFiles, problemsOfFiles } from "../config/cases/harness.ts"
import { categories } from "./fixtures.ts"

const types: ReadonlyArray<ConnectorSchema> = [
  { type: "crm", description: "", config: Schema.Struct({}), entityDefaults: {}, cache: categories },
  {
    type: "till",
    description: "",
    config: Schema.Struct({ depth: Schema.optionalKey(Schema.Int) }),
    entityDefaults: {}
  }
]

const files = (cache: string) => ({ "config/connectors/crm.yaml": `type: crm\n${cache}` })

const cacheOf = (cache: string, environment: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const [connector] = (yield* loadFiles(files(cache), environment, { types })).connectors
    const found = yield* Effect.fromNullishOr(connector?.cache)
    const seconds = (name: string) => {
      const category = found.categories.get(name)
      return [category?.ttl, category?.notFound, category?.stale].map((span) => span && Duration.toSeconds(span))
    }
    return { ...found, seconds }
  })

describe("the cache of a connector", () => {
  it.effect("has the times of its type unless the file says otherwise", () =>
    Effect.gen(function* () {
      const { enabled, entries, redis, seconds } = yield* cacheOf("")
      assert.deepEqual({ enabled, entries, redis }, { enabled: true, entries: 10_000, redis: undefined })
      assert.deepEqual(seconds("form"), [600, 30, 0])
      assert.deepEqual(seconds("contact"), [300, 30, undefined])
    })
  )

  it.effect("takes what variables hold: True, plain seconds, a port", () =>
    Effect.gen(function* () {
      const yaml = `cache:
  enabled: { env: CACHE_ENABLED, default: true }
  redis: { host: { env: REDIS_HOST }, port: { env: REDIS_PORT, default: 6379 }, password: { secret: REDIS_PASSWORD }, timeout: 0.1 }
  categories:
    form: { ttl: { env: CACHE_TTL_POLL_FORMS, default: 300 }, notFound: 5, stale: 1h }
    contact: { ttl: { env: CACHE_TTL_CONTACTS } }
`
      const variables = { CACHE_TTL_POLL_FORMS: "600", CACHE_TTL_CONTACTS: "60", REDIS_HOST: "redis.test" }
      const environment = { ...variables, CACHE_ENABLED: "False", REDIS_PORT: "6380", REDIS_PASSWORD: "knife-and-fork" }
      const { enabled, redis, seconds } = yield* cacheOf(yaml, environment)
      assert.isFalse(enabled)
      assert.deepStrictEqual(redis, {
        host: "redis.test",
        port: 6380,
        db: 0,
        password: Redacted.make("knife-and-fork"),
        prefix: "tributary",
        timeout: Duration.millis(100)
      })
      assert.deepEqual(seconds("form"), [600, 5, 3600])
      assert.deepEqual(seconds("contact"), [60, 30, undefined])
      assert.isTrue((yield* cacheOf(yaml, { ...environment, CACHE_ENABLED: "True" })).enabled)
    })
  )

  it.effect("refuses what no cache can be, with its place", () =>
    Effect.gen(function* () {
      const problems = yield* problemsOfFiles(
        {
          ...files("cache:\n  enabled: perhaps\n  categories:\n    form: { ttl: soon }\n    contact: { stale: 1h }\n"),
          "config/connectors/till.yaml": "type: till\ncache: { enabled: false }\n"
        },
        {},
        { types }
      )
      assert.deepEqual(
        problems.map(({ column, file, line, message }) => `${file}:${line}:${column} ${message}`),
        [
          'config/connectors/crm.yaml:3:12 expected true or false, found "perhaps"',
          'config/connectors/crm.yaml:5:18 expected a duration such as 30s or 10m, or seconds such as 600, found "soon"',
          'config/connectors/crm.yaml:6:16 unknown key "stale"',
          'config/connectors/till.yaml:2:1 unknown key "cache"'
        ]
      )
    })
  )

  it("is described in the JSON Schema, each key with an example and its default", () => {
    const text = jsonSchemas(types).find(({ file }) => file === "connector.schema.json")?.text ?? ""
    const described = [...text.matchAll(/"description": "([^"]*Default: [^"]*)"/g)].map(([, said]) => said ?? "")
    for (const key of ["How long a value is kept", "The host of the Redis server", "What is kept of the system's"]) {
      assert.isTrue(
        described.some((said) => said.startsWith(key) && said.includes("as in ")),
        key
      )
    }
  })
})
