/**
 * Fires jobs in time: a loop for each, which sleeps on the Clock until the stored next fire and asks again at least
 * hourly, so that a clock that was set, a pause and another daemon are noticed. What came while nobody was there is run
 * once or recorded, never forgotten and never run twice.
 */
import { Cause, DateTime, Deferred, Duration, Effect, Exit, Fiber, FiberSet, Random, Scope, Stream } from "effect"
import type { JobDeclaration } from "../config/Job.ts"
import * as Metrics from "../observe/Metrics.ts"
import { Registry } from "../plugin/Registry.ts"
import { reason } from "../reason/Reason.ts"
import { JobEvents } from "./JobEvents.ts"
import type { JobRun } from "./JobRun.ts"
import * as JobRuns from "./JobRuns.ts"
import * as JobStates from "./JobStates.ts"
import { claim } from "./Perform.ts"

/** A fire is punctual up to here, whatever the misfire policy: a database that is away for a moment is no misfire. */
const punctual = Duration.minutes(1)
const longestSleep = Duration.hours(1)
const afterError = Duration.seconds(10)
/** Of an absence so many missed fires are recorded one by one, the newest. */
const mostMissed = 500

/** `grace`: what runs when the scope closes gets that long to end by itself. */
export const start = Effect.fn("Scheduler.start")(function* (grace: Duration.Duration) {
  const { changes, current } = yield* Registry
  yield* JobRuns.sweep()
  const { jobs } = yield* current
  yield* JobStates.retireAllBut(jobs.filter(({ enabled }) => enabled))
  const runs = yield* FiberSet.make<void>()
  yield* Effect.addFinalizer(() => Effect.ignore(Effect.timeout(FiberSet.awaitEmpty(runs), grace)))
  // Begun last, the loops end first: no run begins while the others get their grace.
  const loops = new Map<string, Loop>()
  yield* replan(jobs, loops, runs)
  const scope = yield* Effect.scope
  yield* changes.pipe(
    Stream.runForEach((generation) => Scope.provide(replan(generation.jobs, loops, runs), scope)),
    Effect.forkScoped
  )
})

/** The loop of a job, also one that has ended: its successor begins after it. */
interface Loop {
  readonly hash: string | null
  readonly replaced: Deferred.Deferred<"changed" | "gone">
  readonly fiber: Fiber.Fiber<void>
}

/** Jobs that did not change go on sleeping; no loop is interrupted, because one may be dealing with a fire. */
const replan = Effect.fnUntraced(function* (
  jobs: ReadonlyArray<JobDeclaration>,
  loops: Map<string, Loop>,
  runs: FiberSet.FiberSet<void>
) {
  const enabled = new Map(jobs.filter((job) => job.enabled).map((job) => [job.name, job]))
  for (const [name, loop] of loops) {
    if (enabled.has(name) || loop.hash === null) continue
    yield* Deferred.succeed(loop.replaced, "gone")
    loops.set(name, { ...loop, hash: null })
  }
  for (const [name, job] of enabled) {
    const before = loops.get(name)
    if (before?.hash === job.hash) continue
    if (before !== undefined) yield* Deferred.succeed(before.replaced, "changed")
    const replaced = yield* Deferred.make<"changed" | "gone">()
    const fiber = yield* Effect.forkScoped(
      Effect.andThen(before === undefined ? Effect.void : Fiber.await(before.fiber), keep(job, replaced, runs))
    )
    loops.set(name, { hash: job.hash, replaced, fiber })
  }
})

/** Turns until it is replaced. A job that is gone owes nothing. */
const keep = (job: JobDeclaration, replaced: Loop["replaced"], runs: FiberSet.FiberSet<void>) => {
  const rest = (duration: Duration.Duration) => Effect.raceFirst(Effect.sleep(duration), Deferred.await(replaced))
  const patiently = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.catchCause(effect, (cause) =>
      Effect.andThen(Effect.logWarning("the schedule tries again soon", Cause.squash(cause)), rest(afterError))
    )
  return patiently(turn(job, runs, rest)).pipe(
    Effect.repeat({ until: () => Deferred.isDone(replaced) }),
    Effect.andThen(Deferred.await(replaced)),
    Effect.flatMap((why) => (why === "gone" ? Effect.ignore(JobStates.retire(job.name)) : Effect.void)),
    Effect.annotateLogs({ service: "Scheduler", job: job.name })
  )
}

