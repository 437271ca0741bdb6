/**
 * The clauses of a load that change the table, after `diff` and `verdict`: `removed`, `updated`, `inserted`. Each waits
 * for the one before, so that a value of the owner's unique index is free when another row takes it.
 */
import type { Entity } from "../../config/Entity.ts"
import { columnsNamed, equalColumns, list, names } from "../tables/ColumnList.ts"
import { updatedColumns } from "../tables/ColumnSql.ts"
import { quote, quoteTable } from "../tables/Identifier.ts"
import type { LoadForm } from "./LoadForm.ts"
import { goneNow } from "./MissedSql.ts"
import { returningColumns } from "./WrittenSql.ts"

export const changeClauses = (form: LoadForm): ReadonlyArray<string> => {
  const { asks, removes, updates } = form
  const mayWrite = asks ? " and exists (select from act)" : ""
  return [
    ...(removes ? removedClauses(form, mayWrite) : []),
    ...(updates ? [updatedClause(form.entity, `${mayWrite}${removes ? after("removed") : ""}`)] : []),
    insertedClause(form.entity, `${mayWrite}${updates ? after("updated") : removes ? after("removed") : ""}`)
  ]
}

const after = (clause: string): string => ` and (select count(*) from ${clause}) >= 0`

/** If the table has triggers, the rows to delete are kept for the comparison with those that were deleted. */
const removedClauses = ({ entity, misses }: LoadForm, condition: string): ReadonlyArray<string> => {
  const goes = `diff as d, verdict as v
  where ${goneNow(entity, misses)} and v.held is null`
  const isOld = columnsNamed(entity, entity.key).map((key, index) => `t.${quote(key.name)} = d._old_${index}`)
  return [
    ...(entity.triggered === true ? [`to_go as materialized (select d.* from ${goes})`] : []),
    `removed as (
  delete from ${quoteTable(entity.table)} as t using ${entity.triggered === true ? "to_go as d where true" : goes} and ${isOld.join(" and ")} ${condition} returning ${returningColumns(entity, "t.", true)})`
  ]
}

const updatedClause = (entity: Entity, condition: string): string => {
  return `updated as (
  update ${quoteTable(entity.table)} as t set ${list(updatedColumns(entity).map((column) => `${quote(column.name)} = d.${quote(column.name)}`))}, _changed_at = now()
  from diff as d where d._kind = 'changed' and ${equalColumns(columnsNamed(entity, entity.key), "t", "d")}${condition} returning ${returningColumns(entity, "t.")})`
}

/** A plain statement: `on conflict` costs a quarter more, and the lock already excludes other runs of this entity. */
const insertedClause = (
  entity: Entity,
  condition: string
): string => `inserted as (insert into ${quoteTable(entity.table)} (${names(entity.columns)}) select ${names(entity.columns)} from diff
  where _kind = 'new'${condition} returning ${returningColumns(entity, "")})`
