/**
 * The mapper of an entity whose records are judged first (`where`). A record that is left out counts as not in the
 * source: it is no row, it is not rejected, whatever its values, and shows no fields. A child is left out with its
 * parent. A record that cannot be judged is rejected, so that its row stays.
 */
import type { Entity } from "../../config/Entity.ts"
import { unreadableOf } from "../../upstream/records/UnreadableRecord.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import type { RepeatedRows } from "../read/RepeatedRows.ts"
import type { Target } from "../read/Target.ts"
import { type Judge, judging, type Unjudged } from "./Conditions.ts"
import { Mapper } from "./Mapper.ts"
import type { Key } from "./RowCells.ts"

type Reading = Pick<Target, "within" | "taken" | "parentOf">

/** The mapper of an entity: without conditions it is the plain one. */
export const mapperOf = (entity: Entity, target?: Reading, repeats?: RepeatedRows): Mapper =>
  entity.where === undefined && entity.above === undefined
    ? new Mapper(entity, target, repeats)
    : new SelectiveMapper(entity, target, repeats)

const everything: Judge = () => true

class SelectiveMapper extends Mapper {
  readonly #judge: Judge
  readonly #judgeParent: Judge
  #leftOutBefore = 0

  constructor(entity: Entity, target?: Reading, repeats?: RepeatedRows) {
    super(entity, target, repeats)
    this.#judge = entity.where === undefined ? everything : judging(entity.where, entity)
    this.#judgeParent = entity.above?.where === undefined ? everything : judging(entity.above.where, entity)
  }

  override keysOf(record: SourceRecord): ReadonlyArray<Key> {
    if (unreadableOf(record) !== undefined) return super.keysOf(record)
    if (this.children === undefined) return this.#judge(record, undefined) === false ? [] : super.keysOf(record)
    const verdict = this.#judgeParent(record, undefined)
    if (verdict !== true) return verdict === false ? [] : [undefined]
    return this.children(record).flatMap((child) =>
      this.#judge(child, record) === false ? [] : [this.keys.ofRecord(child, record, this.params)]
    )
  }

  override keysLeftOut(record: SourceRecord): ReadonlyArray<Key> {
    if (unreadableOf(record) !== undefined) return []
    if (this.children === undefined) {
      return this.#judge(record, undefined) === false ? [this.keys.ofRecord(record, undefined, this.params)] : []
    }
    const isOut = this.#judgeParent(record, undefined) === false
    return this.children(record).flatMap((child) =>
      isOut || this.#judge(child, record) === false ? [this.keys.ofRecord(child, record, this.params)] : []
    )
  }

  override add(record: SourceRecord): void {
    const children = this.children
    const isOwn = children === undefined || unreadableOf(record) !== undefined
    const verdict = isOwn || this.#judgeParent(record, undefined)
    if (isOwn || verdict === true) super.add(record)
    else if (verdict === false) for (const child of children(record)) this.#leaveOut(child, record)
    else {
      // Whichever children it has, they may be in the source.
      this.fetched += 1
      this.rejections.add({ position: this.fetched, ...verdict, key: undefined, record })
    }
  }

  protected override map(record: SourceRecord, parent: SourceRecord | undefined): void {
    const verdict = this.#judge(record, parent)
    if (verdict === true) super.map(record, parent)
    else if (verdict === false) this.#leaveOut(record, parent)
    else this.#rejectUnjudged(verdict, record, parent)
  }

  override checkpoint(refused: Parameters<Mapper["checkpoint"]>[0]): void {
    super.checkpoint(refused)
    this.#leftOutBefore = this.leftOut
  }

  override reset(): void {
    super.reset()
    this.leftOut = this.#leftOutBefore
  }

  #leaveOut(record: SourceRecord, parent: SourceRecord | undefined): void {
    this.leftOut += 1
    // One that comes twice shows that rows move, whether it counts or not.
    if (this.repeats !== undefined) this.see(record, parent)
  }

  #rejectUnjudged({ field, rejected }: Unjudged, record: SourceRecord, parent: SourceRecord | undefined): void {
    this.fetched += 1
    this.fields.see(record)
    this.rejections.add({ position: this.fetched, field, rejected, record, key: this.see(record, parent) })
  }
}
