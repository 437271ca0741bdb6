/** Schedules of accounts. */
export const schedule = {
  "schedule.is": "{entities}, {when}",
  "schedule.oneOf": "a schedule has either an interval or a cron pattern",
  "schedule.tooOften": "an interval has at least a minute",
  "schedule.unknown": "there is no schedule {id}",
  "schedule.noEntities": "no entity of the schedule is declared any more; remove it, or add another one"
} as const
