/** Reads back what an applied plan wrote to a table with AFTER triggers, as `VerifyLoad.ts` does for a load. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../config/Entity.ts"
import type { Reason } from "../../reason/Reason.ts"
import { reasonSql, textSql } from "../../reason/Sql.ts"
import { keyText } from "../tables/ColumnList.ts"
import { storedType, updatedColumns } from "../tables/ColumnSql.ts"
import { literal, quote, quoteTable } from "../tables/Identifier.ts"
import {
  appliedColumns,
  apply,
  changeParameters,
  decodeApplyResults,
  type OmittedRows,
  sameKey,
  type TableChange,
  wantedClauses
} from "./ApplySql.ts"
import { addWarningsSql, alteredClause, alteredSql, differencesSql, firstKeys } from "./WrittenSql.ts"

/** Applies a plan, and reads it back if triggers could undo it. */
export const applyAndReadBack = Effect.fn("VerifyApply.applyAndReadBack")(function* (
  entity: Entity,
  runId: bigint,
  change: TableChange,
  left: OmittedRows
) {
  const applied = apply(entity, runId, change, left)
  if (entity.undoable !== true) return yield* applied
  const sql = yield* SqlClient.SqlClient
  return yield* sql.withTransaction(
    Effect.gen(function* () {
      const first = yield* applied
      if (first === undefined || first.status === "failed") return first
      const statement = readBackStatement(entity, first.reasons)
      const [read] = yield* decodeApplyResults(yield* sql.unsafe(statement, [runId, ...changeParameters(change)]))
      return read
    })
  )
})

/** Takes the first parameters of the apply statement. `known`: what that statement has already reported. */
const readBackStatement = (entity: Entity, known: ReadonlyArray<Reason>): string => {
  const table = quoteTable(entity.table)
  const same = sameKey(entity)
  const counted = (code: string) => Number(known.find((one) => one.code === code)?.params.count ?? 0)
  const key = entity.key.map(quote).join(", ")
  const keyed = keyText(entity.key, (name) => `d.${quote(name)}`)
  const isThere = `exists (select from ${table} as t where ${same("d")})`
  const values = entity.columns.map(({ name }) => `${quote(name)}`).join(", ")
  const changed = entity.columns.map((column) => {
    const name = literal(column.name)
    const stored = `t.${quote(column.name)}`
    return !updatedColumns(entity).includes(column)
      ? stored
      : `case when u.to_values ? ${name} then (u.to_values ->> ${name})::${storedType(column)} else ${stored} end`
  })
  const warningsSql = (made: typeof reasonSql) =>
    [
      differencesSql("load.undone", "u", made, `(u.n - ${counted("load.unwritten")})`),
      differencesSql("load.returned", "g", made, `(g.n - ${counted("load.undeleted")})`),
      alteredSql(entity, made)
    ].join(" || ")
  const clauses = [
    ...wantedClauses(entity, ["$2", "$3", "$4"]),
    `diff as materialized (select 'new' as _kind, ${values} from wanted_inserts
  union all select 'changed', ${changed.join(", ")} from wanted_updates as u join ${table} as t on ${same("u")})`,
    `undone as materialized ${firstKeys(keyed, `from (select ${key} from wanted_inserts union all select ${key} from wanted_updates) as d where not ${isThere}`)}`,
    `returned as materialized ${firstKeys(keyed, `from wanted_deletes as d where ${isThere}`)}`,
    ...alteredClause(entity, table),
    `reported as materialized (select ${warningsSql(textSql)} as warnings, ${warningsSql(reasonSql)} as reasons from undone as u, returned as g)`
  ]
  return `with ${clauses.join(",\n")}\n${addWarningsSql} returning ${appliedColumns}`
}
