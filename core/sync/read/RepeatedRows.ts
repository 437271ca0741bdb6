/**
 * Whether rows move while a list is read in pages: one that moves on is read twice, and the one whose place it took not at
 * all. That shows only by keys that come again, each list (the read of one parent, say) by itself.
 */
import type { Entity } from "../../config/Entity.ts"
import type { Completeness } from "../../upstream/Source.ts"
import { KeyFilter } from "../map/KeyFilter.ts"

/** Between the texts of a key. */
export const between = "\u001f"

/** Equal numbers have equal texts: `1.50` is `1.5`, and `-0` is `0`. */
const plain = (text: string): string => {
  const [, sign = "", whole, fraction = ""] = /^(-?)0*(\d+?)(?:\.(\d*?)0*)?$/.exec(text) ?? []
  if (whole === undefined) return text
  return `${whole === "0" && fraction === "" ? "" : sign}${whole}${fraction === "" ? "" : `.${fraction}`}`
}

export class RepeatedRows {
  readonly #keys = new KeyFilter()
  readonly #hasNumbers: boolean
  #inList = 0
  /** Records with a key that came before, in lists of several pages. */
  count = 0

  /** The same of the list under way, once it has ended. */
  within(completeness: Completeness): number {
    return completeness._tag === "Complete" && completeness.pages > 1 ? this.#inList : 0
  }

  constructor({ columns, key }: Entity) {
    this.#hasNumbers = columns.some(({ name, type }) => key.includes(name) && (type === "decimal" || type === "double"))
  }

  begin(): void {
    this.#keys.clear()
    this.#inList = 0
  }

  /** Whether the key came before. */
  see(key: string): boolean {
    const again = this.#keys.add(this.#steady(key))
    if (again) this.#inList += 1
    return again
  }

  has(key: string): boolean {
    return this.#keys.has(this.#steady(key))
  }

  end(completeness: Completeness): void {
    this.count += this.within(completeness)
    this.#inList = 0
  }

  reset(): void {
    this.begin()
    this.count = 0
  }

  #steady(key: string): string {
    return this.#hasNumbers ? key.split(between).map(plain).join(between) : key
  }
}
