/**
 * Reads back what a load wrote to a table with AFTER triggers. These fire when the statement has already answered, so
 * such a load runs in a transaction: a second statement compares the same rows with the table again and adds what it
 * finds to the audit row. Loads of other tables stay one statement.
 */
import { Data, Effect, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { deletesMissing } from "../../config/DeletePolicy.ts"
import { type Entity, entityId } from "../../config/Entity.ts"
import { reasonSql, reasonsWhen, textSql } from "../../reason/Sql.ts"
import { keyText } from "../tables/ColumnList.ts"
import { literal, quoteTable } from "../tables/Identifier.ts"
import { outcomeColumns } from "./AuditSql.ts"
import { diffClauses, factsClause, type LoadVariant } from "./DiffSql.ts"
import { addWarningsSql, alteredClause, alteredSql, diffColumn, differencesSql, firstKeys } from "./WrittenSql.ts"

/** Differences that the load statement has already reported, so that none is reported twice. */
const LoadAnswer = Schema.Struct({
  /** How many rows it did not write. */
  lacking: Schema.Int,
  /** How many rows it did not delete. */
  kept: Schema.Int,
  /** Whether the deletes were withheld. */
  held: Schema.Boolean
})
type LoadAnswer = typeof LoadAnswer.Type
/** A load that asks before it deletes wraps its outcome. */
const decodeAnswers = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Union([LoadAnswer, Schema.Struct({ outcome: LoadAnswer })]))
)

/** Undefined if the load wrote nothing: it asks first, or the run is lost. */
const answered = (answer: ReadonlyArray<unknown>) =>
  decodeAnswers(answer).pipe(
    Effect.map(([first]) => (first !== undefined && "outcome" in first ? first.outcome : first)),
    Effect.orElseSucceed(() => undefined)
  )

/** Takes the parameters of the load statement. */
export const readBackStatement = (
  entity: Entity,
  variant: LoadVariant,
  { held, kept, lacking }: LoadAnswer
): string => {
  const table = quoteTable(entity.table)
  // An append never updates, so it is only compared with the rows that it inserted.
  const compared: Entity = entity.mode === "append" ? { ...entity, mode: "upsert" } : entity
  const written = entity.mode === "append" ? `(select * from ${table} where _first_seen_at = now())` : table
  const isSure = !held && variant.misses === undefined
  const warningsSql = (made: typeof reasonSql) =>
    [
      differencesSql("load.undone", "u", made, `(u.n - ${lacking})`),
      ...(isSure ? [differencesSql("load.returned", "g", made, `(g.n - ${kept})`)] : []),
      alteredSql(entity, made),
      ...(variant.cursor === undefined
        ? []
        : [
            reasonsWhen(
              `u.n > ${lacking} and not coalesce(f.past_rejected, false) and not l.reasons @> '[{"code": "cursor.stays"}]'`,
              made("cursor.stays", { entity: literal(entityId(entity)) })
            )
          ])
    ].join(" || ")
  const clauses = [
    "unused as (select $3::json)",
    factsClause,
    ...diffClauses(compared, variant, "true"),
    `undone as materialized ${firstKeys(keyText(entity.key, diffColumn), "from diff as d where d._kind = 'new'")}`,
    ...(isSure
      ? [
          `returned as materialized ${firstKeys(
            keyText(entity.key, (_, at) => `d._old_${at}`),
            "from diff as d where d._kind = 'gone'"
          )}`
        ]
      : []),
    ...alteredClause(entity, written),
    `reported as materialized (
  select ${warningsSql(textSql)} as warnings, ${warningsSql(reasonSql)} as reasons, u.n > ${lacking} as undone
  from undone as u, facts as f, tributary.sync_log as l${isSure ? ", returned as g" : ""} where l.id = $1)`
  ]
  return `with ${clauses.join(",\n")}\n${addWarningsSql} returning ${outcomeColumns}, t.undone`
}

const decodeUndone = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ undone: Schema.Boolean })))

/** Rows that moved a cursor are missing: the load is rolled back and repeated without moving the cursor. */
class CursorTooFar extends Data.TaggedError("CursorTooFar") {}

interface LoadStatement<E> {
  readonly statement: string
  /** `still`: without moving a cursor. */
  readonly send: (statement: string, still: boolean) => Effect.Effect<ReadonlyArray<unknown>, E, SqlClient.SqlClient>
  /** Whether cursors move that must not pass missing rows. */
  readonly moves: boolean
}

/** Runs the load statement and reads its rows back; the answer has the form of the statement's. */
export const loadAndReadBack = Effect.fnUntraced(function* <E>(
  entity: Entity,
  variant: LoadVariant,
  { moves, send, statement }: LoadStatement<E>
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
        return variant.confirm && deletesMissing(entity)
          ? outcome.map((one) => ({ outcome: one, gone: null }))
          : outcome
      })
    )
  return yield* tried(false).pipe(
    Effect.catchIf(
      (error): error is CursorTooFar => error instanceof CursorTooFar,
      () => Effect.catchIf(tried(true), (error): error is CursorTooFar => error instanceof CursorTooFar, Effect.die)
    )
  )
})
