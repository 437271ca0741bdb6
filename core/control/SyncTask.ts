/** What is stored of a task that syncs: the request, how far it is, and what came of it for each entity. */
import { Effect, Option, Schema } from "effect"
import { rowCounts } from "../database/audit/RowCounts.ts"
import { foreignText, Reason, reason } from "../reason/Reason.ts"
import type { RunResult, SyncEvent } from "../sync/RunResult.ts"

export const SyncTaskRequest = Schema.Struct({
  selectors: Schema.optionalKey(Schema.NonEmptyArray(Schema.NonEmptyString)).annotateKey({
    description: "iiko.product, iiko.*, *, !iiko.employee to exclude; without the key all."
  }),
  full: Schema.optionalKey(Schema.Boolean).annotateKey({
    description: "Read everything again, whatever the cursors of incremental entities say."
  }),
  pastRejected: Schema.optionalKey(Schema.Boolean).annotateKey({
    description: "Let the cursors move past records that are rejected in this run."
  }),
  since: Schema.optionalKey(Schema.NonEmptyString).annotateKey({
    description:
      "Read again from this value of the cursor's column on, such as 2026-01-01 or an id, of incremental entities; a cursor that is earlier counts."
  }),
  keys: Schema.optionalKey(Schema.NonEmptyArray(Schema.NonEmptyString)).annotateKey({
    description: "Read only the records with these keys, of one entity that has `one`; nothing is deleted."
  }),
  from: Schema.optionalKey(Schema.NonEmptyString).annotateKey({
    description:
      "Read only from this day on, such as 2026-01-01 or today-3d, of entities that have `windows`; nothing is deleted, and cursors stay."
  }),
  to: Schema.optionalKey(Schema.NonEmptyString).annotateKey({
    description: "With `from`: read up to there. Default now."
  })
}).annotate({ identifier: "SyncRequest" })
export type SyncTaskRequest = typeof SyncTaskRequest.Type

export const SyncTaskProgress = Schema.Struct({
  done: Schema.Int.annotate({
    description: "Runs that have ended: one for each entity, and account where it has some."
  }),
  all: Schema.Int.annotate({ description: "How many there are." }),
  records: Schema.Int.annotate({ description: "Records that became rows so far." }),
  times: Schema.Int.annotate({ description: "How often it was begun: a program that ends leaves it to the next." })
}).annotate({ identifier: "SyncTaskProgress" })
export type SyncTaskProgress = typeof SyncTaskProgress.Type

const statuses = { ok: Schema.Int, warning: Schema.Int, failed: Schema.Int, skipped: Schema.Int }

const EntityOutcome = Schema.Struct({
  entity: Schema.String.annotate({ description: "As in selectors: iiko.product." }),
  ...statuses,
  ...rowCounts,
  error: Schema.NullOr(Reason).annotate({ description: "Of the first run that failed." })
}).annotate({ description: "The runs of one entity by their status, and their counts of rows." })
type EntityOutcome = typeof EntityOutcome.Type

export const SyncTaskResult = Schema.Struct({ entities: Schema.Array(EntityOutcome) }).annotate({
  identifier: "SyncTaskResult"
})
export type SyncTaskResult = typeof SyncTaskResult.Type

const decoded = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decode = Schema.decodeUnknownEffect(schema)
  return (stored: unknown) => Effect.orDie(decode(stored))
}
export const decodeRequest = decoded(SyncTaskRequest)
export const decodeProgress = decoded(SyncTaskProgress)
export const decodeResult = decoded(Schema.NullOr(SyncTaskResult))

/** The same for a view; undefined if it is not what this version stores. */
export const requestIn = (stored: unknown): SyncTaskRequest | undefined =>
  Option.getOrUndefined(Schema.decodeUnknownOption(SyncTaskRequest)(stored))
export const resultIn = (stored: unknown): SyncTaskResult | undefined =>
  Option.getOrUndefined(Schema.decodeUnknownOption(SyncTaskResult)(stored))
export const progressIn = (stored: unknown): SyncTaskProgress | undefined =>
  Option.getOrUndefined(Schema.decodeUnknownOption(SyncTaskProgress)(stored))

/** Follows the events of the runs. */
export const observer = (all: number, times: number) => {
  const begun = new Set<string>()
  let [done, records] = [0, 0]
  const onEvent = (event: SyncEvent) =>
    Effect.sync(() => {
      if (event._tag === "Started") begun.add(event.entity)
      if (event._tag === "Finished") done += 1
      if (event._tag === "Rows") records += event.count
    })
  // Records that are read by their keys bring their children with them.
  const progress = (): SyncTaskProgress => ({ done, all: Math.max(all, begun.size), records, times })
  return { onEvent, progress }
}

const none = { ok: 0, warning: 0, failed: 0, skipped: 0, fetched: 0, inserted: 0, updated: 0 }
const counted = ["fetched", "inserted", "updated", "unchanged", "deleted", "rejected"] as const

const errorOf = ({ error, errorReason }: RunResult): Reason | null =>
  errorReason ?? (error === null ? null : foreignText(error))

const outcomeOf = (entity: string, runs: ReadonlyArray<RunResult>): EntityOutcome => {
  const outcome = { entity, ...none, unchanged: 0, deleted: 0, rejected: 0 }
  for (const run of runs) {
    outcome[run.status] += 1
    for (const name of counted) outcome[name] += run[name]
  }
  const failed = runs.find(({ status }) => status === "failed")
  return { ...outcome, error: failed === undefined ? null : errorOf(failed) }
}

export const resultOf = (runs: ReadonlyArray<RunResult>): SyncTaskResult => ({
  entities: [...Map.groupBy(runs, ({ connector, entity }) => `${connector}.${entity}`)].map(([entity, of]) =>
    outcomeOf(entity, of)
  )
})

/** Why the task failed: a run of it did. */
export const failureOf = (runs: ReadonlyArray<RunResult>): Reason | undefined => {
  const failed = runs.filter(({ status }) => status === "failed")
  const [first] = failed
  if (first === undefined) return undefined
  const entity = `${first.connector}.${first.entity}${first.accountName === undefined ? "" : `@${first.accountName}`}`
  const why = errorOf(first) ?? reason("unsaid")
  return reason("sync.failedRuns", { failed: failed.length, runs: runs.length, entity, why })
}
