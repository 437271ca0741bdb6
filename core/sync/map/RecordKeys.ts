/** The keys of one entity's rows and records, compiled once. */
import type { Column } from "../../config/Column.ts"
import type { Entity } from "../../config/Entity.ts"
import { boundColumns } from "../../database/tables/ColumnSql.ts"
import { unreadableOf } from "../../upstream/records/UnreadableRecord.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import { keySeparator } from "../read/RepeatedRows.ts"
import type { Params } from "./CellReader.ts"
import type { IsKnown } from "./ChildRecords.ts"
import { sourceKeyText } from "./RepairedKeys.ts"
import { type Cell, cellsOf, type Key, keyOf } from "./RowCells.ts"

export interface KeyCell {
  /** The position in a row. */
  readonly at: number
  readonly column: Column
}

/** Types whose text can differ for equal values; only a sort in PostgreSQL finds them equal. */
const inexact = new Set<Column["type"]>(["decimal", "double", "time", "timestamp", "json"])

export class Keys {
  readonly #entity: Entity
  readonly #cells: ReadonlyArray<Cell>
  /** The positions of the bound key columns in a row, in the order of the key. */
  readonly #places: ReadonlyArray<number>
  /** The positions among them that hold text. */
  readonly #texts: ReadonlyArray<number>
  readonly isInexact: boolean

  constructor(entity: Entity, cells: ReadonlyArray<Cell>) {
    this.#entity = entity
    this.#cells = cells
    const bound = boundColumns(entity)
    this.#places = entity.key.map((name) => bound.findIndex((column) => column.name === name)).filter((at) => at >= 0)
    this.#texts = this.#places.filter((at) => {
      const column = bound[at]
      return column?.type === "text" || column?.type === "json" || column?.lookup !== undefined
    })
    this.isInexact = bound.some(({ array, name, type }) => entity.key.includes(name) && (inexact.has(type) || array))
  }

  ofRow(row: ReadonlyArray<string | null>): string {
    let key = ""
    for (const at of this.#places) key += `${row[at]}${keySeparator}`
    return key
  }

  /** The key of a record. An unreadable record needs every key field: a default would name another row. */
  ofRecord(record: SourceRecord, parent: SourceRecord | undefined, params: Params | undefined): Key {
    const isLacking = ({ isKey, read }: Cell) => isKey && read(record, parent, params) === undefined
    if (unreadableOf(record) !== undefined && this.#cells.some(isLacking)) return undefined
    return keyOf(this.#entity, this.#cells, record, parent, params)
  }

  /** Writes the key as `ofRow` does. */
  textOf(key: NonNullable<Key>): string {
    return this.#places.map((at) => `${key[this.#cells[at]?.column.name ?? ""]}${keySeparator}`).join("")
  }

  /** Whether characters of the key had to be repaired. */
  isBroken(key: string): boolean {
    return this.#texts.length > 0 && key.includes("\ufffd")
  }

  /** The texts of a key as the record has them. */
  printOf(record: SourceRecord, parent: SourceRecord | undefined, params: Params | undefined): string {
    return sourceKeyText(this.#texts.map((at) => this.#cells[at]?.read(record, parent, params)))
  }

  /** The cell that the rejection of a repaired key names. */
  get firstText(): Cell | undefined {
    return this.#cells[this.#texts[0] ?? 0]
  }
}

/** The bound columns among the named ones, with their positions in a row. */
export const placesOf = (entity: Entity, names: ReadonlyArray<string>): ReadonlyArray<KeyCell> =>
  boundColumns(entity).flatMap((column, at) => (names.includes(column.name) ? [{ at, column }] : []))

/**
 * Whether records of these entities, the outermost first, have their keys. Those above the level `from` count as known,
 * because another part reports them; `params` are those of the request.
 */
export const knownBy = (entities: ReadonlyArray<Entity>, from: number, params: () => Params | undefined): IsKnown => {
  const keys = entities.map((entity) => new Keys(entity, cellsOf(entity, { count: 0 })))
  return (level, record, container) => {
    const own = keys[level]
    return level < from || own === undefined || own.ofRecord(record, container, params()) !== undefined
  }
}
