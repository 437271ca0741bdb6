/**
 * Sellers whose purchases are made up day by day as time passes. The same seed and day give the same purchases, whenever
 * they are asked for.
 */
import { Effect } from "effect"
import { draw } from "../../../core/sdk-sandbox.ts"
import { purchasesOf } from "./Lives.ts"
import { day, type OrderEvent, type Purchase, type Seller } from "./Model.ts"
import { eventsOf } from "./Published.ts"
import type { AllegroState } from "./State.ts"

/** The vendor lists orders of twelve months and events of sixty days. */
const keptOrders = 365 * day
export const keptEvents = 60 * day

const names = ["Kubek", "Lampion", "Szalik", "Latawiec", "Zegar", "Dzbanek", "Plecak", "Globus"] as const

export const makeSeller = (number: number, ordersPerDay: number, knownUntil: number): Seller => {
  const name = names[number % names.length] ?? names[0]
  return {
    id: String(10_000_001 + number),
    login: number < names.length ? `${name}_Sklep` : `${name}_Sklep_${number}`,
    number,
    ordersPerDay,
    purchases: [],
    byId: new Map(),
    events: [],
    knownUntil
  }
}

export const addPurchase = (seller: Seller, purchase: Purchase): void => {
  seller.purchases.push(purchase)
  seller.byId.set(purchase.id, purchase)
}

/** The list is in the order of days, so its head is the oldest. */
const forget = (seller: Seller): void => {
  const oldest = seller.knownUntil - keptOrders - 2 * day
  const isOld = (purchase: Purchase | undefined) => purchase !== undefined && (purchase.steps[0]?.at ?? 0) < oldest
  if (!isOld(seller.purchases[0])) return
  for (const purchase of seller.purchases.filter(isOld)) seller.byId.delete(purchase.id)
  seller.purchases = seller.purchases.filter((purchase) => !isOld(purchase))
}

/** Makes up the days until `now`. */
export const advance = Effect.fnUntraced(function* (state: AllegroState, seller: Seller, now: number) {
  if (seller.knownUntil > now) return
  const made: Array<OrderEvent> = []
  while (seller.knownUntil <= now) {
    const start = seller.knownUntil
    const dice = yield* draw(state.seed * 7_919 + seller.number * 104_729 + start / day)
    const purchases = purchasesOf(dice, seller, start)
    for (const purchase of purchases) addPurchase(seller, purchase)
    const events = purchases.flatMap((purchase, place) => eventsOf(dice, purchase, place))
    made.push(...events)
    seller.knownUntil = start + day
    forget(seller)
  }
  seller.events = [...seller.events, ...made].filter(({ publishedAt }) => publishedAt >= now - keptEvents)
  seller.events.sort((a, b) => a.id - b.id)
})

/** The events that are published and not forgotten yet. */
export const eventsAt = ({ events }: Seller, now: number): ReadonlyArray<OrderEvent> =>
  events.filter(({ publishedAt }) => publishedAt <= now && publishedAt >= now - keptEvents)

/** The orders that are there: begun, not merged into another one, and bought in the last twelve months. */
export const ordersAt = ({ purchases }: Seller, now: number): ReadonlyArray<Purchase> =>
  purchases.filter((purchase) => isThere(purchase, now))

export const isThere = ({ steps }: Purchase, now: number): boolean => {
  const begun = steps[0]?.at ?? now
  return begun <= now && begun >= now - keptOrders && !steps.some(({ at, kind }) => kind === "merged" && at <= now)
}
