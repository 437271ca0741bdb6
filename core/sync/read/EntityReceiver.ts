/** Receives the records of one entity during a read: they are mapped at once, and their rows wait to be loaded. */
import { DateTime, Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { Scalar } from "../../config/schema/Scalars.ts"
import { readAtColumn } from "../../config/VersionedEntity.ts"
import { stage } from "../../database/load/Staging.ts"
import type { Completeness, SourceRecord } from "../../upstream/Source.ts"
import { BufferedRows, type BufferServices, type Failure, type Overflow } from "../load/BufferedRows.ts"
import type { FieldFindings } from "../map/FieldNames.ts"
import type { Mapper } from "../map/Mapper.ts"
import { cellsOf } from "../map/RowCells.ts"
import { mapperOf } from "../map/SelectiveMapper.ts"
import { WindowRepeats } from "../map/WindowRepeats.ts"
import { failureOfDefect, logDefect, type RunFailure } from "../RunFailure.ts"
import { CursorWatch, type PartOfRead } from "./Cursor.ts"
import type { FirstRead } from "./DeleteConfirmation.ts"
import { GoneKeys } from "./GoneKeys.ts"
import { ReadParents } from "./ReadParents.ts"
import type { Receiver } from "./Receiver.ts"
import { RepeatedRows } from "./RepeatedRows.ts"
import type { Target } from "./Target.ts"

export class EntityReceiver implements Receiver {
  readonly target: Target
  protected readonly mapper: Mapper
  protected readonly rows: BufferedRows
  protected readonly watch: CursorWatch | undefined
  /** Present if a missed row would be lost, or counted as gone, and no second read is made for it. */
  protected readonly repeats: RepeatedRows | undefined
  /** The parents that were skipped, and their names. */
  protected readonly skipped: ReadParents
  readonly skippedParts = new Set<string>()
  protected readonly goneKeys: GoneKeys
  /** Rows that a second read found. */
  protected filled = 0
  /** The time of the last load, or of the start of the read; milliseconds since 1970. */
  protected loadedAt: number | undefined
  /** The first defect in the mapping, if any. */
  defect: RunFailure | undefined

  /** `runId` completes when the run has its lock. */
  constructor(target: Target, runId: Effect.Effect<bigint, RunFailure, SqlClient.SqlClient>, overflow: Overflow) {
    this.target = target
    const { cursor, entity } = target
    this.watch = cursor === undefined ? undefined : new CursorWatch(cursor, entity)
    this.repeats = cursor !== undefined || entity.guard.confirm === "next" ? new RepeatedRows(entity) : undefined
    this.goneKeys = new GoneKeys(entity)
    this.mapper = mapperOf(entity, target, this.repeats)
    this.skipped = new ReadParents(target.parentKey, target.parentKey.length === 0 ? [] : cellsOf(entity, { count: 0 }))
    const made = Effect.flatMap(runId, (id) => stage(entity, id))
    this.rows = new BufferedRows(this.mapper, made, overflow)
  }

  /** Whether the read began at a cursor, or is of some records. */
  protected get isPartOnly(): boolean {
    return this.target.isPart === true || this.watch?.since === true
  }

  get lackedLists(): FirstRead["lackedLists"] {
    return this.mapper.containers.lackedBy
  }

  get mapped(): number {
    return this.mapper.mapped
  }

  /** The findings so far: declared fields that no record has, and fields that are not declared. */
  get fields(): FieldFindings {
    return this.mapper.findings
  }

  /** Records added from now on belong to this part of the read. */
  begin(part: PartOfRead, readAt: number): void {
    this.loadedAt ??= readAt
    this.mapper.begin(part)
    this.mapper.windows?.forget()
    this.requested(readAt)
    this.repeats?.begin()
    this.watch?.begin(part, readAt, this.mapper.rejected)
  }

  /** The records that are added next answer a request of this time. */
  requested(at: number): void {
    if (this.target.entity.versions === undefined) return
    this.mapper.params = { ...this.mapper.params, [readAtColumn]: DateTime.formatIso(DateTime.makeUnsafe(at)) }
  }

  window(): void {
    this.mapper.windows ??= new WindowRepeats(
      cellsOf(this.target.entity, { count: 0 }).findIndex(({ column }) => column.source._tag === "RequestTime")
    )
    this.mapper.windows.begin()
  }

  /** A child's key is not that of the record around it. */
  gone(key: Readonly<Record<string, Scalar>>, at: number): void {
    const { parent, versions } = this.target.entity
    if (versions !== undefined && parent === undefined) this.goneKeys.add(key, at)
  }

  given(cursor: string): void {
    this.watch?.given(cursor)
  }

  end(completeness: Completeness): void {
    this.repeats?.end(completeness)
    this.watch?.end(completeness._tag === "Complete", this.mapper.rejected)
  }

  skip({ params, part }: PartOfRead): void {
    this.skippedParts.add(part)
    if (!this.skipped.add(undefined, params)) this.mapper.rejections.unreadableKeys += 1
  }

  mayLack(completeness: Completeness): boolean {
    return this.watch !== undefined && (this.repeats?.within(completeness) ?? 0) > 0
  }

  /** Maps records. Others share the read, so a defect in the mapping is kept, and fails the load of this entity. */
  add(records: ReadonlyArray<SourceRecord>): Effect.Effect<void, Failure, BufferServices> {
    return this.#map(() => {
      this.watch?.see(records)
      for (const record of records) this.mapper.add(record)
    })
  }

  /** The cursor stays where the first read moved it: changes since then come after it. */
  fill(records: ReadonlyArray<SourceRecord>): Effect.Effect<void, Failure, BufferServices> {
    return this.#map(() => {
      const { fetched, mapped } = this.mapper
      for (const record of records) this.mapper.fill(record)
      this.filled += this.mapper.mapped - mapped
      if (this.mapper.fetched > fetched) this.watch?.missed()
    })
  }

  #map(take: () => void): Effect.Effect<void, Failure, BufferServices> {
    if (this.defect !== undefined) return Effect.void
    try {
      take()
    } catch (defect) {
      this.defect = failureOfDefect(defect)
      return logDefect(defect)
    }
    return this.rows.gather
  }

  /** Discards what was read and not loaded, for a read that starts again. */
  get reset(): Effect.Effect<void, Failure, BufferServices> {
    return Effect.suspend(() => {
      this.mapper.reset()
      this.mapper.windows?.reset()
      this.watch?.reset()
      this.repeats?.reset()
      this.skipped.reset()
      this.goneKeys.reset()
      this.skippedParts.clear()
      this.filled = 0
      this.defect = undefined
      return this.rows.reset
    })
  }
}
