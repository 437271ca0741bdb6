/**
 * Assigns the columns of a range to the fields of an entity, and finds the columns that form a group in a wide table.
 */
import { type Column, type Entity, type Reason, reason } from "../../core/sdk.ts"
import { type Cells, isBlank, isError, recordValue, textOf, tidyText } from "./Cells.ts"
import type { Keys } from "./EntityKeys.ts"
import { gsheet } from "./reasons.ts"

/** Names the cell and says what to do. */
export type Problem = Reason

export const isProblem = (found: object): found is Problem => "code" in found

/** One column of the range: its name in a record, and the field that takes it, if any. */
export interface Place {
  readonly index: number
  readonly name: string
  readonly column: Column | undefined
}

/** Columns under one heading; every row makes a record of them. */
export interface Group {
  /** The values of the heading, by their names in a record. */
  readonly names: Readonly<Record<string, unknown>>
  readonly values: ReadonlyArray<Place>
}

export interface Shape {
  readonly fixed: ReadonlyArray<Place>
  /** Absent: the table is not wide. */
  readonly groups: ReadonlyArray<Group> | undefined
}

/** The name of a field in a record: the first token of its pointer. */
const nameOf = (column: Column | undefined): string | undefined =>
  column?.source._tag === "Pointer" ? (column.source.otherwise ?? column.source.pointer).tokens[0] : undefined

/**
 * The header of a field without a declared one: the column's exact name, if a header matches it, else its name in a
 * record.
 */
const headerOf = ({ source }: Column, name: string, headers: ReadonlyArray<string>): string => {
  const exact = source._tag === "Pointer" ? tidyText(source.pointer.tokens[0] ?? name) : tidyText(name)
  return headers.includes(exact) ? exact : tidyText(name)
}

export const shapeOf = (cells: Cells, keys: Keys, entity: Entity): Shape | Problem => {
  const headers = headersOf(cells, keys.headerRow)
  const field = (name: string) => entity.columns.find((column) => column.name === name)
  const fixed = fixedPlaces(cells, headers, keys, entity)
  if (isProblem(fixed)) return fixed
  const { unpivot } = keys
  if (unpivot === undefined) return { fixed, groups: undefined }
  const groups = groupsOf(cells, headers, fixed, unpivot, field)
  return isProblem(groups) ? groups : { fixed, groups }
}

/** A header merged over several rows is in the first of them. */
export const headersOf = ({ rows }: Pick<Cells, "rows">, headerRow: number): ReadonlyArray<string> => {
  const above = rows.slice(0, headerRow)
  const width = Math.max(0, ...above.map((row) => row.length))
  return Array.from({ length: width }, (_, index) => textOf(above.findLast((row) => !isBlank(row[index]))?.[index]))
}

const fixedPlaces = (
  cells: Cells,
  headers: ReadonlyArray<string>,
  { columns, headerRow, unpivot }: Keys,
  entity: Entity
): ReadonlyArray<Place> | Problem => {
  const byField = new Map(Object.entries(columns).map(([header, name]) => [name, tidyText(header)]))
  const unpivoted = new Set([...Object.keys(unpivot?.groups ?? {}), ...Object.values(unpivot?.values ?? {})])
  const wanted = new Map<string, { readonly header: string; readonly column: Column | undefined }>()
  for (const column of entity.columns) {
    const name = nameOf(column)
    if (name === undefined || unpivoted.has(column.name) || wanted.has(name)) continue
    wanted.set(name, { header: byField.get(column.name) ?? headerOf(column, name, headers), column })
  }
  // Values that are joined are wanted as they are, under their own headers.
  for (const { source } of entity.columns) {
    for (const { tokens } of source._tag === "Joined" ? source.pointers : []) {
      const [name = ""] = tokens
      if (!wanted.has(name)) wanted.set(name, { header: tidyText(name), column: undefined })
    }
  }
  // If the record is kept as a whole, or for `discover`, every column with a header is included.
  const keepsAll = entity.columns.length === 0 || entity.columns.some(({ source }) => source._tag === "Record")
  const taken = new Set([...wanted.values()].map(({ header }) => header))
  const others =
    keepsAll && unpivot === undefined ? headers.filter((header) => header !== "" && !taken.has(header)) : []
  for (const header of others) wanted.set(header, { header, column: undefined })

  const places: Array<Place> = []
  for (const [name, { column, header }] of wanted) {
    const [index, second] = headers.flatMap((each, at) => (each === header ? [at] : []))
    const cell = (at: number) => cells.cell(headerRow - 1, at)
    if (index === undefined) {
      const missing = { cell: cell(0), header, there: listOf(headers) }
      return column === undefined
        ? gsheet("gsheet.noHeader", missing)
        : gsheet("gsheet.noHeaderOf", { ...missing, field: column.name })
    }
    if (second !== undefined) return gsheet("gsheet.sameHeader", { cell: cell(index), other: cell(second), header })
    places.push({ index, name, column })
  }
  return places
}

