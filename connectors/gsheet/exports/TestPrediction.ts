/** The expected result of a run of an export, according to the README. */
import { inspect } from "node:util"
import type { CellState } from "../sandbox/Model.ts"
import type { Case, GivenRow, Raw, Row } from "./TestCases.ts"

export const mark = "снято"

/** The expected result of a run, according to the README. */
export interface Prediction {
  /** Nothing is written. */
  readonly fails: boolean
  /** The earlier rows in their order, without the removed ones. */
  readonly remaining: ReadonlyArray<Row>
  readonly fresh: ReadonlyArray<GivenRow>
  readonly counts: Readonly<Record<"inserted" | "updated" | "deleted" | "unchanged", number>>
  readonly known: ReadonlySet<string>
}

const keyFrom = (parts: ReadonlyArray<string>): string => parts.join("\n")

/** The key of a row, or the reason it has none. */
const keyOf = ({ keys }: Row): { readonly key?: string; readonly unread?: "Error" | "Loading" } => {
  if (keys.some(({ meaning }) => meaning._tag === "Blank")) return {}
  const broken = keys.find(({ meaning }) => meaning._tag === "Error" || meaning._tag === "Loading")
  if (broken !== undefined) return { unread: broken.meaning._tag === "Loading" ? "Loading" : "Error" }
  const parts = keys.flatMap(({ meaning }) => (meaning._tag === "Key" ? [meaning.key] : []))
  return parts.length === keys.length ? { key: keyFrom(parts) } : {}
}

const isFilled = (cell: Raw): boolean =>
  cell?.value !== undefined && cell.value !== false && String(cell.value).trim() !== ""
/** If nothing is marked, the column of the mark also belongs to people. */
const isWrittenIn = ({ keys, name, price, remark, status }: Row): boolean =>
  isFilled(remark) ||
  isFilled(status) ||
  [...keys.map(({ cell }) => cell), name, price, status, remark].some((cell) => cell?.note !== undefined)

/** The value of a formula of the cases. */
const worth = (cell: Raw): CellState["value"] =>
  cell?.formula === undefined ? cell?.value : { '="x"': "x", "=2*3": 6, "=1+1": 2, "=1/0": "#DIV/0!" }[cell.formula]

const become = (cell: Raw, value: string | number | undefined): Raw => {
  if (worth(cell) === value) return cell
  const note = cell?.note === undefined ? {} : { note: cell.note }
  return value === undefined && cell?.note === undefined
    ? undefined
    : { ...(value === undefined ? {} : { value }), ...note }
}

const asGiven = (row: Row, { name, price }: GivenRow): Row => ({
  ...row,
  name: become(row.name, name ?? undefined),
  price: become(row.price, price === null ? undefined : Number(price)),
  status: worth(row.status) === mark ? become(row.status, undefined) : row.status
})

export const predict = (
  one: Case,
  before: ReadonlySet<string>,
  rows: ReadonlyArray<Row>,
  given: ReadonlyArray<GivenRow>
): Prediction => {
  const byKey = new Map(given.map((each) => [keyFrom(each.parts), each]))
  const own = rows.map((row) => {
    const { key, unread } = keyOf(row)
    return { row, unread, key: key !== undefined && (byKey.has(key) || before.has(key)) ? key : undefined }
  })
  const keys = own.flatMap(({ key }) => key ?? [])
  const isLoading = own.some(({ unread }) => unread === "Loading")
  const fresh = isLoading ? [] : given.filter(({ parts }) => !keys.includes(keyFrom(parts)))
  const isGone = (key: string) => !byKey.has(key)
  const acts = one.gone !== "keep" && given.length > 0
  const after = own.map(({ key, row }): Row | undefined => {
    if (key === undefined) return row
    const values = byKey.get(key)
    if (values !== undefined)
      return one.gone === "mark" ? asGiven(row, values) : { ...asGiven(row, values), status: row.status }
    if (!acts) return row
    if (one.gone === "mark") return { ...row, status: become(row.status, mark) }
    return isWrittenIn(row) ? row : undefined
  })
  const deleted = after.filter((row) => row === undefined).length
  const updated = own.filter(({ row }, at) => after[at] !== undefined && inspect(after[at]) !== inspect(row)).length
  const unread = own.some((each) => each.unread !== undefined)
  const left = own.flatMap(({ key }, at) => (key !== undefined && after[at] !== undefined ? [key] : []))
  return {
    fails: new Set(keys).size < keys.length,
    remaining: after.filter((row) => row !== undefined),
    fresh,
    counts: { inserted: fresh.length, updated, deleted, unchanged: keys.length - deleted - updated },
    known: new Set([
      ...byKey.keys(),
      ...left.filter((key) => !isGone(key) || before.has(key)),
      ...(unread ? before : [])
    ])
  }
}
