/** The result of one run of one entity, and the events during it. The JSON of `sync --json` is `RunResult`. */

import { Schema } from "effect"
import { accountName } from "../config/Account.ts"
import { type QualifiedName, type RunTarget, targetColumns } from "../config/RunTarget.ts"
import { rowCounts } from "../database/audit/RowCounts.ts"
import { Reason, render } from "../reason/Reason.ts"
import type { ReadEvent } from "../upstream/Source.ts"

export const RunStatus = Schema.Literals(["ok", "warning", "failed", "skipped"])
export type RunStatus = typeof RunStatus.Type

export const RunResult = Schema.Struct({
  connector: Schema.String,
  entity: Schema.String,
  account: Schema.NullOr(Schema.String).annotate({
    description: "The id of the account; null: the connector has none."
  }),
  accountName: Schema.optionalKey(Schema.String).annotate({ description: "owner/name of the account." }),
  status: RunStatus,
  ...rowCounts,
  warnings: Schema.Array(Schema.String),
  reasons: Schema.Array(Reason).annotate({ description: "Of the warnings, one each." }),
  notes: Schema.Array(Schema.String).annotate({
    description: "Remarks that need no action: why an incremental entity was read whole."
  }),
  noteReasons: Schema.Array(Reason).annotate({ description: "Of the notes, one each." }),
  error: Schema.NullOr(Schema.String),
  errorReason: Schema.NullOr(Reason),
  durationMs: Schema.Int
}).annotate({ description: "One run of one entity; counts are rows." })
export type RunResult = typeof RunResult.Type

/** The result of a run that did nothing and has nothing to report. */
export const emptyResult = (target: RunTarget<QualifiedName>): Omit<RunResult, "durationMs"> => ({
  ...targetColumns(target),
  ...(target.entity.account === undefined ? {} : { accountName: accountName(target.entity.account) }),
  status: "skipped",
  fetched: 0,
  inserted: 0,
  updated: 0,
  unchanged: 0,
  deleted: 0,
  rejected: 0,
  warnings: [],
  reasons: [],
  notes: [],
  noteReasons: [],
  error: null,
  errorReason: null
})

/** The warnings of a result: the sentences, and the reasons that they were rendered from. */
export const warningsOf = (reasons: ReadonlyArray<Reason>) => ({ warnings: reasons.map(render), reasons })

/** `entity` is the name of the target, `crm.deal` or `crm.deal@owner/name`. */
export type SyncEvent =
  | { readonly _tag: "Started"; readonly entity: string }
  | { readonly _tag: "Reading"; readonly entity: string; readonly event: ReadEvent }
  /** The number of records mapped to rows since the last such event. */
  | { readonly _tag: "Rows"; readonly entity: string; readonly count: number }
  | { readonly _tag: "Loading"; readonly entity: string }
  | { readonly _tag: "Finished"; readonly entity: string; readonly result: RunResult }
