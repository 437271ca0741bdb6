/**
 * The cells of a range as records: headers found by name, blank rows left out, wide tables unpivoted. If a column is
 * ambiguous, the problem names the cell.
 */
import { type Entity, type Reason, reason, type SourceRecord } from "../../core/sdk.ts"
import { type Cell, type Cells, isBlank, isError, recordValue, textOf, tidyText } from "./Cells.ts"
import type { Keys } from "./EntityKeys.ts"
import { type Group, isProblem, type Place, type Problem, type Shape, shapeOf } from "./Headers.ts"

export interface Table {
  readonly records: ReadonlyArray<SourceRecord>
  /** Failed cells in columns that accept any text: their rows are not among the records. */
  readonly failed: ReadonlyArray<Reason>
}

/** Columns in which the text of an error would pass for a value; other types reject it. */
const takesAnything: ReadonlySet<string> = new Set(["text", "json"])

export const tableOf = (cells: Cells, keys: Keys, entity: Entity): Table | Problem => {
  const { rows } = cells
  // No header and no rows: the table is empty, which the engine's guard handles.
  if (rows.every((row) => row.every(isBlank))) return { records: [], failed: [] }
  const shape = shapeOf(cells, keys, entity)
  if (isProblem(shape)) return shape
  const records: Array<SourceRecord> = []
  /** By cell: a failed cell occurs in every record of its row. */
  const failed = new Map<string, Reason>()
  const until = keys.until === undefined ? undefined : tidyText(keys.until)
  for (let row = keys.headerRow; row < rows.length; row++) {
    const line = rows[row] ?? []
    if (until !== undefined && textOf(line.find((cell) => !isBlank(cell))) === until) break
    for (const places of recordsOf(shape, line)) {
      const wrong = places.places.find(
        ({ column, index }) => isError(line[index]) && (column === undefined || takesAnything.has(column.type))
      )
      if (wrong !== undefined) {
        const cell = cells.cell(row, wrong.index)
        failed.set(cell, reason("export.cell", { cell, error: textOf(line[wrong.index]) }))
      } else records.push(recordOf(places, line))
    }
  }
  return { records, failed: [...failed.values()] }
}

interface FoundColumns {
  readonly places: ReadonlyArray<Place>
  readonly names: Group["names"]
}

const recordsOf = ({ fixed, groups }: Shape, line: ReadonlyArray<Cell>): ReadonlyArray<FoundColumns> => {
  const isFilled = (places: ReadonlyArray<Place>) => places.some(({ index }) => !isBlank(line[index]))
  if (groups === undefined) return isFilled(fixed) ? [{ places: fixed, names: {} }] : []
  return groups
    .filter(({ values }) => isFilled(values))
    .map(({ names, values }) => ({ places: [...fixed, ...values], names }))
}

const recordOf = ({ names, places }: FoundColumns, line: ReadonlyArray<Cell>): SourceRecord => {
  const record: Record<string, unknown> = { ...names }
  for (const { column, index, name } of places) record[name] = recordValue(line[index], column)
  return record
}
