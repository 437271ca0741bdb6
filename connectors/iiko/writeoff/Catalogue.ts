/**
 * Stores, accounts and products for write-offs, kept in memory: loaded at the start or at the first request, again
 * after each sync of their tables, and periodically, since another process may have synced.
 */
import { Duration, Effect, Schema, type Scope, Stream } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { StaleWhileRevalidate } from "../../../core/sdk.ts"
import { tables } from "../EntityTables.ts"
import { withDistinctNames } from "./DistinctNames.ts"
import { type Account, kindOfStore, type Store } from "./Kinds.ts"
import { ProductSearch } from "./ProductSearch.ts"

export interface Snapshot {
  readonly stores: ReadonlyArray<Store>
  readonly accounts: ReadonlyArray<Account>
  readonly products: ProductSearch
}

export interface Catalogue {
  /** Returns the snapshot from memory, once it is there. */
  readonly get: Effect.Effect<Snapshot, SqlError.SqlError>
}

export interface CatalogueOptions {
  readonly connector: string
  /** Product groups by name or id, each with everything below it; none: all products. */
  readonly groups: ReadonlyArray<string>
  /** Ids of entities that were just synced, such as `iiko.product`. */
  readonly synced: Stream.Stream<string>
}

/** An older snapshot is still served, and loaded again in the background. */
const maxAge = Duration.minutes(10)

const Named = Schema.Struct({ id: Schema.String, name: Schema.NullOr(Schema.String) })
const decodeAccounts = Schema.decodeUnknownEffect(Schema.Array(Named))
const decodeStores = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ ...Named.fields, department_id: Schema.NullOr(Schema.String) }))
)
const decodeProducts = Schema.decodeUnknownEffect(
  Schema.Array(
    Schema.Struct({
      ...Named.fields,
      num: Schema.NullOr(Schema.String),
      code: Schema.NullOr(Schema.String),
      group_name: Schema.NullOr(Schema.String),
      type: Schema.Literals(["GOODS", "DISH", "PREPARED"]),
      unit: Schema.NullOr(Schema.String)
    })
  )
)

const load = Effect.fn("Catalogue.load")(function* (connector: string, groups: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  const of = yield* tables(connector)
  const wanted = JSON.stringify(groups.map((group) => group.trim()))
  const [stores, accounts, products] = yield* Effect.all(
    [
      sql`select id, name, parent_id as department_id from ${of.store} order by name, id`,
      sql`select id, name from ${of.entity} where root_type = 'Account' and deleted is not true order by name, id`,
      sql`
        with recursive wanted as (
          select value from json_array_elements_text(${wanted}::json)
        ), allowed as (
          select g.id from ${of.productGroup} as g
          where btrim(g.name) in (select value from wanted) or g.id::text in (select value from wanted)
          union
          select g.id from ${of.productGroup} as g join allowed as a on g.parent_id = a.id
        )
        select p.id, p.name, to_jsonb(p) ->> 'num' as num, to_jsonb(p) ->> 'code' as code, btrim(g.name) as group_name,
          p.type, btrim(u.name) as unit
        from ${of.product} as p
        left join ${of.productGroup} as g on g.id = p.parent_id
        left join ${of.entity} as u on u.id = p.main_unit and u.root_type = 'MeasureUnit'
        where p.deleted is not true and p.type in ('GOODS', 'DISH', 'PREPARED')
          and (not exists (select from wanted) or p.parent_id in (select id from allowed))`
    ],
    { concurrency: "unbounded" }
  )
  const trimmed = (name: string | null) => (name ?? "").trim()
  return {
    stores: (yield* Effect.orDie(decodeStores(stores))).map(({ department_id, id, name }) => {
      const clean = trimmed(name)
      return { id, name: clean, departmentId: department_id ?? "", kind: kindOfStore(clean) }
    }),
    accounts: (yield* Effect.orDie(decodeAccounts(accounts))).map(({ id, name }) => ({ id, name: trimmed(name) })),
    products: new ProductSearch(
      withDistinctNames(
        (yield* Effect.orDie(decodeProducts(products))).map(({ group_name, name, ...row }) => ({
          ...row,
          group: group_name,
          name: trimmed(name)
        }))
      )
    )
  } satisfies Snapshot
})

const concerned = new Set(["entity_account", "entity_measure_unit", "product", "product_group", "store"])

export const make = Effect.fn("Catalogue.make")(function* ({
  connector,
  groups,
  synced
}: CatalogueOptions): Effect.fn.Return<Catalogue, never, SqlClient.SqlClient | Scope.Scope> {
  const sql = yield* SqlClient.SqlClient
  const { get } = yield* StaleWhileRevalidate.make({
    what: "the products of write-offs",
    read: Effect.provideService(load(connector, groups), SqlClient.SqlClient, sql),
    news: Stream.filter(
      synced,
      (id) => id.startsWith(`${connector}.`) && concerned.has(id.slice(connector.length + 1))
    ),
    maxAge
  })
  return { get }
})
