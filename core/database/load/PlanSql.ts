/**
 * The changes that a load would make, without making them: comparison and verdict of the load statement, row by row. If
 * the table does not exist yet or lacks columns, the plan compares with the table after its DDL.
 */
import type { PgTypes } from "@effect/sql-pg"
import { Effect, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { withAccountAt } from "../../config/AccountEntity.ts"
import { deletesMissing, hasTombstones } from "../../config/DeletePolicy.ts"
import type { Entity } from "../../config/Entity.ts"
import { Reason } from "../../reason/Reason.ts"
import { noReasons, reasonSql, reasonsWhen } from "../../reason/Sql.ts"
import type { CatalogTable } from "../tables/Catalog.ts"
import { sqlType } from "../tables/ColumnSql.ts"
import { quote, quoteTable } from "../tables/Identifier.ts"
import { accountParameter } from "./AccountParameter.ts"
import { cascades, takenSql } from "./CascadeSql.ts"
import { diffClauses, factsClause, type LoadVariant, needsFold } from "./DiffSql.ts"
import { equalKeysSql } from "./EqualKeysSql.ts"
import { keptSql } from "./FieldSql.ts"
import { followedByDiff, followedSql, follows } from "./FollowSql.ts"
import { goneSql } from "./GoneSql.ts"
import { heldReason } from "./GuardSql.ts"
import { keylessSql } from "./KeylessSql.ts"
import { lateSql } from "./LateSql.ts"
import { batchParameters, factParameters, type RowBatch } from "./Load.ts"
import { unmatchedClauses, unmatchedSql } from "./LookupSql.ts"
import { goneNow, missedBefore, missedClause, ownerSql, slidSql } from "./MissedSql.ts"
import type { ReadFacts } from "./ReadFacts.ts"
import { roundedClauses, roundedSql } from "./RoundedSql.ts"
import { contradictedSql, tombstonesSql } from "./TombstoneSql.ts"

/** The table as it will be after its DDL. */
const currentRows = (entity: Entity, existing: CatalogTable | undefined): string => {
  const columns = entity.columns.map((column) => {
    if (column.stored !== undefined) return quote(column.name)
    return existing?.columns[column.name] === undefined
      ? `null::${sqlType(column)} as ${quote(column.name)}`
      : `${quote(column.name)}::${sqlType(column)} as ${quote(column.name)}`
  })
  return `(select ${columns.join(", ")}${existing === undefined ? " where false" : ` from ${quoteTable(entity.table)}`})`
}

const texts = (entity: Entity, alias: string): string =>
  `array[${entity.columns.map((column) => `${alias}.${quote(column.name)}::text`).join(", ")}]`

/** Returns `counts`, `held` and `rows`; each row has its kind and the texts of `entity.columns`, after and before. */
const planStatement = (entity: Entity, variant: LoadVariant, existing: CatalogTable | undefined): string => {
  const current = currentRows(entity, existing)
  const sameKey = entity.key.map((name, index) => `t.${quote(name)} = d._old_${index}`).join(" and ")
  // Existing rows by their keys, then new ones.
  const byKey = [
    ...entity.key.map((_, index) => `d._old_${index}`),
    ...entity.key.map((name) => `d.${quote(name)}`)
  ].join(", ")
  // A table that does not exist yet, or has no such key, has no missing rows.
  const isThere = existing !== undefined && entity.key.every((name) => name in existing.columns)
  const tombs = hasTombstones(entity)
  const misses = isThere && deletesMissing(entity) ? variant.misses : undefined
  // A plan has no run and stores no rejects, but its parameters keep their positions of a load.
  const clauses = [
    "unused as (select $1::bigint, $3::json)",
    factsClause,
    ...(misses === undefined ? [] : [missedClause(entity, misses, ownerSql(entity))]),
    ...diffClauses(entity, variant, "true", current, goneNow(entity, misses)),
    ...(follows(entity) ? [followedByDiff(entity)] : []),
    ...roundedClauses(entity),
    ...unmatchedClauses(entity)
  ]
  const kinds = [
    ...(tombs ? ["when d._kind = 'gone' and d._tombstone then 'tombstone'"] : []),
    ...(misses === undefined ? [] : [`when d._kind = 'gone' and not ${missedBefore(entity)} then 'missed'`])
  ]
  const kind = kinds.length === 0 ? "d._kind" : `case ${kinds.join(" ")} else d._kind end`
  return `with ${clauses.join(",\n")}
select (c.rows - c.new - c.changed)::integer as unchanged, ${heldReason(entity)} as held, ${keptSql(entity, variant.absent, reasonSql)} || ${keylessSql(entity, reasonSql)} || ${equalKeysSql(entity, reasonSql)} || ${contradictedSql(entity, reasonSql)} || ${slidSql(entity, reasonSql)} || ${roundedSql(entity, reasonSql)} || ${foldedSql(entity, variant)} as kept,
  ${cascades(entity) ? takenSql(reasonSql, "v.held") : noReasons} as taken,
  ${[...(follows(entity) ? [followedSql(reasonSql)] : []), tombstonesSql(entity, reasonSql), lateSql(entity, reasonSql), goneSql(variant.gone, reasonSql), unmatchedSql(entity, reasonSql)].join(" || ")} as followed,
  coalesce((select json_agg(json_build_object('kind', ${kind},
      'after', case when d._kind <> 'gone' then ${texts(entity, "d")} end,
      'before', case when d._kind <> 'new' then (select ${texts(entity, "t")} from ${current} as t where ${sameKey}) end)
      order by ${byKey})
    from diff as d), '[]') as rows
from counts as c, verdict as v, facts as f${cascades(entity) ? ", taken as a" : ""}`
}

/** Reports duplicate rows that were folded, as a load does. */
const foldedSql = (entity: Entity, variant: LoadVariant): string => {
  const others = [...(hasTombstones(entity) ? [" + c.marked"] : []), ...(variant.gone === true ? [" + c.absent"] : [])]
  const folded = `(f.rows - c.rows${others.join("")} - coalesce(f.again, 0))`
  return needsFold(entity, variant)
    ? reasonsWhen(`${folded} > 0`, reasonSql("run.folded", { count: folded }))
    : noReasons
}

const PlanAnswer = Schema.Struct({
  unchanged: Schema.Int,
  held: Schema.NullOr(Reason),
  /** Warnings about fields in no record whose values stay, and about rows that only a second read found. */
  kept: Schema.Array(Reason),
  /** The rows that the deletes affect, beyond what the verdict reports. */
  taken: Schema.Array(Reason),
  /** What follows the rows that change, and how many of them say that they are gone. */
  followed: Schema.Array(Reason),
  rows: Schema.Array(
    Schema.Struct({
      /** `tombstone`: the source reports that it is gone. `missed`: gone, but not missed by the previous run, so that it stays until the next one. */
      kind: Schema.Literals(["new", "changed", "gone", "tombstone", "missed"]),
      after: Schema.NullOr(Schema.Array(Schema.NullOr(Schema.String))),
      before: Schema.NullOr(Schema.Array(Schema.NullOr(Schema.String)))
    })
  )
})
export type PlanAnswer = typeof PlanAnswer.Type
const decodeAnswer = Schema.decodeUnknownEffect(Schema.Array(PlanAnswer))

/** `plan` for a given entity and table. */
export type PlanRows<A, E = PgTypes.CodecError | SqlError.SqlError | Schema.SchemaError> = (
  facts: ReadFacts,
  rows: RowBatch | undefined,
  variant: LoadVariant
) => Effect.Effect<A, E, SqlClient.SqlClient>

export const plan = Effect.fn("PlanSql.plan")(function* (
  entity: Entity,
  facts: ReadFacts,
  /** Absent if they are staged. */
  rows: RowBatch | undefined,
  variant: LoadVariant,
  existing: CatalogTable | undefined
) {
  const sql = yield* SqlClient.SqlClient
  const parameters = [
    0n,
    ...(yield* factParameters(entity, facts)),
    ...(rows === undefined ? [] : yield* batchParameters(rows))
  ]
  const statement = planStatement(withAccountAt(entity, accountParameter), variant, existing)
  const [answer] = yield* decodeAnswer(yield* sql.unsafe(statement, parameters))
  return yield* Effect.orDie(Effect.fromNullishOr(answer))
})
