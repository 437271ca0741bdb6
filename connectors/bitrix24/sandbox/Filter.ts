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

const isIn = (value: unknown, wanted: unknown): boolean => {
  const values = Array.isArray(value) ? value : [value]
  const all = isMap(wanted) || Array.isArray(wanted) ? listOf(wanted) : [wanted]
  return values.some((each) => all.some((one) => equals(each, one)))
}

/** With `%` for any characters where the wanted text has it, else anywhere. */
const isLike = (value: unknown, wanted: unknown, isPattern: boolean): boolean => {
  const parts = String(wanted)
    .split(isPattern ? "%" : "\0")
    .map(RegExp.escape)
    .join(".*")
  return new RegExp(isPattern ? `^${parts}$` : parts, "is").test(String(value ?? ""))
}

const holds = (prefix: string, value: unknown, wanted: unknown): boolean => {
  switch (prefix) {
    case ">":
      return compare(value, wanted) > 0
    case ">=":
      return compare(value, wanted) >= 0
    case "<":
      return compare(value, wanted) < 0
    case "<=":
      return compare(value, wanted) <= 0
    case "!":
    case "!=":
    case "!@":
      return !isIn(value, wanted)
    case "%":
    case "!%":
      return isLike(value, wanted, false) === (prefix === "%")
    case "=%":
    case "%=":
      return isLike(value, wanted, true)
    case "!=%":
    case "!%=":
      return !isLike(value, wanted, true)
    default:
      return isIn(value, wanted)
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
  return (row) => holds(prefix, row[field], number)
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

export const filtered = (
  rows: ReadonlyArray<Row>,
  filter: unknown,
  fieldName: FieldName
): ReadonlyArray<Row> | Refused => {
  const conditions = Array.isArray(filter) ? Object.fromEntries(filter.entries()) : filter
  const test = testOfAll(isMap(conditions) ? conditions : {}, fieldName)
  return test instanceof Refused ? test : rows.filter(test)
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
