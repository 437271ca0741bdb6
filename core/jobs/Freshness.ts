/**
 * Decides whether an entity is as fresh as its jobs promise. It is late if a fire of an enabled, unpaused job that
 * selects it is past its allowance, a job had run the entity by then, and no good run has ended since the fire. Only
 * fires that were really due count, so a new entity, a new job, an edited schedule or a pause makes nothing late. A schedule of
 * an account promises the same for its target.
 */
import { DateTime, Duration, Effect } from "effect"
import { fireAfter } from "../accounts/Cadence.ts"
import type { AccountSchedule } from "../accounts/ScheduleRows.ts"
import type { OffConnector } from "../config/Declarations.ts"
import { type Entity, entityId } from "../config/Entity.ts"
import { type JobDeclaration, syncSelectors } from "../config/JobDeclaration.ts"
import { selectorsOn } from "../config/OffConnectors.ts"
import { select } from "../sync/SelectEntities.ts"

export interface Freshness {
  /** The last fire that should have refreshed it; `null` if nothing is expected yet. */
  readonly expectedAt: DateTime.Utc | null
  /** The earliest future fire. */
  readonly nextFire: DateTime.Utc | null
  readonly late: boolean
}

/** The past and the next fire of a job. */
export interface FireHistory {
  readonly paused: boolean
  /** The last fire past its allowance that ran or was missed; a skipped one promised nothing. */
  readonly fired: DateTime.Utc | null
  /** The next fire for the scheduler; it is long in the past only if the scheduler is not running. */
  readonly stored: DateTime.Utc | null
}

/** The audit's facts about a target: an entity, or an account of it. */
export interface EntityHistory {
  /** The end of its last good run. */
  readonly freshAt: DateTime.Utc | null
  /** The start of its first run by a job. */
  readonly firstByJob: DateTime.Utc | null
}

export interface DeclaredJobs {
  readonly entities: ReadonlyArray<Entity>
  readonly off?: ReadonlyArray<OffConnector>
  readonly jobs: ReadonlyArray<JobDeclaration>
}

/** Jobs by the id of the entity. */
export type Jobs = ReadonlyMap<string, ReadonlyArray<JobDeclaration>>

const shortest = Duration.minutes(10)
/** As the grace of jobs is by default. */
const allowanceOfSchedules = Duration.hours(1)

/** Returns how long after its scheduled time a fire's rows may come. */
export const allowance = ({ jitter, misfire }: JobDeclaration): Duration.Duration =>
  Duration.sum(Duration.max(misfire.grace, shortest), jitter)

const found = new WeakMap<DeclaredJobs, Jobs>()

/** Returns the enabled jobs that select each entity; computed once per state of the configuration. */
export const jobsOf = Effect.fn("Freshness.jobsOf")(function* (declared: DeclaredJobs) {
  const known = found.get(declared)
  if (known !== undefined) return known
  const jobs = new Map<string, Array<JobDeclaration>>()
  for (const job of declared.jobs.filter(({ enabled }) => enabled)) {
    const selected = new Set<string>()
    for (const selectors of syncSelectors(job.steps)) {
      // The check of the configuration has reported a selector that names nothing.
      const on = selectorsOn(selectors, declared.off ?? [])
      const entities = yield* Effect.orElseSucceed(select(declared.entities, on), () => [])
      for (const entity of entities) selected.add(entityId(entity))
    }
    for (const id of selected) jobs.set(id, [...(jobs.get(id) ?? []), job])
  }
  found.set(declared, jobs)
  return jobs
})

/** Returns the stored fire if nobody has handled it in time. */
export const overdueFire = (job: JobDeclaration, fires: FireHistory, now: DateTime.Utc): DateTime.Utc | null =>
  fires.stored !== null && !DateTime.isGreaterThan(DateTime.addDuration(fires.stored, allowance(job)), now)
    ? fires.stored
    : null

/** The time in which a running daemon handles a fire, apart from its jitter. */
const unnoticed = Duration.minutes(2)

/** Whether nobody handles a due fire; the scheduler settles a fire before it advances. */
export const isUnhandled = (job: JobDeclaration, fires: FireHistory | undefined, now: DateTime.Utc): boolean => {
  if (fires?.stored == null) return false
  const until = DateTime.addDuration(fires.stored, Duration.sum(job.jitter, unnoticed))
  return !DateTime.isGreaterThan(until, now)
}

/**
 * The first fire of a schedule after the last good run, if it is past its allowance. Past fires of schedules are not stored, so
 * a target that was never read is not late.
 */
const missedFire = (
  { cadence, since }: ScheduleInForce,
  freshAt: DateTime.Utc | null,
  now: DateTime.Utc
): DateTime.Utc | null => {
  if (freshAt === null) return null
  const from = DateTime.max(freshAt, since)
  const fire = fireAfter(cadence, from, from)
  return fire === null || DateTime.isGreaterThan(DateTime.addDuration(fire, allowanceOfSchedules), now) ? null : fire
}

export type ScheduleInForce = Pick<AccountSchedule, "cadence" | "nextFire" | "since">

export const freshnessOf = (
  {
    jobs,
    schedules
  }: { readonly jobs: ReadonlyArray<JobDeclaration>; readonly schedules: ReadonlyArray<ScheduleInForce> },
  firesOf: (job: string) => FireHistory | undefined,
  { firstByJob, freshAt }: EntityHistory,
  now: DateTime.Utc
): Freshness => {
  const active = jobs.flatMap((job) => {
    const fires = firesOf(job.name)
    return fires === undefined || fires.paused ? [] : [{ job, fires }]
  })
  const missed = schedules.flatMap((schedule) => missedFire(schedule, freshAt, now) ?? [])
  const ofJobs = active.flatMap(({ fires, job }) => {
    const fire = overdueFire(job, fires, now) ?? fires.fired
    if (fire === null || firstByJob === null) return []
    return DateTime.isGreaterThan(firstByJob, DateTime.addDuration(fire, allowance(job))) ? [] : [fire]
  })
  const next = [
    ...active.flatMap(({ job }) => job.schedule.next(now) ?? []),
    ...schedules.flatMap(({ nextFire }) => (nextFire !== null && DateTime.isGreaterThan(nextFire, now) ? nextFire : []))
  ]
  const expectedAt = [...ofJobs, ...missed].reduce<DateTime.Utc | null>(later, null)
  return {
    expectedAt,
    nextFire: next.reduce<DateTime.Utc | null>(earlier, null),
    late: expectedAt !== null && (freshAt === null || DateTime.isGreaterThan(expectedAt, freshAt))
  }
}

const later = (one: DateTime.Utc | null, other: DateTime.Utc): DateTime.Utc =>
  one === null ? other : DateTime.max(one, other)

const earlier = (one: DateTime.Utc | null, other: DateTime.Utc): DateTime.Utc =>
  one === null ? other : DateTime.min(one, other)
