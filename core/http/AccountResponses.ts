/** The JSON of accounts and of what happened to them. It holds no credential. */
import { type Effect, Schema } from "effect"
import type * as AccountEvents from "../accounts/AccountEvents.ts"
import { AccountStatus, type Account as StoredAccount } from "../accounts/AccountRows.ts"
import { TableRows } from "../accounts/Purge.ts"
import type {
  FailedRead as StoredFailure,
  OfferedList as StoredList,
  ShownList as StoredRows
} from "../control/AccountReport.ts"
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

export const RemovedAccount = Schema.Struct({
  ...{ id: Schema.String, connector: Schema.String, owner: Schema.String, name: Schema.String },
  removedAt: Schema.DateTimeUtc,
  removedBy: Schema.NullOr(Schema.String)
}).annotate({ identifier: "RemovedAccount" })

export const FailedRead = Schema.Struct({
  account: Schema.String,
  connector: Schema.String,
  entity: Schema.String,
  error: Schema.String,
  errorReason: Reason.annotate({ description: "The same as data." }),
  at: Schema.Date.annotate({ description: "When its last run began." })
}).annotate({ identifier: "FailedRead", description: "An entity that could not be read for an account the last time." })

export const failedReadOf = ({ reason, ...failed }: StoredFailure): typeof FailedRead.Type => ({
  ...failed,
  error: render(reason),
  errorReason: reason
})

/** A list of stored rows of an account, as a connector's type offers it. */
export const OfferedList = Schema.Struct({ name: Schema.String, title: Schema.String }).annotate({
  identifier: "AccountList"
})

export const offeredListOf = ({ name, title }: StoredList): typeof OfferedList.Type => ({ name, title: render(title) })

export const ShownList = Schema.Struct({
  ...OfferedList.fields,
  head: Schema.String,
  lines: Schema.Array(Schema.String),
  lineReasons: Schema.Array(Reason).annotate({ description: "The lines as data." })
}).annotate({ identifier: "AccountRowList" })

export const shownListOf = ({ head, lines, ...list }: StoredRows): typeof ShownList.Type => ({
  ...offeredListOf(list),
  head: render(head),
  lines: lines.map(render),
  lineReasons: lines
})

export const AccountDetail = Schema.Struct({
  ...Account.fields,
  events: Schema.Array(AccountEvent).annotate({ description: "What happened to it, the last fifty, newest first." })
}).annotate({ identifier: "AccountDetail" })

export const AccountRows = Schema.Struct({ rows: Schema.Int, tables: Schema.Array(TableRows) }).annotate({
  identifier: "AccountRows"
})
