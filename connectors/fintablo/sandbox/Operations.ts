/** The operations of the chain: banquets sold, purchases, half a year of payments, wages, property. */
import type { Builder, Chain } from "./Chain.ts"
import type { Fields } from "./Drift.ts"
import type { Item } from "./Model.ts"

const pastTransactions = 1_600
const plannedTransactions = 60

export const makeOperations = (builder: Builder, chain: Chain): void => {
  const deals = makeDeals(builder, chain)
  makeObligations(builder, chain, deals)
  makeObtainings(builder, chain)
  for (let index = 0; index < pastTransactions; index++) {
    makeTransaction(builder, chain, deals, Math.floor((index * 180) / pastTransactions) - 180)
  }
  for (let index = 0; index < plannedTransactions; index++) makePlanned(builder, chain, builder.draw.int(1, 45))
  makePnlItems(builder, chain)
  makeWages(builder, chain, deals)
  makePossessions(builder, chain)
}

const makeDeals = ({ add, draw, calendar, nextId }: Builder, chain: Chain): ReadonlyArray<Item> => {
  const body = (name: string, start: number, amount: number): Fields => {
    const end = start + draw.int(0, 21)
    const done = end < 0
    return {
      name,
      jobs: [{ id: draw.pick(chain.jobs).id, quantity: draw.int(1, 4) }],
      goods: draw.chance(0.4) ? [{ id: draw.pick(chain.goods).id, quantity: draw.int(1, 30) }] : [],
      directionId: draw.pick(chain.directions).id,
      amount,
      customCostPrice: draw.chance(0.2) ? draw.money(1_000, 40_000) : null,
      statusId: draw.pick(chain.dealStatuses).id,
      responsibleId: draw.pick(chain.employees).id,
      comment: draw.chance(0.3) ? draw.pick(["Без алкоголя", "Нужен проектор", "Детское меню", "Торт к 20:00"]) : null,
      startDate: calendar.day(start),
      endDate: calendar.day(end),
      actDate: done ? calendar.day(end) : null,
      nds: draw.chance(0.5) ? Math.round((amount * 100) / 6) / 100 : null
    }
  }
  return Array.from({ length: 600 }, (_, index) => {
    const start = Math.floor((index * 540) / 600) - 510
    const customer = draw.pick(chain.customers)
    const occasion = draw.pick(["Банкет", "Кейтеринг", "Корпоратив", "День рождения", "Фуршет", "Кофе-брейк"])
    const staged = draw.chance(0.35)
    return add("deal", {
      ...body(`${occasion}, ${draw.int(8, 120)} персон, ${customer.name}`, start, draw.money(8_000, 450_000)),
      currency: "RUB",
      partnerId: customer.id,
      stages: staged
        ? ["Предоплата", "Проведение"].map((name) => ({
            id: nextId(),
            ...body(name, start, draw.money(4_000, 200_000))
          }))
        : []
    })
  })
}

const makeObligations = ({ add, draw, calendar }: Builder, chain: Chain, deals: ReadonlyArray<Item>) => {
  for (let index = 0; index < 45; index++) {
    add("obligation", {
      name: `Счёт № ${draw.int(100, 9_999)}`,
      categoryId: draw.pick(chain.expenses).id,
      directionId: draw.pick(chain.directions).id,
      dealId: draw.chance(0.3) ? (deals[index]?.id ?? null) : null,
      amount: draw.money(3_000, 160_000),
      currency: "RUB",
      statusId: draw.pick(chain.obligationStatuses).id,
      partnerId: draw.pick(chain.suppliers).id,
      comment: null,
      actDate: calendar.day(-draw.int(0, 120)),
      nds: null
    })
  }
}

const makeObtainings = ({ add, draw, calendar }: Builder, chain: Chain) => {
  for (let index = 0; index < 80; index++) {
    const goods = draw.pick(chain.goods)
    const cost = draw.money(200, 5_000)
    const quantity = draw.int(1, 20)
    add("obtaining", {
      goodsId: goods.id,
      partnerId: draw.pick(chain.suppliers).id,
      amount: Math.round(cost * 100 * quantity) / 100,
      cost,
      quantity,
      currency: "RUB",
      comment: null,
      date: calendar.day(-draw.int(0, 200)),
      nds: null
    })
    if (typeof goods.quantity === "number") goods.quantity += quantity
  }
}

const monthOf = (day: string) => day.slice(3)

const base = ({ calendar }: Builder, offset: number): Fields => ({
  parentId: null,
  date: calendar.day(offset),
  timestamp: calendar.noon(offset),
  isPlan: 0,
  partnerId: null,
  directionId: null,
  factMonth: monthOf(calendar.day(offset)),
  spreadMonthes: 1,
  nds: null
})

/** Only these carry `dealId` and its kind; the vendor omits the keys from a transfer, and `value2` from the rest. */
const unlinked: Fields = { dealId: null, obligationId: null, obtainingId: null }

