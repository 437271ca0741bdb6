/**
 * Tries out what only a write can show about a plan (lengths, constraints, unique values, foreign keys): writes its
 * rows and rolls back, in one statement that gives up soon if rows are locked. A plan never fires the table owner's
 * triggers, because nobody could undo their effects elsewhere. A change of the table is only begun, which shows
 * PostgreSQL's objections and locks the table for a moment.
 */
import { Effect, Predicate } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { Entity } from "../../config/Entity.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import type { CatalogTable } from "../tables/Catalog.ts"
import { literal, quote, tableId } from "../tables/Identifier.ts"
import { ownTriggers } from "../tables/OwnTriggers.ts"
import { canHold } from "../tables/StoredTypes.ts"
import { changeParameters, type TableChange, wantedClauses, writeClauses } from "./ApplySql.ts"

/** The entity with the columns that already exist. `before` is SQL for the plans that come first. */
export interface Trial {
  readonly entity: Entity
  readonly before: ReadonlyArray<string>
}
export type TrialOrRefusal = Trial | { readonly why: Reason }

/**
 * `stored` has the types of its table; `sharing` are the entities that fill the table too; `changed` maps a table to
 * what is written to it before, undefined if that could not be tried.
 */
export const prepareTrial = (
  stored: Entity,
  existing: CatalogTable,
  sharing: ReadonlyArray<Entity>,
  changed: ReadonlyMap<string, ReadonlyArray<string> | undefined>
): TrialOrRefusal => {
  const own = new Set(sharing.flatMap(ownTriggers))
  const triggers = existing.triggers.filter((name) => !own.has(name))
  if (triggers.length > 0) return { why: reason("plan.triggers", { triggers: triggers.join(", ") }) }
  const referred = existing.references.filter((table) => changed.has(table))
  const first = referred.find((table) => changed.get(table) === undefined)
  if (first !== undefined) return { why: reason("plan.changesFirst", { table: first }) }
  const columns = stored.columns.filter(({ name }) => name in existing.columns)
  const lacking = [...stored.key, ...Object.keys(stored.scope)].filter((name) => !(name in existing.columns))
  const narrow = columns.filter((column) => !canHold(existing.columns[column.name] ?? "", column))
  const later = [...new Set([...lacking, ...narrow.map(({ name }) => name)])]
  return later.length > 0
    ? { why: reason("plan.columnsFirst", { table: tableId(stored.table), columns: later.join(", ") }) }
    : { entity: { ...stored, columns }, before: referred.flatMap((table) => changed.get(table) ?? []) }
}

const written = (entity: Entity, parameters: readonly [string, string, string]): string =>
  `with ${[...wantedClauses(entity, parameters), ...writeClauses(entity, "true", false)].join(",\n")}
select (select count(*) from deleted) + (select count(*) from updated) + (select count(*) from inserted)`

/** The change as one statement, to be written before another is tried. */
export const changeSql = (entity: Entity, change: TableChange): string => {
  const [inserts, updates, deletes] = changeParameters(change)
  return written(entity, [literal(inserts), literal(updates), literal(deletes)])
}

/** Fails with PostgreSQL's error. */
export const runTrial = Effect.fn("Trial.runTrial")(function* ({ before, entity }: Trial, change: TableChange) {
  const sql = yield* SqlClient.SqlClient
  const attempt = [...new Set(before), written(entity, ["$1", "$2", "$3"])].join(";\n")
  yield* sql.unsafe("select tributary.undone($1, $2::json, $3::json, $4::json)", [attempt, ...changeParameters(change)])
})

/** A trigger that no table has. PostgreSQL looks it up after checking the rest, and before it touches a row. */
const nobody = "tributary tries this change"

const isNobody = ({ reason: { cause } }: SqlError.SqlError): boolean =>
  Predicate.hasProperty(cause, "code") &&
  cause.code === "42704" &&
  cause instanceof Error &&
  cause.message.includes(nobody)

/** Fails with PostgreSQL's objection to changes of a table; each ends before it would rewrite the table. */
export const tryTableChange = Effect.fn("Trial.tryTableChange")(function* (statements: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  const changes = statements.filter((statement) => statement.startsWith("alter table "))
  yield* Effect.forEach(
    changes,
    (change) =>
      sql
        .unsafe("select tributary.undone($1, null, null, null)", [`${change}, enable trigger ${quote(nobody)}`])
        .pipe(Effect.catchIf(isNobody, () => Effect.void)),
    { discard: true }
  )
})
