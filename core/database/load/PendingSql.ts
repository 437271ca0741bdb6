/** The clauses of a load that keep its withheld deletes for a person to decide, and end those that are out of date. */
import { deletesMissing } from "../../config/DeletePolicy.ts"
import type { Entity } from "../../config/Entity.ts"
import { reasonSql, textSql } from "../../reason/Sql.ts"
import { columnsNamed, equalColumns, list, names } from "../tables/ColumnList.ts"
import { literal, quoteTable } from "../tables/Identifier.ts"
import { cascades, takenSql } from "./CascadeSql.ts"
import { heldReason, heldText } from "./GuardSql.ts"

const ofRun = "p.connector = run.connector and p.entity = run.entity and p.account is not distinct from run.account"

/** Whether this run asks again about the rows of `p`, or saw one of them. */
const isAnswered = (entity: Entity): string => {
  const keys = columnsNamed(entity, entity.key)
  const seen = deletesMissing(entity)
    ? "incoming"
    : `(select ${names(keys)} from incoming union all select ${names(keys)} from departed)`
  const some = `exists (
      select from jsonb_populate_recordset(null::${quoteTable(entity.table)}, p.rows) as g
      join ${seen} as i on ${equalColumns(keys, "g", "i")})`
  // Alone, `exists` may be joined before the rest: the rows of other entities have other columns.
  return deletesMissing(entity) ? `(f.complete and f.keys_lost = 0 or ${some})` : `case when ${ofRun} then ${some} end`
}

/** Appends the sentences of a JSON array to a sentence. */
const textOf = (sentences: string): string =>
  ` || coalesce((select string_agg('; ' || s.text, '' order by s.n) from jsonb_array_elements_text(${sentences}) with ordinality as s(text, n)), '')`

/**
 * Ends pending deletes: a whole read asks again, and a row that was seen again must not be deleted. Where only tombstones
 * delete, a read asks again about rows that it has tombstones of.
 */
export const pendingClauses = (entity: Entity, gone: string, act: "act" | "run"): ReadonlyArray<string> => [
  `superseded as (
  update tributary.pending_delete as p set status = 'superseded', decided_at = now()
  from ${act} as run, facts as f
  where ${ofRun}
    and p.status = 'open' and ${isAnswered(entity)})`,
  `pending as (
  insert into tributary.pending_delete (run_id, connector, entity, account, table_name, key_columns, reason, reasons, rows, total)
  select run.id, run.connector, run.entity, run.account, ${literal(`${entity.table.schema}.${entity.table.name}`)},
    ${literal(JSON.stringify(entity.key))}::jsonb, ${heldText(entity)}${cascades(entity) ? textOf(takenSql(textSql, "v.held")) : ""},
    jsonb_build_array(${heldReason(entity)})${cascades(entity) ? ` || ${takenSql(reasonSql, "v.held")}` : ""}, g.rows, c.gone
  from ${act} as run, counts as c, verdict as v, facts as f,${cascades(entity) ? " taken as a," : ""}
    (select jsonb_agg(jsonb_build_object(${gone}) order by ${list(entity.key.map((_, index) => `_old_${index}`))}) as rows from diff where _kind = 'gone') as g
  where v.held is not null)`
]
