/** Invoices, write-offs and transfers as the sandbox stores them. */
import type { WallClock } from "../Time.ts"

export type DocumentStatus = "NEW" | "PROCESSED" | "DELETED"

export type InvoiceItem = {
  num: number
  product: string
  store: string
  amount: number
  price: number
  sum: number
  vatPercent: number
}

/** An incoming invoice comes from the counteragent, an outgoing one goes to it. */
export type Invoice = {
  id: string
  documentNumber: string
  incomingDocumentNumber: string
  dateIncoming: WallClock
  counteragent: string
  defaultStore: string
  comment: string
  status: DocumentStatus
  /** Some builds write `dateIncoming` with the server's offset. */
  withOffset: boolean
  items: Array<InvoiceItem>
  revision: number
}

export type StoreDocumentItem = {
  num: number
  productId: string
  amount: number
  containerId: string | null
  /** The unit of measure for a product without its own; the product's own takes precedence. */
  measureUnitId?: string | null
  cost: number
}

export type StoreDocument = {
  id: string
  dateIncoming: WallClock
  documentNumber: string
  status: DocumentStatus
  conceptionId: string | null
  comment: string
  /** A write-off has a store and an account, a transfer two stores. */
  storeId?: string | undefined
  accountId?: string | undefined
  storeFromId?: string | undefined
  storeToId?: string | undefined
  items: Array<StoreDocumentItem>
  revision: number
}
