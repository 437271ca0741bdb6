/** What tests of the scheduler share. */
import { Effect } from "effect"
import type { JobDeclaration } from "../../core/config/Job.ts"
import { job, setTime, world } from "./fixtures.ts"

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
