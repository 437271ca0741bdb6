/** The steps of a plan: each leaves the sheet consistent on its own, and names the cells that it changes. */
import type { CellChange } from "../../../core/sdk.ts"
import { NumberCell } from "../Cells.ts"
import type { Value } from "./QueryRows.ts"
import type { Sheet } from "./Sheet.ts"
import { cellEquals, shownCell, shownText } from "./TargetCell.ts"

export interface PlacedValue {
  readonly column: number
  readonly wanted: Value
}

/**
 * Each step leaves the sheet consistent. In the order of the plan, rows and columns keep their original positions until
 * their step is reached.
 */
export type Step =
  | { readonly _tag: "Set"; readonly row: number; readonly cells: ReadonlyArray<PlacedValue> }
  | { readonly _tag: "Remove"; readonly row: number }
  /** Above the row at `at`; `isFirst`: directly below the headers. */
  | {
      readonly _tag: "Insert"
      readonly at: number
      readonly isFirst: boolean
      readonly rows: ReadonlyArray<ReadonlyArray<PlacedValue>>
    }
  /** `rows`: the cells of the group's heading, by row. */
  | {
      readonly _tag: "Group"
      readonly at: number
      readonly width: number
      readonly rows: ReadonlyMap<number, ReadonlyArray<PlacedValue>>
    }

export interface Part<S extends Step = Step> {
  readonly steps: ReadonlyArray<S>
  readonly changes: ReadonlyArray<CellChange>
}

export type SetStep = Extract<Step, { readonly _tag: "Set" }>
export type InsertStep = Extract<Step, { readonly _tag: "Insert" }>
export type GroupStep = Extract<Step, { readonly _tag: "Group" }>

export interface Cell {
  readonly column: number
  readonly value: Value
}

/** The cells of a row that differ from the wanted values. */
export const setStep = (
  sheet: Sheet,
  row: number,
  cells: ReadonlyArray<Cell>,
  kind: CellChange["kind"] = "set"
): Part<SetStep> => {
  const wrong = cells.filter(({ column, value }) => !cellEquals(sheet.rows[row]?.[column], value))
  if (wrong.length === 0) return { steps: [], changes: [] }
  const changes = wrong.map(({ column, value }) => ({
    cell: sheet.cell(row, column),
    kind,
    before: shownCell(sheet.rows[row]?.[column]),
    after: shownText(value)
  }))
  const placed = wrong.map(({ column, value: { format, text, value } }) => ({
    column,
    wanted: {
      text,
      ...(value === undefined ? {} : { value }),
      // A date format that a person has chosen stays.
      ...(format === undefined || sheet.rows[row]?.[column] instanceof NumberCell ? {} : { format })
    }
  }))
  return { steps: [{ _tag: "Set", row, cells: placed }], changes }
}

export const combineParts = <S extends Step>(parts: ReadonlyArray<Part<S>>): Part<S> => ({
  steps: parts.flatMap(({ steps }) => steps),
  changes: parts.flatMap(({ changes }) => changes)
})

/** From the bottom up; at one row, a removal precedes an insertion. Chunks of one place: the last first. */
export const compareFromBottom = (one: Step, other: Step): number => {
  const [row, otherRow] = [placeOf(one), placeOf(other)]
  if (row !== otherRow) return otherRow - row
  return Number(one._tag === "Insert") - Number(other._tag === "Insert")
}

const placeOf = (step: Step): number => ("row" in step ? step.row : step.at)
