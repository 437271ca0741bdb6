/** What becomes of the fires of a schedule that nobody has dealt with yet: at most the last of them runs. */
import { DateTime, Duration } from "effect"
import type { JobDeclaration } from "../config/Job.ts"
import type { Schedule } from "../config/Schedule.ts"
import { reason } from "../reason/Reason.ts"
import type * as JobRuns from "./JobRuns.ts"
import type { Claimed, ScheduleStatus } from "./ScheduleStore.ts"

/** A fire is punctual up to here, whatever the misfire policy: a database that is away for a moment is no misfire. */
const punctual = Duration.minutes(1)
/** Of an absence so many missed fires are recorded one by one, the newest. */
const maxMissed = 500

export interface DueFires {
  /** The one that runs, and how long it was held back on purpose. */
  readonly run: { readonly fire: JobRuns.Fire; readonly jitter: Duration.Duration } | undefined
  readonly settled: ReadonlyArray<JobRuns.Settled>
  /** Afterwards every fire up to here is dealt with. */
  readonly since: DateTime.Utc
}

/** `schedule` is the claimed one, which the job may have had before it was edited. */
export const dueFiresOf = (job: JobDeclaration, schedule: Schedule, claimed: Claimed, now: DateTime.Utc): DueFires => {
  // A clock that was ahead has dealt with what is yet to come: it comes again, and is claimed once all the same.
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
    const settled = fires.map((fire) => ({ ...fire, status: "skipped", why }) satisfies JobRuns.Settled)
    return { run: undefined, settled, since }
  }
  // The jitter was drawn for the first of them, and is not lateness.
  const jitter = fires.length === 1 && claimed.next !== null ? jitterOf(since, claimed.next) : Duration.zero
  const patience = job.misfire.policy === "once" ? Duration.max(job.misfire.grace, punctual) : punctual
  const late = DateTime.distance(since, now)
  const runs = Duration.isLessThanOrEqualTo(late, Duration.sum(patience, jitter))
  const why = reason(runs ? "job.nobodyYet" : "job.nobody")
  return {
    since,
    run: runs ? { fire: last, jitter: Duration.min(jitter, late) } : undefined,
    settled: (runs ? fires.slice(0, -1) : fires).map(
      (fire) => ({ ...fire, status: "missed", why }) satisfies JobRuns.Settled
    )
  }
}

const jitterOf = (fire: DateTime.Utc, planned: DateTime.Utc): Duration.Duration =>
  DateTime.isGreaterThan(planned, fire) ? DateTime.distance(fire, planned) : Duration.zero

/** `drawn` from 0 to 1: how much of the jitter the next fire waits. */
export const statusAfter = (
  since: DateTime.Utc,
  { jitter, schedule }: JobDeclaration,
  drawn: number
): ScheduleStatus => {
  const next = schedule.next(since)
  return { since, next: next === null ? null : DateTime.addDuration(next, Duration.times(jitter, drawn)) }
}
