/**
 * The fields of the OLAP reports and the facts from which they are computed. Names are trimmed here, unlike in the
 * lists.
 */
import { balancesWhen } from "../documents/Ledger.ts"
import type { IikoState, Product } from "../Model.ts"
import type { WallClock } from "../Time.ts"
import { dayOf } from "../Time.ts"

export type OlapValue = string | number | null
export type Fact = Readonly<Record<string, OlapValue>>

export interface Field {
  readonly name: string
  readonly type: "STRING" | "ENUM" | "ID" | "DATE" | "DATETIME" | "INTEGER" | "AMOUNT" | "MONEY"
  readonly aggregationAllowed: boolean
  readonly groupingAllowed: boolean
  readonly filteringAllowed: boolean
  readonly tags: ReadonlyArray<string>
}

/** From inclusive, to exclusive. */
export interface Period {
  readonly from: WallClock
  readonly to: WallClock
}

export interface Cube {
  readonly fields: Readonly<Record<string, Field>>
  /** The report must be filtered on one of them. */
  readonly dateFields: ReadonlyArray<string>
  readonly facts: (state: IikoState, period: Period, aggregates: ReadonlyArray<string>) => ReadonlyArray<Fact>
}

const group = (name: string, type: Field["type"] = "STRING", tag = "Общее"): Field => ({
  name,
  type,
  aggregationAllowed: false,
  groupingAllowed: true,
  filteringAllowed: true,
  tags: [tag]
})

const total = (name: string, type: "INTEGER" | "AMOUNT" | "MONEY", filteringAllowed = true): Field => ({
  name,
  type,
  aggregationAllowed: true,
  groupingAllowed: false,
  filteringAllowed,
  tags: ["Показатели"]
})

const transactionFields: Cube["fields"] = {
  "Account.Name": group("Счет"),
  "Account.Type": group("Тип счета", "ENUM"),
  "Account.StoreOrAccount": group("Склад/Счет", "ENUM"),
  "Contr-Account.Name": group("Корр.счет"),
  Store: group("Склад"),
  Department: group("Торговое предприятие"),
  "Product.Id": group("ID элемента номенклатуры", "ID"),
  "Product.Name": group("Элемент номенклатуры"),
  "Product.Num": group("Артикул"),
  "Product.Type": group("Тип элемента номенклатуры", "ENUM"),
  "Product.MeasureUnit": group("Единица измерения"),
  "Product.TopParent": group("Группа номенклатуры 1-го уровня"),
  "Product.SecondParent": group("Группа номенклатуры 2-го уровня"),
  TransactionType: group("Тип транзакции", "ENUM"),
  TransactionSide: group("Сторона проводки", "ENUM"),
  Document: group("Номер документа"),
  Comment: group("Комментарий"),
  "DateTime.DateTyped": group("Учетный день", "DATE"),
  "DateTime.Typed": group("Дата и время", "DATETIME"),
  Amount: total("Количество", "AMOUNT"),
  "Amount.In": total("Приход", "AMOUNT"),
  "Amount.Out": total("Расход", "AMOUNT"),
  "Sum.Incoming": total("Сумма прихода", "MONEY"),
  "Sum.Outgoing": total("Сумма расхода", "MONEY"),
  "Sum.ResignedSum": total("Сумма", "MONEY"),
  "StartBalance.Amount": total("Начальный остаток", "AMOUNT", false),
  "StartBalance.Money": total("Начальный остаток, р.", "MONEY", false),
  "FinalBalance.Amount": total("Конечный остаток", "AMOUNT", false),
  "FinalBalance.Money": total("Конечный остаток, р.", "MONEY", false)
}

const saleFields: Cube["fields"] = {
  Department: group("Торговое предприятие"),
  "OpenDate.Typed": group("Учетный день", "DATE"),
  OpenDate: group("Учетный день (строка)"),
  HourClose: group("Час закрытия"),
  PayTypes: group("Тип оплаты"),
  CookingPlaceType: group("Тип места приготовления"),
  DishName: group("Блюдо"),
  DishGroup: group("Группа блюда"),
  DishDiscountSumInt: total("Сумма со скидкой", "MONEY"),
  DishAmountInt: total("Количество блюд", "AMOUNT"),
  "ProductCostBase.ProductCost": total("Себестоимость", "MONEY")
}

