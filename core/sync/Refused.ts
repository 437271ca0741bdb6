/** The rows that PostgreSQL refused, as rejected records beside those that the mapping rejected. */
import type { Entity } from "../config/Entity.ts"
import type { ReadFacts, RejectedRecord } from "../database/Load.ts"
import { type RefusedRow, wording } from "../database/Refusals.ts"

type Rejections = Pick<ReadFacts, "rejected" | "rejects" | "keptKeys" | "keysLost">

export class Refused {
  /** Rows that gave way to a later one of their key. */
  readonly folded: number
  /** Records that came before the first of these rows' own. */
  readonly #offset: number
  readonly #rejects: Array<RejectedRecord> = []
  readonly #keys: Array<ReadonlyArray<string | null>> = []

  constructor(folded: number, offset: number) {
    this.folded = folded
    this.#offset = offset
  }

  get gone(): number {
    return this.#rejects.length
  }

  get rejects(): ReadonlyArray<RejectedRecord> {
    return this.#rejects
  }

  /** `rejects`: those known already, which stand between the rows in the read. */
  add(entity: Entity, rows: ReadonlyArray<RefusedRow>, rejects: ReadonlyArray<RejectedRecord>): void {
    const before = rejects.map(({ position }) => position).toSorted((left, right) => left - right)
    for (const row of rows) {
      this.#keys.push(row.key)
      this.#rejects.push({
        position: before.reduce((at, taken) => (taken <= at ? at + 1 : at), this.#offset + Number(row.n)),
        key: Object.fromEntries(entity.key.map((name, at) => [name, row.key[at] ?? ""])),
        field: row.field === "" ? null : row.field,
        reason: wording(row),
        value: null,
        record: row.record
      })
    }
  }

  with({ keptKeys, keysLost, rejected, rejects }: Rejections): Rejections {
    const known = this.#keys.filter((key) => key.every((part) => part !== null))
    return {
      rejected: rejected + this.#rejects.length,
      rejects: [...rejects, ...this.#rejects],
      keysLost: keysLost + this.#keys.length - known.length,
      keptKeys: keptKeys.map((keys, at) => [...keys, ...known.map((key) => key[at] ?? "")])
    }
  }
}

/** The commonest reasons with their fields, so that the warning itself says what is wrong. */
export const commonest = (rejects: ReadonlyArray<RejectedRecord>): string => {
  const counts = new Map<string, number>()
  for (const { field, reason } of rejects) {
    const name = `${field ?? "record"} is ${reason}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const common = [...counts].toSorted((left, right) => right[1] - left[1])
  return common
    .slice(0, 3)
    .map(([name, count]) => `${name} (${count})`)
    .join(", ")
}
