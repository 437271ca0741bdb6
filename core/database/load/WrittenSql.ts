/**
 * Compares what a load wrote with what it should have written. A trigger of the table's owner may refuse a row, change
 * it, or prevent its delete, and PostgreSQL reports no error; another session may be quicker. The counts are those of
 * the writing statements, and every difference is reported. Rows are compared one by one only if the table is known to
 * have such triggers; a trigger created meanwhile shows in the counts.
 */
import type { Entity } from "../../config/Entity.ts"
import { noReasons, type reasonSql, reasonsWhen } from "../../reason/Sql.ts"
import { columnsNamed, equalColumns, keyText, list, names } from "../tables/ColumnList.ts"
import { comparable, updatedColumns } from "../tables/ColumnSql.ts"
import { literal, quote } from "../tables/Identifier.ts"

/** The clauses among `removed`, `updated` and `inserted` that the statement has. */
export interface WriteClauses {
  readonly removes: boolean
  readonly updates: boolean
  /** The number of gone rows that stay for another run. */
  readonly waiting: string
}

/** The columns that the writing clauses return. */
export const returningColumns = ({ columns, key, triggered }: Entity, alias: string, deleted = false): string => {
  if (triggered !== true) return "1"
  return names(deleted ? columns.filter(({ name }) => key.includes(name)) : columns, alias)
}

/** A column of a row of `diff as d`. */
export const diffColumn = (name: string): string => `d.${quote(name)}`

/** The beginning of a value, enough to recognise it. */
export const shortValue = (value: string): string => `left(coalesce(${value}, 'null'), 60)`

/** The number of rows, and the keys of the first ones. */
export const firstKeys = (key: string, from: string): string => `(
  select count(*) as n, array_to_string((array_agg(u.key order by u.key))[:3], '; ') as keys
  from (select ${key} as key ${from}) as u)`

export const writtenClauses = (entity: Entity, writes: WriteClauses): ReadonlyArray<string> => {
  const { removes, updates, waiting } = writes
  const count = (clause: string, is: boolean) => (is ? `(select count(*) from ${clause})` : "0::bigint")
  const gone = removes ? `case when v.held is null then c.gone - ${waiting} else 0 end` : "0::bigint"
  const seen = entity.triggered === true
  const [lacking, kept] = seen
    ? ["(select n from unwritten)", removes ? "(select n from unremoved)" : "0::bigint"]
    : ["c.new - w.inserted + c.changed - w.updated", `${gone} - w.deleted`]
  return [
    ...(seen ? lookedAt(entity, writes) : []),
    `written as materialized (
  select w.*, ${lacking} as lacking, ${kept} as kept
  from (select ${count("inserted", true)} as inserted, ${count("updated", updates)} as updated, ${count("removed", removes)} as deleted) as w,
    counts as c, verdict as v${waiting === "0" ? "" : ", waiting"})`
  ]
}

const lookedAt = (entity: Entity, { removes, updates }: WriteClauses): ReadonlyArray<string> => {
  const keys = columnsNamed(entity, entity.key)
  const of = (clause: string) => `not exists (select from ${clause} as w where ${equalColumns(keys, "w", "d")})`
  const oldKeys = keys.map(({ name }, at) => `w.${quote(name)} = d._old_${at}`).join(" and ")
  const wrote = ["inserted", ...(updates ? ["updated"] : [])]
  return [
    `unwritten as materialized ${firstKeys(
      keyText(entity.key, diffColumn),
      `from diff as d where d._kind <> 'gone' and ${wrote.map(of).join(" and ")}`
    )}`,
    ...(removes
      ? [
          `unremoved as materialized ${firstKeys(
            keyText(entity.key, (_, at) => `d._old_${at}`),
            `from to_go as d where not exists (select from removed as w where ${oldKeys})`
          )}`
        ]
      : []),
    // If AFTER triggers can change the rows again, values are read back later.
    ...(entity.undoable === true
      ? []
      : alteredClause(entity, `(${wrote.map((clause) => `select * from ${clause}`).join(" union all ")})`))
  ]
}

/** Collects, by column, values that differ from what came; `held` is the relation with the stored rows. */
export const alteredClause = (entity: Entity, held: string): ReadonlyArray<string> => {
  const written = updatedColumns(entity)
  const values = entity.columns.flatMap((column, at) =>
    written.includes(column)
      ? `(${at}, ${literal(column.name)}, d.${quote(column.name)}::text, w.${quote(column.name)}::text, ${comparable(column, "w")} is distinct from ${comparable(column, "d")})`
      : []
  )
  return values.length === 0
    ? []
    : [
        `altered as materialized (
  select x.at, x.name, count(*) as n,
    min(array[${keyText(entity.key, diffColumn)}, ${shortValue("x.came")}, ${shortValue("x.held")}]) as first
  from diff as d join ${held} as w on ${equalColumns(columnsNamed(entity, entity.key), "w", "d")}
    cross join lateral (values ${list(values)}) as x(at, name, came, held, differs)
  where d._kind <> 'gone' and x.differs group by x.at, x.name)`
      ]
}

/** The messages about it, as a JSON array of what `made` makes. */
export const alteredSql = (entity: Entity, made: typeof reasonSql): string => {
  const params = { column: "a.name", count: "a.n", key: "a.first[1]", came: "a.first[2]", held: "a.first[3]" }
  return updatedColumns(entity).length === 0
    ? noReasons
    : `(select coalesce(jsonb_agg(${made("load.altered", params)} order by a.at), '[]') from altered as a)`
}

type Unlike = "load.unwritten" | "load.undeleted" | "load.undone" | "load.returned"

/** Reports the rows that `firstKeys` counted, if any, as a JSON array of what `made` builds. */
export const differencesSql = (code: Unlike, alias: string, made: typeof reasonSql, count = `${alias}.n`): string =>
  reasonsWhen(`${count} > 0`, made(code, { count, keys: `${alias}.keys` }))

/** The number of rows that the run's earlier checkpoints did not write, from the audit row `alias`. */
export const lackedSql = (alias: string): string =>
  `(select coalesce(sum((w -> 'params' ->> 'count')::bigint), 0) from jsonb_array_elements(${alias}.reasons) as w
      where w ->> 'code' in ('load.unwritten', 'load.raced'))`

/** Reports the differences as a JSON array of what `made` builds; `written` is `n`. */
export const writtenSql = (entity: Entity, { removes }: WriteClauses, made: typeof reasonSql): string => {
  if (entity.triggered !== true) {
    return reasonsWhen("n.lacking + n.kept > 0", made("load.raced", { count: "(n.lacking + n.kept)" }))
  }
  const rows = (code: Unlike, clause: string) => `(select ${differencesSql(code, "u", made)} from ${clause} as u)`
  return [
    rows("load.unwritten", "unwritten"),
    ...(removes ? [rows("load.undeleted", "unremoved")] : []),
    ...(entity.undoable === true ? [] : [alteredSql(entity, made)])
  ].join(" || ")
}

/** Adds the reasons of the clause `reported` to the audit row $1. */
export const addWarningsSql = `update tributary.sync_log as l set warnings = l.warnings || t.warnings, reasons = l.reasons || t.reasons,
  status = case when l.status = 'ok' and t.reasons <> '[]' then 'warning' else l.status end
from reported as t where l.id = $1`
