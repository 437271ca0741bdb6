/**
 * The events of a purchase. Their ids follow the time of publication, which is not that of what happened: some are
 * late by minutes or days, some come twice, and what a seller does in the vendor's own panel has none.
 */
import type { Draw } from "../../../core/sdk-sandbox.ts"
import { hour, type OrderEvent, type Purchase, type StepKind } from "./Model.ts"

const minute = 60_000

const types: Partial<Record<StepKind, string>> = {
  bought: "BOUGHT",
  filledIn: "FILLED_IN",
  ready: "READY_FOR_PROCESSING",
  surcharged: "READY_FOR_PROCESSING",
  modified: "BUYER_MODIFIED",
  processing: "FULFILLMENT_STATUS_CHANGED",
  sent: "FULFILLMENT_STATUS_CHANGED",
  pickedUp: "FULFILLMENT_STATUS_CHANGED",
  buyerCancelled: "BUYER_CANCELLED",
  autoCancelled: "AUTO_CANCELLED"
}

/** The delays after which one step is published: once, as a rule. */
const delaysOf = (draw: Draw, kind: StepKind): ReadonlyArray<number> => {
  const usual = draw.int(200, 4_000)
  if (kind === "ready" && draw.chance(0.05)) return [draw.int(3 * hour, 48 * hour)]
  if (kind === "bought" && draw.chance(0.05)) return [draw.int(minute, 10 * minute)]
  if (kind === "filledIn" && draw.chance(0.1)) return [usual, usual + draw.int(1_000, minute)]
  return kind === "ready" && draw.chance(0.03) ? [usual, usual + draw.int(minute, hour)] : [usual]
}

/** Ids look like microseconds since 1970. */
export const idAt = (publishedAt: number, place: number): number => publishedAt * 1_000 + (place % 1_000)

/** `place`: of the purchase in its day, which tells events of one millisecond apart. */
export const eventsOf = (draw: Draw, purchase: Purchase, place: number): ReadonlyArray<OrderEvent> => {
  let count = place * 13
  return purchase.steps.flatMap(({ at, kind }) => {
    const type = types[kind]
    if (type === undefined) return []
    return delaysOf(draw, kind).map((delay) => {
      const publishedAt = at + delay
      return { id: idAt(publishedAt, count++), type, occurredAt: at, publishedAt, purchase }
    })
  })
}
