/**
 * Turns records into rows of one entity. Decoders are compiled once. A record that cannot become a row is set aside
 * with its reason and never stops the others.
 */
import type { Column } from "../../config/Column.ts"
import { deletesMissing, hasTombstones } from "../../config/DeletePolicy.ts"
import type { Entity } from "../../config/Entity.ts"
import type { RowBatch } from "../../database/load/Load.ts"
import type { RejectedRecord } from "../../database/load/ReadFacts.ts"
import { reason } from "../../reason/Reason.ts"
import { type UnreadableRecord, unreadableOf } from "../../upstream/records/UnreadableRecord.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import { RowBuffer } from "../load/RowBuffer.ts"
import { type CheckpointState, emptyCheckpoint } from "../read/CheckpointState.ts"
import { Containers, type ContainerTarget } from "../read/Containers.ts"
import type { PartOfRead } from "../read/Cursor.ts"
import type { RepeatedRows } from "../read/RepeatedRows.ts"
import type { Target } from "../read/Target.ts"
import type { Params } from "./CellReader.ts"
import { childRecords } from "./ChildRecords.ts"
import { RejectedValue } from "./ColumnDecoder.ts"
import { type FieldFindings, FieldNames } from "./FieldNames.ts"
import { type KeyCollisions, KeyOwners } from "./KeyOwners.ts"
import { Keys, knownBy, placesOf } from "./RecordKeys.ts"
import { Rejections } from "./Rejections.ts"
import { RepairedKeys } from "./RepairedKeys.ts"
import { type Cell, cellsOf, type Key, type MappedRecord } from "./RowCells.ts"
import { SeenFields } from "./SeenFields.ts"
import type { Repairs } from "./SourceText.ts"
import type { WindowRepeats } from "./WindowRepeats.ts"

const missing = reason("reject.missing")
const missingKey = reason("reject.missingKey")
const clash = reason("reject.clash")

export type MapperTarget = ContainerTarget & Partial<Pick<Target, "taken" | "parentOf">>

/** The mapped rows of one entity in one run, and the outcome of its other records. */
export class Mapper {
  readonly entity: Entity
  readonly #cells: ReadonlyArray<Cell>
  protected readonly keys: Keys
  readonly #repairs: Repairs = { count: 0 }
  readonly #owners: KeyOwners
  readonly #broken = new RepairedKeys<MappedRecord>()
  protected readonly children: ((record: SourceRecord) => ReadonlyArray<SourceRecord>) | undefined
  /** The records that contain those of a child. */
  readonly containers: Containers
  readonly #rows: RowBuffer
  protected readonly repeats: RepeatedRows | undefined
  params: Params | undefined
  readonly rejections: Rejections
  /** The fields of the records, declared or not. */
  readonly fields: FieldNames
  readonly #seen: SeenFields
  fetched = 0
  mapped = 0
  /** The number of records that conditions left out. */
  leftOut = 0
  /** The keys of those that say that they are gone, by column of the key, with the number of rows before each. */
  tombstones: ReadonlyArray<ReadonlyArray<string>> = []
  duplicatesPossible = false
  /** Present in a read in windows. */
  windows: WindowRepeats | undefined
  /** The state at the last checkpoint, that is what is already loaded. */
  loaded: CheckpointState

