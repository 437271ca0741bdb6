/** Edits of the sandbox's data from other processes. */
import { Clock, Effect, Schema } from "effect"
import { json, type SandboxResponse, type Vendor } from "../../../core/sdk-sandbox.ts"
import { endSessions } from "./Granted.ts"
import { boughtNow } from "./Lives.ts"
import type { OrderEvent, Purchase, Seller } from "./Model.ts"
import { idAt } from "./Published.ts"
import { addPurchase, advance, eventsAt } from "./Sellers.ts"
import { type AllegroState, worldTime } from "./State.ts"

/** An unknown id is bought now by the named seller, or by the first one. */
const OrderEdits = Schema.Struct({
  collection: Schema.Literal("orders"),
  put: Schema.Array(
    Schema.StructWithRest(Schema.Struct({ id: Schema.String, seller: Schema.optionalKey(Schema.String) }), [
      Schema.Record(Schema.String, Schema.MutableJson)
    ])
  )
})
type OrderEdits = typeof OrderEdits.Type

/** Ends the sessions of the seller. */
const SellerEdits = Schema.Struct({
  collection: Schema.Literal("sellers"),
  put: Schema.Array(Schema.Struct({ login: Schema.String }))
})
type SellerEdits = typeof SellerEdits.Type

const SwitchEdits = Schema.Struct({
  collection: Schema.Literal("switches"),
  put: Schema.Array(Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Number, Schema.Boolean])))
})

const decodeEdits = Schema.decodeUnknownEffect(Schema.Array(Schema.Union([OrderEdits, SellerEdits, SwitchEdits])))

/** Published at once, behind the last event that was shown. */
const publish = (purchase: Purchase, type: string, now: number): void => {
  const { seller } = purchase
  const last = eventsAt(seller, now).at(-1)?.id ?? 0
  const event: OrderEvent = {
    id: Math.max(last + 1, idAt(now, 0)),
    type,
    occurredAt: now,
    publishedAt: now,
    purchase
  }
  seller.events = [...seller.events, event].sort((a, b) => a.id - b.id)
}

/** Buys something now, whose event says so. */
export const buy = (state: AllegroState, seller: Seller, now: number, id?: string): Purchase => {
  const purchase = boughtNow(state.draw, seller, now, id)
  addPurchase(seller, purchase)
  publish(purchase, "READY_FOR_PROCESSING", now)
  return purchase
}

const sellerNamed = ({ sellers }: AllegroState, login: string | undefined): Seller | undefined =>
  login === undefined ? sellers[0] : sellers.find((seller) => seller.login === login)

const notFound = (what: string): SandboxResponse => json({ error: `no such ${what}` }, 400)

const editOrders = Effect.fnUntraced(function* (state: AllegroState, put: OrderEdits["put"], now: number) {
  for (const seller of state.sellers) yield* advance(state, seller, now)
  for (const { id, seller: login, ...fields } of put) {
    const known = state.sellers.flatMap(({ byId }) => byId.get(id) ?? [])[0]
    const seller = known?.seller ?? sellerNamed(state, login)
    if (seller === undefined) return notFound(`seller: ${login}`)
    if (known === undefined) buy(state, seller, now, id)
    else publish(known, "FULFILLMENT_STATUS_CHANGED", now)
    state.edits.set(id, { ...state.edits.get(id), ...fields })
  }
  return undefined
})

const editSellers = (state: AllegroState, put: SellerEdits["put"]): SandboxResponse | undefined => {
  for (const { login } of put) {
    const seller = sellerNamed(state, login)
    if (seller === undefined) return notFound(`seller: ${login}`)
    endSessions(state.granted, seller)
  }
  return undefined
}

export const makeEdit = (state: AllegroState): Vendor["edit"] =>
  Effect.fnUntraced(
    function* (body: unknown) {
      const now = worldTime(state, yield* Clock.currentTimeMillis)
      for (const edit of yield* decodeEdits(body)) {
        if (edit.collection === "switches") Object.assign(state.switches, ...edit.put)
        const refusal =
          edit.collection === "orders"
            ? yield* editOrders(state, edit.put, now)
            : edit.collection === "sellers"
              ? editSellers(state, edit.put)
              : undefined
        if (refusal !== undefined) return refusal
      }
      return json({ ok: true })
    },
    Effect.catchTag("SchemaError", (error) => Effect.succeed(json({ error: error.message }, 400)))
  )
