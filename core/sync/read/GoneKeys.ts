/** Keys of which answers said that the source has no such record, as texts that PostgreSQL reads. */
import { DateTime } from "effect"
import type { Entity } from "../../config/Entity.ts"
import type { Scalar } from "../../config/schema/Scalars.ts"
import { decoder, RejectedValue } from "../map/ColumnDecoder.ts"

export class GoneKeys {
  readonly #texts: ReadonlyArray<(key: Readonly<Record<string, Scalar>>) => string | null>
  #columns: ReadonlyArray<Array<string>>

  constructor({ columns, key, timezone }: Entity) {
    const keys = key.flatMap((name) => columns.filter((column) => column.name === name))
    this.#texts = keys.map((column) => {
      const { name, source } = column
      if (source._tag === "Constant") return () => String(source.value)
      const decode = decoder(column, timezone, { count: 0 })
      return (of) => {
        const text = decode(of[name])
        return text instanceof RejectedValue ? null : text
      }
    })
    this.#columns = this.#none()
  }

  /** By column of the key, and the times of their requests. */
  get columns(): ReadonlyArray<ReadonlyArray<string>> {
    return this.#columns
  }

  get isEmpty(): boolean {
    return this.#columns[0]?.length === 0
  }

  add(key: Readonly<Record<string, Scalar>>, at: number): void {
    const texts = this.#texts.flatMap((textOf) => textOf(key) ?? [])
    // What is no key of the entity is in no row of it.
    if (texts.length < this.#texts.length) return
    for (const [place, text] of [...texts, DateTime.formatIso(DateTime.makeUnsafe(at))].entries()) {
      this.#columns[place]?.push(text)
    }
  }

  reset(): void {
    this.#columns = this.#none()
  }

  #none(): ReadonlyArray<Array<string>> {
    return Array.from({ length: this.#texts.length + 1 }, () => [])
  }
}
