/** What tests of the scheduler share. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import type { JobDeclaration } from "../../core/config/JobDeclaration.ts"
import { Schedule } from "../../core/config/Schedule.ts"
import { eventually } from "../support/eventually.ts"
import { type Fired, job, setTime, world } from "./fixtures.ts"

type Process = Effect.Success<typeof world>["process"]

export const at = (pattern: string) => new Schedule(pattern, "UTC")

export const morning = job("morning")

/** A daemon of that name, once it is among those that declare its jobs. */
export const started = (process: Process, name: string, ...jobs: ReadonlyArray<JobDeclaration>) =>
  Effect.tap(process(jobs, undefined, true, name), (daemon) =>
    Effect.forEach(jobs, (one) => declaredBy(daemon, one, name))
  )

const declaredBy = ({ sql }: Effect.Success<ReturnType<Process>>, { name, schedule }: JobDeclaration, daemon: string) =>
  TestClock.withLive(
    eventually(
      Effect.map(
        sql`select from tributary.job_schedule
          where job = ${name} and pattern = ${schedule.pattern} and ${daemon} = any (declared_by)`,
        ({ length }) => length === 1
      )
    )
  )

export const brief = (fires: ReadonlyArray<Fired>) => fires.map(({ at, status }) => `${at.slice(8, 16)} ${status}`)

/** A daemon that has planned the job at six. */
export const plannedBefore = Effect.fnUntraced(function* (one: JobDeclaration) {
  const { process } = yield* world
  yield* setTime("2026-03-10T06:00:00Z")
  const before = yield* process([one])
  yield* before.planned(one.name)
  return { before, process }
})

/** The same, stopped before the job was due. */
export const stoppedBefore = (one: JobDeclaration) =>
  Effect.flatMap(plannedBefore(one), ({ before, process }) => Effect.as(before.stop, process))

export const seven = "2026-03-10T07:00:00.000Z"

/** A daemon that is there at six, away at seven and back at a given time. */
export const backAt = (time: string, more: Partial<JobDeclaration> = {}) =>
  Effect.gen(function* () {
    const process = yield* stoppedBefore(job("morning", more))
    yield* setTime(`2026-03-10T${time}:00Z`)
    return yield* process([job("morning", more)])
  })
