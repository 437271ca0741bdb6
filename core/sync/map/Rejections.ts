/** The records of a read that became no rows: all are counted, their keys are kept up to a limit, and some are kept for a person. */
import { type Entity, waysOf } from "../../config/Entity.ts"
import { withoutPlaces } from "../../config/Pointer.ts"
import type { RejectedRecord } from "../../database/load/ReadFacts.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import { BoundedKeys } from "./BoundedKeys.ts"
import type { RejectedValue } from "./ColumnDecoder.ts"
import type { Key } from "./RowCells.ts"
import { shownKey, toStorableJson } from "./SourceText.ts"

const maxShown = 1_000

interface Rejection {
  readonly position: number
  /** Null if the record as a whole is at fault. */
  readonly field: string | null
  /** Whether the value is personal. */
  readonly isPersonal?: boolean
  readonly key: Key
  readonly rejected: RejectedValue
  readonly record: SourceRecord
}

export class Rejections {
  readonly #key: ReadonlyArray<string>
  readonly #personal: ReadonlyArray<ReadonlyArray<string>>
  readonly #removes: boolean
  #keys: BoundedKeys
  rejected = 0
  /** The number of records without a readable key and of parents whose rows are unknown. */
  unreadableKeys = 0
  /** Whether a list in a parent's record goes on elsewhere: the rest of its rows is unknown. */
  continued = false
  /** The field in a parent's record that says that its list failed. */
  listError: string | undefined
  rejects: Array<RejectedRecord> = []
  #absent = false

  /** `removes`: whether rows whose keys are missing from the read are deleted, so that keys must be kept. */
  constructor(key: ReadonlyArray<string>, removes: boolean, personal?: Entity["personal"]) {
    this.#key = key
    this.#personal = waysOf(personal)
    this.#removes = removes
    this.#keys = new BoundedKeys(key.length)
  }

  /** See `ReadFacts`. */
  get protectedKeys(): ReadonlyArray<ReadonlyArray<string>> {
    return this.#keys.columns
  }

  /** The number of keys that are not kept, because all keys together are too large. */
  get keysBeyond(): number {
    return this.#keys.beyond
  }

  add({ field, isPersonal = false, key, position, record, rejected: { value, why } }: Rejection): void {
    this.rejected += 1
    if (key === undefined) this.unreadableKeys += 1
    else if (this.#removes) this.#keys.add(this.#key.map((name) => key[name] ?? ""))
    if (this.rejects.length >= maxShown) return
    this.rejects.push({
      position,
      key: key === undefined ? null : shownKey(Object.fromEntries(this.#key.map((name) => [name, key[name] ?? ""]))),
      field,
      why,
      value: value === null || isPersonal || this.#mayHide(value) ? null : toStorableJson(value, 500),
      record: this.#shownRecord(field, record)
    })
  }

  childrenLost(): void {
    this.unreadableKeys += 1
  }

  listAbsent(): void {
    this.#absent = true
  }

  /** Whether a list was absent since the last call. */
  takeAbsent(): boolean {
    const absent = this.#absent
    this.#absent = false
    return absent
  }

  listContinues(): void {
    this.continued = true
  }

  listFailed(name: string): void {
    this.listError ??= name
  }

  /** An object or a list may hold personal data. */
  #mayHide(value: unknown): boolean {
    return this.#personal.length > 0 && typeof value === "object"
  }

  /** Where a record could not be parsed, nobody knows which part of it is personal. */
  #shownRecord(field: string | null, record: SourceRecord): string | null {
    if (this.#personal.length === 0) return toStorableJson(record, 4_000)
    return field === null ? null : toStorableJson(withoutPlaces(record, this.#personal), 4_000)
  }

  /** A checkpoint has reported them, and the records that PostgreSQL refused. */
  checkpoint(refused: ReadonlyArray<RejectedRecord>): void {
    this.rejected += refused.length
    this.rejects.push(...refused.slice(0, maxShown - this.rejects.length))
    this.#keys = new BoundedKeys(this.#key.length)
  }

  /** Discards all but the first ones. */
  reset(rejected: number, rejects: number): void {
    this.rejected = rejected
    this.unreadableKeys = 0
    this.continued = false
    this.listError = undefined
    this.rejects = this.rejects.slice(0, rejects)
    this.#keys = new BoundedKeys(this.#key.length)
  }
}
