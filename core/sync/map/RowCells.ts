/** The cells of an entity's rows, each compiled once: where its value is, and how it becomes text. */
import type { Column } from "../../config/Column.ts"
import { type Entity, waysOf } from "../../config/Entity.ts"
import { isWithin, pointersOf } from "../../config/Pointer.ts"
import { boundColumns } from "../../database/tables/ColumnSql.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import { type CellReader, cellReader, type Params } from "./CellReader.ts"
import { type Decoder, decoder, RejectedValue } from "./ColumnDecoder.ts"
import { withTransform } from "./ColumnTransform.ts"
import type { Repairs } from "./SourceText.ts"

export interface Cell {
  readonly column: Column
  readonly read: CellReader
  readonly decode: Decoder
  readonly isKey: boolean
  /** Whether its values are personal data, also before a step. */
  readonly isPersonal: boolean
  readonly fallback: string | null
}

/** A record's key as text by column name; `undefined` if it could not be read. */
export type Key = Readonly<Record<string, string>> | undefined

/** A record that was mapped. */
export interface MappedRecord {
  readonly row: ReadonlyArray<string | null>
  readonly key: string
  readonly record: SourceRecord
  readonly parent: SourceRecord | undefined
  readonly position: number
  readonly owner: number
}

export const cellsOf = (entity: Entity, repairs: Repairs): ReadonlyArray<Cell> => {
  const personal = waysOf(entity.personal)
  return boundColumns(entity).map((column) => {
    const plain = decoder(column, entity.timezone, repairs)
    const fallback = column.default === undefined ? null : plain(column.default)
    return {
      column,
      read: cellReader(column, entity),
      decode: withTransform(column, plain),
      isKey: entity.key.includes(column.name),
      isPersonal: isPersonal(column, personal),
      fallback: fallback instanceof RejectedValue ? null : fallback
    }
  })
}

/** A value from the parent's record counts as personal if it is hashed. */
const isPersonal = ({ hash, source }: Column, personal: ReadonlyArray<ReadonlyArray<string>>): boolean =>
  hash !== undefined || pointersOf(source).some(({ tokens }) => personal.some((place) => isWithin(tokens, place)))

export const keyOf = (
  entity: Entity,
  cells: ReadonlyArray<Cell>,
  record: SourceRecord,
  parent: SourceRecord | undefined,
  params: Params | undefined
): Key => {
  const key: Record<string, string> = {}
  for (const cell of cells) {
    if (!cell.isKey) continue
    const decoded = cell.decode(cell.read(record, parent, params)) ?? cell.fallback
    if (decoded === null || decoded instanceof RejectedValue) return undefined
    key[cell.column.name] = decoded
  }
  for (const { name, source } of entity.columns) {
    if (source._tag === "Constant" && entity.key.includes(name)) key[name] = String(source.value)
  }
  return key
}
