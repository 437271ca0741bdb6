/**
 * Fires jobs in time, and beside them the schedules of accounts. One loop knows when each schedule acts next, sleeps until the earliest, and claims due fires in
 * the database, which other daemons may share. Each fire runs once or is recorded; none is forgotten or run twice. The
 * loop checks the clock every few seconds, because a timer does not count the time in which the machine slept. A fire
 * has to be due by the database's clock as well.
 */
import { randomUUID } from "node:crypto"
import { Cause, DateTime, Duration, Effect, Exit, FiberSet, Queue, Random, Scope, Stream } from "effect"
import { SqlClient } from "effect/sql"
import type { JobDeclaration } from "../config/JobDeclaration.ts"
import { Schedule } from "../config/Schedule.ts"
import * as Metrics from "../observe/Metrics.ts"
import { Registry } from "../plugin/Registry.ts"
import * as AccountFires from "./AccountFires.ts"
import { DueClock } from "./DueClock.ts"
import { type DueFires, dueFiresOf, statusAfter } from "./DueFires.ts"
import { JobEvents } from "./JobEvents.ts"
import type { JobRun } from "./JobRun.ts"
import * as JobRuns from "./JobRuns.ts"
import { claim } from "./RunJob.ts"
import { ScheduleCache } from "./ScheduleCache.ts"
import * as ScheduleStore from "./ScheduleStore.ts"

const afterError = Duration.seconds(10)
/** The pause if another daemon is handling something that is due here too. */
const afterOther = Duration.seconds(1)
/** The number of fires claimed at once. */
const claims = 16

export interface SchedulerOptions {
  /** The daemon's name, the same after a restart: it retires the declarations under its own name. */
  readonly daemon: string
  /** The time that running jobs get to finish when the scope closes. */
  readonly grace: Duration.Duration
}

export const start = Effect.fn("Scheduler.start")(function* ({ daemon, grace }: SchedulerOptions) {
  const { changes, current } = yield* Registry
  const clock = new DueClock()
  const begun = yield* clock.measured
  yield* JobRuns.sweep()
  const runs = yield* FiberSet.make<void>()
  yield* Effect.addFinalizer(() => Effect.ignore(Effect.timeout(FiberSet.awaitEmpty(runs), grace)))
  const plan = new ScheduleCache()
  plan.declare((yield* current).jobs, begun)
  yield* refresh(daemon, plan, clock)
  const woken = yield* Queue.sliding<void>(1)
  // At once and beside the loop: new schedules count from here, whatever the loop is waiting for.
  yield* changes.pipe(
    Stream.runForEach(({ jobs }) =>
      Effect.flatMap(clock.now, (now) => {
        plan.declare(jobs, now)
        return Queue.offer(woken, undefined)
      })
    ),
    Effect.forkScoped({ startImmediately: true })
  )
  // Started last, the loops end first: no run starts while the others finish.
  yield* AccountFires.start(runs)
  yield* turn(daemon, plan, runs, clock).pipe(
    Effect.catchCause((cause) =>
      Effect.as(Effect.logWarning("the schedule tries again soon", Cause.squash(cause)), Effect.sleep(afterError))
    ),
    Effect.flatMap((pause) => Effect.raceFirst(pause, Queue.take(woken))),
    Effect.forever,
    Effect.annotateLogs({ service: "Scheduler" }),
    Effect.forkScoped
  )
})

/** Stores the daemon's declarations, and reads their state. */
const refresh = Effect.fnUntraced(function* (daemon: string, plan: ScheduleCache, clock: DueClock) {
  const { version } = plan
  const now = yield* clock.measured
  const wanted = yield* Effect.forEach(plan.entries, ({ job, since }) =>
    Effect.map(Random.next, (drawn) => ({ ...ScheduleStore.keyOf(job), ...statusAfter(since, job, drawn) }))
  )
  yield* ScheduleStore.declare(daemon, wanted)
  plan.wasRead(yield* ScheduleStore.read(daemon), now, version)
})

/** Reads again what may have changed, handles what is due, and returns the rest until the next turn. */
const turn = Effect.fnUntraced(function* (
  daemon: string,
  plan: ScheduleCache,
  runs: FiberSet.FiberSet<void>,
  clock: DueClock
) {
  if (plan.isStale(yield* clock.now)) yield* refresh(daemon, plan, clock)
  // The fire is not later because the database took long to answer.
  const due = plan.due(yield* clock.now)
  const wanted = [...due, ...plan.left]
  if (wanted.length === 0) return sleepUntilCalled(plan, clock)
  const settled = yield* settle(daemon, plan, due, runs, clock)
  if (wanted.every((key) => settled.some((row) => ScheduleStore.isSameKey(row, key)))) {
    return sleepUntilCalled(plan, clock)
  }
  plan.forget()
  return Effect.sleep(afterOther)
})

