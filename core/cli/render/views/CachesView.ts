/** The caches of the running connectors, a line for each category. */
import type { CacheReport } from "../../../cache/CacheReport.ts"
import { asTyped } from "../terminal/Prose.ts"
import type { View } from "../terminal/Style.ts"
import * as Table from "../terminal/Table.ts"

interface Row {
  readonly cache: CacheReport
  readonly category: CacheReport["categories"][number]
}

const counted = (title: string, of: (category: Row["category"]) => number): Table.Column<Row> => ({
  title,
  align: "right",
  value: ({ category }) => String(of(category))
})

/** Of all answers, those without a request to the system. */
const share = ({ hits, misses }: Row["category"]): string =>
  hits + misses === 0 ? "" : `${Math.round((100 * hits) / (hits + misses))} %`

const columns: ReadonlyArray<Table.Column<Row>> = [
  { title: "cache", value: ({ cache, category }) => ({ text: `${cache.connector}.${category.name}`, tone: "strong" }) },
  counted("values", ({ entries }) => entries),
  counted("hits", ({ hits }) => hits),
  counted("misses", ({ misses }) => misses),
  { title: "from it", align: "right", value: ({ category }) => share(category) },
  counted("outdated", ({ stale }) => stale),
  counted("errors", ({ errors }) => errors)
]

/** What is to be known of a cache as a whole. */
const noteOf = ({ connector, enabled, redis }: CacheReport): ReadonlyArray<string> => {
  if (!enabled) return [`The cache of ${connector} is off: cache.enabled is false.`]
  if (redis === null || redis.status === "ok") return []
  const what = redis.status === "away" ? "does not answer" : "refuses commands"
  return [`The Redis of ${connector} ${what} (${redis.detail ?? "unknown"}): memory and the system answer.`]
}

export const render = (caches: ReadonlyArray<CacheReport>, view: View): string => {
  if (caches.length === 0) return asTyped("No running connector has a cache.", view)
  const rows = caches.flatMap((cache) => cache.categories.map((category) => ({ cache, category })))
  return [Table.render({ columns, rows }, view), ...caches.flatMap(noteOf)].join("\n")
}
