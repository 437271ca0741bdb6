/** Parents of a read: those that it returned, to which deletes among their children are limited, or those that were skipped. */
import type { SourceRecord } from "../../upstream/Source.ts"
import type { Params } from "../map/CellReader.ts"
import { RejectedValue } from "../map/ColumnDecoder.ts"
import type { Cell } from "../map/RowCells.ts"

export class ReadParents {
  readonly #cells: ReadonlyArray<Cell | undefined>
  /** The columns that name them. */
  readonly names: ReadonlyArray<string>
  /** One array per column that names them. */
  values: Array<Array<string>>

  constructor(within: ReadonlyArray<string>, cells: ReadonlyArray<Cell>) {
    this.names = within
    this.#cells = within.map((name) => cells.find(({ column }) => column.name === name))
    this.values = within.map(() => [])
  }

  /** Adds a parent, even one without children: all of its rows are gone. Returns false if it cannot be identified. */
  add(parent: SourceRecord | undefined, params: Params | undefined): boolean {
    const values = this.#cells.map((cell) => cell?.decode(cell.read({}, parent, params)) ?? null)
    if (values.some((value) => value === null || value instanceof RejectedValue)) return false
    for (const [index, value] of values.entries()) this.values[index]?.push(String(value))
    return true
  }

  get isEmpty(): boolean {
    return (this.values[0] ?? []).length === 0
  }

  reset(): void {
    this.values = this.#cells.map(() => [])
  }
}
