/** Imports of invoices as XML: every fault of the document is reported inside a 200. */
import { Effect, Schema } from "effect"
import { type IikoState, roundTo } from "../Model.ts"
import type { Endpoint } from "../Responses.ts"
import { fromDotted, toWallClock } from "../Time.ts"
import type { Invoice, InvoiceItem } from "./DocumentModel.ts"
import type { Dialect } from "./Invoices.ts"
import { invoicePostings, post } from "./Ledger.ts"
import { documentReader, validation } from "./XmlImports.ts"

const Text = Schema.optionalKey(Schema.String)
const Item = Schema.Struct({
  product: Text,
  productId: Text,
  productArticle: Text,
  store: Text,
  storeId: Text,
  amount: Schema.FiniteFromString,
  price: Schema.optionalKey(Schema.FiniteFromString),
  sum: Schema.FiniteFromString,
  vatPercent: Schema.optionalKey(Schema.FiniteFromString)
})
const Document = Schema.Struct({
  documentNumber: Text,
  incomingDocumentNumber: Text,
  dateIncoming: Text,
  supplier: Text,
  counteragentId: Text,
  counteragentCode: Text,
  defaultStore: Text,
  defaultStoreId: Text,
  defaultStoreCode: Text,
  status: Schema.optionalKey(Schema.Literals(["NEW", "PROCESSED", "DELETED"])),
  comment: Text,
  items: Schema.Struct({ item: Schema.Array(Item) })
})
type Document = typeof Document.Type
const readDocument = documentReader(Document)

/** Why a document cannot be saved, in the words of its author. */
class Invalid extends Schema.TaggedError<Invalid>()("Invalid", { reason: Schema.String }) {}

const find = <A>(rows: ReadonlyArray<A>, matches: (row: A) => boolean, missing: string) => {
  const found = rows.find(matches)
  return found === undefined ? Effect.fail(new Invalid({ reason: missing })) : Effect.succeed(found)
}

const invoiceOf = Effect.fnUntraced(function* (dialect: Dialect, state: IikoState, document: Document, number: string) {
  const counteragentId = document[dialect.counteragent]
  const counteragent = yield* find(
    state.suppliers,
    ({ id, code }) => id === counteragentId || (code !== "" && code === document.counteragentCode),
    `Контрагент не найден: ${counteragentId ?? document.counteragentCode ?? ""}`
  )
  const stores = state.corporateItems.filter(({ type }) => type === "STORE")
  const storeOf = (id: string | undefined, code?: string) =>
    find(stores, (store) => store.id === id || store.code === code, `Склад не найден: ${id ?? code ?? ""}`)
  const givenStore = document[dialect.defaultStore]
  const hasDefault = (givenStore ?? document.defaultStoreCode) !== undefined
  const defaultStore = hasDefault ? (yield* storeOf(givenStore, document.defaultStoreCode)).id : undefined

  const items = yield* Effect.forEach(document.items.item, (item, index) =>
    Effect.gen(function* () {
      const asked = item[dialect.product] ?? item.productArticle
      const product = yield* find(
        state.products,
        ({ id, num }) => id === asked || num === asked,
        `Элемент номенклатуры не найден: ${asked ?? ""}`
      )
      const itemStore = item[dialect.store]
      if (defaultStore !== undefined && itemStore !== undefined && itemStore !== defaultStore) {
        return yield* new Invalid({ reason: "Склад указан и в документе, и в позиции" })
      }
      return {
        num: index + 1,
        product: product.id,
        store: defaultStore ?? (yield* storeOf(itemStore)).id,
        amount: item.amount,
        price: item.price ?? roundTo(item.sum / item.amount, 2),
        sum: item.sum,
        vatPercent: item.vatPercent ?? 0
      } satisfies InvoiceItem
    })
  )
  const text = document.dateIncoming ?? ""
  const dateIncoming = toWallClock(fromDotted(text) ?? text)
  if (dateIncoming === undefined) return yield* new Invalid({ reason: `Неверный формат даты: ${text}` })
  return {
    id: state.draw.uuid(),
    documentNumber: number,
    incomingDocumentNumber: document.incomingDocumentNumber ?? "",
    dateIncoming,
    counteragent: counteragent.id,
    defaultStore: defaultStore ?? items[0]?.store ?? "",
    comment: document.comment ?? "",
    status: document.status ?? "NEW",
    withOffset: false,
    items,
    revision: state.nextRevision()
  } satisfies Invoice
})

/** A number in status NEW is overwritten; a processed or deleted one is refused and another number is suggested. */
export const importInvoice = (dialect: Dialect): Endpoint =>
  Effect.fnUntraced(function* ({ request, state }) {
    const document = yield* readDocument(request)
    const rows = dialect.rows(state)
    const suggested = `${dialect.prefix}${String(rows.length + 1).padStart(6, "0")}`
    const number = document.documentNumber || suggested
    const existing = rows.find(({ documentNumber }) => documentNumber === number)
    if (existing !== undefined && existing.status !== "NEW") {
      const errorMessage = `Документ № ${number} уже проведен или удален`
      return validation({ valid: false, documentNumber: number, otherSuggestedNumber: suggested, errorMessage })
    }
    return yield* invoiceOf(dialect, state, document, number).pipe(
      Effect.map((invoice) => {
        if (existing) Object.assign(existing, invoice, { id: existing.id })
        else rows.push(invoice)
        post(state, invoicePostings(invoice, dialect.posting))
        const isOdd = invoice.items.some(({ amount, price, sum }) => Math.abs(amount * price - sum) > 0.01)
        if (!isOdd) return validation({ valid: true, documentNumber: number })
        const additionalInfo = "Сумма позиции не равна произведению цены и количества"
        return validation({ valid: true, warning: true, documentNumber: number, additionalInfo })
      }),
      Effect.catchTag("Invalid", ({ reason }) =>
        Effect.succeed(validation({ valid: false, documentNumber: number, errorMessage: reason }))
      )
    )
  })
