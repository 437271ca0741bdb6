/**
 * The keys of rejected records, whose rows must not be deleted. They are kept until the read has ended, up to a limit; if
 * there are more, the rows of the others are unknown, and nothing is deleted.
 */
import { detached } from "./Text.ts"

/** The maximum size of all keys in characters, with the overhead of each text. */
const maxHeld = 16_000_000
const overhead = 16

export class RejectedKeys {
  /** One array per column of the key. */
  readonly columns: ReadonlyArray<Array<string>>
  /** The number of keys that are not kept. */
  beyond = 0
  #size = 0

  constructor(columns: number) {
    this.columns = Array.from({ length: columns }, () => [])
  }

  /** Adds a key, in the order of the key's columns. */
  add(key: ReadonlyArray<string>): void {
    const size = key.reduce((sum, text) => sum + text.length + overhead, 0)
    if (this.#size + size > maxHeld) {
      this.beyond += 1
      return
    }
    this.#size += size
    for (const [at, column] of this.columns.entries()) column.push(detached(key[at] ?? ""))
  }
}
