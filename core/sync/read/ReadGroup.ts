/** Finds the reads that a selection needs: an entity and its children share one, whichever of them are selected. */
import { type Entity, entityId } from "../../config/Entity.ts"
import { readingHash, sourceHash } from "../../config/Hash.ts"
import { targetOf } from "../../config/RunTarget.ts"
import { tableId } from "../../database/Identifier.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import { cellReader } from "../map/Cells.ts"
import { takenByChildren } from "../map/FieldNames.ts"
import { cursorRule } from "./Cursor.ts"
import type { Target } from "./Target.ts"

export interface ReadGroup {
  /** The entity whose declaration says what to read; it need not be selected. */
  readonly reader: Entity
  readonly targets: ReadonlyArray<Target>
}

export const group = (selected: ReadonlyArray<Entity>, all: ReadonlyArray<Entity>): ReadonlyArray<ReadGroup> => {
  const groups = new Map<string, { readonly reader: Entity; readonly targets: Array<Target> }>()
  for (const entity of selected) {
    const name = entity.parent ?? entity.name
    // The declared entity: a plan may have changed the selected one.
    const reader = all.find((other) => other.connector === entity.connector && other.name === name) ?? entity
    const mirrored = reader.mode === "mirror" || reader.mode === "replace"
    const fromParent = entity.columns.filter(
      (column) => column.source._tag === "Pointer" && column.source.pointer.up === 1
    )
    const named = fromParent.map((column) => column.name).filter((name) => entity.key.includes(name))
    const within = [...(mirrored ? [] : named), ...(entity.within ?? [])]
    const target: Target = {
      ...targetOf(entity),
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

/** The selected entities that fill a table which another needs first. */
export interface Needs {
  /** Needed before the read of an entity and its children: its requests are made from their rows (`forEach`). */
  readonly parents: (reader: Entity) => ReadonlyArray<Entity>
  /** Needed before its load: lookups search their rows. */
  readonly lookups: (entity: Entity) => ReadonlyArray<Entity>
}

const looksUpIn = ({ columns }: Entity): ReadonlyArray<string> =>
  columns.flatMap(({ lookup }) => (lookup === undefined ? [] : [tableId(lookup.table)]))

const goesThrough = ({ forEach }: Entity): ReadonlyArray<string> =>
  forEach === undefined ? [] : [tableId(forEach.table)]

/** Entities that wait for each other in a circle do not wait for any of it. */
export const needsOf = (groups: ReadonlyArray<ReadGroup>): Needs => {
  const fillers = (tables: ReadonlyArray<string>) => (one: ReadGroup) =>
    one.targets.flatMap(({ entity }) => (tables.includes(tableId(entity.table)) ? [entity] : []))
  const next = new Map(
    groups.map((one) => {
      const tables = [...goesThrough(one.reader), ...one.targets.flatMap(({ entity }) => looksUpIn(entity))]
      return [one, groups.filter((other) => other !== one && fillers(tables)(other).length > 0)] as const
    })
  )
  const reach = new Map(groups.map((one) => [one, reached(one, next)]))
  const others = (own: ReadGroup, tables: ReadonlyArray<string>) =>
    groups.flatMap((other) => (other === own || reach.get(other)?.has(own) === true ? [] : fillers(tables)(other)))
  const groupOf = (is: (one: ReadGroup) => boolean, from: (own: ReadGroup) => ReadonlyArray<Entity>) => {
    const own = groups.find(is)
    return own === undefined ? [] : from(own)
  }
  return {
    parents: (reader) =>
      groupOf(
        (one) => one.reader === reader,
        (own) => others(own, goesThrough(reader))
      ),
    lookups: (entity) =>
      groupOf(
        ({ targets }) => targets.some((target) => target.entity === entity),
        (own) => [
          ...fillers(looksUpIn(entity))(own).filter((other) => looksUpIn(other).length === 0),
          ...others(own, looksUpIn(entity))
        ]
      )
  }
}

const reached = (from: ReadGroup, next: ReadonlyMap<ReadGroup, ReadonlyArray<ReadGroup>>): ReadonlySet<ReadGroup> => {
  const seen = new Set<ReadGroup>()
  const visit = (one: ReadGroup): void => {
    for (const other of next.get(one) ?? []) {
      if (seen.has(other)) continue
      seen.add(other)
      visit(other)
    }
  }
  visit(from)
  return seen
}
