/**
 * Keys in which characters had to be repaired. Two keys that only the repair makes equal belong to different records,
 * and folding would lose one, so all of them are rejected. For that the rows of such keys are held back. If they become
 * too many, the first of two stays a row.
 */

/** The texts of a key as the source has them. */
export const sourceKeyText = (texts: ReadonlyArray<unknown>): string =>
  JSON.stringify(texts.map((text) => (typeof text === "string" ? text : JSON.stringify(text))))

/** The number of characters of rows that may be held. */
const maxHeld = 8_000_000

interface Entry<Row> {
  /** The key before the repair. */
  readonly print: string
  clash: boolean
  held: Array<Row>
}

export class RepairedKeys<Row> {
  readonly #entries = new Map<string, Entry<Row>>()
  #size = 0

  /** Returns the rows that are known to be good, and those to reject. */
  add(
    key: string,
    print: string,
    row: Row,
    size: number
  ): { readonly rows: ReadonlyArray<Row>; readonly clashing: ReadonlyArray<Row> } {
    const entry = this.#entries.get(key)
    if (entry !== undefined && (entry.clash || entry.print !== print)) {
      const clashing = [...entry.held, row]
      entry.clash = true
      entry.held = []
      return { rows: [], clashing }
    }
    const { held } = entry ?? this.#begin(key, print)
    // The last row of a key counts, so those before go first.
    if (this.#size + size > maxHeld) return { rows: [...held.splice(0), row], clashing: [] }
    this.#size += size
    held.push(row)
    return { rows: [], clashing: [] }
  }

  /** Returns the rows that clashed with no other. */
  take(): ReadonlyArray<Row> {
    return [...this.#entries.values()].flatMap((entry) => entry.held.splice(0))
  }

  clear(): void {
    this.#entries.clear()
    this.#size = 0
  }

  #begin(key: string, print: string): Entry<Row> {
    const entry = { print, clash: false, held: [] }
    this.#entries.set(key, entry)
    return entry
  }
}
