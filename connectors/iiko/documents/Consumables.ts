/** The stores of the chain, the undeleted products of a group and all units, with one statement. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { tables } from "../EntityTables.ts"
import type { Store } from "./StorePairs.ts"

export interface Product {
  readonly id: string
  /** As in the list, without spaces at the ends. */
  readonly name: string
  readonly hasUnit: boolean
}

export interface Consumables {
  readonly stores: ReadonlyArray<Store>
  readonly products: ReadonlyArray<Product>
  /** Ids by name. */
  readonly units: ReadonlyMap<string, string>
}

const decodeRows = Schema.decodeUnknownEffect(
  Schema.Array(
    Schema.Struct({
      kind: Schema.Literals(["store", "product", "unit"]),
      id: Schema.String,
      name: Schema.NullOr(Schema.String),
      has_unit: Schema.Boolean
    })
  )
)

export const consumables = Effect.fn("Iiko.consumables")(function* (connector: string, group: string) {
  const sql = yield* SqlClient.SqlClient
  const { entity, product, productGroup, store } = yield* tables(connector)
  const rows = yield* sql`
    with recursive consumable as (
      select g.id from ${productGroup} as g where btrim(g.name) = btrim(${group}) and g.parent_id is null
      union
      select g.id from ${productGroup} as g join consumable as c on g.parent_id = c.id
    )
    select 'store' as kind, s.id, s.name, false as has_unit from ${store} as s
    union all
    select 'product', p.id, p.name, p.main_unit is not null from ${product} as p
    where p.deleted is not true and p.parent_id in (select id from consumable)
    union all
    select 'unit', e.id, e.name, false from ${entity} as e
    where e.root_type = 'MeasureUnit' and e.deleted is not true`
  const decoded = yield* Effect.orDie(decodeRows(rows))
  const of = (kind: (typeof decoded)[number]["kind"]) =>
    decoded.filter((row) => row.kind === kind).map((row) => ({ ...row, name: (row.name ?? "").trim() }))
  return {
    stores: of("store").map(({ id, name }) => ({ id, name })),
    products: of("product").map(({ has_unit, id, name }) => ({ id, name, hasUnit: has_unit })),
    units: new Map(of("unit").map(({ id, name }) => [name, id]))
  } satisfies Consumables
})
