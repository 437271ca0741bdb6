/** The list of a seller's orders, with the filters of the vendor's description, and one order. */
import { type SandboxRequest, type SandboxResponse, visible } from "../../../core/sdk-sandbox.ts"
import { type Form, formOf } from "./Form.ts"
import type { Purchase, Seller } from "./Model.ts"
import { illegal, invalid, numberIn, timeIn, unknownIn } from "./Parameters.ts"
import { answer, refuse } from "./Refusals.ts"
import { isThere, ordersAt } from "./Sellers.ts"
import type { AllegroState } from "./State.ts"

/** What filters look at; an edit may have changed any of it. */
type Seen = Omit<Form, "payment" | "delivery"> & {
  readonly payment?: { readonly id: string }
  readonly delivery?: { readonly method: { readonly id: string } }
}

interface Filter {
  readonly of: (form: Seen) => ReadonlyArray<string | undefined>
  readonly allowed?: ReadonlyArray<string>
}

const fulfillments =
  "NEW PROCESSING READY_FOR_SHIPMENT READY_FOR_PICKUP SENT PICKED_UP CANCELLED SUSPENDED RETURNED".split(" ")

const filters: Readonly<Record<string, Filter>> = {
  status: { of: ({ status }) => [status], allowed: ["BOUGHT", "FILLED_IN", "READY_FOR_PROCESSING", "CANCELLED"] },
  "fulfillment.status": { of: ({ fulfillment }) => [fulfillment.status], allowed: fulfillments },
  "fulfillment.provider.id": { of: ({ fulfillment }) => [fulfillment.provider?.id], allowed: ["SELLER", "ALLEGRO"] },
  "fulfillment.shipmentSummary.lineItemsSent": {
    of: ({ fulfillment }) => [fulfillment.shipmentSummary?.lineItemsSent],
    allowed: ["NONE", "SOME", "ALL"]
  },
  "payment.id": { of: ({ payment }) => [payment?.id] },
  "surcharges.id": { of: ({ surcharges }) => surcharges.map(({ id }) => id) },
  "delivery.method.id": { of: ({ delivery }) => [delivery?.method.id] },
  "buyer.login": { of: ({ buyer }) => [buyer.login] },
  "marketplace.id": { of: ({ marketplace }) => [marketplace.id] }
}

const sorts: Readonly<Record<string, (listed: Listed) => string | number>> = {
  "lineItems.boughtAt": ({ purchase }) => Math.max(...purchase.items.map(({ boughtAt }) => boughtAt)),
  updatedAt: ({ form }) => form().updatedAt
}

const times = ["lineItems.boughtAt.gte", "lineItems.boughtAt.lte", "updatedAt.gte", "updatedAt.lte"] as const
const known = ["offset", "limit", "sort", ...times, ...Object.keys(filters)]

const isBetween = (value: number, from: number | undefined, to: number | undefined): boolean =>
  (from === undefined || value >= from) && (to === undefined || value <= to)

/** Most requests need the forms of one page only. */
interface Listed {
  readonly purchase: Purchase
  readonly form: () => Form
}

const select = (state: AllegroState, seller: Seller, request: SandboxRequest, now: number): ReadonlyArray<Listed> => {
  const [boughtFrom, boughtTo, updatedFrom, updatedTo] = times.map((name) => timeIn(request, name))
  const given = Object.entries(filters).flatMap(([name, { of }]) => {
    const value = request.query.get(name)
    return value === null ? [] : [(form: Seen) => of(form).includes(value)]
  })
  if (updatedFrom !== undefined || updatedTo !== undefined) {
    given.push(({ updatedAt }) => isBetween(Date.parse(updatedAt), updatedFrom, updatedTo))
  }
  return ordersAt(seller, now)
    .filter(({ items }) => items.some(({ boughtAt }) => isBetween(boughtAt, boughtFrom, boughtTo)))
    .map((purchase) => ({ purchase, form: () => formOf(state, purchase, now) }))
    .filter(({ form }) => given.length === 0 || given.every((fits) => fits(form())))
}

const sorted = (listed: ReadonlyArray<Listed>, sort: string): ReadonlyArray<Listed> => {
  const by = sorts[sort.replace(/^-/, "")] ?? (() => 0)
  const direction = sort.startsWith("-") ? -1 : 1
  const keyed = listed.map((one) => ({ one, key: by(one) }))
  keyed.sort((a, b) => (a.key === b.key ? 0 : (a.key < b.key ? -1 : 1) * direction))
  return keyed.map(({ one }) => one)
}

/** The refusal of the parameters, if there is one. */
const refusalOf = ({ switches }: AllegroState, request: SandboxRequest): SandboxResponse | undefined => {
  const unknown = unknownIn(request, known)
  if (unknown !== undefined) return unknown
  const { limit, offset } = windowOf(request)
  if (limit === undefined) return invalid(request, "Limit must be between 1 and 100")
  if (offset === undefined) return invalid(request, "Offset must not be negative")
  if (offset + limit > switches.maxResult) {
    return invalid(request, `Offset and limit parameters exceed maximal result size of ${switches.maxResult} items`)
  }
  const wrongTime = times.find((name) => Number.isNaN(timeIn(request, name)))
  const wrong = Object.entries(filters).find(([name, { allowed }]) => {
    const value = request.query.get(name)
    return value !== null && allowed?.includes(value) === false
  })
  const sort = request.query.get("sort")
  const isSorted = sort === null || Object.hasOwn(sorts, sort.replace(/^-/, ""))
  const name = wrongTime ?? wrong?.[0] ?? (isSorted ? undefined : "sort")
  return name === undefined ? undefined : illegal(request, name)
}

const windowOf = (request: SandboxRequest) => ({
  limit: numberIn(request, "limit", 100, [1, 100]),
  offset: numberIn(request, "offset", 0, [0, Number.MAX_SAFE_INTEGER])
})

export const listOrders = (state: AllegroState, seller: Seller, request: SandboxRequest, now: number) => {
  const refusal = refusalOf(state, request)
  if (refusal !== undefined) return refusal
  const { limit = 100, offset = 0 } = windowOf(request)
  const found = sorted(select(state, seller, request, now), request.query.get("sort") ?? "-lineItems.boughtAt")
  const listed = visible(request, found)
  const checkoutForms = listed.slice(offset, offset + limit).map(({ form }) => form())
  return answer({ checkoutForms, count: checkoutForms.length, totalCount: listed.length + state.switches.extraTotal })
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const oneOrder = (
  state: AllegroState,
  seller: Seller,
  request: SandboxRequest,
  id: string,
  now: number
): SandboxResponse => {
  const unknown = unknownIn(request, [])
  if (unknown !== undefined) return unknown
  if (!uuid.test(id)) return invalid(request, `Malformed UUID: ${id}`)
  const purchase = seller.byId.get(id)
  if (purchase !== undefined && isThere(purchase, now)) return answer(formOf(state, purchase, now))
  const message = `Checkout form with id ${id} was not found`
  return refuse(404, "CheckoutFormNotFoundException", message, request.path, "The order was not found.")
}