const makeTransaction = (builder: Builder, chain: Chain, deals: ReadonlyArray<Item>, offset: number) => {
  const { add, draw } = builder
  const shared = base(builder, offset)
  const kind = draw.int(1, 100)
  if (kind <= 12) {
    const value = draw.money(5_000, 120_000)
    return add("transaction", {
      ...shared,
      value,
      moneybagId: draw.pick(chain.acquiring).id,
      group: "transfer",
      value2: value,
      moneybag2Id: draw.pick(chain.banks).id,
      description: "Зачисление эквайринга",
      categoryId: chain.transfer.id
    })
  }
  if (kind <= 55) {
    const banquet = draw.chance(0.2) ? deals[draw.int(0, deals.length - 1)] : undefined
    return add("transaction", {
      ...shared,
      ...unlinked,
      value: draw.money(9_000, 140_000),
      moneybagId: draw.pick(draw.chance(0.7) ? chain.acquiring : chain.tills).id,
      group: "income",
      description: banquet === undefined ? "Выручка за день" : "Предоплата банкета",
      categoryId: draw.pick(chain.revenue).id,
      partnerId: banquet?.partnerId ?? null,
      directionId: draw.pick(chain.directions).id,
      dealId: banquet?.id ?? null
    })
  }
  const paid = add("transaction", { ...shared, ...unlinked, ...payment(builder, chain) })
  if (kind > 96) splitInTwo(builder, chain, paid)
}

const payment = ({ draw }: Builder, chain: Chain): Fields => {
  const category = draw.pick(chain.expenses)
  return {
    value: draw.money(400, 90_000),
    moneybagId: draw.pick(draw.chance(0.8) ? chain.banks : chain.tills).id,
    group: "outcome",
    description: category.name ?? null,
    categoryId: category.id,
    partnerId: draw.pick(chain.suppliers).id,
    directionId: draw.chance(0.7) ? draw.pick(chain.directions).id : null
  }
}

const splitInTwo = ({ add, draw }: Builder, chain: Chain, { id, ...fields }: Item) => {
  const kopecks = Math.round(Number(fields.value) * 100)
  const first = Math.floor(kopecks / 3)
  for (const part of [first, kopecks - first]) {
    add("transaction", { ...fields, parentId: id, value: part / 100, categoryId: draw.pick(chain.expenses).id })
  }
}

const makePlanned = (builder: Builder, chain: Chain, offset: number) =>
  builder.add("transaction", { ...base(builder, offset), ...unlinked, ...payment(builder, chain), isPlan: 1 })

const makePnlItems = ({ add, draw, calendar }: Builder, chain: Chain) => {
  for (let index = 0; index < 90; index++) {
    add("pnl-item", {
      categoryId: draw.pick(chain.pnlCategories).id,
      value: draw.money(500, 45_000),
      nds: null,
      directionId: draw.pick(chain.directions).id,
      date: calendar.month(-(index % 6)),
      url: null,
      comment: draw.chance(0.2) ? "По акту сверки" : null
    })
  }
}

const makeWages = (builder: Builder, chain: Chain, deals: ReadonlyArray<Item>) => {
  for (const month of [-2, -1, 0]) {
    for (const employee of chain.employees) makeSalary(builder, employee, month)
  }
  for (const deal of deals.slice(-40)) {
    builder.add("deal-salary", {
      dealId: deal.id,
      employeeId: deal.responsibleId ?? null,
      post: "Менеджер банкетов",
      department: "Продажи",
      value: builder.draw.money(500, 6_000),
      currency: "RUB",
      date: deal.endDate ?? null,
      comment: null
    })
  }
}

const makeSalary = ({ add, draw, calendar }: Builder, employee: Item, month: number) => {
  const fix = Number(employee.regularfix)
  const bonus = draw.int(0, 12) * 1000
  const amount = fix + bonus
  const payed = month < 0 ? amount : Math.floor(fix / 2)
  const row = add("salary", {
    name: employee.name ?? null,
    date: calendar.month(month),
    positions: employee.positions ?? [],
    totalPay: { fix, bonus, percent: null, forfeit: null, deal: null, amount },
    payed,
    currentArrear: amount - payed,
    previousArrear: 0,
    totalArrear: amount - payed,
    tax: employee.regulartax ?? null,
    fee: employee.regularfee ?? null,
    comment: null
  })
  row.id = employee.id
}

const makePossessions = ({ add, draw, calendar }: Builder, chain: Chain) => {
  for (let index = 0; index < 70; index++) {
    const bought = draw.int(1, 30)
    add("possession", {
      name: `${draw.pick(["Печь", "Кофемашина", "Холодильник", "Стол", "Касса", "Гриль"])} № ${index + 1}`,
      positions: [
        {
          date: calendar.month(-bought),
          directions: [{ directionId: draw.pick(chain.directions).id, percentage: 100 }]
        }
      ],
      type: draw.pick(["Оборудование", "Мебель", "Офисная техника"]),
      value: draw.int(12, 600) * 1000,
      purchaseDate: calendar.day(-bought * 30),
      amortizationTime: draw.pick([12, 24, 36, 60]),
      amortizationStart: calendar.month(-bought + 1),
      paidEarly: 0,
      comment: null,
      nds: null
    })
  }
}
