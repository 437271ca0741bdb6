/** The JSON of the API's answers. */
import { Schema } from "effect"
import { type Entry, EntryStatus, type ListedAction } from "../actions/Actions.ts"
import { targetId } from "../config/RunTarget.ts"
import { type AuditedRun, AuditedStatus } from "../database/audit/Audit.ts"
import { PastRun } from "../database/audit/EntityFacts.ts"
import type * as JobLog from "../database/audit/JobLog.ts"
import type { DecidedDelete, PendingDelete, PendingDeletePage } from "../database/audit/PendingDeletes.ts"
import { rowCounts } from "../database/audit/RowCounts.ts"
import { tableId } from "../database/tables/Identifier.ts"
import { type EntityState as State, states } from "../jobs/EntityState.ts"
import { storedReasons } from "../jobs/JobRun.ts"
import type { JobFire, JobRun, JobState } from "../jobs/Jobs.ts"
import { Reason } from "../reason/Reason.ts"
import { RunResult, RunStatus } from "../sync/RunResult.ts"
import { OfferedList } from "./AccountResponses.ts"

export const Run = Schema.Struct({
  id: Schema.Int,
  connector: Schema.String,
  entity: Schema.String,
  account: Schema.NullOr(Schema.String),
  accountName: Schema.NullOr(Schema.String).annotate({ description: "owner/name of the account." }),
  trigger: Schema.String.annotate({
    description: "What set it off: cli, job, api, console, webhook, bot, event (of the source)."
  }),
  actor: Schema.NullOr(Schema.String).annotate({ description: "Who, when a person did." }),
  status: AuditedStatus,
  startedAt: Schema.Date,
  finishedAt: Schema.NullOr(Schema.Date),
  ...rowCounts,
  requests: Schema.Int,
  bytes: Schema.Int,
  warnings: Schema.Array(Schema.String),
  reasons: Schema.Array(Reason).annotate({ description: "Of the warnings, one each." }),
  notes: Schema.Array(Schema.String).annotate({ description: "Remarks that need no action." }),
  noteReasons: Schema.Array(Reason).annotate({ description: "Of the notes, one each." }),
  error: Schema.NullOr(Schema.String),
  errorReason: Schema.NullOr(Reason)
}).annotate({ identifier: "Run", description: "A row of the audit; counts are rows." })

export const runOf = ({ bytes, finished_at, id, started_at, ...run }: AuditedRun): typeof Run.Type => ({
  ...run,
  id: Number(id),
  bytes: Number(bytes),
  startedAt: started_at,
  finishedAt: finished_at
})

export const Reject = Schema.Struct({
  position: Schema.Int.annotate({ description: "Where in the read, from 1." }),
  key: Schema.NullOr(Schema.Record(Schema.String, Schema.String)).annotate({
    description: "null: it could not be read."
  }),
  field: Schema.NullOr(Schema.String),
  reason: Schema.String,
  why: Reason.annotate({ description: "What `reason` says, as data." }),
  value: Schema.NullOr(Schema.String).annotate({ description: "What the source sent for the field." }),
  record: Schema.NullOr(Schema.String).annotate({ description: "The whole record, cut when it is long." })
}).annotate({ identifier: "Reject" })

export const Connector = Schema.Struct({
  name: Schema.String,
  type: Schema.String,
  timezone: Schema.String,
  entities: Schema.Int,
  concurrency: Schema.Int,
  hash: Schema.String.annotate({ description: "Of its declaration without secrets." }),
  accounts: Schema.optionalKey(
    Schema.Struct({
      perOwner: Schema.Int.annotate({ description: "How many an owner may have." }),
      link: Schema.Boolean.annotate({ description: "Whether they are authorized by a link, or by their credentials." }),
      lists: Schema.Array(OfferedList).annotate({
        description: "The lists of stored rows that there are for each: accounts/{id}/lists/{name}."
      })
    })
  ).annotate({ description: "Absent: it has none." })
}).annotate({ identifier: "Connector" })

