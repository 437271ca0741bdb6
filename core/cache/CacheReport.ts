/** The cache of a connector, as the API and the command line show it. */
import { Effect, Schema } from "effect"
import type { RunningCache } from "./Caches.ts"

const count = (description: string) => Schema.Int.annotate({ description })

export const CacheReport = Schema.Struct({
  connector: Schema.String,
  enabled: Schema.Boolean,
  redis: Schema.NullOr(
    Schema.Struct({ status: Schema.Literals(["ok", "away", "refusing"]), detail: Schema.NullOr(Schema.String) })
  ).annotate({ description: "null: memory alone." }),
  categories: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      entries: count("Values in the memory of this daemon."),
      hits: count("Answers without a request to the system, since the connector started."),
      misses: count("Answers for which the system was asked."),
      stale: count("Answers with an outdated value, because the system did not answer."),
      errors: count("Values that could not be kept or read.")
    })
  )
})
export type CacheReport = typeof CacheReport.Type

export const CacheReports = Schema.Struct({ caches: Schema.Array(CacheReport) })

export const reportOf = Effect.fnUntraced(function* ({ categories, connector, enabled, redis }: RunningCache) {
  const counted = Object.entries(yield* categories)
  const report: CacheReport = {
    connector,
    enabled,
    redis: redis === undefined ? null : yield* redis,
    categories: counted.map(([name, stats]) => ({ name, ...stats }))
  }
  return report
})
