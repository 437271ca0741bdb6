/** The automatic transfers of the last evenings, from their entries in the log of actions. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Reason } from "../../../core/sdk.ts"
import { tables } from "../EntityTables.ts"
import { iiko } from "../reasons.ts"
import { tableUnavailable } from "../TableUnavailable.ts"

/** The needed part of an entry in the log of actions. */
export interface LoggedTransfer {
  /** The action, a colon, and then day, source and target separated by slashes. */
  readonly key: string
  readonly what: string
  readonly status: string
  /** The reason for the status, if the attempt alone does not show it. */
  readonly detailReason: Reason | null
  /** The message of iiko or the network. */
  readonly errorReason: Reason | null
}

export interface TransferEntry {
  /** For people, with the number of products and both stores. */
  readonly what: string
  /** `sending`, `done`, `failed` or `unknown`. */
  readonly status: string
  readonly detail: Reason | null
  /** Ids of stores. */
  readonly source: string
  readonly target: string
}

export interface Evening {
  /** `yyyy-MM-dd`: the evening of the transfer, even if it was sent after midnight or on another day. */
  readonly day: string
  /** Sorted by their text. */
  readonly items: ReadonlyArray<TransferEntry>
}

const transfer = /^[^:]+\.negative-transfer:(\d{4}-\d{2}-\d{2})\/([^/]+)\/([^/]+)$/

/** The last evening first; entries of other actions are ignored. */
export const byEvening = (entries: ReadonlyArray<LoggedTransfer>): ReadonlyArray<Evening> => {
  const evenings = new Map<string, Array<TransferEntry>>()
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

/** The names of all stores by id, since an entry has only ids. One statement. */
export const storeNames = Effect.fn("Transfers.storeNames")(
  function* (connector: string) {
    const sql = yield* SqlClient.SqlClient
    const of = yield* tables(connector)
    const rows = yield* Effect.orDie(decodeNames(yield* sql`select s.id, btrim(s.name) as name from ${of.store} as s`))
    return new Map(rows.map(({ id, name }) => [id, name ?? id]))
  },
  Effect.catchTag("SqlError", (error) => Effect.fail(tableUnavailable(iiko("iiko.storeNames"), "store")(error)))
)
