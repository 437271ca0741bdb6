/**
 * The keys of records that become no rows, up to a limit: of rejected ones, whose rows must not be deleted (if there are
 * more, the rows of the others are unknown, and nothing is deleted), and of those that say that they are gone.
 */
import { copyText } from "./SourceText.ts"

/** The maximum size of all keys in characters, with the overhead of each text. */
const maxHeld = 16_000_000
const overhead = 16

export class BoundedKeys {
  /** One array per column of the key. */
  readonly columns: ReadonlyArray<Array<string>>
  /** The number of keys that are not kept. */
  beyond = 0
  #size = 0

  constructor(columns: number) {
    this.columns = Array.from({ length: columns }, () => [])
  }

  /** Adds a key, in the order of the key's columns; returns whether there was room. */
  add(key: ReadonlyArray<string>): boolean {
    const size = key.reduce((sum, text) => sum + text.length + overhead, 0)
    if (this.#size + size > maxHeld) {
      this.beyond += 1
      return false
    }
    this.#size += size
    for (const [at, column] of this.columns.entries()) column.push(copyText(key[at] ?? ""))
    return true
  }
}
