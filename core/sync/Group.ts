/** Which reads a selection needs: an entity and its children share one, whatever was selected of them. */
import { type Entity, entityId, type TableName } from "../config/Entity.ts"
import { readingHash, sourceHash } from "../config/Hash.ts"
import type { SourceRecord } from "../upstream/Source.ts"
import { cellReader } from "./Cells.ts"
import { cursorRule } from "./Cursor.ts"
import { takenByChildren } from "./FieldNames.ts"
import type { Target } from "./Receiver.ts"

export interface ReadGroup {
  /** The entity whose declaration says what to read; selected itself or not. */
  readonly reader: Entity
  readonly targets: ReadonlyArray<Target>
}

export const group = (selected: ReadonlyArray<Entity>, all: ReadonlyArray<Entity>): ReadonlyArray<ReadGroup> => {
  const groups = new Map<string, { readonly reader: Entity; readonly targets: Array<Target> }>()
  for (const entity of selected) {
    const name = entity.parent ?? entity.name
    // As it is declared: a plan may have changed what it selected.
    const reader = all.find((other) => other.connector === entity.connector && other.name === name) ?? entity
    const mirrored = reader.mode === "mirror" || reader.mode === "replace"
    const fromParent = entity.columns.filter(
      (column) => column.source._tag === "Pointer" && column.source.pointer.up === 1
    )
    const named = fromParent.map((column) => column.name).filter((name) => entity.key.includes(name))
    const within = [...(mirrored ? [] : named), ...(entity.within ?? [])]
    const target: Target = {
      entity,
      within,
      cursor: cursorRule(reader, entity),
      misses: entity.guard.confirm === "next" ? readingHash(reader, entity) : undefined,
      source: sourceHash(reader, entity),
      parentOf: reader === entity || named.length > 0 ? undefined : keyReader(reader),
      taken: takenByChildren(entity, all)
    }
    const id = entityId(reader)
    const { targets } = groups.get(id) ?? { targets: [] }
    groups.set(id, { reader, targets: [...targets, target] })
  }
  return [...groups.values()]
}

const keyReader = ({ columns, key }: Entity) => {
  const reads = columns.filter(({ name }) => key.includes(name)).map(cellReader)
  return (record: SourceRecord): string => JSON.stringify(reads.map((read) => read(record, undefined)))
}

const sameTable = (left: TableName, right: TableName): boolean =>
  left.schema === right.schema && left.name === right.name

/** Entities of the selection that fill a table this one needs: before it is read (`forEach`) or loaded (`lookup`). */
export const needs = (
  entity: Entity,
  selected: ReadonlyArray<Entity>,
  why: "forEach" | "lookup"
): ReadonlyArray<Entity> => {
  const tables =
    why === "lookup"
      ? entity.columns.flatMap((column) => (column.lookup === undefined ? [] : [column.lookup.table]))
      : entity.forEach === undefined
        ? []
        : [entity.forEach.table]
  // Waiting only for entities that wait for nobody: no circle is possible.
  const free = selected.filter(
    (other) =>
      other !== entity && other.forEach === undefined && other.columns.every((column) => column.lookup === undefined)
  )
  return free.filter((other) => tables.some((table) => sameTable(table, other.table)))
}
