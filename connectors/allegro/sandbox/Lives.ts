/** How purchases go: paid at once or never, sent, cancelled by either side, sent back, paid together with another one. */
import type { Draw } from "../../../core/sdk-sandbox.ts"
import { type BoughtItem, day, hour, type Purchase, type Seller, type Step, type StepKind } from "./Model.ts"

const minute = 60_000

/** A step and the bounds of the time since the one before. */
type Plan = ReadonlyArray<readonly [kind: StepKind, min: number, max: number]>

const paid: Plan = [
  ["filledIn", 2_000, 10 * minute],
  ["ready", 1_000, 5 * minute]
]
const packed: Plan = [["processing", hour, 30 * hour]]
const sent: Plan = [...packed, ["sent", 2 * hour, 40 * hour]]
const delivered: Plan = [...sent, ["pickedUp", day, 5 * day]]

/** Each way with its share of a hundred purchases; the rest are paid together with another one. */
const ways: ReadonlyArray<readonly [share: number, plan: Plan]> = [
  [58, [...paid, ...delivered]],
  [5, [...paid, ["surcharged", hour, 3 * hour], ...delivered]],
  [5, [...paid, ["modified", minute, hour], ...delivered]],
  [8, [["autoCancelled", 7 * day, 7 * day]]],
  [7, [...paid, ["buyerCancelled", minute, 50 * minute]]],
  [2, [...paid, ...sent, ["buyerCancelled", hour, day]]],
  [4, [...paid, ...packed, ["panelCancelled", hour, day]]],
  [4, [...paid, ...delivered, ["returned", 2 * day, 12 * day]]]
]

const planOf = (draw: Draw): Plan | undefined => {
  let left = draw.int(1, 100)
  return ways.find(([share]) => {
    left -= share
    return left <= 0
  })?.[1]
}

const stepsOf = (draw: Draw, start: number, plan: Plan): ReadonlyArray<Step> => {
  let at = start
  return plan.map(([kind, min, max]) => {
    at += draw.int(min, max)
    return { kind, at }
  })
}

const offers = 40

const itemsAt = (draw: Draw, boughtAt: number): ReadonlyArray<BoughtItem> =>
  Array.from({ length: draw.pick([1, 1, 1, 2, 3]) }, () => ({
    id: draw.uuid(),
    offer: draw.int(1, offers),
    quantity: draw.pick([1, 1, 1, 1, 2, 5]),
    boughtAt
  }))

type Buyer = Pick<Purchase, "seller" | "buyer">

const purchaseOf = (
  draw: Draw,
  of: Buyer,
  items: ReadonlyArray<BoughtItem>,
  steps: ReadonlyArray<Step>,
  id = draw.uuid()
): Purchase => {
  const isReturned = steps.some(({ kind }) => kind === "returned")
  return {
    ...of,
    id,
    items,
    steps,
    payment: { id: draw.uuid(), surcharge: draw.uuid(), isCash: draw.chance(0.1) },
    method: draw.int(0, 3),
    // The vendor shows only those returns that its warehouse took.
    isWarehouse: isReturned || draw.chance(0.1),
    wantsInvoice: draw.chance(0.3)
  }
}

const bought = (at: number): Step => ({ kind: "bought", at })

/** Two purchases that are paid together become a third order, with the same line items; their own orders disappear. */
const merged = (draw: Draw, of: Buyer, boughtAt: number): ReadonlyArray<Purchase> => {
  const both = [itemsAt(draw, boughtAt), itemsAt(draw, boughtAt + draw.int(minute, 3 * hour))]
  const last = Math.max(...both.flat().map((item) => item.boughtAt))
  const steps = stepsOf(draw, last, [...paid, ...delivered])
  const at = steps[0]?.at ?? last
  const parts = both.map((items) =>
    purchaseOf(draw, of, items, [bought(items[0]?.boughtAt ?? at), { kind: "merged", at }])
  )
  return [...parts, purchaseOf(draw, of, both.flat(), steps)]
}

/** A purchase that is paid at once and not sent yet, as a test asks for it. */
export const boughtNow = (draw: Draw, seller: Seller, at: number, id?: string): Purchase => {
  const steps: ReadonlyArray<Step> = [bought(at), { kind: "filledIn", at }, { kind: "ready", at }]
  return purchaseOf(draw, { seller, buyer: draw.int(1, 5_000) }, itemsAt(draw, at), steps, id)
}

/** The purchases of one day, in the order of their time. */
export const purchasesOf = (draw: Draw, seller: Seller, start: number): ReadonlyArray<Purchase> => {
  const times = Array.from({ length: seller.ordersPerDay }, () => start + draw.int(0, day - 1)).sort((a, b) => a - b)
  return times.flatMap((boughtAt) => {
    const of = { seller, buyer: draw.int(1, 5_000) }
    const plan = planOf(draw)
    return plan === undefined
      ? merged(draw, of, boughtAt)
      : purchaseOf(draw, of, itemsAt(draw, boughtAt), [bought(boughtAt), ...stepsOf(draw, boughtAt, plan)])
  })
}
