/** The invented chain's 16 reference lists and its accounts. */
import type { BuildContext } from "./Corporation.ts"
import type { Account, CorporateItem, Reference } from "../Model.ts"
import { units } from "./ProductFixtures.ts"
import * as Vocabulary from "./Vocabulary.ts"

/** Every root type and the server version that introduced it. */
export const rootTypes = {
  Account: "5.0",
  AccountingCategory: "5.0",
  AlcoholClass: "5.0",
  AllergenGroup: "7.1.2",
  AttendanceType: "6.4",
  Conception: "7.8.1",
  CookingPlaceType: "7.0.2",
  DiscountType: "5.0",
  MeasureUnit: "5.0",
  OrderType: "6.4",
  PaymentType: "5.0",
  ProductCategory: "5.0",
  ProductScale: "6.4",
  ProductSize: "6.4",
  ScheduleType: "6.4",
  TaxCategory: "6.2.2"
} as const
export type RootType = keyof typeof rootTypes

/** Account and ProductCategory are served from separate lists. */
const names: Record<Exclude<RootType, "Account" | "ProductCategory">, ReadonlyArray<string>> = {
  AccountingCategory: ["Продукты", "Напитки", "Хозяйственные товары", "Блюда"],
  AlcoholClass: ["Пиво", "Вино", "Сидр", "Крепкий алкоголь"],
  AllergenGroup: ["Глютен", "Молоко", "Орехи", "Рыба", "Яйца"],
  AttendanceType: ["Смена", "Отпуск", "Больничный", "Стажировка"],
  Conception: ["Кафе", "Доставка"],
  CookingPlaceType: ["Кухня", "Бар", "Кондитерский цех"],
  DiscountType: ["Сотрудник 30%", "Гость 10%", "День рождения"],
  MeasureUnit: units,
  OrderType: ["Обычный заказ", "Доставка", "Самовывоз"],
  PaymentType: ["Наличные", "Банковская карта", "СБП", "За счёт заведения"],
  ProductScale: ["Размеры напитков"],
  ProductSize: ["S", "M", "L"],
  ScheduleType: ["Утро", "День", "Вечер"],
  TaxCategory: ["Без НДС", "НДС 10%", "НДС 20%"]
}

const extras: Partial<Record<string, ReadonlyArray<Partial<Reference>>>> = {
  OrderType: ["COMMON", "DELIVERY_BY_COURIER", "DELIVERY_PICKUP"].map((orderServiceType) => ({
    orderServiceType,
    defaultForServiceType: true
  })),
  ProductSize: ["S", "M", "L"].map((shortName) => ({ shortName })),
  TaxCategory: [0, 10, 20].map((vatPercent) => ({ vatPercent }))
}

const categoryNames = ["Завтраки", "Кофе", "Напитки", "Десерты", "Основное меню", "Сырьё", "Хозяйство"]

const reference = ({ draw, nextRevision }: BuildContext, rootType: RootType, name: string, index: number): Reference => ({
  id: draw.uuid(),
  rootType,
  deleted: false,
  code: index % 2 === 0 ? String(index + 1) : null,
  name,
  ...extras[rootType]?.[index],
  revision: nextRevision()
})

/** Each list ends with one deleted entry, so that a wrong `includeDeleted` is noticed. */
const listOf = (build: BuildContext, rootType: RootType, live: ReadonlyArray<string>): ReadonlyArray<Reference> => [
  ...live.map((name, index) => reference(build, rootType, name, index)),
  { ...reference(build, rootType, `${live[0]} (старое)`, live.length), deleted: true }
]

export const makeReferences = (build: BuildContext): ReadonlyArray<Reference> =>
  Object.entries(names).flatMap(([rootType, live]) => (isRootType(rootType) ? listOf(build, rootType, live) : []))

export const makeCategories = (build: BuildContext): ReadonlyArray<Reference> =>
  listOf(build, "ProductCategory", categoryNames)

export const isRootType = (text: string): text is RootType => Object.hasOwn(rootTypes, text)

/** 142 accounts, one of them deleted; a store is an account too, with the store's own id. */
export const makeAccounts = (
  { draw, nextRevision }: BuildContext,
  stores: ReadonlyArray<CorporateItem>
): ReadonlyArray<Account> => {
  const account = (name: string, type: string, rest: Partial<Account> = {}): Account => ({
    rootType: "Account",
    id: draw.uuid(),
    accountParentId: null,
    parentCorporateId: null,
    code: null,
    deleted: false,
    name,
    type,
    system: false,
    customTransactionsAllowed: true,
    ...rest,
    revision: nextRevision()
  })
  const own = [
    ...Vocabulary.chainAccounts.map(([code, name, type]) => account(name, type, { code, system: true })),
    ...Vocabulary.writeoffAccounts.map((name, index) => account(name, "EXPENSES", { code: `5.3${index}` })),
    ...Vocabulary.restaurants.flatMap((restaurant) =>
      Vocabulary.restaurantAccounts.map(([name, type]) => account(`${name} (${restaurant.name})`, type))
    )
  ]
  const storeAccounts = stores.map((store) =>
    account(store.name, "INVENTORY_ASSETS", { id: store.id, parentCorporateId: store.parentId ?? null, system: true })
  )
  return [...own, account("Старый счёт списания", "EXPENSES", { deleted: true }), ...storeAccounts]
}
