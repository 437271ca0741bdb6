/**
 * Detects whether rows move while a list is read in pages: a row that moves on is read twice, and the row whose place
 * it took is missed. The only sign is a key that appears again, within one list (the read of one parent, for example).
 */
import type { Entity } from "../../config/Entity.ts"
import type { Completeness } from "../../upstream/Source.ts"
import { KeyFilter } from "../map/KeyFilter.ts"

/** The separator between the texts of a key. */
export const keySeparator = "\u001f"

/** Gives equal numbers equal texts: `1.50` is `1.5`, and `-0` is `0`. */
const plain = (text: string): string => {
  const [, sign = "", whole, fraction = ""] = /^(-?)0*(\d+?)(?:\.(\d*?)0*)?$/.exec(text) ?? []
  if (whole === undefined) return text
  return `${whole === "0" && fraction === "" ? "" : sign}${whole}${fraction === "" ? "" : `.${fraction}`}`
}

export class RepeatedRows {
  readonly #keys = new KeyFilter()
  readonly #hasNumbers: boolean
  #inList = 0
  /** Records with a key that appeared before, in lists of several pages. */
  count = 0

  /** The same count for the current list, once it has ended. */
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

  /** Whether the key appeared before. */
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
    return this.#hasNumbers ? key.split(keySeparator).map(plain).join(keySeparator) : key
  }
}
