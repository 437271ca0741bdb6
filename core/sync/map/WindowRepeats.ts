/**
 * Records that a read in windows of time brings in more than one window, as a vendor lists an order by each of its items.
 * That is no fault of the list, unlike two records of a key in one window.
 */
import { KeyFilter } from "./KeyFilter.ts"

export class WindowRepeats {
  readonly #inWindow = new KeyFilter()
  /** Of all windows since the last load: only rows of one load are folded. */
  readonly #keys = new KeyFilter()
  readonly #rows = new KeyFilter()
  /** The place in a row of the time at which it was requested; -1: it has none. */
  readonly #readAt: number
  #loaded = { count: 0, changed: 0 }
  /** How many records came before in another window, and how many of them were different then. */
  count = 0
  changed = 0

  constructor(readAt: number) {
    this.#readAt = readAt
  }

  /** Another window begins. */
  begin(): void {
    this.#inWindow.clear()
  }

  see(key: string, row: ReadonlyArray<string | null>): void {
    const isAlike = this.#rows.add(JSON.stringify(this.#readAt < 0 ? row : row.with(this.#readAt, null)))
    if (this.#inWindow.add(key) || !this.#keys.add(key)) return
    this.count++
    if (!isAlike) this.changed++
  }

  /** The rows so far were loaded. */
  checkpoint(): void {
    this.#loaded = { count: this.count, changed: this.changed }
    this.forget()
  }

  /** Forgets what is not loaded, for a read that starts again. */
  reset(): void {
    this.count = this.#loaded.count
    this.changed = this.#loaded.changed
    this.forget()
  }

  /** What follows is another list, or of another parent, in which a key is another record's. */
  forget(): void {
    for (const filter of [this.#inWindow, this.#keys, this.#rows]) filter.clear()
  }
}
