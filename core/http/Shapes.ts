/** The JSON of the API's answers. */
import { Schema } from "effect"
import { type AuditedRun, AuditedStatus } from "../database/Audit.ts"
import type { PendingDelete } from "../database/PendingDeletes.ts"
import type { JobFire, JobRun, JobState } from "../jobs/Jobs.ts"
import { RunResult, RunStatus } from "../sync/Run.ts"

export const Run = Schema.Struct({
  id: Schema.Int,
  connector: Schema.String,
  entity: Schema.String,
  account: Schema.NullOr(Schema.String),
  trigger: Schema.String.annotate({ description: "What set it off: cli, job, api, bot." }),
  actor: Schema.NullOr(Schema.String).annotate({ description: "Who, when a person did." }),
  status: AuditedStatus,
  startedAt: Schema.Date,
  finishedAt: Schema.NullOr(Schema.Date),
  fetched: Schema.Int,
  inserted: Schema.Int,
  updated: Schema.Int,
  unchanged: Schema.Int,
  deleted: Schema.Int,
  rejected: Schema.Int,
  requests: Schema.Int,
  bytes: Schema.Int,
  warnings: Schema.Array(Schema.String),
  error: Schema.NullOr(Schema.String)
}).annotate({ identifier: "Run", description: "A row of the audit; counts are rows." })

export const runOf = ({ bytes, finished_at, id, started_at, ...run }: AuditedRun): typeof Run.Type => ({
  ...run,
  id: Number(id),
  bytes: Number(bytes),
  startedAt: started_at,
  finishedAt: finished_at
})

export const Connector = Schema.Struct({
  name: Schema.String,
  type: Schema.String,
  timezone: Schema.String,
  entities: Schema.Int,
  concurrency: Schema.Int,
  hash: Schema.String.annotate({ description: "Of its declaration without secrets." })
}).annotate({ identifier: "Connector" })

export const EntityState = Schema.Struct({
  id: Schema.String.annotate({ description: "As in selectors: iiko.product." }),
  connector: Schema.String,
  entity: Schema.String,
  table: Schema.String,
  mode: Schema.Literals(["mirror", "upsert", "replace", "append"]),
  rows: Schema.NullOr(Schema.Int).annotate({
    description: "About how many the table has; null: there is no table yet."
  }),
  freshAt: Schema.NullOr(Schema.Date).annotate({ description: "The end of its last good run." }),
  pending: Schema.Int.annotate({ description: "Rows whose delete waits for a decision." }),
  last: Schema.NullOr(Run).annotate({ description: "Its last run that was not skipped." })
}).annotate({ identifier: "Entity" })

export const PendingDeleteState = Schema.Struct({
  id: Schema.Int,
  connector: Schema.String,
  entity: Schema.String,
  account: Schema.NullOr(Schema.String),
  table: Schema.String,
  reason: Schema.String,
  rows: Schema.Int,
  createdAt: Schema.Date,
  sample: Schema.Array(Schema.Record(Schema.String, Schema.NullOr(Schema.String))).annotate({
    description: "The keys of the first few rows."
  })
}).annotate({ identifier: "PendingDelete" })

export const pendingDeleteOf = (row: PendingDelete): typeof PendingDeleteState.Type => ({
  id: Number(row.id),
  connector: row.connector,
  entity: row.entity,
  account: row.account,
  table: row.table_name,
  reason: row.reason,
  rows: row.total,
  createdAt: row.created_at,
  sample: row.sample
})

const Fire = Schema.Struct({
  scheduledAt: Schema.DateTimeUtc,
  startedAt: Schema.NullOr(Schema.DateTimeUtc),
  finishedAt: Schema.NullOr(Schema.DateTimeUtc),
  status: Schema.Literals(["running", "ok", "warning", "failed", "missed", "skipped"]),
  detail: Schema.NullOr(Schema.String)
}) satisfies Schema.Codec<JobFire, unknown>

export const Job = Schema.Struct({
  name: Schema.String,
  schedule: Schema.String,
  timezone: Schema.String,
  enabled: Schema.Boolean,
  paused: Schema.Boolean,
  lastFire: Schema.NullOr(Fire),
  nextFire: Schema.NullOr(Schema.DateTimeUtc).annotate({ description: "null: it does not fire by itself." })
}).annotate({ identifier: "Job" }) satisfies Schema.Codec<JobState, unknown>

export const EndedJob = Schema.Struct({
  ...Fire.fields,
  status: RunStatus,
  job: Schema.String,
  results: Schema.Array(RunResult)
}).annotate({ identifier: "JobRun" }) satisfies Schema.Codec<JobRun, unknown>

const Part = Schema.Struct({
  status: Schema.Literals(["ok", "warning", "failed", "never"]).annotate({
    description: "The worst of how the last runs of its entities ended; never: none has run."
  }),
  failing: Schema.Int.annotate({ description: "Entities whose last run failed." }),
  lastFinishedAt: Schema.NullOr(Schema.Date),
  ageSeconds: Schema.NullOr(Schema.Int)
})

const JobPart = Schema.Struct({
  lastStatus: Schema.NullOr(Fire.fields.status),
  nextFire: Schema.NullOr(Schema.DateTimeUtc),
  paused: Schema.Boolean
})

export const Well = Schema.Struct({
  status: Schema.Literal("ok"),
  database: Schema.Struct({ status: Schema.Literal("ok"), roundTripMs: Schema.Int }),
  connectors: Schema.Record(Schema.String, Part),
  jobs: Schema.Record(Schema.String, JobPart)
}).annotate({
  identifier: "Well",
  description: "The process and its database are well; a connector that fails does not make the daemon unwell."
})

export const Unwell = Schema.Struct({
  status: Schema.Literal("unwell"),
  database: Schema.Struct({ status: Schema.Literal("unreachable") })
}).annotate({ identifier: "Unwell" })
