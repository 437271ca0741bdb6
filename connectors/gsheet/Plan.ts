/**
 * What must change in a tab so that it says what the query gives: cells of rows that are there, new rows in their
 * places, rows that are gone, new groups. Nothing else is touched, and nothing is left to do when it is carried out.
 */
import type { CellChange, ExportReport, ExportRows } from "../../core/plugin/Connector.ts"
import { isBlank, NumberCell, tidy } from "./Cells.ts"
import { type Keys, keyOf, marksOf } from "./ExportKeys.ts"
import { type Given, givenOf, type Value, type Values } from "./Given.ts"
import type { Problem } from "./Headers.ts"
import { type Layout, layoutOf } from "./Layout.ts"
import type { Sheet } from "./Sheet.ts"
import { compare, entryOf, isSame, shown, shownCell, type Wanted } from "./Wanted.ts"

export interface Placed {
  readonly column: number
  readonly wanted: Value
}

/** Each leaves the sheet whole. In this order rows and columns are where they were read until they are reached. */
export type Step =
  | { readonly _tag: "Set"; readonly row: number; readonly cells: ReadonlyArray<Placed> }
  | { readonly _tag: "Remove"; readonly row: number }
  /** Above the row that stood at `at`; `isFirst`: right below the headers. */
  | {
      readonly _tag: "Insert"
      readonly at: number
      readonly isFirst: boolean
      readonly rows: ReadonlyArray<ReadonlyArray<Placed>>
    }
  /** `rows`: the cells of the group's heading, by row. */
  | {
      readonly _tag: "Group"
      readonly at: number
      readonly width: number
      readonly rows: ReadonlyMap<number, ReadonlyArray<Placed>>
    }

export interface Plan extends ExportReport {
  readonly steps: ReadonlyArray<Step>
}

/** Rows of one step at most: what is written at once is cut between steps. */
const rowsTogether = 100

/** Up to that many rows may be removed whatever their share; beyond, at most this share of them. */
const removable = { floor: 20, share: 0.5 }

export const planOf = (sheet: Sheet, keys: Keys, rows: ExportRows): Plan | Problem => {
  const given = givenOf(rows, keys)
  if (typeof given === "string") return given
  const layout = layoutOf(sheet, keys)
  if (typeof layout === "string") return layout
  const warnings = [...given.long].map(
    (header) => `"${header}" has numbers with more digits than Sheets keeps: they are written as text`
  )
  const headings = headingChanges(sheet, keys, given, layout)
  const kept = keptRows(sheet, keys, given, layout)
  const gone = goneRows(sheet, keys, given, layout)
  const fresh = freshRows(sheet, keys, given, layout)
  const groups = freshGroups(sheet, keys, given, layout)
  const removed = new Set(gone.steps.flatMap((step) => (step._tag === "Remove" ? [step.row] : [])))
  const rising = [...gone.steps, ...fresh].filter((step) => step._tag !== "Set").toSorted(fromBottom)
  const sets = [...headings.steps, ...kept.steps, ...gone.steps.filter((step) => step._tag === "Set")]
  const touched = new Set([...kept.steps, ...gone.steps].flatMap((step) => ("row" in step ? [step.row] : [])))
  return {
    inserted: fresh.reduce((sum, step) => sum + step.rows.length, 0),
    updated: touched.size - removed.size + (headings.steps.length + groups.steps.length > 0 ? 1 : 0),
    deleted: removed.size,
    unchanged: layout.rows.size - touched.size,
    changes: [
      ...headings.changes,
      ...groups.changes,
      ...kept.changes,
      ...gone.changes,
      ...insertChanges(sheet, fresh, [...removed])
    ],
    warnings: [...warnings, ...gone.warnings],
    steps: [...sets, ...rising, ...groups.steps]
  }
}

interface Part<S extends Step = Step> {
  readonly steps: ReadonlyArray<S>
  readonly changes: ReadonlyArray<CellChange>
}

type SetStep = Extract<Step, { readonly _tag: "Set" }>
type InsertStep = Extract<Step, { readonly _tag: "Insert" }>
type GroupStep = Extract<Step, { readonly _tag: "Group" }>

/** The lowest first; where a row goes and others come, it goes first. Chunks of one place: the last first. */
const fromBottom = (one: Step, other: Step): number => {
  const [row, otherRow] = [placeOf(one), placeOf(other)]
  if (row !== otherRow) return otherRow - row
  return Number(one._tag === "Insert") - Number(other._tag === "Insert")
}

