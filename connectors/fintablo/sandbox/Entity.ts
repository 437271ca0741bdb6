/** The types of the table of FinTablo's lists: kinds of field, filters, paging, rules of writing. */

export const storedNames = [
  "category",
  "moneybag",
  "moneybag-group",
  "partner",
  "partner-group",
  "direction",
  "goods",
  "obtaining",
  "job",
  "deal-status",
  "obligation-status",
  "deal",
  "obligation",
  "employees",
  "pnl-category",
  "pnl-item",
  "transaction",
  "salary",
  "deal-salary",
  "possession"
] as const
export type StoredName = (typeof storedNames)[number]

/** `amortization` is computed from the possessions and so has no stored list. */
export type EntityName = StoredName | "amortization"

export interface Field {
  readonly type: "text" | "integer" | "decimal" | "flag" | "day" | "month" | "json" | "choice" | "ref" | "refs"
  readonly values?: ReadonlyArray<string>
  /** The list that a `ref` (an id) or `refs` (`[{ id, quantity }]`) points into. */
  readonly to?: StoredName
}

export interface Filter {
  readonly field: string
  /** `position` compares the value with the same field of any of the item's `positions`. */
  readonly match: "equals" | "contains" | "from" | "to" | "position"
}

export interface Entity {
  readonly fields: Readonly<Record<string, Field>>
  readonly filters: Readonly<Record<string, Filter>>
  /** Absent: the whole list in one answer, `page` and `pageSize` ignored. Without `max`, `pageSize` is ignored. */
  readonly paging?: { readonly size: number; readonly max?: number }
  readonly required: ReadonlyArray<string>
  /** Ignored by PUT. */
  readonly frozen: ReadonlyArray<string>
  /** Ignored by POST and PUT. */
  readonly readOnly: ReadonlyArray<string>
  readonly methods: ReadonlyArray<"GET" | "POST" | "PUT" | "DELETE">
}

export const text: Field = { type: "text" }
export const integer: Field = { type: "integer" }
export const decimal: Field = { type: "decimal" }
export const flag: Field = { type: "flag" }
export const day: Field = { type: "day" }
export const month: Field = { type: "month" }
export const json: Field = { type: "json" }
export const choice = (...values: ReadonlyArray<string>): Field => ({ type: "choice", values })
export const ref = (to: StoredName): Field => ({ type: "ref", to })
export const refs = (to: StoredName): Field => ({ type: "refs", to })

const match =
  (how: Filter["match"]) =>
  (...fields: ReadonlyArray<string>): Record<string, Filter> =>
    Object.fromEntries(fields.map((field) => [field, { field, match: how }]))
export const equals = match("equals")
export const contains = match("contains")
export const position = match("position")
export const range = (field: string): Record<string, Filter> => ({
  [`${field}From`]: { field, match: "from" },
  [`${field}To`]: { field, match: "to" }
})

export const entity = (options: Pick<Entity, "fields"> & Partial<Omit<Entity, "fields">>): Entity => ({
  filters: {},
  required: ["name"],
  frozen: [],
  readOnly: [],
  methods: ["GET", "POST", "PUT", "DELETE"],
  ...options
})
