/**
 * One category of a cache. A value is loaded once for all who wait for it, also when the one who asked first gives up; only
 * what is missing is loaded, in one call. What is removed while it is loaded is not kept.
 */
import { Cause, Clock, Deferred, Duration, Effect, Exit, Option, type Scope } from "effect"
import type { CategorySettings } from "../config/CacheDeclaration.ts"
import { type CacheCategory, type CategoryStats, codecOf, makeCounts } from "./CacheCategory.ts"
import type { CategoryStore, Kept } from "./CategoryStore.ts"
import * as SourceState from "./SourceState.ts"

/** Loads the values of these keys in one call; a key that is not among the answers has no value. */
export type LoadMany<A, E, R> = (missing: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, A>, E, R>

export interface CategoryCache<A, E> {
  /** The values that exist, by key. */
  readonly getMany: <R>(
    keys: ReadonlyArray<string>,
    load: LoadMany<A, E, R>
  ) => Effect.Effect<ReadonlyMap<string, A>, E, R>
  readonly invalidate: (key?: string) => Effect.Effect<void>
  readonly stats: Effect.Effect<CategoryStats>
}

export interface CategoryOptions<A> {
  readonly connector: string
  readonly name: string
  readonly category: CacheCategory<A>
  readonly settings: CategorySettings
  readonly store: CategoryStore
}

/** A value that somebody waits for. */
interface Flight<A, E> {
  readonly key: string
  readonly value: Deferred.Deferred<Option.Option<A>, E>
  /** Removed since it began. */
  isOutdated: boolean
}

interface Hit<A, E> {
  readonly flight: Flight<A, E>
  readonly kept: Option.Option<A>
}

/** A flight whose value must be loaded, with the outdated value that may replace it. */
interface Missing<A, E> {
  readonly flight: Flight<A, E>
  readonly outdated?: A
}

export const make = Effect.fnUntraced(function* <A, E>({
  category,
  connector,
  name,
  settings,
  store
}: CategoryOptions<A>): Effect.fn.Return<CategoryCache<A, E>, never, Scope.Scope> {
  const scope = yield* Effect.scope
  const counts = makeCounts(connector, name)
  const source = SourceState.make<E>(connector, name)
  const { decode, encode } = codecOf(category)
  const flights = new Map<string, Flight<A, E>>()
  const spans = {
    ttl: Duration.toMillis(settings.ttl),
    notFound: Duration.toMillis(settings.notFound),
    stale: settings.stale === undefined ? 0 : Duration.toMillis(settings.stale)
  }

  const settle = (flight: Flight<A, E>, exit: Exit.Exit<Option.Option<A>, E>) => {
    if (flights.get(flight.key) === flight) flights.delete(flight.key)
    Deferred.doneUnsafe(flight.value, exit)
  }

  /** The kept answer for a flight, where it is fresh. */
  const judge = (flight: Flight<A, E>, kept: Kept | undefined, now: number): Hit<A, E> | Missing<A, E> => {
    if (kept === undefined || kept.keptUntil <= now) return { flight }
    // Another process may keep for longer, or have a clock that is ahead.
    const isFresh =
      kept.freshUntil > now && kept.freshUntil - now <= (kept.value === undefined ? spans.notFound : spans.ttl)
    if (kept.value === undefined) return isFresh ? { flight, kept: Option.none() } : { flight }
    const value = decode(kept.value)
    if (Option.isNone(value)) return { flight }
    if (isFresh) return { flight, kept: value }
    return spans.stale > 0 ? { flight, outdated: value.value } : { flight }
  }

  const keep = Effect.fnUntraced(function* (
    missing: ReadonlyArray<Missing<A, E>>,
    loaded: ReadonlyMap<string, A>,
    mark: string
  ) {
    const now = yield* Clock.currentTimeMillis
    const entries: Array<readonly [string, Kept]> = []
    let errors = 0
    for (const { flight } of missing) {
      const value = loaded.get(flight.key)
      const span = value === undefined ? spans.notFound : spans.ttl
      if (flight.isOutdated || span === 0) continue
      const freshUntil = now + span
      if (value === undefined) {
        entries.push([flight.key, { freshUntil, keptUntil: freshUntil }])
        continue
      }
      const encoded = encode(value)
      if (Option.isNone(encoded)) errors += 1
      else entries.push([flight.key, { value: encoded.value, freshUntil, keptUntil: freshUntil + spans.stale }])
    }
    if (entries.length > 0) errors += yield* store.write(entries, mark)
    yield* counts.add("errors", errors)
  })

  /** Where a value could not be loaded, an outdated one replaces it. */
  const settleAll = (missing: ReadonlyArray<Missing<A, E>>, loaded: Exit.Exit<ReadonlyMap<string, A>, E>) => {
    for (const { flight, outdated } of missing) {
      if (Exit.isSuccess(loaded)) settle(flight, Exit.succeed(Option.fromUndefinedOr(loaded.value.get(flight.key))))
      else if (outdated === undefined || !Cause.hasFails(loaded.cause)) settle(flight, Exit.failCause(loaded.cause))
      else settle(flight, Exit.succeed(Option.some(outdated)))
    }
  }

  const useOutdated = Effect.fnUntraced(function* (missing: ReadonlyArray<Missing<A, E>>, cause: Cause.Cause<E>) {
    const outdated = Cause.hasFails(cause) ? missing.filter((one) => one.outdated !== undefined).length : 0
    yield* counts.add("stale", outdated)
    yield* counts.add("misses", missing.length - outdated)
    if (outdated > 0) yield* source.failed(cause)
    settleAll(missing, Exit.failCause(cause))
  })

  const loadMissing = Effect.fnUntraced(function* <R>(
    missing: ReadonlyArray<Missing<A, E>>,
    load: LoadMany<A, E, R>,
    mark: string
  ) {
    const failed = yield* source.failure(missing.every(({ outdated }) => outdated !== undefined))
    if (failed !== undefined) return yield* useOutdated(missing, failed)
    const exit = yield* Effect.exit(load(missing.map(({ flight }) => flight.key)))
    if (Exit.isFailure(exit)) return yield* useOutdated(missing, exit.cause)
    yield* source.answered
    yield* counts.add("misses", missing.length)
    yield* keep(missing, exit.value, mark)
    settleAll(missing, exit)
  })

  const fill = <R>(own: ReadonlyArray<Flight<A, E>>, load: LoadMany<A, E, R>) =>
    Effect.gen(function* () {
      const { errors, found, mark } = yield* store.read(own.map(({ key }) => key))
      const now = yield* Clock.currentTimeMillis
      const hits: Array<Hit<A, E>> = []
      const missing: Array<Missing<A, E>> = []
      for (const [index, flight] of own.entries()) {
        const judged = judge(flight, found[index], now)
        if ("kept" in judged) hits.push(judged)
        else missing.push(judged)
      }
      yield* counts.add("errors", errors)
      yield* counts.add("hits", hits.length)
      // Counted before: whoever has an answer finds it in the figures.
      for (const { flight, kept } of hits) settle(flight, Exit.succeed(kept))
      yield* logLook(own, missing)
      if (missing.length > 0) yield* loadMissing(missing, load, mark)
    }).pipe(
      // Ended before its time, it leaves nobody waiting.
      Effect.onExit((exit) =>
        Effect.sync(() => {
          if (Exit.isSuccess(exit)) return
          for (const flight of own) settle(flight, Exit.failCause(exit.cause))
        })
      )
    )

  const keysText = (some: ReadonlyArray<Flight<A, E>>) =>
    category.personal === true ? `${some.length} of ${name}` : some.map(({ key }) => `${name}:${key}`).join(", ")

  const logLook = Effect.fnUntraced(function* (
    own: ReadonlyArray<Flight<A, E>>,
    missing: ReadonlyArray<Missing<A, E>>
  ) {
    const gone = new Set(missing.map(({ flight }) => flight))
    const hits = own.filter((flight) => !gone.has(flight))
    if (hits.length > 0) yield* Effect.logDebug(`cache hit: ${keysText(hits)}`)
    if (gone.size > 0)
      yield* Effect.logDebug(`cache miss: ${keysText([...gone])}; ${plural(gone.size)} loaded in one call`)
  })

  /** Joins the flights of the keys, and begins those that are not under way. */
  const join = <R>(keys: ReadonlyArray<string>, load: LoadMany<A, E, R>) =>
    Effect.suspend(() => {
      const own: Array<Flight<A, E>> = []
      const joined = [...new Set(keys)].map((key) => {
        const underWay = flights.get(key)
        if (underWay !== undefined) return underWay
        const flight: Flight<A, E> = { key, value: Deferred.makeUnsafe(), isOutdated: false }
        flights.set(key, flight)
        own.push(flight)
        return flight
      })
      const begun = own.length === 0 ? Effect.void : Effect.forkIn(Effect.interruptible(fill(own, load)), scope, now)
      return Effect.as(Effect.andThen(counts.add("hits", joined.length - own.length), begun), joined)
    })

  const getMany = Effect.fnUntraced(function* <R>(keys: ReadonlyArray<string>, load: LoadMany<A, E, R>) {
    // Uninterruptible: a flight that is listed is under way.
    const joined = yield* Effect.uninterruptible(join(keys, load))
    const values = new Map<string, A>()
    for (const { key, value } of joined) {
      const found = yield* Deferred.await(value)
      if (Option.isSome(found)) values.set(key, found.value)
    }
    return values
  })

  const invalidate = (key?: string) =>
    Effect.suspend(() => {
      const outdated = key === undefined ? [...flights.values()] : [flights.get(key)].filter((one) => one !== undefined)
      for (const flight of outdated) {
        flight.isOutdated = true
        flights.delete(flight.key)
      }
      return store.remove(key)
    })

  const stats = Effect.gen(function* () {
    const entries = yield* store.entries
    yield* counts.hold(entries)
    return counts.stats(entries)
  })

  return { getMany, invalidate, stats }
})

const now = { startImmediately: true }

const plural = (count: number): string => (count === 1 ? "1 value is" : `${count} values are`)
