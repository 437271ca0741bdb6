/** The JSON of accounts and of what is done for them. It holds no credential; link and code only for the person who asked. */
import { Effect, Schema } from "effect"
import type * as AccountEvents from "../accounts/AccountEvents.ts"
import { AccountStatus, type Account as StoredAccount } from "../accounts/AccountRows.ts"
import { decodeProgress } from "../accounts/Authorizations.ts"
import { TableRows } from "../accounts/Purge.ts"
import { type Task as StoredTask, TaskState } from "../accounts/TaskRows.ts"
import { Reason, render } from "../reason/Reason.ts"

const why = Schema.NullOr(Schema.String)
const whyReason = Schema.NullOr(Reason).annotate({ description: "The same as data." })

const sentenceOf = (reason: Reason | null) => reason && render(reason)

export const Account = Schema.Struct({
  ...{ id: Schema.String, connector: Schema.String, owner: Schema.String, name: Schema.String },
  status: AccountStatus.annotate({ description: "invalid: the system refuses its credentials, and it is not read." }),
  error: why.annotate({ description: "Why it is invalid." }),
  errorReason: whyReason,
  belongsTo: Schema.String.annotate({ description: "The system's line about whom the credentials belong to." }),
  expiresAt: Schema.NullOr(Schema.DateTimeUtc).annotate({
    description: "When the credentials end unless they are refreshed."
  }),
  refreshedAt: Schema.NullOr(Schema.DateTimeUtc),
  lastUsedAt: Schema.NullOr(Schema.DateTimeUtc).annotate({ description: "To the hour." }),
  createdAt: Schema.DateTimeUtc,
  createdBy: Schema.NullOr(Schema.String)
}).annotate({ identifier: "Account" })

export const accountOf = ({ reason, ...account }: StoredAccount): typeof Account.Type => ({
  ...account,
  error: sentenceOf(reason),
  errorReason: reason
})

export const AccountEvent = Schema.Struct({
  event: Schema.String,
  detail: Schema.NullOr(Schema.String).annotate({ description: "Why it was refused, or which schedule." }),
  detailReason: whyReason,
  trigger: Schema.String.annotate({ description: "vault: the daemon by itself." }),
  actor: Schema.NullOr(Schema.String),
  at: Schema.DateTimeUtc
}).annotate({ identifier: "AccountEvent" })

type StoredEvent = Effect.Success<ReturnType<typeof AccountEvents.last>>[number]

export const eventOf = ({ reason, ...event }: StoredEvent): typeof AccountEvent.Type => ({
  ...event,
  detail: sentenceOf(reason),
  detailReason: reason
})

export const AccountDetail = Schema.Struct({
  ...Account.fields,
  events: Schema.Array(AccountEvent).annotate({ description: "What happened to it, the last fifty, newest first." })
}).annotate({ identifier: "AccountDetail" })

export const AccountRows = Schema.Struct({ rows: Schema.Int, tables: Schema.Array(TableRows) }).annotate({
  identifier: "AccountRows"
})

export const Task = Schema.Struct({
  id: Schema.String,
  kind: Schema.String.annotate({ description: "authorization: a person confirms a code." }),
  connector: Schema.String,
  account: Schema.NullOr(Schema.String).annotate({ description: "The id of the account, when it is known." }),
  owner: Schema.NullOr(Schema.String),
  name: Schema.NullOr(Schema.String),
  state: TaskState,
  error: why.annotate({
    description: "Why it failed; while it runs, why the system could not be asked the last time."
  }),
  errorReason: whyReason,
  link: Schema.NullOr(Schema.String).annotate({
    description: "Where the owner confirms; only for the caller who began the task, while it runs."
  }),
  userCode: Schema.NullOr(Schema.String).annotate({ description: "The code that the owner compares; likewise." }),
  expiresAt: Schema.DateTimeUtc.annotate({ description: "Until when the code is good." }),
  trigger: Schema.String,
  createdBy: Schema.NullOr(Schema.String),
  createdAt: Schema.DateTimeUtc,
  finishedAt: Schema.NullOr(Schema.DateTimeUtc),
  finishedBy: Schema.NullOr(Schema.String).annotate({ description: "Who stopped it." })
}).annotate({ identifier: "Task" })

/** `caller`: whoever else confirms the code connects another account. */
export const taskOf = Effect.fnUntraced(function* (
  { progress, reason, ...task }: StoredTask,
  caller: { readonly trigger: string; readonly actor: string }
) {
  const { expiresAt, failure = null, link, userCode } = yield* decodeProgress(progress)
  const isRunning = task.state === "running"
  const isTheirs = isRunning && task.trigger === caller.trigger && task.createdBy === caller.actor
  const error = isRunning ? failure : reason
  return {
    ...task,
    error: sentenceOf(error),
    errorReason: error,
    link: isTheirs ? link : null,
    userCode: isTheirs ? userCode : null,
    expiresAt
  } satisfies typeof Task.Type
})
