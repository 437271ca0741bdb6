/** Reads stored orders: the table of the entity `order`, with the columns that the sample declares. */
import { Effect, Schema } from "effect"
import { HttpServerResponse } from "effect/http"
import { SqlClient } from "effect/sql"
import { Missing, quoteTable, Registry, ResponseCache, RouteConnector, readDatabase } from "../../../core/sdk-http.ts"
import { usualLimit } from "./Orders.ts"
import { accountsOf, type UserFilter } from "./UserAccounts.ts"

export interface OrderFilter extends UserFilter {
  readonly order?: string
  readonly from?: Date
  readonly to?: Date
  readonly status?: string
  readonly limit?: number
  readonly offset?: number
}

const Row = Schema.Struct({
  account_id: Schema.String,
  id: Schema.String,
  ordered_at: Schema.NullOr(Schema.Date),
  raw: Schema.Unknown,
  created_at: Schema.Date,
  updated_at: Schema.Date,
  is_deleted: Schema.Boolean
})
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

const needed = ["id", "status", "ordered_at", "raw"]

/** The entity of that name, if it has the columns. */
export const entityOf = Effect.fnUntraced(function* (connector: string, name: string, columns: ReadonlyArray<string>) {
  const { entities } = yield* Registry.now
  const entity = entities.find((one) => one.connector === connector && one.name === name)
  const lacks = columns.filter((wanted) => entity?.columns.every((column) => column.name !== wanted) ?? true)
  if (entity !== undefined && lacks.length === 0) return entity
  return yield* new Missing({
    detail: `${connector} needs an entity \`${name}\` with the columns ${columns.join(", ")}.`
  })
})

/** Finds the orders that the filter names: the source and the condition of a statement. */
const findIn = Effect.fnUntraced(function* (connector: string, filter: OrderFilter) {
  const sql = yield* SqlClient.SqlClient
  const entity = yield* entityOf(connector, "order", needed)
  const accounts = new Map((yield* accountsOf(connector, filter)).map(({ id, name }) => [id, name]))
  const { from, order, status, to } = filter
  const wanted = sql.and([
    sql`o.account_id = any (${[...accounts.keys()]}::uuid[])`,
    ...(order === undefined ? [] : [sql`o.id::text = ${order}`]),
    ...(status === undefined ? [] : [sql`o.status = ${status}`]),
    ...(from === undefined ? [] : [sql`o.ordered_at >= ${from}`]),
    ...(to === undefined ? [] : [sql`o.ordered_at < ${to}`])
  ])
  const found = sql`from ${sql.literal(quoteTable(entity.table))} as o where ${wanted}`
  // Only an entity that keeps versions has the column.
  const isGone = sql.literal(entity.columns.some(({ name }) => name === "gone_at") ? "o.gone_at is not null" : "false")
  const read = Effect.fnUntraced(function* (limit: number, offset: number) {
    const rows = yield* sql`
      select o.account_id::text, o.id::text, o.ordered_at, o.raw, o._first_seen_at as created_at,
        o._changed_at as updated_at, ${isGone} as is_deleted ${found}
      order by o.ordered_at desc nulls last, o.account_id, o.id limit ${limit} offset ${offset}`
    return (yield* decodeRows(rows)).map(({ account_id, id, ordered_at, raw, ...row }) => ({
      id: account_id,
      order: {
        account: accounts.get(account_id) ?? "",
        allegro_order_id: id,
        order_date: ordered_at,
        order_data: raw,
        ...row
      }
    }))
  })
  // Everything else is made of the rows of the page alone: PostgreSQL would make it of all before it sorts them.
  const page = Effect.fnUntraced(function* (limit: number, offset: number) {
    const names = JSON.stringify(Object.fromEntries(accounts))
    const [row] = yield* sql<{ page: string }>`
      with o as (
        select o.* ${found} order by o.ordered_at desc nulls last, o.account_id, o.id limit ${limit} offset ${offset}
      ), p as (
        select coalesce(${names}::jsonb ->> o.account_id::text, '') as account, o.id::text as allegro_order_id,
          ${iso(sql, "ordered_at")} as order_date, o.raw as order_data, ${iso(sql, "_first_seen_at")} as created_at,
          ${iso(sql, "_changed_at")} as updated_at, ${isGone} as is_deleted
        from o order by o.ordered_at desc nulls last, o.account_id, o.id
      )
      select json_build_object('orders', coalesce((select json_agg(p) from p), '[]'::json),
        'total', (select count(*) ${found}))::text as page`
    return row?.page ?? ""
  })
  return { entity, page, read }
})

/** A time as JSON has it. */
const iso = (sql: SqlClient.SqlClient, column: string) =>
  sql.literal(`to_char(o.${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`)

/**
 * A page of a user's orders, and how many there are in all (`OrderPage`), as JSON. PostgreSQL writes it: to parse and encode
 * fifty forms again took six times the CPU time of passing the text on.
 */
const list = (connector: string) =>
  Effect.fnUntraced(function* (filter: OrderFilter) {
    const { page } = yield* findIn(connector, filter)
    return yield* page(filter.limit ?? usualLimit, filter.offset ?? 0)
  }, readDatabase)

const Version = Schema.Struct({ from: Schema.Date, to: Schema.NullOr(Schema.Date), order_data: Schema.Unknown })
const decodeVersions = Schema.decodeUnknownEffect(Schema.Array(Version))

/** One order with every content that it had at a read, the newest first; with none where its entity keeps none. */
const one = (connector: string) =>
  Effect.fnUntraced(function* (filter: OrderFilter & { readonly order: string }) {
    const sql = yield* SqlClient.SqlClient
    const { entity, read } = yield* findIn(connector, filter)
    const [row] = yield* read(1, 0)
    if (row === undefined) {
      return yield* new Missing({ detail: `${filter.user} has no stored order ${filter.order}.` })
    }
    if (entity.versions === undefined) return { ...row.order, versions: [] }
    const kept = yield* sql`
      select v.valid_from as "from", v.valid_to as "to", v.content as order_data
      from ${sql.literal(quoteTable(entity.versions))} as v
      where v.account_id = ${row.id}::uuid and v.id::text = ${filter.order}
      order by v.valid_from desc`
    return { ...row.order, versions: yield* decodeVersions(kept) }
  }, readDatabase)

/** Larger pages are made for each request: many of them would fill the memory. */
const largestShared = 100

export const makeStoredOrders = Effect.gen(function* () {
  const connector = yield* RouteConnector
  const page = list(connector)
  const shared = yield* (yield* ResponseCache).share(page)
  return {
    list: (filter: OrderFilter) =>
      (filter.limit ?? usualLimit) <= largestShared
        ? shared(filter)
        : Effect.map(page(filter), (json) => HttpServerResponse.text(json, { contentType: "application/json" })),
    one: one(connector)
  }
})
