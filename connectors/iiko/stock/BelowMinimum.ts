/**
 * `below-minimum`: the products of which a department has less than its minimum level, over all its stores, the worst
 * first. Products and balances are read again first, both at once; one statement finds the rest.
 */

import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Action, Identifier, optional, type Reason, reason, sqlReason, withDefault } from "../../../core/sdk.ts"
import { Server } from "../documents/DocumentServer.ts"
import { tables } from "../EntityTables.ts"
import { iiko } from "../reasons.ts"

const Settings = Schema.Struct({
  levels: withDefault(
    Identifier,
    "min_stock_level",
    "The table of levels: product_id, department_id, min_level, max_level. Default min_stock_level."
  )
})

const Input = Schema.Struct({
  department: optional(Schema.String, "Its id or its name. Default: all departments."),
  refresh: withDefault(Schema.Boolean, true, "Whether products and balances are read first. Default true.")
})

const Row = Schema.Struct({
  department_id: Schema.String,
  department: Schema.String,
  product_id: Schema.String,
  product: Schema.String,
  unit: Schema.NullOr(Schema.String),
  stock: Schema.String,
  minimum: Schema.String,
  maximum: Schema.NullOr(Schema.String),
  deficit: Schema.String
})
export type Shortage = typeof Row.Type
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

/** By department and, within one, by the missing share of the minimum. Amounts are decimal text. */
export const shortages = Effect.fn("Iiko.shortages")(function* (
  connector: string,
  { department, levels }: { readonly levels: string; readonly department: string | undefined }
) {
  const sql = yield* SqlClient.SqlClient
  const of = yield* tables(connector)
  const wanted =
    department === undefined
      ? sql``
      : sql`and (d.id::text = lower(${department}) or btrim(d.name) = btrim(${department}))`
  const rows = yield* sql`
    with stock as (
      select s.parent_id as department_id, b.product_id, sum(b.amount) as amount
      from ${of.stockBalance} as b join ${of.store} as s on s.id = b.store_id
      group by s.parent_id, b.product_id
    ), level as (
      select l.department_id, l.product_id, l.min_level, l.max_level, coalesce(s.amount, 0) as amount
      from ${sql(levels)} as l
      left join stock as s on s.department_id = l.department_id and s.product_id = l.product_id
    )
    select d.id as department_id, btrim(d.name) as department, p.id as product_id, btrim(p.name) as product,
      btrim(u.name) as unit, trim_scale(l.amount)::text as stock, trim_scale(l.min_level)::text as minimum,
      trim_scale(l.max_level)::text as maximum, trim_scale(l.min_level - l.amount)::text as deficit
    from level as l
    join ${of.department} as d on d.id = l.department_id
    join ${of.product} as p on p.id = l.product_id and p.deleted is not true
    left join ${of.entity} as u on u.id = p.main_unit and u.root_type = 'MeasureUnit'
    where l.min_level > 0 and l.amount < l.min_level ${wanted}
    order by btrim(d.name), d.id, (l.min_level - l.amount) / l.min_level desc, btrim(p.name), p.id`
  return yield* Effect.orDie(decodeRows(rows))
})

export const belowMinimum = Action.make({
  name: "below-minimum",
  description: "What departments have less of than their minimum levels.",
  settings: Settings,
  input: Input,
  run: Effect.fnUntraced(function* ({ levels }, { department, refresh }, context) {
    const { connector } = yield* Server
    const stale = refresh ? yield* context.refresh([`${connector}.product`, `${connector}.stock_balance`]) : []
    const found = yield* Effect.mapError(
      shortages(connector, { levels, department }),
      (error) => new Action.ActionFailed({ reason: iiko("iiko.notCompared", { why: sqlReason(error) }) })
    )
    return report(
      found,
      stale.map((one) => reason("action.stale", { ...one }))
    )
  })
})

const report = (found: ReadonlyArray<Shortage>, notes: ReadonlyArray<Reason>): Action.ActionReport => {
  const departments = [...Map.groupBy(found, (row) => row.department_id).values()].map((rows) => ({
    id: rows[0]?.department_id ?? "",
    name: rows[0]?.department ?? "",
    products: rows.map(({ deficit, maximum, minimum, product, product_id, stock, unit }) => ({
      id: product_id,
      name: product,
      unit,
      stock,
      minimum,
      maximum,
      deficit
    }))
  }))
  const counts = departments.map(({ name, products }) =>
    iiko("iiko.belowIn", { department: name, count: products.length })
  )
  const summary = counts.length === 0 ? iiko("iiko.nothingBelow") : iiko("iiko.below", { departments: counts })
  return { summary, items: [], notes, data: { departments } }
}
