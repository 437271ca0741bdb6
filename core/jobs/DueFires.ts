/** Decides about the fires of a schedule that nobody has handled yet: at most the last of them runs. */
import { DateTime, Duration } from "effect"
import type { JobDeclaration } from "../config/JobDeclaration.ts"
import type { Schedule } from "../config/Schedule.ts"
import { reason } from "../reason/Reason.ts"
import type * as JobRuns from "./JobRuns.ts"
import type { ClaimedSchedule, ScheduleStatus } from "./ScheduleStore.ts"

/** The lateness up to which a fire is punctual, whatever the misfire policy: a short database outage is no misfire. */
const punctual = Duration.minutes(1)
/** The number of missed fires of an absence that are recorded one by one, the newest. */
const maxMissed = 500

export interface DueFires {
  /** The fire that runs, and how long jitter delayed it. */
  readonly run: { readonly fire: JobRuns.Fire; readonly jitter: Duration.Duration } | undefined
  readonly settled: ReadonlyArray<JobRuns.SettledFire>
  /** The time up to which every fire is then handled. */
  readonly since: DateTime.Utc
}

/** `schedule` is the claimed one, which may be from before an edit of the job. */
export const dueFiresOf = (
  job: JobDeclaration,
  schedule: Schedule,
  claimed: ClaimedSchedule,
  now: DateTime.Utc
): DueFires => {
  // A fast clock has handled fires that are yet to come: they come again, and are still claimed only once.
  const from = DateTime.min(claimed.since, now)
  const times = schedule.between(from, now, maxMissed)
  const fires = times.map(
    (scheduledAt): JobRuns.Fire => ({ job: job.name, scheduledAt, trigger: "schedule", actor: null })
  )
  const last = fires.at(-1)
  if (last === undefined) return { run: undefined, settled: [], since: from }
  const since = last.scheduledAt
  if (claimed.paused) {
    const why = claimed.pausedBy === null ? reason("job.paused") : reason("job.pausedBy", { who: claimed.pausedBy })
    const settled = fires.map((fire) => ({ ...fire, status: "skipped", why }) satisfies JobRuns.SettledFire)
    return { run: undefined, settled, since }
  }
  // The jitter was drawn for the first of them, and does not count as lateness.
  const jitter = fires.length === 1 && claimed.next !== null ? jitterOf(since, claimed.next) : Duration.zero
  const tolerance = job.misfire.policy === "once" ? Duration.max(job.misfire.grace, punctual) : punctual
  const late = DateTime.distance(since, now)
  const runs = Duration.isLessThanOrEqualTo(late, Duration.sum(tolerance, jitter))
  const why = reason(runs ? "job.nobodyYet" : "job.nobody")
  return {
    since,
    run: runs ? { fire: last, jitter: Duration.min(jitter, late) } : undefined,
    settled: (runs ? fires.slice(0, -1) : fires).map(
      (fire) => ({ ...fire, status: "missed", why }) satisfies JobRuns.SettledFire
    )
  }
}

const jitterOf = (fire: DateTime.Utc, planned: DateTime.Utc): Duration.Duration =>
  DateTime.isGreaterThan(planned, fire) ? DateTime.distance(fire, planned) : Duration.zero

/** `drawn` is the part of the jitter, from 0 to 1, that the next fire waits. */
export const statusAfter = (
  since: DateTime.Utc,
  { jitter, schedule }: JobDeclaration,
  drawn: number
): ScheduleStatus => {
  const next = schedule.next(since)
  return { since, next: next === null ? null : DateTime.addDuration(next, Duration.times(jitter, drawn)) }
}
