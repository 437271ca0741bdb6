/** The guard: whether a load may delete the rows that are gone, and what is said if it may not. */
import { deletesMissing, deletesRows, hasTombstones } from "../../config/DeletePolicy.ts"
import type { Entity } from "../../config/Entity.ts"
import { reasonSql, textSql } from "../../reason/Sql.ts"
import { cascades, heldCascades } from "./CascadeSql.ts"
import { percent } from "./FieldSql.ts"

/** `held` is null if the deletes are allowed. `there` selects the entity's rows in the table. */
export const verdictClause = (entity: Entity, there: string): string => {
  // A read that is not whole says little about how many rows there are.
  const total = hasTombstones(entity)
    ? `(case when c.gone > ${entity.guard.floor} then (select count(*) from ${there} as t) else c.rows - c.new + c.gone end)`
    : "(c.rows - c.new + c.gone)"
  return `verdict as materialized (
  select case
      when c.gone = 0 then null
${guardCases(entity, total)}
    end as held, ${total} as total
  from counts as c, facts as f${cascades(entity) ? ", taken as a" : ""})`
}

const guardCases = (entity: Entity, total: string): string => {
  const { guard } = entity
  return [
    ...(guard.empty === "refuse" && deletesMissing(entity)
      ? [`when f.fetched${hasTombstones(entity) ? " - f.tombstones" : ""} = 0 then 'empty'`]
      : []),
    `when f.fetched > 0 and f.rejected::float8 / f.fetched > ${guard.maxReject} then 'rejects'`,
    ...(deletesRows(entity)
      ? [`when c.gone > ${guard.floor} and c.gone::float8 / ${total} > ${guard.maxDelete} then 'share'`]
      : []),
    ...(cascades(entity) && guard.cascade === "refuse"
      ? ["when a.removed + a.changed > 0 then 'cascade'", "when a.unseen is not null then 'unseen'"]
      : [])
  ]
    .map((line) => `      ${line}`)
    .join("\n")
}

/** The verdict in the form of `made`, null if nothing is held. */
export const heldSql = (entity: Entity, made: typeof reasonSql): string => `case v.held
    when 'empty' then ${made("guard.empty", { count: "c.gone" })}
    when 'rejects' then ${made("guard.rejects", { rejected: "f.rejected", fetched: "f.fetched", limit: percent(entity.guard.maxReject), count: "c.gone" })}
    when 'share' then ${made("guard.share", { gone: "c.gone", rows: "v.total", limit: percent(entity.guard.maxDelete) })}${cascades(entity) ? heldCascades(made) : ""}
  end`
export const heldText = (entity: Entity): string => heldSql(entity, textSql)
export const heldReason = (entity: Entity): string => heldSql(entity, reasonSql)