const placeOf = (step: Step): number => ("row" in step ? step.row : step.at)

interface Cell {
  readonly column: number
  readonly value: Value
}

/** The cells of a row that are not as they should be. */
const setStep = (
  sheet: Sheet,
  row: number,
  cells: ReadonlyArray<Cell>,
  kind: CellChange["kind"] = "set"
): Part<SetStep> => {
  const wrong = cells.filter(({ column, value }) => !isSame(sheet.rows[row]?.[column], value))
  if (wrong.length === 0) return { steps: [], changes: [] }
  const changes = wrong.map(({ column, value }) => ({
    cell: sheet.cell(row, column),
    kind,
    before: shownCell(sheet.rows[row]?.[column]),
    after: shown(value)
  }))
  const placed = wrong.map(({ column, value: { format, text, value } }) => ({
    column,
    wanted: {
      text,
      ...(value === undefined ? {} : { value }),
      // How a person wants dates to look stays.
      ...(format === undefined || sheet.rows[row]?.[column] instanceof NumberCell ? {} : { format })
    }
  }))
  return { steps: [{ _tag: "Set", row, cells: placed }], changes }
}

const together = <S extends Step>(parts: ReadonlyArray<Part<S>>): Part<S> => ({
  steps: parts.flatMap(({ steps }) => steps),
  changes: parts.flatMap(({ changes }) => changes)
})

const cellsOf = (values: Values, { columns }: Layout): ReadonlyArray<Cell> =>
  Object.entries(values).flatMap(([header, value]) => {
    const column = columns.get(header)
    return column === undefined ? [] : [{ column, value }]
  })

const keptRows = (sheet: Sheet, keys: Keys, { rows }: Given, layout: Layout): Part<SetStep> => {
  const isKey = new Set(keyOf(keys).map((header) => layout.columns.get(header)))
  const marks = Object.entries(marksOf(keys)).filter(([header]) => !Object.hasOwn(keys.columns, header))
  return together(
    [...layout.rows].flatMap(([key, row]) => {
      const values = rows.get(key)
      if (values === undefined) return []
      const returned = marks.flatMap(([header, text]) => {
        const column = layout.columns.get(header) ?? 0
        return isSame(sheet.rows[row]?.[column], { value: text }) ? [{ column, value: { text: null } }] : []
      })
      const owned = cellsOf(values, layout).filter(({ column }) => !isKey.has(column))
      return [setStep(sheet, row, [...owned, ...returned])]
    })
  )
}

/** In a query that gives nothing, or has lost most of its rows, something is wrong; what people typed beside them is not risked. */
const goneRows = (
  sheet: Sheet,
  keys: Keys,
  { rows }: Given,
  layout: Layout
): Part & { readonly warnings: ReadonlyArray<string> } => {
  const gone = [...layout.rows].filter(([key]) => !rows.has(key)).map(([, row]) => row)
  const none = { steps: [], changes: [], warnings: [] }
  if (keys.gone === "keep" || gone.length === 0) return none
  if (rows.size === 0)
    return { ...none, warnings: ["the query gives no rows at all: those of the sheet stay as they are"] }
  if (keys.gone !== "remove") {
    const marks = Object.entries(marksOf(keys)).map(([header, text]) => ({
      column: layout.columns.get(header) ?? 0,
      value: { value: text, text }
    }))
    return { ...together(gone.map((row) => setStep(sheet, row, marks, "mark"))), warnings: [] }
  }
  if (gone.length > removable.floor && gone.length > layout.rows.size * removable.share) {
    const share = `${gone.length} of ${layout.rows.size} rows`
    return {
      ...none,
      warnings: [`the query no longer gives ${share}: more than half are not removed, look at the query`]
    }
  }
  const [header = ""] = keyOf(keys)
  const column = layout.columns.get(header) ?? 0
  return {
    steps: gone.map((row) => ({ _tag: "Remove", row })),
    changes: gone.map((row) => ({
      cell: sheet.cell(row, column),
      kind: "remove",
      before: shownCell(sheet.rows[row]?.[column]),
      after: null
    })),
    warnings: []
  }
}

