/**
 * Where the cursors of one target's incremental read go. A part moves its cursor when its request ended whole and none
 * of its records was rejected: to the highest value that it sent and that is not in the future, because what will
 * change until then would never be asked for. A part that sent nothing new keeps its value.
 */

import { DateTime, Duration } from "effect"
import type { Entity, Incremental } from "../config/Entity.ts"
import { readingHash } from "../config/Hash.ts"
import { boundType } from "../database/ColumnSql.ts"
import type { StoredCursor } from "../database/Cursors.ts"
import type { CursorVariant } from "../database/DiffSql.ts"
import type { CursorMove } from "../database/Load.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import type { SourceRecord } from "../upstream/Source.ts"
import { cellReader } from "./Cells.ts"
import { decoder, Rejected } from "./Decode.ts"
import { type Positions, positions } from "./Position.ts"

/** What the cursor of a target is: of the reader's records, also where the target is a child. */
export interface CursorRule extends CursorVariant {
  readonly incremental: Incremental
  /** Where it is the highest value of the records; absent: the source gives it. */
  readonly rows?: {
    readonly positions: Positions
    /** The value of a record, as text PostgreSQL reads; null: none that can be read. */
    readonly textOf: (record: SourceRecord) => string | null
  }
}

export const cursorRule = (reader: Entity, target: Entity): CursorRule | undefined => {
  const { incremental, timezone } = reader
  if (incremental === undefined) return undefined
  const declaration = readingHash(reader, target)
  const column = reader.columns.find(({ name }) => name === incremental.cursor)
  if (column === undefined) return { incremental, declaration, type: "text" }
  const decode = decoder(column, timezone, { count: 0 })
  const read = cellReader(column)
  return {
    incremental,
    declaration,
    type: boundType(column),
    rows: {
      positions: positions(column, timezone),
      textOf: (record) => {
        const decoded = decode(read(record, undefined))
        return decoded instanceof Rejected ? null : decoded
      }
    }
  }
}

/** One request, or one parent's requests, of a read. */
export interface PartOfRead {
  /** The parent's parameters as JSON; '' where there is one request. */
  readonly part: string
  /** Whether it goes on from a cursor, so that older records do not come. */
  readonly continued: boolean
  /** The cursors that are good, by entity. */
  readonly stored: ReadonlyMap<Entity, StoredCursor>
}

interface Seen {
  readonly part: PartOfRead
  readonly readAt: number
  readonly rejectedBefore: number
  readonly stored: StoredCursor | undefined
  value: string | null
  future: number
  rejected: number
  whole: boolean
}

export class CursorWatch {
  readonly #rule: CursorRule
  readonly #target: Entity
  #parts: Array<Seen> = []

  constructor(rule: CursorRule, target: Entity) {
    this.#rule = rule
    this.#target = target
  }

  reset(): void {
    this.#parts = []
  }

  /** `rejected`: records of the target that were rejected until now. */
  begin(part: PartOfRead, readAt: number, rejected: number): void {
    const stored = part.stored.get(this.#target)
    this.#parts.push({
      part,
      readAt,
      stored,
      rejectedBefore: rejected,
      value: null,
      future: 0,
      rejected: 0,
      whole: false
    })
  }

  see(records: ReadonlyArray<SourceRecord>): void {
    const seen = this.#parts.at(-1)
    const { rows } = this.#rule
    if (seen === undefined || rows === undefined) return
    const { positions, textOf } = rows
    for (const record of records) {
      const value = textOf(record)
      if (value === null) continue
      if (positions.isAfter(value, seen.readAt)) seen.future += 1
      else if (seen.value === null || positions.isLater(value, seen.value)) seen.value = value
    }
  }

  /** What the source gives; of several answers the last one knows best. */
  given(value: string): void {
    const seen = this.#parts.at(-1)
    if (seen !== undefined) seen.value = value
  }

  end(whole: boolean, rejected: number): void {
    const seen = this.#parts.at(-1)
    if (seen === undefined) return
    seen.whole = whole
    seen.rejected = rejected - seen.rejectedBefore
  }

  get since(): boolean {
    return this.#parts.some(({ part }) => part.continued)
  }

  /** `pastRejected`: a person has decided that rejected records need not be asked for again. */
  moves(pastRejected: boolean): ReadonlyArray<CursorMove> {
    return this.#parts.flatMap(({ part: { part }, readAt, rejected, stored, value, whole }) => {
      const to = value ?? stored?.value
      if (to === undefined || !whole || (rejected > 0 && !pastRejected)) return []
      return [{ part, value: to, read_at: DateTime.formatIso(DateTime.makeUnsafe(readAt)) }]
    })
  }

  warnings(id: string, pastRejected: boolean): ReadonlyArray<Reason> {
    const held = this.#parts.filter(({ rejected }) => rejected > 0)
    const { from } = this.#rule.incremental
    const silent = this.#parts.filter(({ stored, value, whole }) => whole && value === null && stored === undefined)
    const lost = this.#parts.filter(({ future, stored, value }) => future > 0 && value === null && stored === undefined)
    return [
      ...(held.length === 0 ? [] : [pastRejected ? passed(held) : waiting(id, held)]),
      ...(from === undefined || silent.length === 0
        ? []
        : [reason("cursor.silent", { pointer: `/${from.join("/")}` })]),
      ...(lost.length === 0 ? [] : [reason("cursor.allFuture", { column: this.#rule.incremental.cursor ?? "" })])
    ]
  }
}

const passed = (held: ReadonlyArray<Seen>): Reason =>
  reason("cursor.passed", { count: held.reduce((sum, { rejected }) => sum + rejected, 0) })

const waiting = (id: string, held: ReadonlyArray<Seen>): Reason => {
  const oldest = held.flatMap(({ readAt, stored }) => (stored === undefined ? [] : [{ readAt, stored }]))
  const [first] = oldest.toSorted((left, right) => left.stored.updated_at - right.stored.updated_at)
  return first === undefined || oldest.length < held.length
    ? reason("cursor.noneYet", { entity: id })
    : reason("cursor.waits", {
        entity: id,
        value: first.stored.value,
        age: age(first.readAt - first.stored.updated_at)
      })
}

/** In its two largest units: nobody needs the milliseconds of a week. */
const age = (millis: number): string =>
  Duration.format(Duration.millis(Math.max(0, millis)))
    .split(" ")
    .slice(0, 2)
    .join(" ")
