/** The rows of a query by the key of the sheet, and for a wide table its groups of columns. */
import type { ExportColumn, ExportRows } from "../../../core/sdk.ts"
import type { Problem } from "../Headers.ts"
import { gsheet } from "../reasons.ts"
import { type Keys, keyOf } from "./ExportKeys.ts"
import { isExact, keyText, type TargetCell, targetCellOf } from "./TargetCell.ts"

/** A cell with PostgreSQL's text of its value, for people. */
export interface Value extends TargetCell {
  readonly text: string | null
}

/** By header; for a group, by the column of the query. */
export type Values = Readonly<Record<string, Value>>

export interface QueryRows {
  readonly rows: ReadonlyMap<string, Values>
  /** The parts of each row's key. */
  readonly parts: ReadonlyArray<ReadonlyArray<string>>
  readonly groups: ReadonlyMap<string, Values>
  /** Headers of numbers with more digits than Sheets keeps, which are sent as text. */
  readonly long: ReadonlySet<string>
  /** By column of the query. */
  readonly kinds: ReadonlyMap<string, ExportColumn["kind"]>
}

/** The kind of the query's column. */
export const kindOf = ({ kinds }: Pick<QueryRows, "kinds">, column: string | undefined): ExportColumn["kind"] =>
  kinds.get(column ?? "") ?? "text"

const maxLength = 50_000

export const queryRowsOf = ({ columns, rows }: ExportRows, keys: Keys): QueryRows | Problem => {
  const kinds = new Map(columns.map(({ kind, name }) => [name, kind]))
  const groupColumns = Object.keys(keys.pivot?.groups ?? {})
  const missing = [...Object.values(keys.columns), ...groupColumns].find((name) => !kinds.has(name))
  if (missing !== undefined) {
    return gsheet("gsheet.noSuchColumn", {
      column: missing,
      columns: columns.map(({ name }) => `"${name}"`).join(", ")
    })
  }
  const long = new Set<string>()
  const value = (row: ExportRows["rows"][number], name: string): Value => {
    const text = row[name] ?? null
    return { ...targetCellOf(text, kindOf({ kinds }, name)), text }
  }
  const found = new Map<string, Values>()
  const keyParts = new Map<string, ReadonlyArray<string>>()
  const groups = new Map<string, Values>()
  const pairs = new Set<string>()
  for (const row of rows) {
    const values: Record<string, Value> = {}
    for (const [header, name] of Object.entries(keys.columns)) {
      values[header] = value(row, name)
      if (kinds.get(name) === "number" && row[name] != null && !isExact(row[name])) long.add(header)
      const { length = 0 } = row[name] ?? {}
      if (length > maxLength) return gsheet("gsheet.longText", { length, header, most: maxLength })
    }
    const parts = keyOf(keys).map((header) => keyText(values[header] ?? {}, kindOf({ kinds }, keys.columns[header])))
    const joinedKey = parts.join(", ")
    if (parts.includes("")) return gsheet("gsheet.emptyKey", { headers: keyOf(keys).join(", ") })
    const key = keyFrom(parts)
    const { pivot } = keys
    const group = pivot === undefined ? undefined : value(row, pivot.key)
    const groupKey = group === undefined ? "" : keyText(group, kindOf({ kinds }, pivot?.key))
    const pair = JSON.stringify([key, groupKey])
    if (pairs.has(pair)) {
      return groupKey === ""
        ? gsheet("gsheet.twiceGiven", { key: joinedKey })
        : gsheet("gsheet.twiceFor", { key: joinedKey, group: groupKey })
    }
    pairs.add(pair)
    const before = found.get(key)
    if (before !== undefined && !alike(before, values)) {
      return gsheet("gsheet.twoWays", { key: joinedKey, column: pivot?.key ?? "" })
    }
    found.set(key, values)
    keyParts.set(key, parts)
    if (groupKey === "") continue
    const names = Object.fromEntries(groupColumns.map((name) => [name, value(row, name)]))
    const known = groups.get(groupKey)
    if (known !== undefined && !alike(known, names))
      return gsheet("gsheet.groupTwoWays", { column: pivot?.key ?? "", group: groupKey })
    groups.set(groupKey, names)
  }
  return { rows: found, parts: [...keyParts.values()], groups, long, kinds }
}

/** One text for all parts of a key. */
export const keyFrom = (parts: ReadonlyArray<string>): string => JSON.stringify(parts)

const alike = (one: Values, other: Values): boolean =>
  Object.entries(one).every(([name, { text }]) => other[name]?.text === text)