  /** `repeats` sees every key that could be read. */
  constructor(entity: Entity, target: MapperTarget = { within: [] }, repeats?: RepeatedRows) {
    const { ancestors = [], parentOf, taken } = target
    this.repeats = repeats
    this.fields = new FieldNames(entity, taken)
    this.entity = entity
    this.#cells = cellsOf(entity, this.#repairs)
    this.keys = new Keys(entity, this.#cells)
    this.#owners = new KeyOwners(placesOf(entity, entity.key), parentOf)
    this.rejections = new Rejections(entity.key, deletesMissing(entity) || hasTombstones(entity), entity.personal)
    this.containers = new Containers(entity, target, this.#cells, this.rejections)
    const isKnown = knownBy(ancestors, this.containers.areBounds ? 1 : 0, () => this.params)
    this.children = entity.parent === undefined ? undefined : childRecords(entity, this.rejections, isKnown)
    this.#rows = new RowBuffer(this.#cells.length)
    this.duplicatesPossible = this.keys.isInexact
    this.#seen = new SeenFields(this.#cells.length)
    this.loaded = { ...emptyCheckpoint, duplicates: this.keys.isInexact, seen: this.#seen.state }
  }

  /** The approximate number of bytes of text that wait to be loaded. */
  get size(): number {
    return this.#rows.size
  }

  get rejected(): number {
    return this.rejections.rejected
  }

  get rejects(): ReadonlyArray<RejectedRecord> {
    return this.rejections.rejects
  }

  get repaired(): number {
    return this.#repairs.count
  }

  /** Columns whose field was in no record, not even as null; except optional ones and those that the engine fills. */
  get absent(): ReadonlyArray<string> {
    return this.#seen.left === 0
      ? []
      : this.#cells.flatMap(({ column, isKey }, at) =>
          this.#seen.has(at) || column.optional === true || isKey || this.#isFilled(column) ? [] : [column.name]
        )
  }

  #isFilled({ name, source }: Column): boolean {
    return source._tag === "RequestTime" || name === this.entity.leads?.at
  }

  /** The findings so far: declared fields that no record has, and fields that are not declared. */
  get findings(): FieldFindings {
    return { absent: this.fetched === 0 ? [] : this.absent, ...this.fields.findings }
  }

  /** The keys of the records that `add` would map, for a read that looks for some. */
  keysOf(record: SourceRecord): ReadonlyArray<Key> {
    if (this.children === undefined) return [this.keys.ofRecord(record, undefined, this.params)]
    return unreadableOf(record) !== undefined
      ? [undefined]
      : this.children(record).map((child) => this.keys.ofRecord(child, record, this.params))
  }

  /** The keys of the records that conditions leave out. */
  keysLeftOut(_record: SourceRecord): ReadonlyArray<Key> {
    return []
  }

  /** Whether the record, whose keys were asked for last, lacks the list of its children. */
  lacksList(_record: SourceRecord): boolean {
    return this.containers.takeLack()
  }

  /** Records with the same key but different parents, of which only one stays a row. */
  get crossed(): KeyCollisions | undefined {
    return this.#owners.crossed
  }

  /** Records added from now on were requested with these parameters. */
  begin(part: Pick<PartOfRead, "part" | "params">): void {
    this.params = part.params
    this.#owners.begin(part)
    this.containers.begin(part.part)
    if (this.containers.withinRequest) this.containers.add(undefined, this.params)
  }

  /** Maps one record of the read or, for a child entity, every record in it. */
  add(record: SourceRecord): void {
    if (this.children === undefined || unreadableOf(record) !== undefined) this.#addOne(record, undefined)
    else {
      this.#owners.enter(record)
      this.rejections.takeAbsent()
      const children = this.children(record)
      this.containers.looked(record, this.params)
      for (const child of children) this.#addOne(child, record)
    }
  }

  #addOne(record: SourceRecord, parent: SourceRecord | undefined): void {
    const unread = unreadableOf(record)
    if (unread === undefined) this.map(record, parent)
    else this.#rejectUnread(record, unread, parent)
  }

  /** Maps a record again if one of its keys is new. */
  fill(record: SourceRecord, keys = this.keysOf(record)): void {
    const isNew = (key: Key) => key !== undefined && this.repeats?.has(this.keys.textOf(key)) === false
    if (keys.some(isNew)) this.add(record)
  }