const sleepUntilCalled = Effect.fnUntraced(function* (plan: ScheduleCache, clock: DueClock) {
  for (let now = yield* clock.now; !plan.calls(now); now = yield* clock.now) yield* Effect.sleep(plan.pause(now))
})

interface SettledSchedule extends ScheduleStore.Row {
  readonly job: string
  readonly declared: JobDeclaration
  readonly due: DueFires
}

/** Runs in one transaction, so that after a crash the fires are due again; a run already claimed is not run twice. */
const settle = Effect.fnUntraced(function* (
  daemon: string,
  plan: ScheduleCache,
  due: ReadonlyArray<ScheduleStore.Key>,
  runs: FiberSet.FiberSet<void>,
  clock: DueClock
) {
  const sql = yield* SqlClient.SqlClient
  const claimed: Array<ClaimedRun> = []
  const settled = yield* Effect.gen(function* () {
    const now = yield* clock.measured
    const found = yield* ScheduleStore.claim(due, plan.left, now)
    const dealt = yield* Effect.forEach(found, (row) =>
      Effect.map(Random.next, (drawn) => settledOf(row, plan.job(row.job), now, drawn))
    )
    const all = dealt.flatMap((one) => one ?? [])
    yield* Effect.forEach(all, (one) => claimRun(one, claimed), { concurrency: claims, discard: true })
    yield* JobRuns.settle(all.flatMap(({ due }) => due.settled))
    yield* ScheduleStore.advance(all)
    yield* ScheduleStore.removeUndeclared(
      daemon,
      all.filter((row) => !plan.isCurrent(row))
    )
    return all
    // Launched outside the transaction, because the runs make their own statements.
  }).pipe(sql.withTransaction, Effect.ensuring(Effect.suspend(() => launch(claimed, runs))))
  plan.settled(settled)
  const { publish } = yield* JobEvents
  for (const { job, status } of settled.flatMap(({ due }) => due.settled)) {
    yield* Metrics.jobSettled(job, status)
    yield* publish({ job, status })
  }
  return settled
})

/** Returns `undefined` if the job no longer exists. */
const settledOf = (
  row: ScheduleStore.ClaimedSchedule,
  declared: JobDeclaration | undefined,
  now: DateTime.Utc,
  drawn: number
): SettledSchedule | undefined => {
  if (declared === undefined) return undefined
  const schedule = new Schedule(row.pattern, row.timezone)
  const due = dueFiresOf(declared, schedule, row, now)
  const { job, pattern, timezone } = row
  return { job, pattern, timezone, declared, due, ...statusAfter(due.since, { ...declared, schedule }, drawn) }
}

interface ClaimedRun {
  readonly job: string
  readonly scope: Scope.Closeable
  readonly run: NonNullable<Effect.Success<ReturnType<typeof claim>>>
}

/** Claims the run, unless another daemon has this fire. */
const claimRun = ({ declared, due }: SettledSchedule, claimed: Array<ClaimedRun>) =>
  Effect.uninterruptible(
    Effect.gen(function* () {
      if (due.run === undefined) return
      const scope = yield* Scope.make()
      const run = yield* claim(declared, due.run.fire, { jitter: due.run.jitter }).pipe(
        Scope.provide(scope),
        Effect.onError((cause) => Scope.close(scope, Exit.failCause(cause)))
      )
      if (run === undefined) return yield* Scope.close(scope, Exit.void)
      claimed.push({ job: declared.name, scope, run })
    })
  )

/** Runs them beside the loop. */
const launch = (claimed: ReadonlyArray<ClaimedRun>, runs: FiberSet.FiberSet<void>) =>
  Effect.forEach(
    claimed,
    ({ job, run, scope }) =>
      FiberSet.run(
        runs,
        run.pipe(
          Scope.provide(scope),
          Effect.flatMap(logEnd),
          Effect.catchCause((cause) => Effect.logError("the job ended unexpectedly", Cause.squash(cause))),
          Effect.onExit((exit) => Scope.close(scope, exit)),
          Effect.annotateLogs({ job, correlation_id: randomUUID() })
        )
      ),
    { discard: true }
  )

const logEnd = ({ detail, scheduledAt, status }: JobRun) => {
  const log = { ok: Effect.logInfo, warning: Effect.logWarning, failed: Effect.logError, skipped: Effect.logWarning }
  return log[status](`${status}: ${detail}`).pipe(
    Effect.annotateLogs({ scheduled_at: DateTime.formatIso(scheduledAt) })
  )
}
