/** Makes the tables of a selection as declared before anything is loaded into them. */
import { Effect } from "effect"
import { type Entity, entityId } from "../config/Entity.ts"
import { tableId } from "../database/Identifier.ts"
import * as Tables from "../database/Tables.ts"
import { connectionLost, describe } from "./RunFailure.ts"

/** Several entities may share a table, each declaring the columns it fills. */
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

/** Why an entity cannot be loaded, by its id; those that are not in it can. */
export type Conflicts = ReadonlyMap<string, string>

export const prepare = Effect.fn("Prepare.prepare")(function* (selected: ReadonlyArray<Entity>) {
  const catalog = yield* Tables.catalog(selected)
  const conflicts = new Map<string, string>()
  const made = new Set(selected.map((entity) => tableId(entity.table)))
  for (const table of byTable(selected)) {
    yield* Tables.ddl(table, catalog).pipe(
      Effect.flatMap((statements) => Tables.change(table, statements)),
      Effect.catchIf(
        (error) => !connectionLost(error),
        (error) =>
          Effect.sync(() => {
            const why =
              error._tag === "TableConflict"
                ? error.message
                : `${tableId(table.table)} cannot be made as declared: ${describe(error)}`
            for (const entity of selected) {
              if (tableId(entity.table) === tableId(table.table)) conflicts.set(entityId(entity), why)
            }
          })
      )
    )
  }
  for (const entity of selected) {
    const missing = entity.columns
      .flatMap(({ lookup }) => (lookup === undefined ? [] : [tableId(lookup.table)]))
      .find((id) => !catalog.has(id) && !made.has(id))
    if (missing !== undefined) {
      conflicts.set(
        entityId(entity),
        `${entityId(entity)} looks names up in ${missing}, which does not exist yet; sync the entity that fills it first`
      )
    }
  }
  const conflictsOf: Conflicts = conflicts
  return conflictsOf
})
