/**
 * Moves the cursors of one target's incremental read. A part moves its cursor if its request ended whole and none of
 * its records was rejected. It moves to the highest value received that is not in the future, because changes until
 * then would never be requested. A part that sent nothing new keeps its value.
 *
 * A checkpoint moves the cursors of the parts that have ended. The cursor of the part under way moves only if the
 * source sorts by it: to the last value before the highest one, of which more records may come. If the read turns out
 * to be partial or not sorted, it moves back.
 */
import { DateTime } from "effect"
import { depthOf, type Entity, type Incremental } from "../../config/Entity.ts"
import { readingHash } from "../../config/Hash.ts"
import type { StoredCursor } from "../../database/audit/Cursors.ts"
import type { CursorVariant } from "../../database/load/CursorVariant.ts"
import type { CursorMove } from "../../database/load/ReadFacts.ts"
import { boundType } from "../../database/tables/ColumnSql.ts"
import { type Reason, reason, render } from "../../reason/Reason.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import { cellReader, type Params } from "../map/CellReader.ts"
import { decoder, RejectedValue } from "../map/ColumnDecoder.ts"
import { type CursorOrders, cursorOrders } from "./CursorOrder.ts"
import { ageText } from "./Since.ts"

/** The cursor of a target; its value comes from the reader's records, also if the target is a child. */
export interface CursorRule extends CursorVariant {
  readonly incremental: Incremental
  /** Present if the key does not name the parent; `field` would. `inRecords`: one request can give several parents. */
  readonly parentless?: { readonly field: string; readonly inRecords: boolean } | undefined
  /** Present if the cursor is the highest value of the records; absent if the source gives it. */
  readonly rows?: {
    readonly positions: CursorOrders
    /** The value of a record, as text that PostgreSQL reads; null if it cannot be read. */
    readonly textOf: (record: SourceRecord) => string | null
  }
}

export const cursorRule = (reader: Entity, target: Entity): CursorRule | undefined => {
  const { incremental, timezone } = reader
  if (incremental === undefined) return undefined
  const declaration = readingHash(reader, target)
  const late = incremental.start === undefined ? {} : { mayBeEmpty: true }
  const column = reader.columns.find(({ name }) => name === incremental.cursor)
  const parentless = parentlessOf(reader, target)
  if (column === undefined) return { incremental, declaration, ...late, type: "text", parentless }
  const decode = decoder(column, timezone, { count: 0 })
  const read = cellReader(column, reader)
  return {
    incremental,
    declaration,
    ...late,
    type: boundType(column),
    parentless,
    rows: {
      positions: cursorOrders(column, timezone),
      textOf: (record) => {
        const decoded = decode(read(record, undefined))
        return decoded instanceof RejectedValue ? null : decoded
      }
    }
  }
}

/** Keys shared by two parents go unnoticed if their records do not come in one read. */
const parentlessOf = ({ forEach, name }: Entity, target: Entity): CursorRule["parentless"] => {
  const { columns, key, name: own, unique } = target
  if (unique === true) return undefined
  const sources = columns.flatMap((column) => (key.includes(column.name) ? [column.source] : []))
  if (own !== name) {
    const isNamed = sources.some((source) => source._tag === "Pointer" && source.pointer.up === depthOf(target))
    return isNamed ? undefined : { field: `from: ${"../".repeat(depthOf(target))}id`, inRecords: true }
  }
  const [param] = Object.keys(forEach?.params ?? {})
  if (param === undefined || sources.some(({ _tag }) => _tag === "Parameter")) return undefined
  return { field: `value: "{${param}}"`, inRecords: false }
}

/** One request, or one parent's requests, of a read. */
export interface PartOfRead {
  /** The parent's parameters as JSON; '' if there is only one request. */
  readonly part: string
  readonly params?: Params
  /** Whether it continues from a cursor, so that older records do not come. */
  readonly continued: boolean
  /** Why it does not continue, if it might have. */
  readonly whole?: Reason
  /** The valid cursors, by entity. */
  readonly stored: ReadonlyMap<Entity, StoredCursor>
}

