/**
 * What triggers that fire `after` a statement did to the rows that it wrote: the statement has answered before. A load of a
 * table that has such triggers runs in a transaction, in which its rows are compared with the table once more and the audit
 * row is told what is found. Other tables have one statement.
 */
import { Data, Effect, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { type Entity, entityId } from "../config/Entity.ts"
import { reasonSql, textSql } from "../reason/Sql.ts"
import { keyText } from "./ColumnList.ts"
import { deletes, diffClauses, factsClause, type LoadVariant } from "./DiffSql.ts"
import { literal, quoteTable } from "./Identifier.ts"
import { outcomeColumns } from "./LoadSql.ts"
import { alteredClause, alteredSql, firstKeys, ofDiff, toldSql, unlike } from "./WrittenSql.ts"

/** What the statement of the load knew already, so that it is not said twice. */
const Answered = Schema.Struct({
  /** Rows that it did not write. */
  lacking: Schema.Int,
  /** Rows that it did not delete. */
  kept: Schema.Int,
  /** The deletes were withheld. */
  held: Schema.Boolean
})
type Answered = typeof Answered.Type
/** A load that asks before it deletes answers an outcome inside. */
const decodeAnswers = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Union([Answered, Schema.Struct({ outcome: Answered })]))
)

/** Nothing where the load wrote nothing: it asks, or the run is lost. */
const answered = (answer: ReadonlyArray<unknown>) =>
  decodeAnswers(answer).pipe(
    Effect.map(([first]) => (first !== undefined && "outcome" in first ? first.outcome : first)),
    Effect.orElseSucceed(() => undefined)
  )

/** Its parameters are those of the load. */
export const readBackStatement = (entity: Entity, variant: LoadVariant, { held, kept, lacking }: Answered): string => {
  const table = quoteTable(entity.table)
  // What of the rows that are there already an append does not write is none of its business.
  const compared: Entity = entity.mode === "append" ? { ...entity, mode: "upsert" } : entity
  const written = entity.mode === "append" ? `(select * from ${table} where _first_seen_at = now())` : table
  const isSure = !held && variant.misses === undefined
  const told = (made: typeof reasonSql) =>
    [
      unlike("load.undone", "u", made, `(u.n - ${lacking})`),
      ...(isSure ? [unlike("load.returned", "g", made, `(g.n - ${kept})`)] : []),
      alteredSql(entity, made),
      ...(variant.cursor === undefined
        ? []
        : [
            `case when u.n > ${lacking} and not coalesce(f.past_rejected, false) and not l.reasons @> '[{"code": "cursor.stays"}]'
      then jsonb_build_array(${made("cursor.stays", { entity: literal(entityId(entity)) })}) else '[]'::jsonb end`
          ])
    ].join(" || ")
  const clauses = [
    "unused as (select $3::json)",
    factsClause,
    ...diffClauses(compared, variant, "true"),
    `undone as materialized ${firstKeys(keyText(entity.key, ofDiff), "from diff as d where d._kind = 'new'")}`,
    ...(isSure
      ? [
          `returned as materialized ${firstKeys(
            keyText(entity.key, (_, at) => `d._old_${at}`),
            "from diff as d where d._kind = 'gone'"
          )}`
        ]
      : []),
    ...alteredClause(entity, written),
    `told as materialized (
  select ${told(textSql)} as warnings, ${told(reasonSql)} as reasons, u.n > ${lacking} as undone
  from undone as u, facts as f, tributary.sync_log as l${isSure ? ", returned as g" : ""} where l.id = $1)`
  ]
  return `with ${clauses.join(",\n")}\n${toldSql} returning ${outcomeColumns}, t.undone`
}

const decodeUndone = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ undone: Schema.Boolean })))

/** Rows that moved a cursor are not there: all of it is undone, and it is loaded again with the cursor where it was. */
class CursorTooFar extends Data.TaggedError("CursorTooFar") {}

interface Loading<E> {
  readonly statement: string
  /** `still`: no cursor moves. */
  readonly send: (statement: string, still: boolean) => Effect.Effect<ReadonlyArray<unknown>, E, SqlClient.SqlClient>
  /** Cursors would move that are to stay where rows are undone. */
  readonly moves: boolean
}

/** Runs the statement and reads its rows back; answers what it answers. */
export const loadAndReadBack = Effect.fnUntraced(function* <E>(
  entity: Entity,
  variant: LoadVariant,
  { moves, send, statement }: Loading<E>
): Effect.fn.Return<ReadonlyArray<unknown>, E | Schema.SchemaError | SqlError.SqlError, SqlClient.SqlClient> {
  const sql = yield* SqlClient.SqlClient
  const tried = (still: boolean) =>
    sql.withTransaction(
      Effect.gen(function* () {
        const answer = yield* send(statement, still)
        const known = yield* answered(answer)
        if (known === undefined) return answer
        const outcome = yield* send(readBackStatement(entity, variant, known), still)
        const [read] = yield* decodeUndone(outcome)
        if (read?.undone === true && moves && !still) return yield* new CursorTooFar()
        return variant.confirm && deletes(entity) ? outcome.map((one) => ({ outcome: one, gone: null })) : outcome
      })
    )
  return yield* tried(false).pipe(
    Effect.catchIf(
      (error): error is CursorTooFar => error instanceof CursorTooFar,
      () => Effect.catchIf(tried(true), (error): error is CursorTooFar => error instanceof CursorTooFar, Effect.die)
    )
  )
})
