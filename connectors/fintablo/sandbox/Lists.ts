/**
 * The answer to a GET of a list: first the filters that the vendor knows, then the paging that this list really has.
 */
import { Effect, type Schema } from "effect"
import { type Fields, withDrift } from "./Drift.ts"
import { entities } from "./Entities.ts"
import type { Entity, EntityName, Field, Filter, StoredName } from "./Entity.ts"
import { isDay, isMonth } from "./Formats.ts"
import { type FintabloState, type Item, parts } from "./Model.ts"
import { badRequest, invalidChoice, Refusal } from "./Refusal.ts"

export const list = Effect.fnUntraced(function* (state: FintabloState, name: EntityName, query: URLSearchParams) {
  const { filters, fields, paging } = entities[name]
  const asked = [...query].flatMap(([key, value]) => {
    const filter = filters[key]
    return filter === undefined || value === "" ? [] : [{ filter, value }]
  })
  for (const { filter, value } of asked) yield* checkFilter(name, filter.field, fields[filter.field], value)
  const passes = (row: Fields) => asked.every(({ filter, value }) => matches(filter, fields[filter.field], row, value))
  if (name === "amortization") {
    return page(state.items.possession, paging, query).flatMap(amortizationOf).filter(passes)
  }
  return page(rowsOf(state, name, query).filter(passes), paging, query)
})

/** The item in the form that the switches select. */
export const sentItem = (state: FintabloState, name: EntityName, item: Fields): Fields => {
  const sent = withDrift(name, item, state.switches.drift)
  if (name !== "transaction" || state.switches.splitParts === "rows") return sent
  const subs = state.items.transaction.filter((part) => part.parentId === item.id)
  return subs.length === 0 ? sent : { ...sent, subs }
}

const rowsOf = (state: FintabloState, name: StoredName, query: URLSearchParams): ReadonlyArray<Item> => {
  const items = state.items[name]
  if (name === "salary" && !query.get("date")) return items.filter((item) => item.date === state.currentMonth)
  const nested = name === "transaction" && state.switches.splitParts === "subs"
  return nested ? items.filter((item) => item.parentId === null) : items
}

const page = <A>(rows: ReadonlyArray<A>, paging: Entity["paging"], query: URLSearchParams): ReadonlyArray<A> => {
  if (paging === undefined) return rows
  const asked = paging.max === undefined ? 0 : positive(query.get("pageSize"))
  const size = Math.min(asked || paging.size, paging.max ?? paging.size)
  const start = (Math.max(1, positive(query.get("page"))) - 1) * size
  return rows.slice(start, start + size)
}

const positive = (text: string | null) => (text !== null && /^\d+$/.test(text) ? Number(text) : 0)

const checkFilter = (name: EntityName, key: string, field: Field | undefined, value: string) => {
  if (field?.type === "day" && !isDay(value)) {
    return Effect.fail(
      name === "obtaining"
        ? new Refusal({ status: 400, statusText: "Date format need is dd.mm.YYYY", http: 422 })
        : badRequest("Required date format is dd.mm.YYYY")
    )
  }
  if (field?.type === "month" && !isMonth(value)) {
    return Effect.fail(badRequest(`${name === "pnl-item" ? "Date format need is" : "Required date format is"} mm.YYYY`))
  }
  if (field?.values !== undefined && !field.values.includes(value)) {
    return Effect.fail(invalidChoice(key))
  }
  return Effect.void
}

/** Dates compare by year first; other values compare as numbers. */
const sortable = (field: Field | undefined, value: Schema.MutableJson) =>
  field?.type === "day" || field?.type === "month" ? Number(String(value).split(".").reverse().join("")) : Number(value)

const matches = (filter: Filter, field: Field | undefined, row: Fields, value: string): boolean => {
  if (filter.match === "position") {
    return parts(row.positions).some((position) => String(position[filter.field]) === value)
  }
  const own = row[filter.field] ?? null
  if (own === null) return false
  switch (filter.match) {
    case "equals":
      return String(own) === value
    case "contains":
      return String(own).toLowerCase().includes(value.toLowerCase())
    case "from":
      return sortable(field, own) >= sortable(field, value)
    case "to":
      return sortable(field, own) <= sortable(field, value)
  }
}

/** One row for each month of use; the last one gets the remainder of the division. */
const amortizationOf = (possession: Item): ReadonlyArray<Fields> => {
  const start = possession.amortizationStart
  const months = Number(possession.amortizationTime ?? 0)
  if (typeof start !== "string" || months < 1) return []
  const [month = 1, year = 0] = start.split(".").map(Number)
  const kopecks = Math.round(Number(possession.value) * 100)
  const share = Math.floor(kopecks / months)
  return Array.from({ length: months }, (_, index) => {
    const at = month - 1 + index
    return {
      possessionId: possession.id,
      name: possession.name ?? null,
      date: `${String((at % 12) + 1).padStart(2, "0")}.${year + Math.floor(at / 12)}`,
      value: (index === months - 1 ? kopecks - share * (months - 1) : share) / 100
    }
  })
}
