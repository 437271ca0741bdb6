/** A category in memory: at most so many values; those used least recently make room. */
import { Clock, Effect } from "effect"
import type { CategoryStore, Kept } from "./CategoryStore.ts"

/** The mark of every reading: what is removed while it is loaded is known without one (see `CategoryCache`). */
const noMark = ""

export const make = (capacity: number): CategoryStore => {
  /** The least recently used first. */
  const kept = new Map<string, Kept>()

  const readOne = (key: string, now: number): Kept | undefined => {
    const found = kept.get(key)
    if (found === undefined) return undefined
    kept.delete(key)
    if (found.keptUntil <= now) return undefined
    kept.set(key, found)
    return found
  }

  const writeOne = (key: string, entry: Kept): void => {
    kept.delete(key)
    kept.set(key, entry)
    const [oldest] = kept.keys()
    if (kept.size > capacity && oldest !== undefined) kept.delete(oldest)
  }

  return {
    read: (keys) =>
      Effect.map(Clock.currentTimeMillis, (now) => ({
        found: keys.map((key) => readOne(key, now)),
        mark: noMark,
        errors: 0
      })),
    write: (entries) =>
      Effect.sync(() => {
        for (const [key, entry] of entries) writeOne(key, entry)
        return 0
      }),
    remove: (key) => Effect.sync(() => (key === undefined ? kept.clear() : kept.delete(key))),
    entries: Effect.map(Clock.currentTimeMillis, (now) => {
      for (const [key, { keptUntil }] of kept) if (keptUntil <= now) kept.delete(key)
      return kept.size
    })
  }
}
