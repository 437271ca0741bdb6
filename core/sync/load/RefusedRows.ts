/** The rows that PostgreSQL refused, as rejected records beside those that the mapping rejected. */
import type { Entity } from "../../config/Entity.ts"
import type { ReadFacts, RejectedRecord } from "../../database/load/ReadFacts.ts"
import { refusalReason } from "../../database/load/RefusalReasons.ts"
import type { ArrangeResult, RefusedRow } from "../../database/load/RowRefusals.ts"
import { type Reason, reason, render } from "../../reason/Reason.ts"
import { shownKey } from "../map/SourceText.ts"

interface Rejections extends Pick<ReadFacts, "rejected" | "rejects" | "protectedKeys" | "unreadableKeys"> {
  /** The number of keys that are not kept, because all keys together are too large. */
  readonly keysBeyond: number
}

export class RefusedRows {
  /** Rows that were replaced by a later one with the same key. */
  readonly folded: number
  /** Whether those are still staged, as versions. */
  replaced: boolean
  /** Warnings about keys that only PostgreSQL finds equal. */
  readonly alike: ReadonlyArray<Reason>
  /** The number of records before the first of these rows. */
  readonly #offset: number
  readonly #rejects: Array<RejectedRecord> = []
  readonly #keys: Array<ReadonlyArray<string | null>> = []
  #beyond = 0
  /** Why the load is done without its deletes. */
  withheld: Reason | undefined

  constructor({ alike, dropped }: ArrangeResult, offset: number, replaced: boolean) {
    this.folded = dropped
    this.replaced = replaced
    this.alike = alike
    this.#offset = offset
  }

  get gone(): number {
    return this.#rejects.length
  }

  get rejects(): ReadonlyArray<RejectedRecord> {
    return this.#rejects
  }

  /** `rejects` are those already known, which lie between the rows in the read. */
  add(entity: Entity, rows: ReadonlyArray<RefusedRow>, rejects: ReadonlyArray<RejectedRecord>): void {
    const before = rejects.map(({ position }) => position).toSorted((left, right) => left - right)
    for (const row of rows) {
      if (row.long) this.#beyond += 1
      else this.#keys.push(row.key)
      this.#rejects.push({
        position: before.reduce((at, taken) => (taken <= at ? at + 1 : at), this.#offset + Number(row.n)),
        key: shownKey(Object.fromEntries(entity.key.map((name, at) => [name, row.key[at] ?? ""]))),
        field: row.field === "" ? null : row.field,
        why: refusalReason(row),
        value: null,
        record: row.record
      })
    }
  }

  with({ keysBeyond, protectedKeys, rejected, rejects, unreadableKeys }: Rejections): Rejections {
    const known = this.#keys.filter((key) => key.every((part) => part !== null))
    return {
      rejected: rejected + this.#rejects.length,
      rejects: [...rejects, ...this.#rejects],
      unreadableKeys: unreadableKeys + this.#keys.length - known.length,
      keysBeyond: keysBeyond + this.#beyond,
      protectedKeys: protectedKeys.map((keys, at) => [...keys, ...known.map((key) => key[at] ?? "")])
    }
  }
}

/** Names the field, then what is wrong. */
export const rejectReason = ({ field, why }: Pick<RejectedRecord, "field" | "why">): Reason =>
  field === null ? reason("reject.record", { why }) : reason("reject.field", { field, why })

/** Identifies a record without a key by its position in the read; its content may be confidential. */
const countedOf = (what: Reason, count: number, { key, position }: RejectedRecord): Reason =>
  key === null ? reason("reject.countedKeyless", { what, count, position }) : reason("reject.counted", { what, count })

/** Returns the most common reasons with their fields, so that the warning itself says what is wrong. */
export const commonestReasons = (rejects: ReadonlyArray<RejectedRecord>): ReadonlyArray<Reason> => {
  const counts = new Map<string, { readonly what: Reason; readonly first: RejectedRecord; count: number }>()
  for (const reject of rejects) {
    const what = rejectReason(reject)
    const name = render(what)
    const counted = counts.get(name)
    if (counted === undefined) counts.set(name, { what, first: reject, count: 1 })
    else counted.count += 1
  }
  const common = [...counts.values()].toSorted((left, right) => right.count - left.count)
  return common.slice(0, 3).map(({ count, first, what }) => countedOf(what, count, first))
}
