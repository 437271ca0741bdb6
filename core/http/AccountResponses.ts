/** The JSON of accounts and of what happened to them. It holds no credential. */
import { type Effect, Schema } from "effect"
import type * as AccountEvents from "../accounts/AccountEvents.ts"
import { AccountStatus, type Account as StoredAccount } from "../accounts/AccountRows.ts"
import { TableRows } from "../accounts/Purge.ts"
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

export const AccountDetail = Schema.Struct({
  ...Account.fields,
  events: Schema.Array(AccountEvent).annotate({ description: "What happened to it, the last fifty, newest first." })
}).annotate({ identifier: "AccountDetail" })

export const AccountRows = Schema.Struct({ rows: Schema.Int, tables: Schema.Array(TableRows) }).annotate({
  identifier: "AccountRows"
})
