/** The parents that a read brought: deletes among their children stay inside of them. */
import type { SourceRecord } from "../../upstream/Source.ts"
import type { Params } from "../map/Cells.ts"
import { Rejected } from "../map/Decode.ts"
import type { Cell } from "../map/RowCells.ts"

export class ReadParents {
  readonly #cells: ReadonlyArray<Cell | undefined>
  /** One array per column that names them. */
  values: Array<Array<string>>

  constructor(within: ReadonlyArray<string>, cells: ReadonlyArray<Cell>) {
    this.#cells = within.map((name) => cells.find(({ column }) => column.name === name))
    this.values = within.map(() => [])
  }

  /** One without children counts too: all of its rows are gone. False where it cannot be told which one it is. */
  add(parent: SourceRecord | undefined, params: Params | undefined): boolean {
    const values = this.#cells.map((cell) => cell?.decode(cell.read({}, parent, params)) ?? null)
    if (values.some((value) => value === null || value instanceof Rejected)) return false
    for (const [index, value] of values.entries()) this.values[index]?.push(String(value))
    return true
  }

  reset(): void {
    this.values = this.#cells.map(() => [])
  }
}
