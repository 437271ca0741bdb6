/** Makes the tables of a selection as declared before anything is loaded into them. */
import { Effect } from "effect"
import { type Entity, entityId } from "../../config/Entity.ts"
import { targetName } from "../../config/RunTarget.ts"
import * as Catalog from "../../database/tables/Catalog.ts"
import { tableId } from "../../database/tables/Identifier.ts"
import { withStoredTypes } from "../../database/tables/StoredTypes.ts"
import * as Tables from "../../database/tables/Tables.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import { reasonWithLock } from "../LockReason.ts"
import { connectionLost } from "../RunFailure.ts"
import type { References } from "../read/ReadGroup.ts"
import { boundingParents, otherTexts } from "./ParentTexts.ts"

/** Merges entities by table: several may share one, each declaring the columns that it fills. */
export const byTable = (entities: ReadonlyArray<Entity>): ReadonlyArray<Entity> => {
  const tables = new Map<string, Entity>()
  for (const entity of entities) {
    const id = tableId(entity.table)
    const other = tables.get(id)
    if (other === undefined) tables.set(id, entity)
    else {
      const more = entity.columns.filter((column) => other.columns.every((known) => known.name !== column.name))
      tables.set(id, { ...other, columns: [...other.columns, ...more], indexes: [...other.indexes, ...entity.indexes] })
    }
  }
  return [...tables.values()]
}

/** Finds a lookup into a table that does not exist and that no selected entity makes; its entity cannot be loaded. */
export const missingLookup = (
  entity: Entity,
  catalog: Catalog.Catalog,
  selected: ReadonlyArray<Entity>
): Reason | undefined => {
  const table = entity.columns
    .flatMap(({ lookup }) => (lookup === undefined ? [] : [tableId(lookup.table)]))
    .find((id) => !catalog.has(id) && selected.every((other) => tableId(other.table) !== id))
  return table === undefined ? undefined : reason("table.lookupMissing", { entity: entityId(entity), table })
}

export const referencesOf = (catalog: Catalog.Catalog): References =>
  new Map([...catalog].map(([table, { references }]) => [table, references]))

export interface EnsuredTables {
  /** Why an entity cannot be loaded, by its id; an entity without an entry can be loaded. */
  readonly conflicts: ReadonlyMap<string, Reason>
  /** The entity with the types of its table. */
  readonly stored: (entity: Entity) => Entity
  readonly references: References
}

/** `declared` are all entities, because others may fill columns of the same tables. Gives up before `until`. */
export const ensureTables = Effect.fn("EnsureTables.ensureTables")(function* (
  selected: ReadonlyArray<Entity>,
  declared: ReadonlyArray<Entity>,
  until: number
) {
  const catalog = yield* Catalog.catalog([...selected, ...boundingParents(selected, declared)])
  const conflicts = new Map<string, Reason>()
  for (const table of byTable(selected)) {
    yield* Tables.ddl(table, catalog, declared).pipe(
      Effect.flatMap((statements) => Tables.change(table, statements, until)),
      Effect.catchIf(
        (error) => !connectionLost(error),
        (error) =>
          Effect.gen(function* () {
            const cause = yield* reasonWithLock(error, table.table)
            const why =
              error._tag === "TableConflict"
                ? cause
                : reason("table.unchangeable", { table: tableId(table.table), why: cause })
            for (const entity of selected) {
              if (tableId(entity.table) === tableId(table.table)) conflicts.set(targetName(entity), why)
            }
          })
      )
    )
  }
  for (const entity of selected) {
    const why = missingLookup(entity, catalog, selected) ?? otherTexts(entity, declared, catalog)
    if (why !== undefined) conflicts.set(targetName(entity), why)
  }
  const prepared: EnsuredTables = {
    conflicts,
    references: referencesOf(catalog),
    stored: (entity) => withStoredTypes(entity, catalog.get(tableId(entity.table)))
  }
  return prepared
})
