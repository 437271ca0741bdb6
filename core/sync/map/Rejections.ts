/** The records of a read that became no rows: all are counted, all their keys kept, and some kept for a person. */
import type { RejectedRecord } from "../../database/ReadFacts.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import type { Rejected } from "./Decode.ts"
import type { Key } from "./RowCells.ts"
import { detached, shown } from "./Text.ts"

const maxKept = 1_000

interface Rejection {
  readonly position: number
  /** Null if the record as a whole is at fault. */
  readonly field: string | null
  readonly key: Key
  readonly rejected: Rejected
  readonly record: SourceRecord
}

export class Rejections {
  readonly #key: ReadonlyArray<string>
  count = 0
  /** The number of records without a readable key and of parents whose rows are unknown. */
  keysLost = 0
  kept: Array<RejectedRecord> = []
  /** One array per column of the key. */
  keys: Array<Array<string>>

  constructor(key: ReadonlyArray<string>) {
    this.#key = key
    this.keys = key.map(() => [])
  }

  add({ field, key, position, record, rejected: { value, why } }: Rejection): void {
    this.count += 1
    if (key === undefined) this.keysLost += 1
    else for (const [index, name] of this.#key.entries()) this.keys[index]?.push(detached(key[name] ?? ""))
    if (this.kept.length >= maxKept) return
    this.kept.push({
      position,
      key: key === undefined ? null : Object.fromEntries(this.#key.map((name) => [name, detached(key[name] ?? "")])),
      field,
      why,
      value: value === null ? null : shown(value, 500),
      record: shown(record, 4_000)
    })
  }

  /** A checkpoint has reported them, and the records that PostgreSQL refused. */
  checkpoint(refused: ReadonlyArray<RejectedRecord>): void {
    this.count += refused.length
    this.kept.push(...refused.slice(0, maxKept - this.kept.length))
    this.keys = this.#key.map(() => [])
  }

  /** Discards all but the first ones. */
  reset(count: number, kept: number): void {
    this.count = count
    this.keysLost = 0
    this.kept = this.kept.slice(0, kept)
    this.keys = this.#key.map(() => [])
  }
}
