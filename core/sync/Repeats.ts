/**
 * Whether rows move while a list is read in pages: one that moves on is read twice, and the one whose place it took not at
 * all. That shows only by keys that come again, each list (the read of one parent, say) by itself.
 */
import type { Completeness } from "../upstream/Source.ts"
import { KeyFilter } from "./KeyFilter.ts"

export class Repeats {
  readonly #keys = new KeyFilter()
  #inList = 0
  /** Records with a key that came before, in lists of several pages. */
  count = 0

  /** The same of the list under way, once it has ended. */
  within(completeness: Completeness): number {
    return completeness._tag === "Complete" && completeness.pages > 1 ? this.#inList : 0
  }

  begin(): void {
    this.#keys.clear()
    this.#inList = 0
  }

  /** Whether the key came before. */
  see(key: string): boolean {
    const again = this.#keys.add(key)
    if (again) this.#inList += 1
    return again
  }

  has(key: string): boolean {
    return this.#keys.has(key)
  }

  end(completeness: Completeness): void {
    this.count += this.within(completeness)
    this.#inList = 0
  }

  reset(): void {
    this.begin()
    this.count = 0
  }
}
