/** Reads stored orders: the table of the entity `order`, with the columns that the sample declares. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Accounts, Missing, quoteTable, Registry, RouteConnector, readDatabase } from "../../../core/sdk-http.ts"

export interface OrderFilter {
  readonly user: string
  readonly account?: string
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

/** The entity of orders, if it has what is asked for here. */
const entityOf = Effect.fnUntraced(function* (connector: string) {
  const { entities } = yield* Registry.now
  const entity = entities.find((one) => one.connector === connector && one.name === "order")
  const lacks = needed.filter((name) => entity?.columns.every((column) => column.name !== name) ?? true)
  if (entity !== undefined && lacks.length === 0) return entity
  return yield* new Missing({
    detail: `${connector} needs an entity \`order\` with the columns ${needed.join(", ")}.`
  })
})

const accountsOf = Effect.fnUntraced(function* (connector: string, { account, user }: OrderFilter) {
  const { list } = yield* Accounts
  const found = (yield* list(connector)).filter(
    ({ name, owner }) => owner === user && (account === undefined || name === account)
  )
  if (found.length > 0) return new Map(found.map(({ id, name }) => [id, name]))
  return yield* new Missing({ detail: `${user} has no account${account === undefined ? "" : ` ${account}`} here.` })
})

export const makeStoredOrders = Effect.gen(function* () {
  const connector = yield* RouteConnector
  return Effect.fnUntraced(function* (filter: OrderFilter) {
    const sql = yield* SqlClient.SqlClient
    const entity = yield* entityOf(connector)
    const accounts = yield* accountsOf(connector, filter)
    const { from, limit = 100, offset = 0, order, status, to } = filter
    const wanted = sql.and([
      sql`o.account_id = any (${[...accounts.keys()]}::uuid[])`,
      ...(order === undefined ? [] : [sql`o.id::text = ${order}`]),
      ...(status === undefined ? [] : [sql`o.status = ${status}`]),
      ...(from === undefined ? [] : [sql`o.ordered_at >= ${from}`]),
      ...(to === undefined ? [] : [sql`o.ordered_at < ${to}`])
    ])
    const source = sql.literal(quoteTable(entity.table))
    const [{ total } = { total: 0 }] = yield* sql<{ total: number }>`
      select count(*)::integer as total from ${source} as o where ${wanted}`
    const rows = yield* decodeRows(
      yield* sql`
        select o.account_id::text, o.id::text, o.ordered_at, o.raw, o._first_seen_at as created_at,
          o._changed_at as updated_at, to_jsonb(o) ->> 'gone_at' is not null as is_deleted
        from ${source} as o where ${wanted}
        order by o.ordered_at desc nulls last, o.account_id, o.id limit ${limit} offset ${offset}`
    )
    const orders = rows.map(({ account_id, id, ordered_at, raw, created_at, updated_at, is_deleted }) => ({
      account: accounts.get(account_id) ?? "",
      allegro_order_id: id,
      order_date: ordered_at,
      order_data: raw,
      created_at,
      updated_at,
      is_deleted
    }))
    return { orders, total }
  }, readDatabase)
})

const Version = Schema.Struct({ from: Schema.Date, to: Schema.NullOr(Schema.Date), order_data: Schema.Unknown })
const decodeVersions = Schema.decodeUnknownEffect(Schema.Array(Version))

/** Every content that an order of these accounts had at a read, the newest first; none where the entity keeps none. */
export const makeStoredVersions = Effect.gen(function* () {
  const connector = yield* RouteConnector
  return Effect.fnUntraced(function* (filter: OrderFilter & { readonly order: string }) {
    const sql = yield* SqlClient.SqlClient
    const { versions } = yield* entityOf(connector)
    if (versions === undefined) return []
    const accounts = yield* accountsOf(connector, filter)
    return yield* decodeVersions(
      yield* sql`
        select v.valid_from as "from", v.valid_to as "to", v.content as order_data from ${sql.literal(quoteTable(versions))} as v
        where v.account_id = any (${[...accounts.keys()]}::uuid[]) and v.id::text = ${filter.order}
        order by v.valid_from desc`
    )
  }, readDatabase)
})
