/**
 * What only a write shows of a plan (lengths, constraints, unique values, foreign keys): its rows are written and it is
 * undone, in one statement that gives up soon where somebody has rows locked. Triggers of the table's owner are not set
 * off by a plan, since what they do elsewhere nobody could undo. Of a change of the table only the beginning is tried, which
 * shows what PostgreSQL has against it and locks the table for a moment.
 */
import { Effect, Predicate } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { Entity } from "../config/Entity.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import { changeParameters, type TableChange, wantedClauses, writeClauses } from "./ApplySql.ts"
import type { CatalogTable } from "./Catalog.ts"
import { historyTriggers } from "./History.ts"
import { literal, quote, tableId } from "./Identifier.ts"
import { serves } from "./StoredTypes.ts"

/** The entity with the columns that are there already; `before`: SQL that writes what is planned to be written before. */
export interface Tryable {
  readonly entity: Entity
  readonly before: ReadonlyArray<string>
}
export type Triable = Tryable | { readonly why: Reason }

/**
 * `stored`: with the types of its table; `sharing`: those that fill the table, too; `changed`: by table what is written to it
 * before, nothing where that could not be tried.
 */
export const triable = (
  stored: Entity,
  existing: CatalogTable,
  sharing: ReadonlyArray<Entity>,
  changed: ReadonlyMap<string, ReadonlyArray<string> | undefined>
): Triable => {
  const own = new Set(sharing.flatMap(historyTriggers))
  const triggers = existing.triggers.filter((name) => !own.has(name))
  if (triggers.length > 0) return { why: reason("plan.triggers", { triggers: triggers.join(", ") }) }
  const referred = existing.references.filter((table) => changed.has(table))
  const first = referred.find((table) => changed.get(table) === undefined)
  if (first !== undefined) return { why: reason("plan.changesFirst", { table: first }) }
  const columns = stored.columns.filter(({ name }) => name in existing.columns)
  const lacking = [...stored.key, ...Object.keys(stored.scope)].filter((name) => !(name in existing.columns))
  const narrow = columns.filter((column) => !serves(existing.columns[column.name] ?? "", column))
  const later = [...new Set([...lacking, ...narrow.map(({ name }) => name)])]
  return later.length > 0
    ? { why: reason("plan.columnsFirst", { table: tableId(stored.table), columns: later.join(", ") }) }
    : { entity: { ...stored, columns }, before: referred.flatMap((table) => changed.get(table) ?? []) }
}

const written = (entity: Entity, parameters: readonly [string, string, string]): string =>
  `with ${[...wantedClauses(entity, parameters), ...writeClauses(entity, "true", false)].join(",\n")}
select (select count(*) from deleted) + (select count(*) from updated) + (select count(*) from inserted)`

/** The change as one statement, to be written before another is tried. */
export const writing = (entity: Entity, change: TableChange): string => {
  const [inserts, updates, deletes] = changeParameters(change)
  return written(entity, [literal(inserts), literal(updates), literal(deletes)])
}

/** Fails with what PostgreSQL says. */
export const tryOut = Effect.fn("Trial.tryOut")(function* ({ before, entity }: Tryable, change: TableChange) {
  const sql = yield* SqlClient.SqlClient
  const attempt = [...new Set(before), written(entity, ["$1", "$2", "$3"])].join(";\n")
  yield* sql.unsafe("select tributary.undone($1, $2::json, $3::json, $4::json)", [attempt, ...changeParameters(change)])
})

/** No table has it. PostgreSQL comes to it when all else of the change is decided, and no row of the table is touched yet. */
const nobody = "tributary tries this change"

const isNobody = ({ reason: { cause } }: SqlError.SqlError): boolean =>
  Predicate.hasProperty(cause, "code") &&
  cause.code === "42704" &&
  cause instanceof Error &&
  cause.message.includes(nobody)

/** Fails with what PostgreSQL has against changes of a table; they are ended before it would write the table anew. */
export const tryChange = Effect.fn("Trial.tryChange")(function* (statements: ReadonlyArray<string>) {
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
