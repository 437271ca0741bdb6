/** Sellers with the purchases of their buyers, and switches for what the vendor leaves open. */
import { DateTime, type Schema } from "effect"

export const hour = 3_600_000
export const day = 24 * hour

/** A part of an order in the vendor's own shape, as an edit gives it. */
export type Fields = { [field: string]: Schema.MutableJson }

export type StepKind =
  | "bought"
  | "filledIn"
  | "ready"
  | "surcharged"
  | "modified"
  | "processing"
  | "sent"
  | "pickedUp"
  | "returned"
  | "buyerCancelled"
  | "autoCancelled"
  | "panelCancelled"
  | "merged"

export interface Step {
  readonly kind: StepKind
  /** Milliseconds since 1970, as all times here. */
  readonly at: number
}

export interface BoughtItem {
  readonly id: string
  readonly offer: number
  readonly quantity: number
  readonly boughtAt: number
}

/** One order from its purchase to its end: what happens to it later is known from the beginning. */
export interface Purchase {
  readonly id: string
  readonly seller: Seller
  readonly buyer: number
  readonly items: ReadonlyArray<BoughtItem>
  readonly steps: ReadonlyArray<Step>
  readonly payment: { readonly id: string; readonly surcharge: string; readonly isCash: boolean }
  readonly method: number
  /** Whether the vendor's own warehouse sends it. */
  readonly isWarehouse: boolean
  readonly wantsInvoice: boolean
}

export interface OrderEvent {
  readonly id: number
  readonly type: string
  readonly occurredAt: number
  readonly publishedAt: number
  readonly purchase: Purchase
}

export interface Seller {
  readonly id: string
  readonly login: string
  readonly number: number
  ordersPerDay: number
  purchases: Array<Purchase>
  readonly byId: Map<string, Purchase>
  /** In the order of their ids; later ones are not published yet. */
  events: Array<OrderEvent>
  /** Up to when the purchases are known: the start of a day. */
  knownUntil: number
}

export type Switches = {
  /** The limit of the application over all its sellers. */
  requestsPerMinute: number
  /** The largest offset + limit of the list of orders. */
  maxResult: number
  /** How long requests are refused after too many, in seconds; each one meanwhile prolongs it. */
  blockSeconds: number
  /** The body of such a refusal. */
  blockBody: "json" | "text" | "html"
  /** false: a refresh leaves the old tokens valid, as on the vendor's own sandbox. */
  rotates: boolean
  /** How long a used refresh token may be used again, in seconds. */
  graceSeconds: number
  /** The sessions of a seller; one more ends the oldest. */
  maxSessions: number
  /** What a seller allows the application. */
  scope: string
  /** The name under which the application is registered; empty: any. */
  application: string
  /** `totalCount` of the list is too high by this. */
  extraTotal: number
}

export const isoOf = (millis: number): string => DateTime.formatIso(DateTime.makeUnsafe(millis))
