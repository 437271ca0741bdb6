/**
 * The properties of each FinTablo v1 list, as one table: the fields of an item and those that writes accept, the
 * filters of a list, its paging, what POST requires and PUT ignores. Lists, writes and seed data all follow it.
 */
import {
  choice,
  contains,
  day,
  decimal,
  type Entity,
  type EntityName,
  entity,
  equals,
  flag,
  integer,
  json,
  month,
  position,
  range,
  ref,
  refs,
  text
} from "./Entity.ts"

const groups = choice("income", "outcome", "transfer")
const pnlTypes = choice(
  "income",
  "income-under-ebitda",
  "general-production",
  "direct-variable",
  "direct-production",
  "administrative",
  "commercial",
  "outcome-under-ebitda",
  "under-profit",
  "refund-income-current",
  "refund-income-past",
  "refund-costprice-current",
  "refund-costprice-past"
)

export const entities: Readonly<Record<EntityName, Entity>> = {
  category: entity({
    fields: {
      name: text,
      parentId: ref("category"),
      group: groups,
      type: choice("operating", "financial", "investment"),
      pnlType: pnlTypes,
      description: text,
      isBuiltIn: flag
    },
    filters: equals("parentId", "group", "type", "pnlType"),
    required: ["name", "group", "type"],
    frozen: ["group"],
    readOnly: ["isBuiltIn"]
  }),
  moneybag: entity({
    fields: {
      name: text,
      type: choice("nal", "bank", "card", "electron", "acquiring"),
      number: text,
      currency: text,
      balance: decimal,
      surplus: decimal,
      surplusTimestamp: integer,
      groupId: ref("moneybag-group"),
      archived: flag,
      hideInTotal: flag,
      withoutNds: flag
    },
    filters: equals("type", "currency", "groupId", "archived", "hideInTotal", "withoutNds"),
    frozen: ["currency"],
    readOnly: ["balance"]
  }),
  "moneybag-group": entity({ fields: { name: text, isBuiltIn: flag }, readOnly: ["isBuiltIn"] }),
  partner: entity({
    fields: { name: text, inn: text, groupId: ref("partner-group"), comment: text },
    filters: { ...contains("name", "comment"), ...equals("inn", "groupId") }
  }),
  "partner-group": entity({ fields: { name: text } }),
  direction: entity({
    fields: { name: text, parentId: ref("direction"), description: text, archived: flag },
    filters: equals("parentId", "archived")
  }),
  goods: entity({
    fields: { name: text, cost: decimal, comment: text, quantity: decimal, startQuantity: decimal, avgCost: decimal },
    readOnly: ["quantity"]
  }),
  obtaining: entity({
    fields: {
      goodsId: ref("goods"),
      partnerId: ref("partner"),
      amount: decimal,
      cost: decimal,
      quantity: decimal,
      currency: text,
      comment: text,
      date: day,
      nds: decimal
    },
    filters: {
      ...equals("goodsId", "partnerId", "currency"),
      ...range("date")
    },
    required: ["goodsId", "partnerId"],
    frozen: ["goodsId"]
  }),
  job: entity({
    fields: { name: text, cost: decimal, comment: text, directionId: ref("direction") },
    filters: equals("directionId")
  }),
  "deal-status": entity({ fields: { name: text } }),
  "obligation-status": entity({ fields: { name: text } }),
  deal: entity({
    fields: {
      name: text,
      jobs: refs("job"),
      goods: refs("goods"),
      directionId: ref("direction"),
      amount: decimal,
      currency: text,
      customCostPrice: decimal,
      statusId: ref("deal-status"),
      partnerId: ref("partner"),
      responsibleId: ref("employees"),
      comment: text,
      startDate: day,
      endDate: day,
      actDate: day,
      nds: decimal,
      stages: json
    },
    filters: {
      ...contains("name"),
      ...equals("directionId", "statusId", "partnerId", "responsibleId", "currency"),
      ...range("startDate"),
      ...range("endDate"),
      ...range("actDate")
    },
    paging: { size: 500 },
    frozen: ["stages"]
  }),
  obligation: entity({
    fields: {
      name: text,
      categoryId: ref("category"),
      directionId: ref("direction"),
      dealId: ref("deal"),
      amount: decimal,
      currency: text,
      statusId: ref("obligation-status"),
      partnerId: ref("partner"),
      comment: text,
      actDate: day,
      nds: decimal
    },
    filters: {
      ...contains("name"),
      ...equals("directionId", "statusId", "partnerId", "categoryId", "dealId", "currency"),
      ...range("actDate")
    }
  }),
  employees: entity({
    fields: {
      name: text,
      date: month,
      positions: json,
      currency: text,
      regularfix: decimal,
      regularfee: decimal,
      regulartax: decimal,
      inn: text,
      hired: day,
      fired: day,
      comment: text
    },
    filters: { ...contains("name", "comment"), ...position("type", "post", "department") },
    required: ["partnerId"]
  }),
  "pnl-category": entity({
    fields: {
      name: text,
      type: choice("income", "costprice", "outcome", "refund"),
      pnlType: pnlTypes,
      categoryId: ref("category"),
      comment: text
    },
    filters: { ...contains("name", "comment"), ...equals("type", "pnlType", "categoryId") },
    required: ["name", "type", "pnlType"]
  }),
  "pnl-item": entity({
    fields: {
      categoryId: ref("pnl-category"),
      value: decimal,
      nds: decimal,
      directionId: ref("direction"),
      date: month,
      url: text,
      comment: text
    },
    filters: { ...equals("categoryId", "directionId", "date", "url"), ...contains("comment") },
    required: ["categoryId", "value", "date"]
  }),
  transaction: entity({
    fields: {
      value: decimal,
      moneybagId: ref("moneybag"),
      group: groups,
      value2: decimal,
      moneybag2Id: ref("moneybag"),
      parentId: ref("transaction"),
      description: text,
      date: day,
      timestamp: integer,
      isPlan: flag,
      categoryId: ref("category"),
      partnerId: ref("partner"),
      directionId: ref("direction"),
      dealId: ref("deal"),
      obligationId: ref("obligation"),
      factMonth: month,
      spreadMonthes: integer,
      nds: decimal,
      obtainingId: ref("obtaining")
    },
    filters: {
      ...range("date"),
      ...range("value"),
      ...equals("group", "parentId", "categoryId", "partnerId", "directionId", "dealId", "moneybagId", "isPlan")
    },
    paging: { size: 50, max: 1000 },
    required: ["value", "group", "moneybagId", "date"],
    frozen: ["group"],
    readOnly: ["parentId", "timestamp"]
  }),
  salary: entity({
    fields: { date: month, payed: decimal, tax: decimal, fee: decimal, comment: text },
    filters: {
      employeeId: { field: "id", match: "equals" },
      ...equals("date"),
      ...position("type", "post", "department")
    },
    // The vendor does not document the size; the default of its other paged lists is assumed.
    paging: { size: 50 },
    readOnly: ["date"],
    methods: ["GET", "PUT"]
  }),
  "deal-salary": entity({
    fields: {
      dealId: ref("deal"),
      employeeId: ref("employees"),
      post: text,
      department: text,
      value: decimal,
      currency: text,
      date: day,
      comment: text
    },
    filters: {
      ...equals("dealId", "employeeId"),
      ...range("date")
    },
    required: ["dealId", "employeeId"]
  }),
  possession: entity({
    fields: {
      name: text,
      positions: json,
      type: text,
      value: decimal,
      purchaseDate: day,
      amortizationTime: integer,
      amortizationStart: month,
      paidEarly: integer,
      comment: text,
      nds: decimal
    },
    filters: { ...contains("name"), ...equals("type") },
    paging: { size: 50, max: 1000 }
  }),
  amortization: entity({
    fields: { date: month },
    filters: { ...equals("possessionId"), ...range("date") },
    paging: { size: 50, max: 1000 },
    methods: ["GET"]
  })
}

export const isEntityName = (name: string): name is EntityName => Object.hasOwn(entities, name)
