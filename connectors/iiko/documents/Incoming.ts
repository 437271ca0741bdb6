/** Incoming invoices from the last read: those of some days, and the lines of one of them. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { tables } from "../EntityTables.ts"
import { iiko } from "../reasons.ts"
import { tableUnavailable } from "../TableUnavailable.ts"

export interface InvoiceFilter {
  /** The department of the stores that received them. Absent: all. */
  readonly departmentId?: string | undefined
  /** `yyyy-MM-dd` in the time zone, both inclusive. */
  readonly since: string
  readonly until: string
  readonly timezone: string
}

const Text = Schema.NullOr(Schema.String)

const Invoice = Schema.Struct({
  id: Schema.String,
  number: Text,
  /** `yyyy-MM-dd`, the day in the time zone. */
  date: Schema.String,
  supplier: Text,
  /** If the lines name several stores, separated by commas. */
  store: Text,
  /** Decimal text, the sum of all lines. */
  sum: Schema.String,
  /** NEW, PROCESSED or DELETED. */
  status: Text,
  /** The number of lines. */
  items: Schema.Int
})
export type Invoice = typeof Invoice.Type
const decodeInvoices = Schema.decodeUnknownEffect(Schema.Array(Invoice))

/** Newest first. One statement. */
export const incoming = Effect.fn("Incoming.incoming")(
  function* (connector: string, { departmentId, since, timezone, until }: InvoiceFilter) {
    const sql = yield* SqlClient.SqlClient
    const of = yield* tables(connector)
    const isWanted = departmentId === undefined ? sql`true` : sql`s.department_ids @> array[${departmentId}::uuid]`
    const rows = yield* sql`
      select i.id, btrim(i.document_number) as number, i.status,
        to_char(i.date_incoming at time zone ${timezone}, 'YYYY-MM-DD') as date,
        btrim(p.name) as supplier, s.names as store, l.sum, l.items
      from ${of.incomingInvoice} as i
      cross join lateral (
        select count(*)::int as items, trim_scale(coalesce(sum(l.sum), 0))::text as sum, array_agg(l.store_id) as store_ids
        from ${of.incomingInvoiceItem} as l where l.invoice_id = i.id
      ) as l
      cross join lateral (
        select string_agg(btrim(s.name), ', ' order by btrim(s.name)) as names, array_agg(s.parent_id) as department_ids
        from ${of.store} as s
        -- A document names its store once or in every line.
        where s.id = i.default_store_id or s.id = any(l.store_ids)
      ) as s
      left join ${of.supplier} as p on p.id = i.supplier_id
      where i.date_incoming >= ${since}::date::timestamp at time zone ${timezone}
        and i.date_incoming < (${until}::date + 1)::timestamp at time zone ${timezone}
        and ${isWanted}
      order by i.date_incoming desc, i.document_number desc, i.id`
    return yield* Effect.orDie(decodeInvoices(rows))
  },
  Effect.catchTag("SqlError", (error) =>
    Effect.fail(
      tableUnavailable(iiko("iiko.invoices"), "incoming_invoice", "incoming_invoice_item", "store", "supplier")(error)
    )
  )
)

const Line = Schema.Struct({
  /** null: the list of products lacks this product. */
  product: Text,
  /** Decimal text, like `price` and `sum`; in whole packages if the line names one. */
  amount: Text,
  unit: Text,
  price: Text,
  sum: Text
})
export type Line = typeof Line.Type
const decodeLines = Schema.decodeUnknownEffect(Schema.Array(Line))

/** In the order of the document; empty if there is no such invoice. One statement. */
export const incomingItems = Effect.fn("Incoming.items")(
  function* (connector: string, id: string) {
    const sql = yield* SqlClient.SqlClient
    const of = yield* tables(connector)
    const rows = yield* sql`
      select btrim(p.name) as product, trim_scale(l.amount)::text as amount, btrim(u.name) as unit,
        trim_scale(l.price)::text as price, trim_scale(l.sum)::text as sum
      from ${of.incomingInvoiceItem} as l
      left join ${of.product} as p on p.id = l.product_id
      left join ${of.entity} as u on u.root_type = 'MeasureUnit'
        and u.id = coalesce(l.amount_unit, case when l.container_id is null then p.main_unit end)
      where l.invoice_id = ${id}::uuid
      order by l.num`
    return yield* Effect.orDie(decodeLines(rows))
  },
  Effect.catchTag("SqlError", (error) =>
    Effect.fail(
      tableUnavailable(iiko("iiko.invoiceLines"), "incoming_invoice_item", "product", "entity_measure_unit")(error)
    )
  )
)
