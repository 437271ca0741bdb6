/**
 * The cache of a connector: what its system answered, kept by category for the time that its file declares. It is opened
 * while the connector is built and forgets what is in memory when the connector ends.
 */
import { Duration, Effect, Option, type Scope } from "effect"
import type { CacheDeclaration, CategorySettings } from "../config/CacheDeclaration.ts"
import type { CacheCategories, CacheCategory, CategoryStats, ValueOf } from "./CacheCategory.ts"
import * as CategoryCache from "./CategoryCache.ts"
import type { CategoryStore } from "./CategoryStore.ts"

export interface Cache<C extends CacheCategories, E> {
  /** A value, from the cache or by `load`; none: there is no such value. */
  readonly get: <K extends keyof C & string, R>(
    category: K,
    key: string,
    load: Effect.Effect<Option.Option<ValueOf<C[K]>>, E, R>
  ) => Effect.Effect<Option.Option<ValueOf<C[K]>>, E, R>
  /** The values that exist, by key. What is missing is loaded in one call. */
  readonly getMany: <K extends keyof C & string, R>(
    category: K,
    keys: ReadonlyArray<string>,
    load: CategoryCache.LoadMany<ValueOf<C[K]>, E, R>
  ) => Effect.Effect<ReadonlyMap<string, ValueOf<C[K]>>, E, R>
  /** Removes a value, the values of a category, or all. What is being loaded meanwhile is not kept. */
  readonly invalidate: (category?: keyof C & string, key?: string) => Effect.Effect<void>
  /** By category. */
  readonly stats: Effect.Effect<Readonly<Record<string, CategoryStats>>>
}

export interface CacheOptions<C extends CacheCategories> {
  readonly connector: string
  readonly categories: C
  readonly declared: CacheDeclaration
  /** Makes the store of a category. */
  readonly storeOf: (name: string, category: CacheCategory) => CategoryStore
}

type ByCategory<C extends CacheCategories, E> = {
  readonly [K in keyof C]: CategoryCache.CategoryCache<ValueOf<C[K]>, E>
}

export const make = Effect.fnUntraced(function* <C extends CacheCategories, E>({
  categories,
  connector,
  declared,
  storeOf
}: CacheOptions<C>): Effect.fn.Return<Cache<C, E>, never, Scope.Scope> {
  const opened = yield* Effect.forEach(Object.entries(categories), ([name, category]) =>
    Effect.map(
      CategoryCache.make<unknown, E>({
        connector,
        name,
        category,
        settings: declared.categories.get(name) ?? nothing,
        store: storeOf(name, category)
      }),
      (cache) => [name, cache] as const
    )
  )
  // The one place where the compiler is told: each category was made of the category with its name.
  const byName = Object.fromEntries(opened) as ByCategory<C, E>
  const all: ReadonlyArray<CategoryCache.CategoryCache<unknown, E>> = opened.map(([, cache]) => cache)

  const getMany: Cache<C, E>["getMany"] = (category, keys, load) =>
    declared.enabled ? byName[category].getMany(keys, load) : load([...new Set(keys)])

  return {
    getMany,
    get: (category, key, load) =>
      Effect.map(
        getMany(category, [key], () =>
          Effect.map(load, Option.match({ onNone: () => new Map(), onSome: (value) => new Map([[key, value]]) }))
        ),
        (values) => Option.fromUndefinedOr(values.get(key))
      ),
    invalidate: (category, key) =>
      category === undefined
        ? Effect.forEach(all, (one) => one.invalidate(), { discard: true })
        : byName[category].invalidate(key),
    stats: Effect.map(
      Effect.forEach(opened, ([name, { stats }]) => Effect.map(stats, (counted) => [name, counted] as const)),
      (counted) => Object.fromEntries(counted)
    )
  }
})

const nothing: CategorySettings = { ttl: Duration.zero, notFound: Duration.zero }