const productFacts = (state: IikoState): ReadonlyMap<string, Fact> => {
  const unitNames = new Map(state.references.map(({ id, name }) => [id, name]))
  const groups = new Map(state.productGroups.map((each) => [each.id, each]))
  const pathOf = (id: string | null): ReadonlyArray<string> => {
    const found = id === null ? undefined : groups.get(id)
    return found === undefined ? [] : [...pathOf(found.parent), found.name]
  }
  return new Map(
    state.products.map((product: Product) => {
      const [top = null, second = null] = pathOf(product.parent)
      return [
        product.id,
        {
          "Product.Id": product.id,
          "Product.Name": product.name.trim(),
          "Product.Num": product.num,
          "Product.Type": product.type,
          // A report names a unit even for a product without one.
          "Product.MeasureUnit": unitNames.get(product.mainUnit ?? "") ?? "шт",
          "Product.TopParent": top,
          "Product.SecondParent": second
        }
      ]
    })
  )
}

const storeFacts = (state: IikoState): ReadonlyMap<string, Fact> => {
  const names = new Map(state.corporateItems.map(({ id, name }) => [id, name]))
  return new Map(
    state.corporateItems.map((store) => [
      store.id,
      {
        "Account.Name": store.name.trim(),
        "Account.Type": "INVENTORY_ASSETS",
        "Account.StoreOrAccount": "STORE",
        Store: store.name.trim(),
        Department: names.get(store.parentId ?? "") ?? null
      }
    ])
  )
}

const transactionFacts: Cube["facts"] = (state, period, aggregates) => {
  const products = productFacts(state)
  const stores = storeFacts(state)
  const place = ({ store, product }: { readonly store: string; readonly product: string }): Fact => ({
    ...stores.get(store),
    ...products.get(product)
  })
  const moved = state.postings
    .filter(({ at }) => at >= period.from && at < period.to)
    .map(
      (posting): Fact => ({
        ...place(posting),
        "Contr-Account.Name": posting.contrAccount,
        TransactionType: posting.type,
        TransactionSide: posting.amount < 0 ? "CREDIT" : "DEBIT",
        Document: posting.document,
        Comment: posting.comment,
        "DateTime.DateTyped": dayOf(posting.at),
        "DateTime.Typed": posting.at,
        Amount: posting.amount,
        "Amount.In": Math.max(posting.amount, 0),
        "Amount.Out": Math.max(-posting.amount, 0),
        "Sum.Incoming": Math.max(posting.sum, 0),
        "Sum.Outgoing": Math.max(-posting.sum, 0),
        "Sum.ResignedSum": posting.sum
      })
    )
  // Balances are facts without a transaction: if both are requested together, the transaction's groups are null.
  const balances = (prefix: "StartBalance" | "FinalBalance", moment: WallClock): ReadonlyArray<Fact> =>
    aggregates.some((name) => name.startsWith(prefix))
      ? balancesWhen(state, (at) => at < moment).map((row) => ({
          ...place(row),
          [`${prefix}.Amount`]: row.amount,
          [`${prefix}.Money`]: row.sum
        }))
      : []
  return [...moved, ...balances("StartBalance", period.from), ...balances("FinalBalance", period.to)]
}

const saleFacts =
  (deliveriesOnly: boolean): Cube["facts"] =>
  (state, period) => {
    const products = new Map(state.products.map((product) => [product.id, product]))
    const names = new Map([...state.references, ...state.productGroups].map(({ id, name }) => [id, name]))
    return state.sales
      .filter(
        ({ day, delivery }) =>
          `${day}T00:00:00` >= period.from && `${day}T00:00:00` < period.to && (delivery || !deliveriesOnly)
      )
      .map((sale): Fact => {
        const dish = products.get(sale.product)
        return {
          Department: sale.department,
          "OpenDate.Typed": sale.day,
          OpenDate: sale.day.replaceAll("-", "."),
          HourClose: String(sale.hour),
          PayTypes: sale.payType,
          CookingPlaceType: names.get(dish?.placeType ?? "") ?? null,
          DishName: dish?.name.trim() ?? null,
          DishGroup: names.get(dish?.parent ?? "") ?? null,
          DishDiscountSumInt: sale.sum,
          DishAmountInt: sale.amount,
          "ProductCostBase.ProductCost": sale.cost
        }
      })
  }

const transactionDates = ["DateTime.DateTyped", "DateTime.Typed"]

const cubes: Readonly<Record<string, Cube>> = {
  TRANSACTIONS: { fields: transactionFields, dateFields: transactionDates, facts: transactionFacts },
  STOCK: { fields: transactionFields, dateFields: transactionDates, facts: transactionFacts },
  SALES: { fields: saleFields, dateFields: ["OpenDate.Typed"], facts: saleFacts(false) },
  DELIVERIES: { fields: saleFields, dateFields: ["OpenDate.Typed"], facts: saleFacts(true) }
}

export const cubeOf = (reportType: string): Cube | undefined => cubes[reportType]
