/** The schedules of accounts. */
import { DateTime } from "effect"
import type { AccountSchedule } from "../../../accounts/ScheduleRows.ts"
import { accountName } from "../../../config/Account.ts"
import { durationText } from "../../../config/schema/Scalars.ts"
import { render as renderReason } from "../../../reason/Reason.ts"
import { moment } from "../terminal/Format.ts"
import { asTyped } from "../terminal/Prose.ts"
import type { View } from "../terminal/Style.ts"
import * as Table from "../terminal/Table.ts"

const at = (time: DateTime.Utc | null, now: DateTime.Zoned): string => (time === null ? "" : moment(time, now))

const whenOf = ({ cadence }: AccountSchedule): string =>
  cadence._tag === "Every" ? `every ${durationText(cadence.every)}` : cadence.pattern

const nextOf = ({ accountStatus, enabled, nextFire }: AccountSchedule, now: DateTime.Zoned): Table.Cell => {
  if (!enabled) return { text: "off", tone: "dim" }
  return accountStatus === "active" ? at(nextFire, now) : { text: `account ${accountStatus}`, tone: "dim" }
}

const columns = (now: DateTime.Zoned): ReadonlyArray<Table.Column<AccountSchedule>> => [
  { title: "schedule", value: ({ id }) => id, min: 36 },
  {
    title: "account",
    value: (one) => ({ text: `${one.connector} ${accountName(one.account)}`, tone: "strong" }),
    min: 12
  },
  { title: "entities", value: ({ entities }) => (entities === null ? "all" : entities.join(", ")), min: 8 },
  { title: "when", value: whenOf },
  { title: "next", value: (schedule) => nextOf(schedule, now) },
  { title: "last success", value: ({ lastSuccess }) => at(lastSuccess, now), optional: true }
]

export const render = (schedules: ReadonlyArray<AccountSchedule>, now: DateTime.Zoned, view: View): string =>
  schedules.length === 0
    ? asTyped("There is no schedule. `tributary schedules add CONNECTOR ACCOUNT --every 15m` adds one.", view)
    : Table.render(
        {
          columns: columns(now),
          rows: schedules,
          note: ({ reason }) => (reason === null ? [] : [{ text: renderReason(reason), tone: "bad" }])
        },
        view
      )

const isoOf = (time: DateTime.Utc | null) => time && DateTime.formatIso(time)

/** The same for `--json`. */
export const document = ({ account, cadence, reason, ...schedule }: AccountSchedule) => ({
  ...schedule,
  account: account.id,
  accountName: accountName(account),
  every: cadence._tag === "Every" ? durationText(cadence.every) : null,
  cron: cadence._tag === "Cron" ? cadence.pattern : null,
  reason: reason === null ? null : renderReason(reason),
  nextFire: isoOf(schedule.nextFire),
  lastRun: isoOf(schedule.lastRun),
  lastSuccess: isoOf(schedule.lastSuccess),
  createdAt: DateTime.formatIso(schedule.createdAt)
})