/** Sleeps towards the next fire, or deals with what is due. */
const turn = Effect.fnUntraced(function* (
  job: JobDeclaration,
  runs: FiberSet.FiberSet<void>,
  rest: (duration: Duration.Duration) => Effect.Effect<unknown>
) {
  const plan = yield* JobStates.plan(job, yield* DateTime.now)
  // However long the database took to answer, the fire is no later for it.
  const now = yield* DateTime.now
  if (plan.nextFire === null) return yield* rest(longestSleep)
  if (DateTime.isGreaterThan(plan.nextFire, now)) {
    return yield* rest(Duration.min(DateTime.distance(now, plan.nextFire), longestSleep))
  }
  const due = settleDue(job, plan.nextFire, plan, now)
  yield* JobRuns.settle(due.settled)
  if (due.fire !== undefined) {
    // It was decided before the jitter, which is not lateness.
    const jitter = Duration.times(job.jitter, yield* Random.next)
    yield* Effect.sleep(jitter)
    yield* begin(job, due.fire, jitter, runs)
  }
  yield* JobRuns.advance(job.name, due.last, job.schedule.next(due.last))
  const { publish } = yield* JobEvents
  for (const { status } of due.settled) {
    yield* Metrics.jobSettled(job.name, status)
    yield* publish({ job: job.name, status })
  }
})

/** What becomes of every fire from the one that is stored up to now: at most the last of them runs. */
const settleDue = (job: JobDeclaration, stored: DateTime.Utc, plan: JobStates.Plan, now: DateTime.Utc) => {
  const fires = [stored, ...job.schedule.between(stored, now, mostMissed)].map(
    (scheduledAt): JobRuns.Fire => ({ job: job.name, scheduledAt, trigger: "schedule", actor: null })
  )
  const last = fires.at(-1)?.scheduledAt ?? stored
  if (plan.paused) {
    const why = plan.pausedBy === null ? reason("job.paused") : reason("job.pausedBy", { who: plan.pausedBy })
    return { last, settled: fires.map((fire) => ({ ...fire, status: "skipped", why }) satisfies JobRuns.Settled) }
  }
  const patience = job.misfire.policy === "once" ? Duration.max(job.misfire.grace, punctual) : punctual
  const runs = Duration.isLessThanOrEqualTo(DateTime.distance(last, now), patience)
  const why = reason(runs ? "job.nobodyYet" : "job.nobody")
  return {
    last,
    fire: runs ? fires.at(-1) : undefined,
    settled: (runs ? fires.slice(0, -1) : fires).map(
      (fire) => ({ ...fire, status: "missed", why }) satisfies JobRuns.Settled
    )
  }
}

/** Claims the fire, unless another daemon has it, and lets it run beside the loop. */
const begin = Effect.fnUntraced(function* (
  job: JobDeclaration,
  fire: JobRuns.Fire,
  jitter: Duration.Duration,
  runs: FiberSet.FiberSet<void>
) {
  const scope = yield* Scope.make()
  const run = yield* claim(job, fire, { jitter }).pipe(
    Scope.provide(scope),
    Effect.onError((cause) => Scope.close(scope, Exit.failCause(cause)))
  )
  if (run === undefined) return yield* Scope.close(scope, Exit.void)
  yield* FiberSet.run(
    runs,
    run.pipe(
      Scope.provide(scope),
      Effect.flatMap(logEnd),
      Effect.catchCause((cause) => Effect.logError("the job ended unexpectedly", Cause.squash(cause))),
      Effect.onExit((exit) => Scope.close(scope, exit))
    )
  )
})

const logEnd = ({ detail, scheduledAt, status }: JobRun) => {
  const log = { ok: Effect.logInfo, warning: Effect.logWarning, failed: Effect.logError, skipped: Effect.logWarning }
  return log[status](`${status}: ${detail}`).pipe(
    Effect.annotateLogs({ scheduled_at: DateTime.formatIso(scheduledAt) })
  )
}
