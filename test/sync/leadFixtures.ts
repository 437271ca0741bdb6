/** A shop whose list of events leads to its orders, and a vendor that serves both. */
import type { Vendor } from "./served.ts"

/** `name` keeps the tables, the cursors and the audit of tests apart. */
export const declared = (name: string, { events = "", orders = "" } = {}) => `
  ${name}:
    path: /orders
    key: id
    mode: upsert
    one: { path: "/orders/{id}", gone: [404] }
    ${orders}
    fields: { id: bigint, state: text, note: text }
  ${name}_item:
    parent: ${name}
    records: /items
    key: [order_id, id]
    mode: mirror
    fields: { order_id: { from: ../id, type: bigint }, id: bigint }
  ${name}_event:
    path: /events
    mode: append
    key: id
    page: { type: keyset, by: id, param: from, size: 3, sizeParam: limit }
    incremental: { cursor: id, param: from, ordered: true }
    leads: { to: ${name}, by: order_id }
    ${events}
    fields: { id: bigint, order_id: bigint }`

export interface Order {
  readonly state: string
  readonly items?: ReadonlyArray<number>
}

/** `asked` gets what is requested. An event is the key of its order. */
export const shop = (
  orders: Readonly<Record<string, Order>>,
  events: ReadonlyArray<number | null>,
  asked: Array<string> = []
): Vendor => {
  const formOf = (id: string) => {
    const { items = [], state } = orders[id] ?? { state: "" }
    return { id: Number(id), state, items: items.map((item) => ({ id: item })) }
  }
  return ({ pathname, searchParams }) => {
    asked.push(pathname === "/events" ? `events ${searchParams.get("from") ?? ""}`.trim() : pathname)
    if (pathname === "/orders") return Response.json(Object.keys(orders).map(formOf))
    if (pathname === "/events") {
      const from = Number(searchParams.get("from") ?? 0)
      const page = events.map((order, at) => ({ id: at + 1, order_id: order })).filter(({ id }) => id > from)
      return Response.json(page.slice(0, 3))
    }
    const id = pathname.slice("/orders/".length)
    return id in orders ? Response.json(formOf(id)) : new Response(null, { status: 404 })
  }
}

export const textsOf = (rows: ReadonlyArray<Readonly<Record<string, unknown>>>) =>
  rows.map((row) => Object.values(row).map(String).join(" "))
