/** The caches of all running connectors, for those who look at them and clear them. */
import { Context, Effect, Layer, type Scope } from "effect"
import type { ConnectorSettings } from "../config/Declarations.ts"
import * as Cache from "./Cache.ts"
import type { CacheCategories, CategoryStats } from "./CacheCategory.ts"
import * as MemoryStore from "./MemoryStore.ts"
import * as RedisLink from "./RedisLink.ts"
import * as RedisStore from "./RedisStore.ts"

/** The cache of a connector, for operators. */
export interface RunningCache {
  readonly connector: string
  readonly enabled: boolean
  /** Absent: in memory only. */
  readonly redis?: Effect.Effect<RedisLink.RedisHealth>
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
          const link = redis && (yield* RedisLink.make(name, redis))
          const cache = yield* Cache.make<C, E>({
            connector: name,
            categories,
            declared,
            storeOf: (category, { schema }) => {
              if (redis === undefined || link === undefined) return MemoryStore.make(entries)
              const namespace = `${redis.prefix}:${name}:${category}:${RedisStore.versionOf(schema)}`
              return RedisStore.make({ link, namespace, capacity: entries })
            }
          })
          const isCategory = (category: string): category is keyof C & string => Object.hasOwn(categories, category)
          const own: RunningCache = {
            connector: name,
            enabled,
            ...(link === undefined ? {} : { redis: link.health }),
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
