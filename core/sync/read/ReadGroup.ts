/** Finds the reads that a selection needs: an entity and its children share one, whichever of them are selected. */
import { ancestorsOf, depthOf, type Entity, forEachRow, parentKey, readerName } from "../../config/Entity.ts"
import { readingHash, sourceHash } from "../../config/Hash.ts"
import { isBoundName } from "../../config/RecordPlaces.ts"
import { targetName, targetOf } from "../../config/RunTarget.ts"
import { tableId } from "../../database/tables/Identifier.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import { cellReader } from "../map/CellReader.ts"
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
    const name = readerName(entity)
    // The declared entity: a plan may have changed the selected one.
    const isReader = (other: Entity) =>
      other.connector === entity.connector && other.name === name && other.account?.id === entity.account?.id
    const reader = all.find(isReader) ?? entity
    const mirrored = reader.mode === "mirror" || reader.mode === "replace"
    const named = parentColumns(entity)
    const within = [...(mirrored ? [] : named), ...(entity.within ?? [])]
    const target: Target = {
      ...targetOf(entity),
      within,
      parentKey: parentKey(entity),
      recordKey: named,
      cursor: cursorRule(reader, entity),
      misses:
        entity.guard.confirm === "next" && reader.declared === undefined ? readingHash(reader, entity) : undefined,
      source: sourceHash(reader.declared ?? reader, entity.declared ?? entity),
      ...(reader.declared === undefined ? {} : { isPart: true as const }),
      ancestors: ancestorsOf(entity, all).toReversed(),
      ...(reader === entity ? {} : containing(keyReader(reader), named)),
      taken: takenByChildren(entity, all)
    }
    const id = targetName(reader)
    const { targets } = groups.get(id) ?? { targets: [] }
    groups.set(id, { reader, targets: [...targets, target] })
  }
  return [...groups.values()]
}

/** The columns of a child's key that come from the outermost record; the bound of a window names no record. */
export const parentColumns = (child: Entity): ReadonlyArray<string> => {
  const { columns, key } = child
  const level = depthOf(child)
  return columns.flatMap(({ name, source }) => {
    if (level === 0 || !key.includes(name) || source._tag !== "Pointer") return []
    const { tokens, up } = source.pointer
    return up === level && !isBoundName(tokens[0]) ? [name] : []
  })
}

const containing = (
  containerOf: (record: SourceRecord) => string,
  named: ReadonlyArray<string>
): Pick<Target, "containerOf" | "parentOf"> =>
  named.length > 0 ? { containerOf } : { containerOf, parentOf: containerOf }

const keyReader = (entity: Entity) => {
  const columns = entity.columns.filter(({ name }) => entity.key.includes(name))
  const reads = columns.map((column) => cellReader(column, entity))
  return (record: SourceRecord): string => JSON.stringify(reads.map((read) => read(record, undefined)))
}

/** The selected entities that fill a table which another needs first. */
export interface Dependencies {
  /** Needed before the read of an entity and its children: its requests are made from their rows (`forEach`). */
  readonly parents: (reader: Entity) => ReadonlyArray<Entity>
  /** Needed before its load: lookups search their rows, or foreign keys of its table refer to them. */
  readonly loads: (entity: Entity) => ReadonlyArray<Entity>
  /** The order of loads within one read; 0: it waits for no other load. */
  readonly step: (entity: Entity) => number
}

/** By table, the tables that its foreign keys refer to. */
export type References = ReadonlyMap<string, ReadonlyArray<string>>

const looksUpIn = ({ columns }: Entity): ReadonlyArray<string> =>
  columns.flatMap(({ lookup }) => (lookup === undefined ? [] : [tableId(lookup.table)]))

const goesThrough = (entity: Entity): ReadonlyArray<string> => {
  const parents = forEachRow(entity)
  return parents === undefined ? [] : [tableId(parents.table)]
}

/** Entities that wait for each other in a circle do not wait for any of it. `references`: as far as they are known. */
export const dependenciesOf = (groups: ReadonlyArray<ReadGroup>, references: References = new Map()): Dependencies => {
  const fillers = (tables: ReadonlyArray<string>) => (one: ReadGroup) =>
    one.targets.flatMap(({ entity }) => (tables.includes(tableId(entity.table)) ? [entity] : []))
  const loadedBefore = (entity: Entity): ReadonlyArray<string> => {
    const own = tableId(entity.table)
    return [...looksUpIn(entity), ...(references.get(own) ?? []).filter((table) => table !== own)]
  }
  const next = new Map(
    groups.map((one) => {
      const tables = [...goesThrough(one.reader), ...one.targets.flatMap(({ entity }) => loadedBefore(entity))]
      return [one, groups.filter((other) => other !== one && fillers(tables)(other).length > 0)] as const
    })
  )
  const inside = new Map(
    groups.flatMap((one) =>
      one.targets.map(({ entity }) => {
        const needed = fillers(loadedBefore(entity))(one)
        return [entity, needed.filter((other) => other !== entity)] as const
      })
    )
  )
  const insideOf = (entity: Entity): ReadonlyArray<Entity> =>
    (inside.get(entity) ?? []).filter((other) => !reached(other, inside).has(entity))
  const reach = new Map(groups.map((one) => [one, reached(one, next)]))
  const others = (own: ReadGroup, tables: ReadonlyArray<string>) =>
    groups.flatMap((other) => (other === own || reach.get(other)?.has(own) === true ? [] : fillers(tables)(other)))
  const groupOf = (is: (one: ReadGroup) => boolean, from: (own: ReadGroup) => ReadonlyArray<Entity>) => {
    const own = groups.find(is)
    return own === undefined ? [] : from(own)
  }
  const loads = (entity: Entity): ReadonlyArray<Entity> =>
    groupOf(
      ({ targets }) => targets.some((target) => target.entity === entity),
      (own) => [...insideOf(entity), ...others(own, loadedBefore(entity))]
    )
  const step = (entity: Entity): number =>
    loads(entity).length === 0 ? 0 : 1 + Math.max(0, ...insideOf(entity).map(step))
  return {
    parents: (reader) =>
      groupOf(
        (one) => one.reader === reader,
        (own) => others(own, goesThrough(reader))
      ),
    loads,
    step
  }
}

const reached = <A>(from: A, next: ReadonlyMap<A, ReadonlyArray<A>>): ReadonlySet<A> => {
  const seen = new Set<A>()
  const visit = (one: A): void => {
    for (const other of next.get(one) ?? []) {
      if (seen.has(other)) continue
      seen.add(other)
      visit(other)
    }
  }
  visit(from)
  return seen
}
