/** The events of a seller's orders, oldest first behind a cursor, and the newest of them. */
import { type SandboxRequest, visible } from "../../../core/sdk-sandbox.ts"
import { lineItemOf, revisionOf } from "./Form.ts"
import { isoOf, type OrderEvent, type Seller } from "./Model.ts"
import { invalid, numberIn, unknownIn } from "./Parameters.ts"
import { buyerOf } from "./People.ts"
import { answer } from "./Refusals.ts"
import { eventsAt } from "./Sellers.ts"

/** The types that the filter takes; answers have one more. */
const filterTypes =
  "BOUGHT FILLED_IN READY_FOR_PROCESSING BUYER_CANCELLED FULFILLMENT_STATUS_CHANGED AUTO_CANCELLED".split(" ")

const shown = ({ id, occurredAt, publishedAt, purchase, type }: OrderEvent) => ({
  id: String(id),
  type,
  occurredAt: isoOf(occurredAt),
  order: {
    seller: { id: purchase.seller.id },
    buyer: buyerOf(purchase.buyer),
    lineItems: purchase.items.map((item) => lineItemOf(purchase, item)),
    checkoutForm: { id: purchase.id, revision: revisionOf(purchase, publishedAt) },
    marketplace: { id: "allegro-pl" }
  }
})

export const listEvents = (seller: Seller, request: SandboxRequest, now: number) => {
  const unknown = unknownIn(request, ["from", "type", "limit"])
  if (unknown !== undefined) return unknown
  const limit = numberIn(request, "limit", 100, [1, 1_000])
  if (limit === undefined) return invalid(request, "Limit must be between 1 and 1000")
  const from = request.query.get("from") ?? "0"
  if (!/^\d+$/.test(from)) return invalid(request, "Invalid event id in from")
  const types = request.query.getAll("type")
  const strange = types.find((type) => !filterTypes.includes(type))
  if (strange !== undefined) return invalid(request, `Invalid event type ${strange}`)
  const found = eventsAt(seller, now).filter(
    ({ id, type }) => id > Number(from) && (types.length === 0 || types.includes(type))
  )
  return answer({ events: visible(request, found).slice(0, limit).map(shown) })
}

export const eventStats = (seller: Seller, request: SandboxRequest, now: number) => {
  const unknown = unknownIn(request, [])
  if (unknown !== undefined) return unknown
  const latest = eventsAt(seller, now).at(-1)
  if (latest === undefined) return answer({})
  return answer({ latestEvent: { id: String(latest.id), occurredAt: isoOf(latest.occurredAt) } })
}
