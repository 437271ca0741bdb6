/** `cache` of a connector whose type declares categories: what it keeps of the answers of its system, how long and where. */
import { Schema } from "effect"
import type { CacheDeclaration, CategorySettings } from "../CacheDeclaration.ts"
import { Integer, Secret } from "./Scalars.ts"
import { PositiveSeconds, Seconds, Switch } from "./VariableScalars.ts"
import { optional, withDefault } from "./YamlKeys.ts"

/** What a connector type says of a category; durations are written as in YAML. */
export interface CategoryDefaults {
  /** The kind of values, as in `Poll forms, by id`. */
  readonly description: string
  readonly ttl: string
  /** Keep it short: what is missing now may be there in a moment. */
  readonly notFound: string
  /** Absent: outdated values of the category are never used. `0s`: only if YAML says so. */
  readonly stale?: string
}

const categoryOf = ({ notFound, stale, ttl }: CategoryDefaults) => {
  const kept = {
    ttl: withDefault(Seconds, ttl, `How long a value is kept, as in 10m; a plain number is seconds. Default: ${ttl}.`),
    notFound: withDefault(
      Seconds,
      notFound,
      `How long it is kept that there is no such value, as in 30s; a plain number is seconds. Default: ${notFound}.`
    )
  }
  if (stale === undefined) return Schema.Struct(kept)
  return Schema.Struct({
    ...kept,
    stale: withDefault(
      Seconds,
      stale,
      `How long after its ttl a value is still used while the system does not answer, as in 1h; a plain number is seconds. Default: ${stale}.`
    )
  })
}

const RedisYaml = Schema.Struct({
  enabled: withDefault(
    Switch,
    true,
    "false: memory only, as though the section were not there, as in { env: REDIS_ENABLED, default: false }. Default: true."
  ),
  host: withDefault(
    Schema.String,
    "localhost",
    "The host of the Redis server, as in redis.example.test. Default: localhost."
  ),
  port: withDefault(Integer(1, 65_535), 6379, "Its port, as in 6379. Default: 6379."),
  db: withDefault(Integer(0, 1_000_000), 0, "The number of the database, as in 1. Default: 0."),
  password: optional(Secret, "The password, as in { secret: REDIS_PASSWORD }. Default: none."),
  username: optional(Schema.String, "The user of an access list, as in tributary. Default: the server's default user."),
  prefix: withDefault(
    Schema.NonEmptyString,
    "tributary",
    "What the names of all keys begin with: daemons with the same one share their values, as in tributary-test. Default: tributary."
  ),
  timeout: withDefault(
    PositiveSeconds,
    "250ms",
    "How long the server may take to answer; then memory answers until the server is back, as in 250ms. Default: 250ms."
  )
})

const sectionOf = (categories: Readonly<Record<string, CategoryDefaults>>) => {
  const fields = Object.fromEntries(
    Object.entries(categories).map(([name, category]) => [
      name,
      withDefault(
        categoryOf(category),
        {},
        `${category.description}, as in { ttl: ${category.ttl} }. Default: the values of its keys.`
      )
    ])
  )
  return Schema.Struct({
    enabled: withDefault(
      Switch,
      true,
      "false: nothing is kept, every value is read from the system, as in { env: CACHE_ENABLED, default: true }. Default: true."
    ),
    entries: withDefault(
      Integer(1, 10_000_000),
      10_000,
      "How many values of each category are kept in memory; those used least recently make room, as in 50000. Default: 10000."
    ),
    redis: optional(
      RedisYaml,
      "A Redis server that keeps the values for several daemons and over restarts, as in { host: redis.example.test }. Default: memory only."
    ),
    categories: withDefault(
      Schema.Struct(fields),
      {},
      "The kinds of values, as in { contact: { ttl: 5m } }. Default: what the type says of each."
    )
  })
}

/** The key of a connector whose type has these categories. */
export const cacheKey = (categories: Readonly<Record<string, CategoryDefaults>>) => ({
  cache: withDefault(
    sectionOf(categories),
    {},
    "What is kept of the system's answers, as in { enabled: false }. Default: kept in memory."
  )
})

type Decoded = ReturnType<typeof sectionOf>["Type"]

/** Categories that may not be outdated have no `stale`. */
export const cacheOf = ({ categories, redis, ...cache }: Decoded): CacheDeclaration => ({
  ...cache,
  ...redisOf(redis),
  categories: new Map(
    Object.entries(categories).map(([name, settings]): [string, CategorySettings] => [name, settings])
  )
})

const redisOf = (redis: Decoded["redis"]): Pick<CacheDeclaration, "redis"> => {
  if (redis?.enabled !== true) return {}
  const { enabled: _, ...declared } = redis
  return { redis: declared }
}
