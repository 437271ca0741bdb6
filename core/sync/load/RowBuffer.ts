/** Rows that wait to be loaded, by column, as text. */
import type { RowBatch } from "../../database/load/Load.ts"
import { TextColumnWriter } from "../../database/tables/TextColumn.ts"

export class RowBuffer {
  readonly #columns: ReadonlyArray<TextColumnWriter>
  #rows = 0
  /** The approximate number of bytes of text. */
  size = 0

  constructor(columns: number) {
    this.#columns = Array.from({ length: columns }, () => new TextColumnWriter())
  }

  push(row: ReadonlyArray<string | null>): void {
    for (let index = 0; index < row.length; index++) {
      this.size += this.#columns[index]?.push(row[index] ?? null) ?? 0
    }
    this.#rows += 1
  }

  /** Returns the rows since the last call. */
  take(): RowBatch {
    const batch = { columns: this.#columns.map((column) => column.take()), rows: this.#rows }
    this.#rows = 0
    this.size = 0
    return batch
  }
}
