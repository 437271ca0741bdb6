/**
 * The mapper of an entity whose records are judged first (`where`, `deletedWhen`). A record that is left out counts as not
 * in the source: it is no row, it is not rejected, whatever its values, and shows no fields. A child is left out with its
 * parent. Of a record that is gone only the key is kept. One that cannot be judged is rejected, so that its row stays.
 */

import { hasTombstones } from "../../config/DeletePolicy.ts"
import type { Entity } from "../../config/Entity.ts"
import { reason } from "../../reason/Reason.ts"
import { unreadableOf } from "../../upstream/records/UnreadableRecord.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import type { RepeatedRows } from "../read/RepeatedRows.ts"
import { BoundedKeys } from "./BoundedKeys.ts"
import { RejectedValue } from "./ColumnDecoder.ts"
import { Mapper, type MapperTarget } from "./Mapper.ts"
import { type ConditionFailure, compileSelection, type RecordSelector, type Verdict } from "./RecordConditions.ts"
import type { Key } from "./RowCells.ts"

/** The mapper of an entity: without conditions it is the plain one. */
export const mapperOf = (entity: Entity, target?: MapperTarget, repeats?: RepeatedRows): Mapper =>
  entity.where === undefined && entity.deletedWhen === undefined && entity.above === undefined
    ? new Mapper(entity, target, repeats)
    : new SelectiveMapper(entity, target, repeats)

const whys = {
  keyless: reason("reject.goneKeyless"),
  broken: reason("reject.goneBroken"),
  beyond: reason("reject.goneBeyond")
} as const

class SelectiveMapper extends Mapper {
  readonly #select: RecordSelector
  readonly #selectParent: RecordSelector
  #gone: BoundedKeys
  #leftOutBefore = 0

  constructor(entity: Entity, target?: MapperTarget, repeats?: RepeatedRows) {
    super(entity, target, repeats)
    this.#select = compileSelection(entity, entity)
    this.#selectParent = compileSelection(entity.above ?? {}, entity)
    this.#gone = this.#noKeys()
    this.tombstones = this.#gone.columns
  }

  override keysOf(record: SourceRecord): ReadonlyArray<Key> {
    return this.#keysWhere(record, (verdict) => verdict !== "out" && verdict !== "gone")
  }

  override keysLeftOut(record: SourceRecord): ReadonlyArray<Key> {
    if (unreadableOf(record) !== undefined) return []
    return this.#keysWhere(record, (verdict) => verdict === "out" || verdict === "gone")
  }

  /** One that is left out, or gone, shows no children anyway. */
  override lacksList(record: SourceRecord): boolean {
    return super.lacksList(record) && this.#selectParent(record, undefined) === "in"
  }

  override add(record: SourceRecord): void {
    const children = this.children
    const isOwn = children === undefined || unreadableOf(record) !== undefined
    const verdict = isOwn ? "in" : this.#selectParent(record, undefined)
    switch (verdict) {
      case "in":
        super.add(record)
        break
      case "out":
        for (const child of children?.(record) ?? []) this.#leaveOut(child, record)
        break
      case "gone":
        // It has no children any more.
        this.containers.addGone(record, this.params)
        break
      default:
        // Whichever children it has, they may be in the source.
        this.fetched += 1
        this.rejections.add({ position: this.fetched, ...verdict, key: undefined, record })
    }
  }

  /** A missed record that is gone would not be requested again either. */
  override fill(record: SourceRecord): void {
    super.fill(
      record,
      this.#keysWhere(record, (verdict) => verdict !== "out")
    )
  }

  override checkpoint(refused: Parameters<Mapper["checkpoint"]>[0]): void {
    super.checkpoint(refused)
    this.#leftOutBefore = this.leftOut
  }

  override reset(): void {
    super.reset()
    this.leftOut = this.#leftOutBefore
    this.#gone = this.#noKeys()
    this.tombstones = this.#gone.columns
  }

  protected override map(record: SourceRecord, parent: SourceRecord | undefined): void {
    const verdict = this.#select(record, parent)
    this.fields.declared.judge(record, parent, verdict === "gone")
    switch (verdict) {
      case "in":
        super.map(record, parent)
        break
      case "out":
        this.#leaveOut(record, parent)
        break
      case "gone":
        this.#bury(record, parent)
        break
      default:
        this.fetched += 1
        this.fields.see(record, parent)
        this.look(record, parent)
        this.#reject(verdict, this.see(record, parent), record)
    }
  }

  #leaveOut(record: SourceRecord, parent: SourceRecord | undefined): void {
    this.leftOut += 1
    // One that comes twice shows that rows move, whether it counts or not.
    if (this.repeats !== undefined) this.see(record, parent)
  }

  /** Keeps the key of a record that is gone; nothing else of it is needed, or looked at. */
  #bury(record: SourceRecord, parent: SourceRecord | undefined): void {
    this.fetched += 1
    const key = this.see(record, parent)
    const { entity } = this
    const why =
      key === undefined
        ? whys.keyless
        : // Another key may have become equal to it.
          this.keys.isBroken(this.keys.textOf(key))
          ? whys.broken
          : this.#gone.add([...entity.key.map((name) => key[name] ?? ""), String(this.mapped)])
            ? undefined
            : whys.beyond
    if (why !== undefined) this.#reject({ field: null, rejected: new RejectedValue(why, null) }, key, record)
  }

  #reject(
    unjudged: Omit<ConditionFailure, "field"> & { readonly field: string | null },
    key: Key,
    record: SourceRecord
  ): void {
    this.rejections.add({ position: this.fetched, ...unjudged, key, record })
  }

  #keysWhere(record: SourceRecord, is: (verdict: Verdict) => boolean): ReadonlyArray<Key> {
    const { children } = this
    if (unreadableOf(record) !== undefined) return super.keysOf(record)
    const keyIf = (one: SourceRecord, parent: SourceRecord | undefined, verdict: Verdict) =>
      is(verdict) ? [this.keys.ofRecord(one, parent, this.params)] : []
    if (children === undefined) return keyIf(record, undefined, this.#select(record, undefined))
    const verdict = this.#selectParent(record, undefined)
    if (verdict === "in") return children(record).flatMap((one) => keyIf(one, record, this.#select(one, record)))
    if (verdict === "out" || verdict === "gone") return children(record).flatMap((one) => keyIf(one, record, "out"))
    return is(verdict) ? [undefined] : []
  }

  #noKeys(): BoundedKeys {
    return new BoundedKeys(hasTombstones(this.entity) ? this.entity.key.length + 1 : 0)
  }
}