interface ReadPart {
  readonly part: PartOfRead
  readonly readAt: number
  readonly rejectedBefore: number
  readonly stored: StoredCursor | undefined
  value: string | null
  /** The highest value below `value`. */
  below: string | null
  /** A record had a lower value than an earlier one, or came only when the part was read again. */
  disordered: boolean
  future: number
  rejected: number
  /** Whether PostgreSQL refused a row that may belong to this part. */
  refused: boolean
  ended: boolean
  whole: boolean
  /** The value to which a checkpoint of this run moved the cursor during the part. */
  moved: string | null
  /** Whether its end was loaded. */
  settled: boolean
}

export class CursorWatch {
  readonly #rule: CursorRule
  readonly #target: Entity
  #parts: Array<ReadPart> = []
  /** Covers every read of the run. */
  #disordered = false
  /** Why each part was read whole, as first requested in this run; undefined if it was not. */
  readonly #whole = new Map<string, Reason | undefined>()

  constructor(rule: CursorRule, target: Entity) {
    this.#rule = rule
    this.#target = target
  }

  reset(): void {
    this.#parts = []
  }

  /** `rejected` is the number of the target's records rejected so far. */
  begin(part: PartOfRead, readAt: number, rejected: number): void {
    const stored = part.stored.get(this.#target)
    if (!this.#whole.has(part.part)) this.#whole.set(part.part, part.whole)
    this.#parts.push({
      part,
      readAt,
      stored,
      rejectedBefore: rejected,
      value: null,
      below: null,
      disordered: false,
      future: 0,
      rejected: 0,
      refused: false,
      ended: false,
      whole: false,
      moved: null,
      settled: false
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
      else if (seen.value === null || positions.isLater(value, seen.value)) {
        seen.below = seen.value
        seen.value = value
      } else if (positions.isLater(seen.value, value)) {
        seen.disordered = true
        this.#disordered = true
      }
    }
  }

  /** Takes the cursor that the source gives; the last of several answers is the most recent. */
  given(value: string): void {
    const seen = this.#parts.at(-1)
    if (seen !== undefined) seen.value = value
  }

  /** A record came only when the part was read again: a checkpoint may have moved the cursor past it. */
  missed(): void {
    const seen = this.#parts.at(-1)
    if (seen !== undefined) seen.disordered = true
  }

  end(whole: boolean, rejected: number): void {
    const seen = this.#parts.at(-1)
    if (seen === undefined) return
    seen.ended = true
    seen.whole = whole
    seen.rejected = rejected - seen.rejectedBefore
  }

  /** `rejected` is the number of the target's records rejected so far. */
  pause(rejected: number): void {
    const seen = this.#parts.at(-1)
    if (seen !== undefined && !seen.ended) seen.rejected = rejected - seen.rejectedBefore
  }

  /** Whether a checkpoint moved the last part's cursor by an order that proved false. */
  get isAstray(): boolean {
    const seen = this.#parts.at(-1)
    return seen?.disordered === true && seen.moved !== null && !seen.settled
  }

  /** PostgreSQL refused rows, which may belong to any part whose end is not loaded yet. */
  refuse(): void {
    for (const seen of this.#parts) if (!seen.settled) seen.refused = true
  }

  /** Records that a checkpoint has made the moves. */
  checkpoint(pastRejected: boolean): void {
    for (const seen of this.#parts) {
      if (seen.settled) continue
      const move = this.#move(seen, pastRejected)
      if (move !== undefined && !seen.ended) seen.moved = seen.disordered ? null : move.value
      seen.settled = seen.ended
    }
  }

  /** Whether the records came in the order of their changes, as declared. */
  get isOrdered(): boolean {
    return this.#rule.incremental.ordered === true && !this.#disordered && !this.#parts.some((one) => one.disordered)
  }

  get since(): boolean {
    return this.#parts.some(({ part }) => part.continued)
  }

  /** Why everything, or some of the parts, was read whole. */
  get notes(): ReadonlyArray<Reason> {
    const all = [...this.#whole.values()].filter((why) => why !== undefined)
    const whys = [...new Map(all.map((why) => [render(why), why])).values()].slice(0, 3)
    if (whys.length === 0) return []
    const parts = this.#whole.size
    return [
      all.length === parts
        ? reason("read.whole", { whys })
        : reason("read.wholeParts", { count: all.length, parts, whys })
    ]
  }

  /** `pastRejected`: a person has decided that rejected records need not be requested again. */
  moves(pastRejected: boolean): ReadonlyArray<CursorMove> {
    return this.#parts.flatMap((seen) => this.#move(seen, pastRejected) ?? [])
  }

  #move(seen: ReadPart, pastRejected: boolean): CursorMove | undefined {
    const { below, disordered, ended, moved, settled, stored, value, whole } = seen
    if (settled) return undefined
    const held = isHeld(seen) && !pastRejected
    if (ended && whole) {
      const to = value ?? stored?.value
      if (!held && to !== undefined) return moveTo(seen, to, seen.readAt)
    } else if (!ended && this.#rule.incremental.ordered === true && !held && !disordered) {
      return below === null || below === moved ? undefined : moveTo(seen, below, seen.readAt)
    }
    const astray = moved !== null && (disordered || (ended && !whole))
    return astray ? moveTo(seen, stored?.value ?? null, stored?.read_at ?? seen.readAt) : undefined
  }

  /** `rejected` is the number of the target's records rejected by the mapping or by PostgreSQL. */
  warnings(id: string, pastRejected: boolean, rejected: number): ReadonlyArray<Reason> {
    const held = this.#parts.filter(isHeld)
    const { cursor: column = "", from, ordered } = this.#rule.incremental
    const silent = this.#parts.filter(({ stored, value, whole }) => whole && value === null && stored === undefined)
    const lost = this.#parts.filter(({ future, stored, value }) => future > 0 && value === null && stored === undefined)
    const { parentless } = this.#rule
    const unseen = parentless !== undefined && this.since && (parentless.inRecords || this.#whole.size > 1)
    return [
      ...(unseen ? [reason("cursor.parentless", { field: parentless.field })] : []),
      ...(held.length === 0 ? [] : [pastRejected ? reason("cursor.passed", { count: rejected }) : waiting(id, held)]),
      ...(from === undefined || silent.length === 0
        ? []
        : [reason("cursor.silent", { pointer: `/${from.join("/")}` })]),
      ...(lost.length === 0 ? [] : [reason("cursor.allFuture", { column })]),
      ...(ordered === true && this.#disordered ? [reason("cursor.disordered", { column })] : [])
    ]
  }
}

const isHeld = ({ refused, rejected }: ReadPart): boolean => refused || rejected > 0

const moveTo = ({ part: { part } }: ReadPart, value: string | null, readAt: number): CursorMove => ({
  part,
  value,
  read_at: DateTime.formatIso(DateTime.makeUnsafe(readAt))
})

const waiting = (id: string, held: ReadonlyArray<ReadPart>): Reason => {
  const starts = held.flatMap(({ moved, readAt, stored }) => {
    if (moved !== null) return [{ value: moved, since: readAt, readAt }]
    return stored === undefined ? [] : [{ value: stored.value, since: stored.updated_at, readAt }]
  })
  const [first] = starts.toSorted((left, right) => left.since - right.since)
  return first === undefined || starts.length < held.length
    ? reason("cursor.noneYet", { entity: id })
    : reason("cursor.waits", { entity: id, value: first.value, age: ageText(first.readAt - first.since) })
}
