/**
 * Loads the rows of one run. Few rows travel with their statement. Many rows are staged first, in batches that are
 * pipelined while the source is still being read, and the same statement then reads from there.
 */
import { PgTypes } from "@effect/sql-pg"
import { Effect, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { withAccountAt } from "../../config/AccountEntity.ts"
import { deletesMissing } from "../../config/DeletePolicy.ts"
import type { Entity } from "../../config/Entity.ts"
import { Reason, reason, render } from "../../reason/Reason.ts"
import { ReasonError } from "../../reason/ReasonError.ts"
import { AuditedStatus } from "../audit/Audit.ts"
import { rowCounts } from "../audit/RowCounts.ts"
import { json } from "../tables/StorableText.ts"
import * as TextColumn from "../tables/TextColumn.ts"
import { accountParameter } from "./AccountParameter.ts"
import type { LoadVariant } from "./DiffSql.ts"
import { loadStatement } from "./LoadSql.ts"
import type { ReadFacts } from "./ReadFacts.ts"
import { loadAndReadBack } from "./VerifyLoad.ts"

/** Rows by column, in the order of `boundColumns(entity)`; every value is text that PostgreSQL can cast, or null. */
export interface RowBatch {
  readonly columns: ReadonlyArray<TextColumn.TextColumn>
  readonly rows: number
}

export const LoadOutcome = Schema.Struct({
  status: Schema.Literals(["ok", "warning"]),
  ...rowCounts,
  warnings: Schema.Array(Schema.String),
  reasons: Schema.Array(Reason),
  notes: Schema.Array(Schema.String),
  noteReasons: Schema.Array(Reason)
})
export type LoadOutcome = typeof LoadOutcome.Type
const decodeOutcomes = Schema.decodeUnknownEffect(Schema.Array(LoadOutcome))

/** Nothing is written yet: the rows with these keys (texts, in the order of the key's columns) would be deleted. */
export interface DeleteQuestion {
  readonly gone: ReadonlyArray<ReadonlyArray<string>>
}

/** The answer of a statement that asks before it deletes: the outcome, or the keys that would be deleted. */
const Asked = Schema.Union([
  Schema.Struct({ outcome: LoadOutcome }),
  Schema.Struct({ gone: Schema.Array(Schema.Array(Schema.String)) })
])
const decodeAsked = Schema.decodeUnknownEffect(Schema.Array(Asked))

/** The statement must not write: another process owns the entity now, or staged rows are missing. */
export class RunLost extends ReasonError("RunLost") {}

const textArray = (values: ReadonlyArray<string | null>) => Effect.fromResult(PgTypes.array(values, PgTypes.OID.text))

/** The first parameters of the statement, except the run id. */
export const factParameters = Effect.fnUntraced(function* ({ account }: Entity, facts: ReadFacts) {
  const {
    rejects,
    protectedKeys,
    parents,
    unreadableKeys,
    lastRequests,
    notes = [],
    pastRejected = false,
    skipped = [],
    tombstones = [],
    gone = [],
    warnings,
    ...rest
  } = facts
  return [
    json({
      ...rest,
      keys_lost: unreadableKeys,
      past_rejected: pastRejected,
      tombstones: tombstones[0]?.length ?? 0,
      warnings: warnings.map(render),
      reasons: warnings,
      notes: notes.map(render),
      note_reasons: notes,
      last_requests: lastRequests
    }),
    json(rejects.map((reject) => ({ ...reject, reason: render(reject.why) }))),
    ...(account === undefined ? [] : [account.id]),
    ...(yield* Effect.forEach([...protectedKeys, ...parents, ...skipped, ...tombstones, ...gone], textArray))
  ]
})

export const batchParameters = (batch: RowBatch) => Effect.forEach(batch.columns, TextColumn.parameter)

const AuditRow = Schema.Struct({ ...LoadOutcome.fields, status: AuditedStatus, loads: Schema.Int })
export type AuditRow = typeof AuditRow.Type
const decodeAudited = Schema.decodeUnknownEffect(Schema.Array(AuditRow))

/** Returns the outcome if the run ended well. */
export const outcomeOf = (audit: AuditRow | undefined): LoadOutcome | undefined => {
  if (audit === undefined) return undefined
  const { loads: _, status, ...counts } = audit
  return status === "ok" || status === "warning" ? { status, ...counts } : undefined
}

/** Reads the audit row, which records what the run wrote even if its answer was lost. */
export const readOutcome = Effect.fn("Load.readOutcome")(function* (runId: bigint) {
  const sql = yield* SqlClient.SqlClient
  const [audit] = yield* decodeAudited(
    yield* sql`
    select status, loads, fetched, inserted, updated, unchanged, deleted, rejected, warnings, reasons, notes,
      note_reasons as "noteReasons"
    from tributary.sync_log where id = ${runId}`
  )
  return audit
})

const statement = Effect.fnUntraced(function* (
  entity: Entity,
  runId: bigint,
  facts: ReadFacts,
  rows: RowBatch | undefined,
  variant: LoadVariant
) {
  const sql = yield* SqlClient.SqlClient
  const bound = rows === undefined ? [] : yield* batchParameters(rows)
  const send = (text: string, still: boolean) =>
    Effect.flatMap(factParameters(entity, still ? { ...facts, cursors: [] } : facts), (parameters) =>
      sql.unsafe(text, [runId, ...parameters, ...bound])
    )
  const shared = withAccountAt(entity, accountParameter)
  const text = loadStatement(shared, variant)
  if (entity.undoable !== true) return yield* send(text, false)
  const moves = facts.cursors.length > 0 && facts.pastRejected !== true
  return yield* loadAndReadBack(shared, variant, { statement: text, send, moves })
})

const lost = (audit: AuditRow | undefined) =>
  new RunLost({ reason: reason(audit?.status === "running" ? "run.stagingLost" : "run.takenOver") })

/**
 * Runs the load statement, which also completes the run's audit row. An empty answer means that nothing was written, or
 * that an earlier attempt did write and its answer was lost: the audit row decides.
 */
export const load = Effect.fn("Load.load")(function* (
  entity: Entity,
  runId: bigint,
  facts: ReadFacts,
  rows: RowBatch | undefined,
  variant: LoadVariant
): Effect.fn.Return<LoadOutcome | DeleteQuestion, LoadFailure, SqlClient.SqlClient> {
  const answer = yield* statement(entity, runId, facts, rows, variant)
  if (variant.confirm && deletesMissing(entity)) {
    const [asked] = yield* decodeAsked(answer)
    if (asked !== undefined) return "outcome" in asked ? asked.outcome : asked
  } else {
    const [done] = yield* decodeOutcomes(answer)
    if (done !== undefined) return done
  }
  const audit = yield* readOutcome(runId)
  const outcome = outcomeOf(audit)
  return outcome ?? (yield* lost(audit))
})

/** Loads the rows read so far with the same statement; the run continues. */
export const checkpoint = Effect.fn("Load.checkpoint")(function* (
  entity: Entity,
  runId: bigint,
  facts: ReadFacts,
  rows: RowBatch | undefined,
  variant: LoadVariant
): Effect.fn.Return<void, LoadFailure, SqlClient.SqlClient> {
  const answer = yield* statement(entity, runId, facts, rows, { ...variant, checkpoint: true })
  if (answer.length > 0) return
  const audit = yield* readOutcome(runId)
  if (audit?.status !== "running" || audit.loads === facts.loads) return yield* lost(audit)
})

export type LoadFailure = RunLost | Schema.SchemaError | SqlError.SqlError | PgTypes.CodecError

/** `load`, or `checkpoint`. */
export type LoadFunction<A> = (
  ...parameters: Parameters<typeof load>
) => Effect.Effect<A, LoadFailure, SqlClient.SqlClient>
