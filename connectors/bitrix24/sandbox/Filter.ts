/** Filters as Bitrix24 writes them: a prefix says how a field is compared. Unknown fields are refused. */

import type { Row } from "./Model.ts"
import { isMap, listOf, type Params } from "./Params.ts"
import { Refused } from "./Refused.ts"

const known = /^(>=|<=|!=|=%|%|>|<|=|@|!@|!)?(.+)$/

const order = (one: unknown, other: unknown): number => {
  const [left, right] = [String(one ?? ""), String(other ?? "")]
  const [a, b] = [Number(left), Number(right)]
  if (left !== "" && right !== "" && Number.isFinite(a) && Number.isFinite(b)) return a - b
  const [x, y] = [Date.parse(left), Date.parse(right)]
  if (/^\d{4}-/.test(left) && Number.isFinite(x) && Number.isFinite(y)) return x - y
  return left < right ? -1 : left > right ? 1 : 0
}

const isIn = (value: unknown, wanted: unknown): boolean =>
  (isMap(wanted) || Array.isArray(wanted) ? listOf(wanted) : [wanted]).some((one) => order(value, one) === 0)

const holds = (prefix: string, value: unknown, wanted: unknown): boolean => {
  switch (prefix) {
    case ">":
      return order(value, wanted) > 0
    case ">=":
      return order(value, wanted) >= 0
    case "<":
      return order(value, wanted) < 0
    case "<=":
      return order(value, wanted) <= 0
    case "!":
    case "!=":
    case "!@":
      return !isIn(value, wanted)
    case "%":
    case "=%":
      return String(value ?? "").includes(String(wanted).replaceAll("%", ""))
    default:
      return isIn(value, wanted)
  }
}

export const filtered = (
  rows: ReadonlyArray<Row>,
  fields: ReadonlySet<string>,
  filter: unknown
): ReadonlyArray<Row> | Refused => {
  const conditions = Object.entries(isMap(filter) ? (filter satisfies Params) : {}).map(([name, wanted]) => {
    const [, prefix = "", field = ""] = known.exec(name) ?? []
    return { prefix, field, wanted }
  })
  const strange = conditions.find(({ field }) => !fields.has(field))
  if (strange !== undefined) {
    const why = `Invalid filter: field '${strange.field}' is not allowed in filter`
    return new Refused(400, "INVALID_ARG_VALUE", why)
  }
  return rows.filter((row) => conditions.every(({ field, prefix, wanted }) => holds(prefix, row[field], wanted)))
}
