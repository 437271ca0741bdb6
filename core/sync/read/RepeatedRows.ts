/**
 * Detects whether rows move while a list is read in pages: a row that moves on is read twice, and the row whose place
 * it took is missed. The only sign is a key that appears again, within one list (the read of one parent, for example).
 */
import type { Entity } from "../../config/Entity.ts"
import type { Completeness } from "../../upstream/Source.ts"
import { KeyFilter } from "../map/KeyFilter.ts"
import { microsAtOffset } from "./CursorOrder.ts"

/** The separator between the texts of a key. */
export const keySeparator = "\u001f"

/** Gives equal numbers equal texts: `1.50` is `1.5`, and `-0` is `0`. */
const plain = (text: string): string => {
  const [, sign = "", whole, fraction = ""] = /^(-?)0*(\d+?)(?:\.(\d*?)0*)?$/.exec(text) ?? []
  if (whole === undefined) return text
  return `${whole === "0" && fraction === "" ? "" : sign}${whole}${fraction === "" ? "" : `.${fraction}`}`
}

/**
 * Gives equal moments equal texts, whatever the offset and the zeros of each. A text in a named zone stays: to resolve it
 * for each record would take too long.
 */
const moment = (text: string): string => {
  const micros = microsAtOffset(text)
  return micros === undefined || Number.isNaN(micros) ? text : String(micros)
}

export class RepeatedRows {
  readonly #keys = new KeyFilter()
  /** What the types of the key's columns need so that equal keys have equal texts. */
  readonly #steadied: ReadonlyArray<(text: string) => string>
  #inList = 0
  /** Records with a key that appeared before, in lists of several pages. */
  count = 0

  /** The same count for the current list, once it has ended. */
  within(completeness: Completeness): number {
    return completeness._tag === "Complete" && completeness.pages > 1 ? this.#inList : 0
  }

  constructor({ columns, key }: Entity) {
    const types = new Set(columns.flatMap(({ name, type }) => (key.includes(name) ? [type] : [])))
    this.#steadied = [
      ...(types.has("decimal") || types.has("double") ? [plain] : []),
      ...(types.has("timestamp") ? [moment] : [])
    ]
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
    if (this.#steadied.length === 0) return key
    const steady = (text: string) => this.#steadied.reduce((current, one) => one(current), text)
    return key.split(keySeparator).map(steady).join(keySeparator)
  }
}
