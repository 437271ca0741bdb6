/** What a connector type says of the values that it keeps, and what is counted of them. */
import { Effect, Metric, type Option, Schema } from "effect"
import type { CategoryDefaults } from "../config/schema/CacheYaml.ts"
import { cacheMetrics } from "../observe/Metrics.ts"

export interface CacheCategory<A = unknown> extends CategoryDefaults {
  /** The form of a value. Values are kept encoded as JSON, and one that no longer has the form is missing. */
  readonly schema: Schema.Codec<A, unknown>
  /** Keys are personal, such as telephone numbers, and stay out of the log. */
  readonly personal?: boolean
}

export type CacheCategories = Readonly<Record<string, CacheCategory>>

export type ValueOf<C> = C extends CacheCategory<infer A> ? A : never

/** Since the start of the connector. */
export interface CategoryStats {
  /** Values in the memory of this daemon. */
  readonly entries: number
  /** Answers without a request to the system: from the cache, or from a load that was under way. */
  readonly hits: number
  /** Answers for which the system was asked. */
  readonly misses: number
  /** Answers with an outdated value, because the system did not answer. */
  readonly stale: number
  /** Values that could not be kept or read. */
  readonly errors: number
}

export type Counted = Exclude<keyof CategoryStats, "entries">

export const makeCounts = (connector: string, category: string) => {
  const counts = { hits: 0, misses: 0, stale: 0, errors: 0 }
  const metrics = cacheMetrics(connector, category)
  const add = (what: Counted, count: number): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (count === 0) return Effect.void
      counts[what] += count
      return Metric.update(metrics[what], count)
    })
  const stats = (entries: number): CategoryStats => ({ entries, ...counts })
  const hold = (entries: number) => Metric.update(metrics.entries, entries)
  return { add, hold, stats }
}

/** To JSON and back; none for what has another form. */
export const codecOf = <A>({ schema }: CacheCategory<A>) => {
  const codec = Schema.toCodecJson(schema)
  const encode = Schema.encodeUnknownOption(codec)
  const decode = Schema.decodeUnknownOption(codec)
  return { encode, decode: (json: unknown): Option.Option<A> => decode(json) }
}
