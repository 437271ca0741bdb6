/** One run of a job, from its claim to its final status in the audit, even if it is interrupted at any moment. */
import { DateTime, Duration, Effect } from "effect"
import type { JobDeclaration } from "../config/JobDeclaration.ts"
import * as Metrics from "../observe/Metrics.ts"
import { reason } from "../reason/Reason.ts"
import { retryWhileAway } from "../sync/RunFailure.ts"
import type { SyncOptions } from "../sync/Sync.ts"
import { JobEvents } from "./JobEvents.ts"
import { detailOf, type JobRun } from "./JobRun.ts"
import * as JobRuns from "./JobRuns.ts"
import { runSteps } from "./RunSteps.ts"

interface Circumstances extends Pick<SyncOptions, "onEvent"> {
  /** How long jitter delayed the fire. */
  readonly jitter?: Duration.Duration
}

/** Claims the fire at once and returns the run, which belongs to the scope; `undefined` if another daemon has it. */
export const claim = Effect.fn("RunJob.claim")(function* (
  job: JobDeclaration,
  fire: JobRuns.Fire,
  circumstances: Circumstances
) {
  const id = yield* JobRuns.claim(fire)
  return id === undefined ? undefined : perform(job, fire, id, circumstances)
})

const perform = Effect.fn("RunJob.perform")(function* (
  job: JobDeclaration,
  { actor, scheduledAt, trigger }: JobRuns.Fire,
  id: bigint,
  { jitter = Duration.zero, ...events }: Circumstances
) {
  const about = { job: job.name, scheduledAt }
  const { publish } = yield* JobEvents
  const refused = yield* takeTurn(job, id)
  const startedAt = yield* DateTime.now
  if (refused !== undefined) {
    const outcome = { status: "skipped" as const, ...detailOf([refused]) }
    yield* retryWhileAway(JobRuns.finish(id, startedAt, outcome))
    yield* Metrics.jobSettled(job.name, outcome.status)
    yield* publish({ job: job.name, status: outcome.status })
    return { ...about, ...outcome, startedAt: null, finishedAt: startedAt, results: [] } satisfies JobRun
  }
  yield* JobRuns.begin(id, startedAt)
  yield* publish({ job: job.name, status: "running" })
  if (trigger === "schedule") {
    const due = DateTime.addDuration(scheduledAt, jitter)
    yield* Metrics.jobBegan(job.name, DateTime.toEpochMillis(startedAt) - DateTime.toEpochMillis(due))
  }
  const outcome = yield* runSteps(job, { ...events, trigger: "job", actor })
  const finishedAt = yield* DateTime.now
  yield* retryWhileAway(JobRuns.finish(id, finishedAt, outcome))
  yield* Metrics.jobSettled(job.name, outcome.status)
  yield* publish({ job: job.name, status: outcome.status })
  return { ...about, ...outcome, startedAt, finishedAt } satisfies JobRun
})

/** How often a queued run checks whether the one before it has ended, in any process. */
const pause = "1 second"

/** Returns why the run may not continue; `undefined` if it has its turn, until the scope closes. */
const takeTurn = Effect.fnUntraced(function* (job: JobDeclaration, id: bigint) {
  if (yield* JobRuns.tryTurn(job.name)) return undefined
  if (job.overlap === "skip") return reason("job.overlap")
  yield* JobRuns.sweep()
  if (yield* JobRuns.isQueued(job.name, id)) return reason("job.queued")
  do yield* Effect.sleep(pause)
  while (!(yield* JobRuns.tryTurn(job.name)))
  return undefined
})
