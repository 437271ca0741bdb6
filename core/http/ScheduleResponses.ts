/** The JSON of the schedules of accounts. */
import { Schema } from "effect"
import { AccountStatus } from "../accounts/AccountRows.ts"
import type { AccountSchedule } from "../accounts/ScheduleRows.ts"
import { accountName } from "../config/Account.ts"
import { durationText } from "../config/schema/Scalars.ts"
import { Reason, render } from "../reason/Reason.ts"

const time = Schema.NullOr(Schema.DateTimeUtc)

export const Schedule = Schema.Struct({
  id: Schema.String,
  connector: Schema.String,
  account: Schema.String,
  accountName: Schema.String.annotate({ description: "owner/name of the account." }),
  accountStatus: AccountStatus.annotate({ description: "It rests unless the account is active." }),
  entities: Schema.NullOr(Schema.Array(Schema.String)).annotate({ description: "null: all of the connector." }),
  every: Schema.NullOr(Schema.String).annotate({ description: "As in 15m." }),
  cron: Schema.NullOr(Schema.String),
  timezone: Schema.NullOr(Schema.String).annotate({ description: "Of the cron pattern." }),
  enabled: Schema.Boolean,
  nextFire: time,
  lastRun: time.annotate({ description: "When it fired last." }),
  lastSuccess: time.annotate({ description: "The end of its last run without a failure." }),
  error: Schema.NullOr(Schema.String).annotate({ description: "Why the last run failed." }),
  errorReason: Schema.NullOr(Reason).annotate({ description: "The same as data." }),
  createdAt: Schema.DateTimeUtc,
  createdBy: Schema.NullOr(Schema.String)
}).annotate({ identifier: "Schedule" })

export const scheduleOf = ({ account, cadence, reason, ...schedule }: AccountSchedule): typeof Schedule.Type => ({
  ...schedule,
  account: account.id,
  accountName: accountName(account),
  every: cadence._tag === "Every" ? durationText(cadence.every) : null,
  cron: cadence._tag === "Cron" ? cadence.pattern : null,
  timezone: cadence._tag === "Cron" ? cadence.timezone : null,
  error: reason && render(reason),
  errorReason: reason
})
