/**
 * The records that contain those of a child entity. Deletes may be limited to what the read ones contain. A record in
 * which the list of children is absent shows nothing about them, so their rows stay.
 */
import type { SourceRecord } from "../../upstream/Source.ts"
import type { Params } from "../map/CellReader.ts"
import { KeyFilter } from "../map/KeyFilter.ts"
import { placesOf } from "../map/RecordKeys.ts"
import type { Rejections } from "../map/Rejections.ts"
import { type Cell, cellsOf } from "../map/RowCells.ts"
import { ReadParents } from "./ReadParents.ts"
import type { Target } from "./Target.ts"

export type ContainerTarget = Pick<Target, "within"> &
  Partial<Pick<Target, "ancestors" | "containerOf" | "parentKey" | "recordKey">>

export class Containers {
  readonly #read: ReadParents
  /** Those without the list. */
  readonly lacking: ReadParents
  /** Whether the request alone determines the bounds of the deletes, whatever parents it returns. */
  readonly withinRequest: boolean
  /** Whether a record names the bounds of the deletes. */
  readonly areBounds: boolean
  readonly #mayLack: boolean
  readonly #rejections: Rejections
  readonly #containerOf: (record: SourceRecord) => string
  #part = ""
  /** How many lack the list, and which they are. */
  lacked = 0
  readonly lackedBy = new KeyFilter()
  /** How many say that they are gone. */
  gone = 0
  #goneLoaded = 0

  constructor(
    entity: Target["entity"],
    { ancestors = [], containerOf = () => "", parentKey = [], recordKey = [], within }: ContainerTarget,
    cells: ReadonlyArray<Cell>,
    rejections: Rejections
  ) {
    this.#read = new ReadParents(within, cells)
    // Repairs of their keys are of no row.
    this.lacking = new ReadParents([...parentKey, ...recordKey], cellsOf(entity, { count: 0 }))
    this.withinRequest =
      within.length > 0 && placesOf(entity, within).every(({ column }) => column.source._tag === "Parameter")
    this.areBounds = within.length > 0 && !this.withinRequest
    // XML has no other way to write an empty list.
    this.#mayLack = entity.optional === true || (ancestors[0] ?? entity).format === "xml"
    this.#rejections = rejections
    this.#containerOf = containerOf
  }

  /** Records of the same key in different parts of a read are different ones. */
  begin(part: string): void {
    this.#part = part
  }

  identify(record: SourceRecord): string {
    return JSON.stringify([this.#part, this.#containerOf(record)])
  }

  /** One array per `within` column. */
  get values(): ReadonlyArray<ReadonlyArray<string>> {
    return this.#read.values
  }

  /** Whether nothing tells the rows of those without the list from others. */
  get areUnnamed(): boolean {
    return this.lacked > 0 && !this.areBounds && this.lacking.names.length === 0
  }

  /** Deletes may include what this one contained. */
  add(record: SourceRecord | undefined, params: Params | undefined): void {
    if (!this.#read.add(record, params)) this.#rejections.unreadableKeys += 1
  }

  /** One that says that it is gone has no children any more. */
  addGone(record: SourceRecord, params: Params | undefined): void {
    this.gone += 1
    this.add(record, params)
  }

  /** A record whose children have been looked for. */
  looked(record: SourceRecord, params: Params | undefined): void {
    const lacks = this.takeLack()
    if (lacks) {
      this.lacked += 1
      this.lackedBy.add(this.identify(record))
    }
    // Its rows stay even if another record of its key has the list.
    if (lacks && !this.lacking.add(record, params) && !this.areBounds) this.#rejections.unreadableKeys += 1
    else if (!lacks && !this.withinRequest) this.add(record, params)
  }

  /** Whether the record whose children were looked for last lacks their list. */
  takeLack(): boolean {
    return this.#rejections.takeAbsent() && !this.#mayLack
  }

  /** Those of a part that is loaded are not read again. The rest only bounds deletes, and a read with checkpoints has none. */
  checkpoint(): void {
    this.#goneLoaded = this.gone
  }

  reset(): void {
    this.#read.reset()
    this.lacking.reset()
    this.lacked = 0
    this.gone = this.#goneLoaded
    this.lackedBy.clear()
  }
}