export const EntityState = Schema.Struct({
  id: Schema.String.annotate({ description: "As in selectors: iiko.product." }),
  connector: Schema.String,
  entity: Schema.String,
  table: Schema.String,
  mode: Schema.Literals(["mirror", "upsert", "replace", "append"]),
  state: Schema.Literals(states).annotate({
    description: "The first of these that applies, by its last run that has ended, its jobs and its pending deletes."
  }),
  rows: Schema.NullOr(Schema.Int).annotate({
    description: "Of a large table about how many; null: there is no table yet."
  }),
  freshAt: Schema.NullOr(Schema.DateTimeUtc).annotate({ description: "The end of its last good run." }),
  cursorAt: Schema.NullOr(Schema.DateTimeUtc).annotate({
    description:
      "When the read began that moved its cursor last, of several cursors (accounts, parents) the oldest; null: it has none."
  }),
  late: Schema.Boolean.annotate({ description: "It is not as fresh as its jobs promise." }),
  expectedAt: Schema.NullOr(Schema.DateTimeUtc).annotate({
    description: "The fire that should have refreshed it last; null: nothing is expected yet."
  }),
  nextFire: Schema.NullOr(Schema.DateTimeUtc).annotate({ description: "The next one of a job that selects it." }),
  pending: Schema.Int.annotate({ description: "Rows whose delete waits for a decision." }),
  accounts: Schema.optionalKey(Schema.Record(Schema.String, Schema.Int)).annotate({
    description:
      "How many accounts of its connector are in each state, of which its own is the most urgent. Absent: it has none."
  }),
  last: Schema.NullOr(Run).annotate({ description: "Its last run that was not skipped." }),
  recent: Schema.Array(PastRun).annotate({ description: "The last twenty of them, oldest first." })
}).annotate({ identifier: "Entity" })

/** Returns the JSON of a state without its past runs. */
export const entityStateOf = ({ last, target, ...state }: State): Omit<typeof EntityState.Type, "recent"> => ({
  id: targetId(target),
  connector: target.entity.connector,
  entity: target.entity.name,
  table: tableId(target.entity.table),
  mode: target.entity.mode,
  state: state.state,
  rows: state.rows,
  freshAt: state.freshAt,
  cursorAt: state.cursorAt,
  late: state.late,
  expectedAt: state.expectedAt,
  nextFire: state.nextFire,
  pending: state.pending,
  ...(state.accounts === undefined ? {} : { accounts: state.accounts }),
  last: last && runOf(last)
})

export const EntityDetail = Schema.Struct({
  ...EntityState.fields,
  declaration: Schema.String.annotate({ description: "What it resolved to, as YAML; headers without their values." }),
  columns: Schema.Array(Schema.Struct({ name: Schema.String, type: Schema.String })),
  history: Schema.Array(PastRun).annotate({ description: "The last two hundred runs, oldest first." })
}).annotate({ identifier: "EntityDetail" })

export const PendingDeleteState = Schema.Struct({
  id: Schema.Int,
  connector: Schema.String,
  entity: Schema.String,
  account: Schema.NullOr(Schema.String),
  accountName: Schema.NullOr(Schema.String).annotate({ description: "owner/name of the account." }),
  table: Schema.String,
  reason: Schema.String,
  reasons: Schema.Array(Reason).annotate({ description: "The same as data: one." }),
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
  accountName: row.account_name,
  table: row.table_name,
  reason: row.reason,
  reasons: row.reasons,
  rows: row.total,
  createdAt: row.created_at,
  sample: row.sample
})

export const DecidedDeleteState = Schema.Struct({
  ...PendingDeleteState.fields,
  status: Schema.Literals(["applied", "dropped", "superseded"]).annotate({
    description: "superseded: a later run asked anew, or saw one of the rows again."
  }),
  decidedAt: Schema.NullOr(Schema.Date),
  decidedBy: Schema.NullOr(Schema.String),
  deleted: Schema.NullOr(Schema.Int)
}).annotate({ identifier: "DecidedDelete" })

export const decidedDeleteOf = (row: DecidedDelete): typeof DecidedDeleteState.Type => ({
  ...pendingDeleteOf(row),
  status: row.status,
  decidedAt: row.decided_at,
  decidedBy: row.decided_by,
  deleted: row.deleted
})

