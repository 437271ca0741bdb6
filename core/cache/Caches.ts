/** The caches of all running connectors, for those who look at them and clear them. */
import { Context, Effect, Layer, type Scope } from "effect"
import type { RedisDeclaration } from "../config/CacheDeclaration.ts"
import type { ConnectorSettings } from "../config/Declarations.ts"
import * as Cache from "./Cache.ts"
import type { CacheCategories, CategoryStats } from "./CacheCategory.ts"
import * as MemoryStore from "./MemoryStore.ts"
import type { RedisHealth } from "./RedisLink.ts"

/** The cache of a connector, for operators. */
export interface RunningCache {
  readonly connector: string
  readonly enabled: boolean
  /** Absent: in memory only. */
  readonly redis?: Effect.Effect<RedisHealth>
  readonly categories: Effect.Effect<Readonly<Record<string, CategoryStats>>>
  /** Removes a value, the values of a category, or all; false if there is no such category. */
  readonly clear: (category?: string, key?: string) => Effect.Effect<boolean>
}

export class Caches extends Context.Service<
  Caches,
  {
    /** `E`: how the loads of the cache fail. */
    readonly open: <E>() => <const C extends CacheCategories>(
      settings: Pick<ConnectorSettings, "name" | "cache">,
      categories: C
    ) => Effect.Effect<Cache.Cache<C, E>, never, Scope.Scope>
    readonly running: Effect.Effect<ReadonlyArray<RunningCache>>
  }
>()("tributary/core/cache/Caches") {
  static readonly layer = Layer.sync(Caches, () => {
    /** During a reload the old connector and its successor have the same name. */
    const running = new Set<RunningCache>()
    return Caches.of({
      running: Effect.sync(() => [...new Map([...running].map((one) => [one.connector, one])).values()]),
      open: <E>() =>
        Effect.fnUntraced(function* <const C extends CacheCategories>(
          { cache: declared, name }: Pick<ConnectorSettings, "name" | "cache">,
          categories: C
        ) {
          if (declared === undefined) return yield* Effect.die(new Error(`the type of ${name} declares no cache`))
          const { enabled, entries } = declared
          // A cache that is off needs no server.
          const redis = enabled ? declared.redis : undefined
          const inRedis = redis && (yield* redisStores(name, redis))
          const cache = yield* Cache.make<C, E>({
            connector: name,
            categories,
            declared,
            storeOf: (category, { schema }) =>
              inRedis === undefined ? MemoryStore.make(entries) : inRedis.store(category, schema, entries)
          })
          const isCategory = (category: string): category is keyof C & string => Object.hasOwn(categories, category)
          const own: RunningCache = {
            connector: name,
            enabled,
            ...(inRedis === undefined ? {} : { redis: inRedis.health }),
            categories: cache.stats,
            clear: (category, key) =>
              category !== undefined && !isCategory(category)
                ? Effect.succeed(false)
                : Effect.as(cache.invalidate(category, key), true)
          }
          yield* Effect.acquireRelease(
            Effect.sync(() => running.add(own)),
            () => Effect.sync(() => running.delete(own))
          )
          return cache
        })
    })
  })
}

/** Opens the cache of a connector until its scope closes: `yield* openCache<UpstreamError>()(settings, categories)`. */
export const openCache =
  <E>() =>
  <const C extends CacheCategories>(settings: Pick<ConnectorSettings, "name" | "cache">, categories: C) =>
    Effect.flatMap(Caches, (caches) => caches.open<E>()(settings, categories))

/** Loaded only where a Redis is declared: no command waits for it otherwise. */
const redisStores = (connector: string, redis: RedisDeclaration) =>
  Effect.flatMap(
    Effect.promise(() => import("./RedisStores.ts")),
    ({ make }) => make(connector, redis)
  )
