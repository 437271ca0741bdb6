/** Invoices as XML: exports of both directions, whose element names differ although the documents do not. */
import { Effect } from "effect"
import { visible } from "../../../../core/sdk-sandbox.ts"
import { type IikoState, roundTo } from "../Model.ts"
import { badRequest, type Call, changedSince, conflict, type Endpoint, type XmlElement, xmlList } from "../Responses.ts"
import { dayOf, isDay } from "../Time.ts"
import { isOlderThan } from "../Version.ts"
import type { Invoice, InvoiceItem } from "./DocumentModel.ts"

/** The element names of one direction. */
export interface Dialect {
  readonly root: string
  readonly posting: "INVOICE" | "OUTGOING_INVOICE"
  readonly prefix: string
  readonly counteragent: "supplier" | "counteragentId"
  readonly defaultStore: "defaultStore" | "defaultStoreId"
  readonly product: "product" | "productId"
  readonly store: "store" | "storeId"
  readonly rows: (state: IikoState) => Array<Invoice>
}

export const incoming: Dialect = {
  root: "incomingInvoiceDtoes",
  posting: "INVOICE",
  prefix: "IN",
  counteragent: "supplier",
  defaultStore: "defaultStore",
  product: "product",
  store: "store",
  rows: ({ incomingInvoices }) => incomingInvoices
}

export const outgoing: Dialect = {
  root: "outgoingInvoiceDtoes",
  posting: "OUTGOING_INVOICE",
  prefix: "OUT-",
  counteragent: "counteragentId",
  defaultStore: "defaultStoreId",
  product: "productId",
  store: "storeId",
  rows: ({ outgoingInvoices }) => outgoingInvoices
}

const decimal = (value: number): string => value.toFixed(9)

const itemElement = (dialect: Dialect, state: IikoState, item: InvoiceItem): XmlElement => {
  const product = state.products.find(({ id }) => id === item.product)
  const withoutVat = item.price / (1 + item.vatPercent / 100)
  return {
    isAdditionalExpense: false,
    actualAmount: decimal(item.amount),
    [dialect.store]: item.store,
    price: decimal(item.price),
    priceWithoutVat: decimal(roundTo(withoutVat, 2)),
    sum: decimal(item.sum),
    vatPercent: decimal(item.vatPercent),
    vatSum: decimal(roundTo(item.sum - item.sum / (1 + item.vatPercent / 100), 2)),
    amountUnit: product?.mainUnit ?? undefined,
    num: item.num,
    [dialect.product]: item.product,
    productArticle: product?.num,
    amount: decimal(item.amount)
  }
}

const invoiceElement = (dialect: Dialect, state: IikoState, invoice: Invoice): XmlElement => ({
  id: invoice.id,
  incomingDocumentNumber: invoice.incomingDocumentNumber,
  incomingDate: dayOf(invoice.dateIncoming),
  useDefaultDocumentTime: false,
  [dialect.counteragent]: invoice.counteragent,
  [dialect.defaultStore]: invoice.defaultStore,
  dateIncoming: invoice.withOffset ? `${invoice.dateIncoming}+02:00` : invoice.dateIncoming,
  documentNumber: invoice.documentNumber,
  comment: invoice.comment || null,
  status: invoice.status,
  distributionAlgorithm: "DISTRIBUTION_NOT_SPECIFIED",
  revision: isOlderThan(state.behaviour.version, "9.0") ? undefined : invoice.revision,
  items: { item: invoice.items.map((item) => itemElement(dialect, state, item)) }
})

/** Both days inclusive; another date format is a broken rule here (409), not a bad parameter. */
const period = Effect.fnUntraced(function* ({ query }: Call) {
  const [from, to] = [query.get("from"), query.get("to")]
  if (from === null || to === null) return yield* badRequest("Parameters from and to may not be null")
  for (const text of [from, to]) {
    if (!isDay(text)) return yield* conflict(`Неверный формат даты: ${text}, ожидается yyyy-MM-dd`)
  }
  return ({ dateIncoming }: Invoice): boolean => dayOf(dateIncoming) >= from && dayOf(dateIncoming) <= to
})

const reply = (dialect: Dialect, { request, state }: Call, found: ReadonlyArray<Invoice>) =>
  xmlList(
    dialect.root,
    "document",
    visible(request, found).map((invoice) => invoiceElement(dialect, state, invoice))
  )

export const exportInvoices = (dialect: Dialect): Endpoint =>
  Effect.fnUntraced(function* (call) {
    const { query, state } = call
    const isWithin = yield* period(call)
    const suppliers = new Set(query.getAll("supplierId"))
    const changed = changedSince(query)
    const found = dialect
      .rows(state)
      .filter((each) => isWithin(each) && changed(each) && (suppliers.size === 0 || suppliers.has(each.counteragent)))
    return reply(dialect, call, found)
  })

export const exportInvoiceByNumber = (dialect: Dialect): Endpoint =>
  Effect.fnUntraced(function* (call) {
    const { query, state, now } = call
    const number = query.get("number")
    const isCurrentYear = query.get("currentYear") === "true"
    if (number === null || !query.has("currentYear"))
      return yield* badRequest("Parameters number and currentYear may not be null")
    if (isCurrentYear === (query.has("from") || query.has("to"))) {
      return yield* badRequest("Parameters from and to are for currentYear=false, and then both are needed")
    }
    const isWithin = isCurrentYear
      ? ({ dateIncoming }: Invoice) => dateIncoming.slice(0, 4) === now.slice(0, 4)
      : yield* period(call)
    return reply(
      dialect,
      call,
      dialect.rows(state).filter((each) => each.documentNumber === number && isWithin(each))
    )
  })
