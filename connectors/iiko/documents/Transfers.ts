/** What the automatic transfer did on the last evenings, from the entries that it left in the log of actions. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Reason } from "../../../core/reason/Reason.ts"
import { iiko } from "../reasons.ts"
import { tables } from "../Tables.ts"
import { tableUnavailable } from "../TableUnavailable.ts"

/** Of an entry in the log of actions, what is needed here. */
export interface LoggedTransfer {
  /** The action, a colon, and day, source and target with slashes between them. */
  readonly key: string
  readonly what: string
  readonly status: string
  /** How it came to stand as it does, where the attempt alone does not say. */
  readonly detailReason: Reason | null
  /** What iiko or the network said. */
  readonly errorReason: Reason | null
}

export interface Moved {
  /** For people, with how many products there are and both stores. */
  readonly what: string
  /** `sending`, `done`, `failed` or `unknown`. */
  readonly status: string
  readonly detail: Reason | null
  /** Ids of stores. */
  readonly source: string
  readonly target: string
}

export interface Evening {
  /** `yyyy-MM-dd`: the one whose transfer it is, even if it was sent after midnight or on another day. */
  readonly day: string
  /** Sorted by what they are. */
  readonly items: ReadonlyArray<Moved>
}

const transfer = /^[^:]+\.negative-transfer:(\d{4}-\d{2}-\d{2})\/([^/]+)\/([^/]+)$/

/** The last evening first; entries of other actions do not count. */
export const byEvening = (entries: ReadonlyArray<LoggedTransfer>): ReadonlyArray<Evening> => {
  const evenings = new Map<string, Array<Moved>>()
  for (const { detailReason, errorReason, key, status, what } of entries) {
    const [, day, source, target] = transfer.exec(key) ?? []
    if (day === undefined || source === undefined || target === undefined) continue
    const items = evenings.get(day) ?? []
    items.push({ what, status, detail: detailReason ?? errorReason, source, target })
    evenings.set(day, items)
  }
  return [...evenings]
    .map(([day, items]) => ({ day, items: items.toSorted((one, other) => collator.compare(one.what, other.what)) }))
    .toSorted((one, other) => other.day.localeCompare(one.day))
}

const collator = new Intl.Collator("ru", { numeric: true })

const decodeNames = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ id: Schema.String, name: Schema.NullOr(Schema.String) }))
)

/** Of all stores, by their ids: an entry names them so. One statement. */
export const storeNames = Effect.fn("Transfers.storeNames")(
  function* (connector: string) {
    const sql = yield* SqlClient.SqlClient
    const of = yield* tables(connector)
    const rows = yield* Effect.orDie(decodeNames(yield* sql`select s.id, btrim(s.name) as name from ${of.store} as s`))
    return new Map(rows.map(({ id, name }) => [id, name ?? id]))
  },
  Effect.catchTag("SqlError", (error) => Effect.fail(tableUnavailable(iiko("iiko.storeNames"), "store")(error)))
)