const TextRow = Schema.Record(Schema.String, Schema.NullOr(Schema.String))

export const PendingDeleteRows = Schema.Struct({
  ...PendingDeleteState.fields,
  keyColumns: Schema.Array(Schema.String),
  rowsPage: Schema.Array(TextRow).annotate({ description: "The keys of the rows of this page, as text." }),
  current: Schema.Array(Schema.NullOr(TextRow)).annotate({
    description: "The same rows as the table has them now, as text; null: gone."
  })
}).annotate({ identifier: "PendingDeleteRows" })

export const pendingDeleteRowsOf = (row: PendingDeletePage): typeof PendingDeleteRows.Type => ({
  ...pendingDeleteOf({ ...row, sample: row.page.slice(0, 5) }),
  keyColumns: row.key_columns,
  rowsPage: row.page,
  current: row.current
})

export const Fire = Schema.Struct({
  scheduledAt: Schema.DateTimeUtc,
  startedAt: Schema.NullOr(Schema.DateTimeUtc),
  finishedAt: Schema.NullOr(Schema.DateTimeUtc),
  status: Schema.Literals(["running", "ok", "warning", "failed", "missed", "skipped"]),
  detail: Schema.NullOr(Schema.String),
  reasons: Schema.Array(Reason).annotate({ description: "Of the detail, one a line." })
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

export const JobDetail = Schema.Struct({
  ...Job.fields,
  steps: Schema.Array(Schema.String).annotate({ description: "What it does, in words and in order." })
}).annotate({ identifier: "JobDetail" })

export const LoggedJobRun = Schema.Struct({
  id: Schema.Int,
  job: Schema.String,
  ...Fire.fields,
  trigger: Schema.String.annotate({ description: "schedule, or what a person used." }),
  actor: Schema.NullOr(Schema.String)
}).annotate({ identifier: "LoggedJobRun" })

export const loggedJobRunOf = (row: JobLog.LoggedJobRun): typeof LoggedJobRun.Type => ({
  id: Number(row.id),
  job: row.job,
  scheduledAt: row.scheduled_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
  status: row.status,
  detail: row.detail,
  reasons: storedReasons(row.detail, row.reasons),
  trigger: row.trigger,
  actor: row.actor
})

export const EndedJob = Schema.Struct({
  ...Fire.fields,
  status: RunStatus,
  job: Schema.String,
  results: Schema.Array(RunResult)
}).annotate({ identifier: "JobRun" }) satisfies Schema.Codec<JobRun, unknown>

export const ActionEntry = Schema.Struct({
  id: Schema.Int,
  action: Schema.String,
  key: Schema.String.annotate({ description: "The action's id, a colon, and what makes it the same thing again." }),
  what: Schema.String.annotate({ description: "In words for a person." }),
  whatReason: Reason,
  status: EntryStatus.annotate({
    description: "failed: certainly not applied. unknown: perhaps applied, a person decides."
  }),
  trigger: Schema.String,
  actor: Schema.NullOr(Schema.String),
  request: Schema.Json,
  response: Schema.NullOr(Schema.Json),
  error: Schema.NullOr(Schema.String),
  errorReason: Schema.NullOr(Reason),
  detail: Schema.NullOr(Schema.String),
  detailReason: Schema.NullOr(Reason),
  attempts: Schema.Int,
  resolvedBy: Schema.NullOr(Schema.String),
  createdAt: Schema.DateTimeUtc,
  finishedAt: Schema.NullOr(Schema.DateTimeUtc)
}).annotate({ identifier: "ActionEntry" }) satisfies Schema.Codec<Entry, unknown>

export const ActionState = Schema.Struct({
  id: Schema.String.annotate({ description: "iiko.negative-transfer." }),
  connector: Schema.String,
  description: Schema.String,
  input: Schema.Unknown.annotate({ description: "JSON Schema of what it is told." }),
  readsBack: Schema.Boolean,
  last: Schema.NullOr(ActionEntry)
}).annotate({ identifier: "Action" }) satisfies Schema.Codec<ListedAction, unknown>
