/**
 * The reference lists of the chain, which its accountant set up once: categories, accounts, partners, people, property.
 * Three cafés in one city, with the names of the chain's stock system.
 */
import type { Draw } from "../../../core/sdk-sandbox.ts"
import type { Calendar } from "./Calendar.ts"
import type { Fields } from "./Drift.ts"
import type { StoredName } from "./Entity.ts"
import type { Item } from "./Model.ts"

export interface Builder {
  readonly draw: Draw
  readonly calendar: Calendar
  /** Adds an object with the next id. */
  readonly add: (name: StoredName, fields: Fields) => Item
  readonly nextId: () => number
}

export type NonEmpty<A> = readonly [A, ...ReadonlyArray<A>]

/** The reference lists that the operations refer to. */
export interface Chain {
  readonly banks: NonEmpty<Item>
  readonly tills: NonEmpty<Item>
  readonly acquiring: NonEmpty<Item>
  readonly revenue: NonEmpty<Item>
  readonly expenses: NonEmpty<Item>
  readonly transfer: Item
  readonly suppliers: NonEmpty<Item>
  readonly customers: NonEmpty<Item>
  readonly directions: NonEmpty<Item>
  readonly employees: NonEmpty<Item>
  readonly jobs: NonEmpty<Item>
  readonly goods: NonEmpty<Item>
  readonly dealStatuses: NonEmpty<Item>
  readonly obligationStatuses: NonEmpty<Item>
  readonly pnlCategories: NonEmpty<Item>
}

const restaurants = ["Мира", "Гагарина", "Светлогорск"] as const

/** Like `map`, but keeps the type of a non-empty list. */
const each = <A, B>([first, ...rest]: NonEmpty<A>, f: (value: A) => B): NonEmpty<B> => [f(first), ...rest.map(f)]

const times = <A>(count: number, make: (index: number) => A): NonEmpty<A> => [
  make(0),
  ...Array.from({ length: count - 1 }, (_, index) => make(index + 1))
]

export const makeChain = (builder: Builder): Chain => {
  const { add } = builder
  const named = (list: StoredName, names: NonEmpty<string>) => each(names, (name) => add(list, { name }))
  const statuses = {
    dealStatuses: named("deal-status", ["Новая", "Предоплата", "В работе", "Закрыта", "Отменена"]),
    obligationStatuses: named("obligation-status", ["К оплате", "Согласовано", "Оплачено"])
  }
  const directions = makeDirections(builder)
  const partners = makePartners(builder)
  const categories = makeCategories(builder)
  return {
    ...statuses,
    ...makeMoneybags(builder),
    ...categories,
    ...partners,
    directions,
    ...makeCatalogue(builder, directions),
    employees: makeEmployees(builder, directions),
    pnlCategories: makePnlCategories(builder, categories.expenses[0])
  }
}

const makeMoneybags = ({ add, draw, calendar }: Builder) => {
  const group = (name: string, isBuiltIn: number) => add("moneybag-group", { name, isBuiltIn }).id
  const general = group("Без группы", 1)
  const till = group("Кассы ресторанов", 0)
  const bank = group("Расчётные счета", 0)
  const moneybag = (name: string, type: string, groupId: number, number: string | null = null) =>
    add("moneybag", {
      name,
      type,
      number,
      currency: "RUB",
      balance: draw.money(10_000, 900_000),
      surplus: draw.money(0, 50_000),
      surplusTimestamp: calendar.noon(-400),
      groupId,
      archived: 0,
      hideInTotal: 0,
      withoutNds: 0
    })
  const account = () => `4070281${draw.int(1_000_000, 9_999_999)}${draw.int(100_000, 999_999)}`
  const [first, ...others] = restaurants
  const perRestaurant = (name: (restaurant: string) => string, type: string, groupId: number): NonEmpty<Item> =>
    each([first, ...others], (restaurant) => moneybag(name(restaurant), type, groupId))
  const tills = perRestaurant((restaurant) => `Касса (${restaurant})`, "nal", till)
  const acquiring = perRestaurant((restaurant) => `Эквайринг (${restaurant})`, "acquiring", till)
  const banks: NonEmpty<Item> = [
    moneybag("Основной расчётный счёт", "bank", bank, account()),
    moneybag("Счёт для налогов", "bank", bank, account())
  ]
  moneybag("Корпоративная карта", "card", general)
  Object.assign(moneybag("Старый счёт", "bank", bank, account()), { archived: 1, hideInTotal: 1, balance: 0 })
  return { tills, acquiring, banks }
}

const makeCategories = ({ add }: Builder) => {
  const category = (name: string, group: string, pnlType: string | null, more: Fields = {}) =>
    add("category", {
      name,
      parentId: null,
      group,
      type: "operating",
      pnlType,
      description: null,
      isBuiltIn: 0,
      ...more
    })
  category("Неразнесенное поступление", "income", "income", { isBuiltIn: 1, description: "Статья по умолчанию" })
  category("Неразнесенное списание", "outcome", "administrative", { isBuiltIn: 1, description: "Статья по умолчанию" })
  const transfer = category("Перевод между счетами", "transfer", null, { isBuiltIn: 1 })
  const sales = category("Выручка", "income", "income")
  const staff = category("Персонал", "outcome", "direct-production")
  const income = (name: string) => category(name, "income", "income", { parentId: sales.id })
  const outcome = (name: string, pnlType: string, parentId: number | null = null) =>
    category(name, "outcome", pnlType, { parentId })
  const expenses: NonEmpty<Item> = [
    outcome("Продукты", "direct-variable"),
    outcome("Напитки и бар", "direct-variable"),
    outcome("Хозяйственные товары", "general-production"),
    outcome("Аренда", "general-production"),
    outcome("Коммунальные платежи", "general-production"),
    outcome("Реклама", "commercial"),
    outcome("Комиссия эквайринга", "administrative"),
    outcome("Зарплата", "direct-production", staff.id),
    outcome("Обучение", "administrative", staff.id)
  ]
  category("Оборудование", "outcome", null, { type: "investment" })
  category("Кредит", "outcome", "outcome-under-ebitda", { type: "financial" })
  return { transfer, expenses, revenue: each(["Зал", "Доставка", "Банкеты и кейтеринг"], income) }
}

