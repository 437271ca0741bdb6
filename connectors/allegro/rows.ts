/** What people have to see of the stored orders: those of a seller's day, and those that were cancelled on their way. */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { type AccountList, quoteTable, type RowAlert, type StoredRows, timeOf } from "../../core/sdk.ts"
import { allegro } from "./reasons.ts"

const shipped = ["SENT", "PICKED_UP"]

const Cancelled = Schema.Struct({ id: Schema.String, account: Schema.NullOr(Schema.String) })
const decodeCancelled = Schema.decodeUnknownEffect(Schema.Array(Cancelled))

/** Long enough for a parcel to be stopped. An order that is seen for the first time counts only if it is new: a first load brings old ones. */
const days = 3

const cancelledAfterShipping: RowAlert = {
  name: "cancelled_after_shipping",
  entity: "order",
  columns: ["id", "status", "fulfillment_status", "ordered_at"],
  find: Effect.fnUntraced(function* ({ table, versions }) {
    const sql = yield* SqlClient.SqlClient
    const since = DateTime.formatIso(DateTime.subtract(yield* DateTime.now, { days }))
    // The vendor's panel cancels the fulfilment itself, which hides that it had been sent.
    const wasShipped =
      versions === undefined
        ? sql`false`
        : sql`exists (select from ${sql.literal(quoteTable(versions))} as v where v.account_id = o.account_id
            and v.id = o.id and v.content #>> '{fulfillment,status}' = any (${shipped}::text[]))`
    const rows = yield* sql`
      select o.id::text, a.owner || '/' || a.name as account from ${sql.literal(quoteTable(table))} as o
      left join tributary.account as a on a.id = o.account_id
      where (o.status = 'CANCELLED' or o.fulfillment_status = 'CANCELLED')
        and (o.fulfillment_status = any (${shipped}::text[]) or ${wasShipped})
        and o._changed_at > ${since}::timestamptz
        and (o._changed_at > o._first_seen_at or o.ordered_at > ${since}::timestamptz)
      order by o._changed_at desc, o.id limit 100`
    return (yield* Effect.orDie(decodeCancelled(rows))).map(({ account, id }) => ({
      id,
      name: account === null ? id : `${id} (${account})`
    }))
  }),
  reason: (found) => allegro("allegro.cancelledAfterShipping", found)
}

const Order = Schema.Struct({
  id: Schema.String,
  ordered_at: Schema.DateTimeUtcFromDate,
  status: Schema.NullOr(Schema.String),
  fulfillment_status: Schema.NullOr(Schema.String),
  total: Schema.NullOr(Schema.String),
  currency: Schema.NullOr(Schema.String)
})
const decodeOrders = Schema.decodeUnknownEffect(Schema.Array(Order))

const most = 100

const ordersOfToday: AccountList = {
  name: "orders_of_today",
  entity: "order",
  columns: Object.keys(Order.fields),
  title: allegro("allegro.ordersOfToday"),
  read: Effect.fnUntraced(function* ({ table }, { account, timezone }) {
    const sql = yield* SqlClient.SqlClient
    const now = yield* DateTime.now
    const start = DateTime.formatIso(DateTime.startOf(DateTime.setZoneNamedUnsafe(now, timezone), "day"))
    const today = sql`from ${sql.literal(quoteTable(table))} as o
      where o.account_id = ${account}::uuid and o.ordered_at >= ${start}::timestamptz`
    const [counted] = yield* sql<{ orders: number; cancelled: number }>`
      select count(*)::integer as orders, (count(*) filter (where o.status = 'CANCELLED'))::integer as cancelled ${today}`
    const rows = yield* sql`
      select o.id::text, o.ordered_at, o.status, o.fulfillment_status, o.total::text, o.currency ${today}
      order by o.ordered_at desc, o.id limit ${most}`
    const orders = yield* Effect.orDie(decodeOrders(rows))
    return {
      head: allegro("allegro.countOfToday", { count: counted?.orders ?? 0, cancelled: counted?.cancelled ?? 0 }),
      lines: orders.map(({ currency, fulfillment_status, id, ordered_at, status, total }) =>
        allegro("allegro.orderLine", {
          at: timeOf(ordered_at),
          total: [total, currency].filter((part) => part !== null).join(" "),
          status: [status, fulfillment_status].filter((part) => part !== null).join(", "),
          id
        })
      )
    }
  })
}

export const rows: StoredRows = { alerts: [cancelledAfterShipping], lists: [ordersOfToday] }
