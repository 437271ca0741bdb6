/** Filters and orders as Bitrix24 writes them: a prefix says how a field is compared, and a number names a group. */
import type { Row } from "./Model.ts"
import { isMap, listOf, type Params } from "./Params.ts"
import { Refused } from "./Refused.ts"

type Test = (row: Row) => boolean

const known = /^(!=%|!%=|!@|!=|!%|>=|<=|=%|%=|%|>|<|=|@|!)?(.+)$/

export const compare = (one: unknown, other: unknown): number => {
  if (typeof one === "number" && typeof other === "number") return one - other
  const [left, right] = [String(one ?? "").toLowerCase(), String(other ?? "").toLowerCase()]
  const [a, b] = [Number(left), Number(right)]
  if (left !== "" && right !== "" && Number.isFinite(a) && Number.isFinite(b)) return a - b
  const [x, y] = [Date.parse(left), Date.parse(right)]
  if (/^\d{4}-/.test(left) && Number.isFinite(x) && Number.isFinite(y)) return x - y
  return left < right ? -1 : left > right ? 1 : 0
}

/** Flags are Y and N in values, 1 and 0 in filters. */
const equals = (value: unknown, wanted: unknown): boolean =>
  typeof value === "boolean" || value === "Y" || value === "N"
    ? [value === true || value === "Y" ? "1" : "0", String(value)].includes(String(wanted))
    : compare(value, wanted) === 0

type Holds = (value: unknown) => boolean

const isIn = (wanted: unknown): Holds => {
  const all = isMap(wanted) || Array.isArray(wanted) ? listOf(wanted) : [wanted]
  return (value) => (Array.isArray(value) ? value : [value]).some((each) => all.some((one) => equals(each, one)))
}

/** With `%` for any characters where the wanted text has it, else anywhere. */
const isLike = (wanted: unknown, isPattern: boolean): Holds => {
  const parts = String(wanted)
    .split(isPattern ? "%" : "\0")
    .map(RegExp.escape)
    .join(".*")
  const pattern = new RegExp(isPattern ? `^${parts}$` : parts, "is")
  return (value) => pattern.test(String(value ?? ""))
}

const not =
  (holds: Holds): Holds =>
  (value) =>
    !holds(value)

const holdsOf = (prefix: string, wanted: unknown): Holds => {
  switch (prefix) {
    case ">":
      return (value) => compare(value, wanted) > 0
    case ">=":
      return (value) => compare(value, wanted) >= 0
    case "<":
      return (value) => compare(value, wanted) < 0
    case "<=":
      return (value) => compare(value, wanted) <= 0
    case "!":
    case "!=":
    case "!@":
      return not(isIn(wanted))
    case "%":
      return isLike(wanted, false)
    case "!%":
      return not(isLike(wanted, false))
    case "=%":
    case "%=":
      return isLike(wanted, true)
    case "!=%":
    case "!%=":
      return not(isLike(wanted, true))
    default:
      return isIn(wanted)
  }
}

/** Fields by their names in rows; undefined is refused, null leaves the condition out. */
export type FieldName = (name: string) => string | null | undefined

const testOf = (name: string, wanted: unknown, fieldName: FieldName): Test | Refused => {
  if (/^\d+$/.test(name) && isMap(wanted)) return testOfAll(wanted, fieldName)
  const [, prefix = "", given = ""] = known.exec(name) ?? []
  const field = fieldName(given)
  if (field === undefined) {
    return new Refused(400, "INVALID_ARG_VALUE", `Invalid filter: field '${given}' is not allowed in filter`)
  }
  if (field === null) return () => true
  // Numbers arrive as texts in batches.
  const number = typeof wanted === "string" && /^-?\d+$/.test(wanted) ? Number(wanted) : wanted
  const holds = holdsOf(prefix, number)
  return (row) => holds(row[field])
}

const testOfAll = ({ logic, ...conditions }: Params, fieldName: FieldName): Test | Refused => {
  const tests: Array<Test> = []
  for (const [name, wanted] of Object.entries(conditions)) {
    const test = testOf(name, wanted, fieldName)
    if (test instanceof Refused) return test
    tests.push(test)
  }
  return String(logic).toUpperCase() === "OR"
    ? (row) => tests.some((test) => test(row))
    : (row) => tests.every((test) => test(row))
}

const conditionsIn = (filter: unknown): Params => {
  const conditions = Array.isArray(filter) ? Object.fromEntries(filter.entries()) : filter
  return isMap(conditions) ? conditions : {}
}

export const filtered = (
  rows: ReadonlyArray<Row>,
  filter: unknown,
  fieldName: FieldName
): ReadonlyArray<Row> | Refused => {
  const test = testOfAll(conditionsIn(filter), fieldName)
  return test instanceof Refused ? test : rows.filter(test)
}

const isAscending = (rows: ReadonlyArray<Row>, id: string): boolean =>
  rows.every((row, at) => at === 0 || Number(rows[at - 1]?.[id]) < Number(row[id]))

/** The index of the first row whose id is greater. */
const indexBehind = (rows: ReadonlyArray<Row>, id: string, last: number): number => {
  let [from, to] = [0, rows.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (Number(rows[middle]?.[id]) > last) to = middle
    else from = middle + 1
  }
  return from
}

/** The first rows in the order of ids. Lists of many pages ask behind an id each time: only the page itself is looked at. */
export const firstById = (
  rows: ReadonlyArray<Row>,
  filter: unknown,
  fieldName: FieldName,
  { count, id }: { readonly count: number; readonly id: string }
): ReadonlyArray<Row> | Refused => {
  const conditions = conditionsIn(filter)
  const test = testOfAll(conditions, fieldName)
  if (test instanceof Refused) return test
  const sorted = isAscending(rows, id) ? rows : rows.toSorted((one, other) => compare(one[id], other[id]))
  const last = Number(conditions[`>${id}`] ?? Number.NaN)
  const first: Array<Row> = []
  for (let at = Number.isNaN(last) ? 0 : indexBehind(sorted, id, last); at < sorted.length; at++) {
    const row = sorted[at]
    if (first.length === count) break
    if (row !== undefined && test(row)) first.push(row)
  }
  return first
}

/** By id where nothing else is said. */
export const ordered = (
  rows: ReadonlyArray<Row>,
  order: unknown,
  fieldName: FieldName,
  id: string
): ReadonlyArray<Row> | Refused => {
  const keys: Array<readonly [field: string, sign: number]> = []
  for (const [name, direction] of Object.entries(isMap(order) ? order : {})) {
    const [field, sign] = [fieldName(name), String(direction).toUpperCase()]
    if (field === undefined) {
      return new Refused(400, "INVALID_ARG_VALUE", `Invalid order: field '${name}' is not allowed in order`)
    }
    if (sign !== "ASC" && sign !== "DESC") {
      const why = `Invalid order: allowed sort directions are \`ASC, DESC\`. But got \`${direction}\` for field '${name}'`
      return new Refused(400, "INVALID_ARG_VALUE", why)
    }
    if (field !== null) keys.push([field, sign === "ASC" ? 1 : -1])
  }
  const all: typeof keys = [...keys, [id, 1]]
  return rows.toSorted((one, other) => {
    for (const [field, sign] of all) {
      const difference = compare(one[field], other[field])
      if (difference !== 0) return sign * difference
    }
    return 0
  })
}
