/**
 * What only a write shows of a plan (lengths, constraints, unique values, foreign keys): its rows are written and it is
 * undone, in one statement that gives up soon where somebody has rows locked. Triggers of the table's owner are not set
 * off by a plan, since what they do elsewhere nobody could undo.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../config/Entity.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import { changeParameters, type TableChange, wantedClauses, writeClauses } from "./ApplySql.ts"
import type { CatalogTable } from "./Catalog.ts"
import { historyTriggers } from "./History.ts"
import { tableId } from "./Identifier.ts"
import { serves } from "./Stored.ts"

/** The entity with the columns that are there already. */
export type Triable = { readonly entity: Entity } | { readonly why: Reason }

/** `stored`: with the types of its table; `sharing`: those that fill the table, too; `changed`: tables that change before. */
export const triable = (
  stored: Entity,
  existing: CatalogTable,
  sharing: ReadonlyArray<Entity>,
  changed: ReadonlySet<string>
): Triable => {
  const own = new Set(sharing.flatMap(historyTriggers))
  const triggers = existing.triggers.filter((name) => !own.has(name))
  if (triggers.length > 0) return { why: reason("plan.triggers", { triggers: triggers.join(", ") }) }
  const first = existing.references.find((table) => changed.has(table))
  if (first !== undefined) return { why: reason("plan.changesFirst", { table: first }) }
  const columns = stored.columns.filter(({ name }) => name in existing.columns)
  const lacking = [...stored.key, ...Object.keys(stored.scope)].some((name) => !(name in existing.columns))
  return lacking || columns.some((column) => !serves(existing.columns[column.name] ?? "", column))
    ? { why: reason("plan.changesFirst", { table: tableId(stored.table) }) }
    : { entity: { ...stored, columns } }
}

/** Fails with what PostgreSQL says; `entity`: as it can be tried. */
export const tryOut = Effect.fn("Trial.tryOut")(function* (entity: Entity, change: TableChange) {
  const sql = yield* SqlClient.SqlClient
  const attempt = `with ${[...wantedClauses(entity, 1), ...writeClauses(entity, "true", false)].join(",\n")}
select (select count(*) from deleted) + (select count(*) from updated) + (select count(*) from inserted)`
  yield* sql.unsafe("select tributary.undone($1, $2::json, $3::json, $4::json)", [attempt, ...changeParameters(change)])
})