  /** Adds the rows held back for their keys to the mapped ones, once all records have been added. */
  settle(): void {
    for (const { key, owner, row } of this.#broken.take()) this.#push(row, key, owner)
  }

  /** Returns the rows mapped since the last call. */
  take(): RowBatch {
    return this.#rows.take()
  }

  /** Records that a checkpoint loaded everything mapped so far, except the `refused` records. */
  checkpoint(refused: ReadonlyArray<RejectedRecord>): void {
    this.rejections.checkpoint(refused)
    this.containers.checkpoint()
    const { crossed, duplicatesPossible: duplicates, fetched, mapped, rejected, repaired } = this
    this.loaded = {
      crossed,
      fetched,
      mapped,
      rejected,
      repaired,
      duplicates,
      rejects: this.rejects.length,
      seen: this.#seen.state
    }
  }

  /** Discards everything that is not loaded yet, for a read that starts again. */
  reset(): void {
    const { crossed, duplicates, fetched, mapped, rejected, rejects, repaired, seen } = this.loaded
    this.take()
    this.#owners.reset(crossed)
    this.#broken.clear()
    this.#repairs.count = repaired
    this.fetched = fetched
    this.mapped = mapped
    this.duplicatesPossible = duplicates
    this.rejections.reset(rejected, rejects)
    this.containers.reset()
    this.#seen.restore(seen)
    this.fields.reset()
  }

  /** Maps a record of the entity itself; for a child entity `parent` is the record around it. */
  protected map(record: SourceRecord, parent: SourceRecord | undefined): void {
    this.fetched += 1
    this.fields.see(record, parent)
    const cells = this.#cells
    const row: Array<string | null> = new Array(cells.length)
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index]
      if (cell === undefined) continue
      const value = cell.read(record, parent, this.params)
      if (this.#seen.left > 0 && value !== undefined) this.#seen.see(index)
      const decoded = cell.decode(value) ?? cell.fallback
      const rejected =
        decoded === null && (cell.isKey || cell.column.required)
          ? new RejectedValue(cell.isKey ? missingKey : missing, null)
          : decoded
      if (rejected instanceof RejectedValue) {
        this.#reject(cell, rejected, { record, parent, position: this.fetched })
        return
      }
      row[index] = rejected
    }
    const key = this.keys.ofRow(row)
    this.repeats?.see(key)
    const owner = this.#owners.current
    if (this.keys.isBroken(key)) this.#addBroken({ row, key, owner, record, parent, position: this.fetched })
    else this.#push(row, key, owner)
  }

  #addBroken(mapped: MappedRecord): void {
    const { key, parent, record, row } = mapped
    const size = row.reduce((sum, text) => sum + (text?.length ?? 0), 0)
    const { clashing, rows } = this.#broken.add(key, this.keys.printOf(record, parent, this.params), mapped, size)
    for (const one of rows) this.#push(one.row, one.key, one.owner)
    const cell = this.keys.firstText
    if (cell === undefined) return
    for (const one of clashing) this.#reject(cell, new RejectedValue(clash, null), one)
  }

  #push(row: ReadonlyArray<string | null>, key: string, owner: number): void {
    if ((owner !== 0 || !this.duplicatesPossible) && this.#owners.add(key, owner, row)) this.duplicatesPossible = true
    this.windows?.see(key, row)
    this.#rows.push(row)
    this.mapped += 1
  }

  /** Rejects a record that could not be parsed, or a parent whose children could not. */
  #rejectUnread(record: SourceRecord, { shown, why }: UnreadableRecord, parent: SourceRecord | undefined): void {
    this.fetched += 1
    const key = this.children === undefined || parent !== undefined ? this.see(record, parent) : undefined
    const rejected = new RejectedValue(why, null)
    this.rejections.add({ position: this.fetched, field: null, key, rejected, record: shown })
  }

  #reject(cell: Cell, rejected: RejectedValue, of: Pick<MappedRecord, "parent" | "position" | "record">): void {
    const { parent, position, record } = of
    // The cells after the refused one were not looked at.
    this.look(record, parent)
    const { column, isPersonal } = cell
    const key = this.see(record, parent)
    this.rejections.add({ position, field: column.name, isPersonal, key, rejected, record })
  }

  /** The fields of a record that becomes no row. */
  protected look(record: SourceRecord, parent: SourceRecord | undefined): void {
    if (this.#seen.left === 0) return
    for (const [at, { read }] of this.#cells.entries())
      if (read(record, parent, this.params) !== undefined) this.#seen.see(at)
  }

  /** The key of a record that becomes no row: it came, all the same. */
  protected see(record: SourceRecord, parent: SourceRecord | undefined): Key {
    // Repairs in its texts are already counted, or of no row.
    const { count } = this.#repairs
    const key = this.keys.ofRecord(record, parent, this.params)
    this.#repairs.count = count
    if (key !== undefined) this.repeats?.see(this.keys.textOf(key))
    return key
  }
}