const forms = ["ООО", "ИП", "АО"] as const
const trades = ["Продукты", "Рыба", "Овощи", "Молоко", "Кофе", "Хлеб", "Вино", "Упаковка", "Сервис", "Клининг"] as const
const places = ["Балтики", "Янтаря", "Преголи", "Самбии", "Запада", "Взморья", "Косы", "Светлогорска"] as const

const makePartners = ({ add, draw }: Builder) => {
  const groupId = (name: string) => add("partner-group", { name }).id
  const partner = (name: string, group: number) =>
    add("partner", {
      name,
      // Regions 01 to 09 exist, so an INN that is read as a number loses its first digit.
      inn: `${draw.pick(["39", "39", "77", "78", "01", "05"])}${draw.int(10_000_000, 99_999_999)}`,
      groupId: group,
      comment: draw.chance(0.2) ? draw.pick(["Оплата по пятницам", "Отсрочка 14 дней", "Только по счёту"]) : null
    })
  const supplierGroup = groupId("Поставщики")
  const customerGroup = groupId("Заказчики")
  const name = (trade: string) => `${draw.pick(forms)} «${trade} ${draw.pick(places)}»`
  return {
    suppliers: times(75, () => partner(name(draw.pick(trades)), supplierGroup)),
    customers: times(45, () => partner(name(draw.pick(["Порт", "Завод", "Верфь", "Отель", "Клиника"])), customerGroup))
  }
}

const makeDirections = ({ add }: Builder): NonEmpty<Item> => {
  const direction = (name: string, parentId: number | null) =>
    add("direction", { name, parentId, description: null, archived: 0 })
  const [first, ...others] = restaurants
  const roots = each([first, ...others], (name) => direction(name, null))
  for (const root of roots) for (const part of ["Зал", "Бар", "Доставка"]) direction(part, root.id)
  Object.assign(direction("Летняя веранда", null), { archived: 1 })
  return roots
}

const makeCatalogue = ({ add, draw }: Builder, directions: NonEmpty<Item>) => ({
  goods: each(
    ["Сет закусок", "Торт на заказ", "Винный набор", "Кофе в зёрнах", "Подарочная карта", "Фуршетный бокс"],
    (name) => {
      const cost = draw.money(300, 6_000)
      const startQuantity = draw.int(0, 40)
      return add("goods", { name, cost, comment: null, quantity: startQuantity, startQuantity, avgCost: cost })
    }
  ),
  jobs: each(["Банкет", "Выездной кейтеринг", "Аренда зала", "Кофе-брейк", "Доставка", "Мастер-класс"], (name) =>
    add("job", { name, cost: draw.money(2_000, 60_000), comment: null, directionId: draw.pick(directions).id })
  )
})

const surnames = ["Иванов", "Петров", "Соколов", "Морозов", "Волков", "Лебедев", "Орлов", "Зайцев", "Фомин"] as const
const initials = ["А.А.", "Б.В.", "В.И.", "Д.С.", "Е.П.", "И.М.", "К.О.", "М.Н.", "О.Л.", "С.Ю."] as const
const posts: NonEmpty<{ post: string; department: string; type: string }> = [
  { post: "Повар", department: "Кухня", type: "direct-production" },
  { post: "Бармен", department: "Бар", type: "direct-production" },
  { post: "Официант", department: "Зал", type: "direct-production" },
  { post: "Управляющий", department: "Офис", type: "administrative" },
  { post: "Менеджер банкетов", department: "Продажи", type: "commercial" }
]

const makeEmployees = ({ add, draw, calendar, nextId }: Builder, directions: NonEmpty<Item>): NonEmpty<Item> =>
  times(60, (index) => {
    const hired = -draw.int(30, 1_500)
    return add("employees", {
      name: `${draw.pick(surnames)} ${draw.pick(initials)}`,
      date: calendar.month(0),
      positions: [
        { positionId: nextId(), ...draw.pick(posts), directionId: draw.pick(directions).id, percentage: 100 }
      ],
      currency: "RUB",
      regularfix: draw.int(30, 90) * 1000,
      regularfee: draw.money(9_000, 27_000),
      regulartax: draw.money(3_900, 11_700),
      inn: `${draw.pick(["39", "05"])}${draw.int(1_000_000_000, 9_999_999_999)}`,
      hired: calendar.day(hired),
      fired: index % 15 === 14 ? calendar.day(-draw.int(1, 29)) : null,
      comment: null
    })
  })

const makePnlCategories = ({ add }: Builder, source: Item): NonEmpty<Item> => {
  const category = ([name, type, pnlType]: readonly [string, string, string]) =>
    add("pnl-category", { name, type, pnlType, categoryId: type === "costprice" ? source.id : null, comment: null })
  return each(
    [
      ["Бонусы поставщиков", "income", "income-under-ebitda"],
      ["Списания продуктов", "costprice", "direct-variable"],
      ["Питание персонала", "outcome", "general-production"],
      ["Возвраты гостям", "refund", "refund-income-current"]
    ],
    category
  )
}