export const listOf = (headers: ReadonlyArray<string>): Reason => {
  const named = headers.filter((header) => header !== "")
  const more = named.length > 12 ? ", …" : ""
  return named.length === 0
    ? gsheet("gsheet.blankRow")
    : gsheet("gsheet.headersAre", {
        headers: `${named
          .slice(0, 12)
          .map((header) => `"${header}"`)
          .join(", ")}${more}`
      })
}

interface FoundGroup extends Group {
  readonly values: Array<Place>
  /** The cell of its heading. */
  readonly at: string
}

const groupsOf = (
  cells: Cells,
  headers: ReadonlyArray<string>,
  fixed: ReadonlyArray<Place>,
  { groups, values }: NonNullable<Keys["unpivot"]>,
  field: (name: string) => Column | undefined
): ReadonlyArray<Group> | Problem => {
  const byHeader = new Map(Object.entries(values).map(([header, name]) => [tidyText(header), name]))
  const headings = Object.entries(groups).map(([name, row]) => ({ column: field(name), row: row - 1 }))
  const top = headings[0]?.row ?? 0
  const isFixed = new Set(fixed.map(({ index }) => index))
  const found = new Map<string, FoundGroup>()
  let current: ReadonlyArray<number | undefined> = headings.map(() => undefined)
  for (const [index, header] of headers.entries()) {
    // A heading merged over several columns is in the first of them.
    current = headings.map(({ row }, level) => {
      if (isFixed.has(index)) return undefined
      return isBlank(cells.rows[row]?.[index]) ? current[level] : index
    })
    const value = isFixed.has(index) ? undefined : (byHeader.get(header) ?? byHeader.get("*"))
    if (value === undefined || header === "") continue
    const names: Record<string, unknown> = {}
    for (const [level, { column, row }] of headings.entries()) {
      const at = current[level]
      if (at === undefined) return gsheet("gsheet.noHeading", { header, cell: cells.cell(row, index) })
      const cell = cells.rows[row]?.[at]
      if (isError(cell)) return gsheet("gsheet.headingError", { cell: cells.cell(row, at), error: textOf(cell) })
      const cellValue = recordValue(cell, column)
      names[nameOf(column) ?? ""] = typeof cellValue === "string" ? tidyText(cellValue) : cellValue
    }
    const key = JSON.stringify(names)
    const group = found.get(key) ?? { names, values: [], at: cells.cell(top, index) }
    found.set(key, group)
    const column = field(value)
    if (group.values.some((place) => place.column === column)) {
      const heading = headingOf(group)
      return gsheet("gsheet.twiceUnder", { header, heading, cell: group.at, other: cells.cell(top, index) })
    }
    group.values.push({ index, name: nameOf(column) ?? value, column })
  }
  return incomplete([...found.values()], [...byHeader.keys()]) ?? [...found.values()]
}

const headingOf = ({ names }: Group): string => Object.values(names).join(", ")

const incomplete = (found: ReadonlyArray<FoundGroup>, headers: ReadonlyArray<string>): Problem | undefined => {
  const wanted = headers.map((header) =>
    header === "*" ? gsheet("gsheet.anyHeader") : reason("value.written", { text: `"${header}"` })
  )
  if (found.length === 0) return gsheet("gsheet.noneOf", { wanted })
  const short = found.find(({ values }) => values.length < headers.length)
  return short === undefined
    ? undefined
    : gsheet("gsheet.notEachOf", { heading: headingOf(short), cell: short.at, wanted })
}
