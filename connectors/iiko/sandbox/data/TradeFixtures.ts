/** The invented chain's stock, documents and sales of the last 60 days. */
import type { BuildContext } from "./Corporation.ts"
import type { Invoice, InvoiceItem, StoreDocument } from "../documents/DocumentModel.ts"
import { invoicePostings, storeDocumentPostings } from "../documents/Ledger.ts"
import type { Balance, CorporateItem, IikoState, Product, Sale } from "../Model.ts"
import type { WallClock } from "../Time.ts"
import { roundTo } from "../Model.ts"
import { addDays, dayOf } from "../Time.ts"
import * as Vocabulary from "./Vocabulary.ts"

const days = 60
const pad = (value: number, digits: number) => String(value).padStart(digits, "0")

export interface Trade {
  readonly products: ReadonlyArray<Product>
  readonly stores: ReadonlyArray<CorporateItem>
}

const takesConsumables = (store: CorporateItem) => !store.name.startsWith("Витрина")

/** About 3,000 pairs; bars and kitchens owe consumables, and some sums contradict their amounts. */
export const makeBalances = (
  { draw }: BuildContext,
  { products, stores }: Trade,
  consumables: ReadonlySet<string>
): Array<Balance> => {
  const food = products.filter(({ type, parent }) => type === "GOODS" && !consumables.has(parent ?? ""))
  const supplies = products.filter(({ parent }) => consumables.has(parent ?? ""))
  return stores.flatMap((store, index) => {
    const owes = /^(Бар|Кухня) \(/.test(store.name)
    const isSupplyRoom = store.name.startsWith("Хоз. товары")
    const held = isSupplyRoom ? supplies : food.filter((_, n) => (n + index) % 4 === 0)
    const used = takesConsumables(store) && !isSupplyRoom ? supplies.filter((_, n) => n % 12 === index % 12) : []
    return [
      ...held.map((product) => ({ product, isOwed: false })),
      ...used.map((product) => ({ product, isOwed: owes }))
    ].map(({ product, isOwed }): Balance => {
      const isNegative = isOwed || draw.chance(0.05)
      const amount = (draw.int(1, 60_000) / 1000) * (isNegative ? -1 : 1)
      const sum = roundTo(amount * product.estimatedPurchasePrice, 2)
      const oddity = draw.int(0, 99)
      return { store: store.id, product: product.id, amount, sum: oddity < 2 ? 0 : oddity < 4 ? -sum : sum }
    })
  })
}

/** Past documents are already part of the balances: only their postings are added. */
export const addDocuments = ({ draw, nextRevision }: BuildContext, state: IikoState, trade: Trade, now: WallClock): void => {
  const goods = trade.products.filter(({ type, deleted }) => type === "GOODS" && !deleted)
  const someGoods = (least: number, most: number): ReadonlyArray<Product> => {
    const first = draw.int(0, goods.length - 1)
    return Array.from({ length: draw.int(least, most) }, (_, n) => goods[(first + n * 37) % goods.length]).filter(
      (product) => product !== undefined
    )
  }
  /** Goods move in the morning, so that by noon there are postings of today. */
  const moment = (): WallClock => {
    const day = addDays(dayOf(now), -draw.int(0, days - 1))
    const time = `${pad(draw.int(6, 9), 2)}:${pad(draw.int(0, 59), 2)}:00`
    return `${day}T${time}` < now ? `${day}T${time}` : `${addDays(day, -1)}T${time}`
  }
  const storeOf = (type: string) => `${type} (${draw.pick(Vocabulary.restaurants).name})`
  const storeId = (name: string) => trade.stores.find((store) => store.name === name)?.id ?? ""
  const status = () => (draw.chance(0.08) ? "NEW" : draw.chance(0.03) ? "DELETED" : "PROCESSED")

  const invoice = (number: string, store: string, index: number): Invoice => ({
    id: draw.uuid(),
    documentNumber: number,
    incomingDocumentNumber: String(draw.int(1, 9999)),
    dateIncoming: moment(),
    counteragent: state.suppliers[draw.int(0, state.suppliers.length - 3)]?.id ?? "",
    defaultStore: store,
    comment: "",
    status: status(),
    withOffset: index % 5 === 0,
    items: someGoods(3, 12).map((product, n): InvoiceItem => {
      const amount = draw.int(1, 400) / 10
      const price = product.estimatedPurchasePrice
      return { num: n + 1, product: product.id, store, amount, price, sum: roundTo(amount * price, 2), vatPercent: 10 }
    }),
    revision: nextRevision()
  })
  const storeDocument = (number: string, stores: Partial<StoreDocument>): StoreDocument => ({
    id: draw.uuid(),
    dateIncoming: moment(),
    documentNumber: number,
    status: status(),
    conceptionId: null,
    comment: "",
    ...stores,
    items: someGoods(1, 5).map((product, n) => {
      const amount = draw.int(1, 50) / 10
      const cost = roundTo(amount * product.estimatedPurchasePrice, 2)
      return { num: n + 1, productId: product.id, amount, containerId: null, cost }
    }),
    revision: nextRevision()
  })

  for (let n = 1; n <= 300; n++) {
    const store = n % 4 === 0 ? "Центральный склад" : storeOf(draw.pick(Vocabulary.storeTypes))
    state.incomingInvoices.push(invoice(`IN${pad(n, 4)}`, storeId(store), n))
  }
  for (let n = 1; n <= 40; n++) {
    state.outgoingInvoices.push(invoice(`OUT-${pad(n, 6)}`, storeId(storeOf("Витрина")), n))
  }
  const accounts = state.accounts.filter(({ name }) => /^Списание (бар|кухня)/.test(name))
  for (let n = 1; n <= 60; n++) {
    const accountId = accounts[n % accounts.length]?.id ?? ""
    const source = storeId(storeOf(n % 2 === 0 ? "Бар" : "Кухня"))
    state.writeoffs.push(storeDocument(`W-${pad(n, 6)}`, { storeId: source, accountId }))
  }
  for (let n = 1; n <= 40; n++) {
    const stores = { storeFromId: storeId("Центральный склад"), storeToId: storeId(storeOf("Кухня")) }
    state.transfers.push(storeDocument(`T-${pad(n, 6)}`, stores))
  }
  state.postings.push(
    ...state.incomingInvoices.flatMap((each) => invoicePostings(each, "INVOICE")),
    ...state.outgoingInvoices.flatMap((each) => invoicePostings(each, "OUTGOING_INVOICE")),
    ...[...state.writeoffs, ...state.transfers].flatMap((each) => storeDocumentPostings(state, each))
  )
}

export const makeSales = ({ draw }: BuildContext, products: ReadonlyArray<Product>, today: string): ReadonlyArray<Sale> => {
  const dishes = products.filter(({ type, deleted }) => type === "DISH" && !deleted)
  const payTypes = ["Банковская карта", "Наличные", "СБП", null] as const
  return Array.from({ length: days }, (_, ago) => addDays(today, -ago)).flatMap((day) =>
    Vocabulary.restaurants.flatMap(({ department }) =>
      dishes
        .filter((_, n) => n % 30 === draw.int(0, 29))
        .map((dish): Sale => {
          const amount = draw.int(1, 20)
          const sum = roundTo(amount * dish.defaultSalePrice, 2)
          return {
            day,
            hour: draw.int(8, 21),
            department,
            payType: draw.pick(payTypes),
            product: dish.id,
            amount,
            sum,
            cost: roundTo(sum * 0.3, 2),
            delivery: draw.chance(0.1)
          }
        })
    )
  )
}
