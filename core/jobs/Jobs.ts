/** The declared jobs: lists their state, runs one now, pauses and resumes it; and the loop that fires them in time. */
import { Context, DateTime, Effect, Layer } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { AccountVendors } from "../accounts/AccountVendors.ts"
import { ActionEvents } from "../actions/ActionEvents.ts"
import type { JobDeclaration } from "../config/JobDeclaration.ts"
import { withKnownNames } from "../config/Nearest.ts"
import { Locks } from "../database/connection/Locks.ts"
import { Reader } from "../database/connection/Reader.ts"
import type { Initiator } from "../observe/Initiator.ts"
import { Registry } from "../plugin/Registry.ts"
import { reason } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"
import type { SyncEvent } from "../sync/RunResult.ts"
import { Sync } from "../sync/Sync.ts"
import { JobEvents } from "./JobEvents.ts"
import type { JobFire, JobRun } from "./JobRun.ts"
import * as JobStates from "./JobStates.ts"
import { claim } from "./RunJob.ts"
import * as Scheduler from "./Scheduler.ts"

export type { JobFire, JobRun } from "./JobRun.ts"

export class UnknownJob extends ReasonError("UnknownJob")<{ readonly name: string }> {}

export interface JobState {
  readonly name: string
  readonly schedule: string
  readonly timezone: string
  readonly enabled: boolean
  readonly paused: boolean
  readonly lastFire: JobFire | null
  /** `null` if it does not fire automatically. */
  readonly nextFire: DateTime.Utc | null
}

export interface JobRunOptions extends Initiator {
  readonly onEvent?: (event: SyncEvent) => Effect.Effect<void>
}

export class Jobs extends Context.Service<
  Jobs,
  {
    readonly list: Effect.Effect<ReadonlyArray<JobState>, SqlError.SqlError>
    /** Runs the job now, by its own overlap rule, and returns when it has ended. */
    readonly run: (name: string, options: JobRunOptions) => Effect.Effect<JobRun, UnknownJob | SqlError.SqlError>
    readonly pause: (name: string, actor: string | null) => Effect.Effect<void, UnknownJob | SqlError.SqlError>
    readonly resume: (name: string, actor: string | null) => Effect.Effect<void, UnknownJob | SqlError.SqlError>
  }
>()("tributary/core/jobs/Jobs") {
  static readonly layer = Layer.effect(
    Jobs,
    Effect.gen(function* () {
      const services = Context.pick(
        SqlClient.SqlClient,
        Locks,
        Reader,
        Registry,
        Sync,
        JobEvents,
        ActionEvents
      )(yield* Effect.context<Services>())
      const { current } = yield* Registry
      const find = (name: string) =>
        Effect.flatMap(current, ({ jobs }) => {
          const job = jobs.find((one) => one.name === name)
          return job === undefined ? Effect.fail(unknownJob(name, jobs)) : Effect.succeed(job)
        })
      const run = Effect.fn("Jobs.run")(
        function* (name: string, { actor, trigger, ...events }: JobRunOptions) {
          const job = yield* find(name)
          const fire = { job: name, scheduledAt: yield* DateTime.now, trigger, actor }
          const begun = yield* claim(job, fire, events)
          if (begun === undefined) return yield* Effect.die("only a fire of the schedule can be another daemon's")
          return yield* begun
        },
        Effect.scoped,
        Effect.provide(services)
      )
      return Jobs.of({
        list: Effect.flatMap(current, ({ jobs }) => stateOf(jobs)).pipe(Effect.provide(services)),
        run,
        pause: (name, actor) => Effect.andThen(find(name), JobStates.pause(name, actor)).pipe(Effect.provide(services)),
        resume: (name) => Effect.andThen(find(name), JobStates.resume(name)).pipe(Effect.provide(services))
      })
    })
  ).pipe(Layer.provide([JobEvents.layer, ActionEvents.layer]))

  /** The loops that fire jobs, and schedules of accounts, in time. */
  static readonly layerScheduler = (options: Scheduler.SchedulerOptions) =>
    Layer.effectDiscard(Scheduler.start(options)).pipe(
      Layer.provide([JobEvents.layer, ActionEvents.layer, AccountVendors.layer])
    )
}

type Services = SqlClient.SqlClient | Locks | Reader | Registry | Sync | JobEvents | ActionEvents

const unknownJob = (name: string, jobs: ReadonlyArray<JobDeclaration>) => {
  const names = jobs.map((job) => job.name)
  return new UnknownJob({ name, reason: withKnownNames(reason("job.unknown", { name }), name, names) })
}

const stateOf = Effect.fnUntraced(function* (jobs: ReadonlyArray<JobDeclaration>) {
  const stored = yield* JobStates.read(jobs)
  const now = yield* DateTime.now
  return jobs.map(({ enabled, name, schedule }): JobState => {
    const { lastFire = null, paused = false } = stored.get(name) ?? {}
    const nextFire = enabled && !paused ? schedule.next(now) : null
    return { name, schedule: schedule.pattern, timezone: schedule.timezone, enabled, paused, lastFire, nextFire }
  })
})