/** Above the first row that comes later in the alphabet, as far as people keep one; else below the last. */
const freshRows = (
  sheet: Sheet,
  { headerRow, sort }: Keys,
  { rows }: Given,
  layout: Layout
): ReadonlyArray<InsertStep> => {
  const fresh = [...rows].filter(([key]) => !layout.rows.has(key)).map(([, values]) => values)
  const end = Math.max(headerRow - 1, ...layout.rows.values()) + 1
  const column = sort === undefined ? undefined : layout.columns.get(sort)
  const valueIn = (values: Values) => (sort === undefined ? undefined : values[sort]?.value)
  const sorted = sort === undefined ? fresh : fresh.toSorted((one, other) => compare(valueIn(one), valueIn(other)))
  const placeOf = column === undefined ? () => end : placesIn(sheet, column, [...layout.rows.values()])
  const byPlace = Map.groupBy(sorted, (values) => placeOf(valueIn(values)) ?? end)
  return [...byPlace].flatMap(([at, group]) => {
    const placed = group.map((values) =>
      cellsOf(values, layout).map(({ column, value }): Placed => ({ column, wanted: value }))
    )
    const chunks = Array.from({ length: Math.ceil(placed.length / rowsTogether) }, (_, chunk) =>
      placed.slice(chunk * rowsTogether, (chunk + 1) * rowsTogether)
    )
    return chunks
      .toReversed()
      .map((chunk): InsertStep => ({ _tag: "Insert", at, isFirst: at === headerRow, rows: chunk }))
  })
}

/** The first row whose value comes later. */
const placesIn = (sheet: Sheet, column: number, rows: ReadonlyArray<number>) => {
  // Of rows that are in no order only those matter that come later than all before them, and those are in order.
  const steps: Array<{ readonly row: number; readonly value: Wanted["value"] }> = []
  for (const row of rows) {
    const value = entryOf(sheet.rows[row]?.[column])
    const last = steps.at(-1)
    if (last === undefined || compare(value, last.value) > 0) steps.push({ row, value })
  }
  return (wanted: Wanted["value"]): number | undefined => {
    let [low, high] = [0, steps.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(steps[middle]?.value, wanted) > 0) high = middle
      else low = middle + 1
    }
    return steps[low]?.row
  }
}

/** Told where they will stand when all is done. */
const insertChanges = (
  sheet: Sheet,
  fresh: ReadonlyArray<InsertStep>,
  removed: ReadonlyArray<number>
): ReadonlyArray<CellChange> => {
  let before = 0
  return fresh
    .toReversed()
    .toSorted((one, other) => one.at - other.at)
    .flatMap(({ at, rows }) => {
      const first = at + before - removed.filter((row) => row < at).length
      before += rows.length
      return rows.flatMap((cells, offset) =>
        cells.flatMap(({ column, wanted }): ReadonlyArray<CellChange> => {
          if (wanted.value === undefined) return []
          return [{ cell: sheet.cell(first + offset, column), kind: "insert", before: null, after: shown(wanted) }]
        })
      )
    })
}

/** What stands above a group that is there: names change. */
const headingChanges = (sheet: Sheet, { pivot }: Keys, given: Given, layout: Layout): Part<SetStep> =>
  together(
    Object.entries(pivot?.groups ?? {}).flatMap(([name, row]) => {
      if (name === pivot?.key) return []
      const cells = [...layout.groups].flatMap(([key, column]) => {
        const value = given.groups.get(key)?.[name]
        return value === undefined || (value.value === undefined && isBlank(sheet.rows[row - 1]?.[column]))
          ? []
          : [{ column, value }]
      })
      return [setStep(sheet, row - 1, cells)]
    })
  )

const freshGroups = (sheet: Sheet, { headerRow, pivot }: Keys, given: Given, layout: Layout): Part<GroupStep> => {
  const fresh = [...given.groups].filter(([key]) => !layout.groups.has(key)).map(([, values]) => values)
  if (pivot === undefined || fresh.length === 0) return { steps: [], changes: [] }
  const { nextGroup: first } = layout
  const width = pivot.headers.length
  const parts = fresh.map((values, at): Part<GroupStep> => {
    const left = first + at * width
    const named = Object.entries(pivot.groups).flatMap(([name, row]) => {
      const value = values[name]
      return value === undefined ? [] : [{ row: row - 1, column: left, wanted: value }]
    })
    const repeated = pivot.headers.map((header, offset) => ({
      row: headerRow - 1,
      column: left + offset,
      wanted: { value: tidy(header), text: header }
    }))
    const cells = [...named, ...repeated]
    return {
      steps: [{ _tag: "Group", at: left, width, rows: Map.groupBy(cells, ({ row }) => row) }],
      changes: cells.map(({ column, row, wanted }) => ({
        cell: sheet.cell(row, column),
        kind: "insert",
        before: null,
        after: shown(wanted)
      }))
    }
  })
  return together(parts)
}
