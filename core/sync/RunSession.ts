/** The locks, audit rows and tables of the runs of one sync. */
import { Clock, Duration, Effect, Exit, Fiber } from "effect"
import type { Entity } from "../config/Entity.ts"
import { targetName, targetOf } from "../config/RunTarget.ts"
import * as Runs from "../database/audit/Runs.ts"
import type { Generation } from "../plugin/Registry.ts"
import { reason } from "../reason/Reason.ts"
import { ensureTables } from "./load/EnsureTables.ts"
import { RunFailure, reasonOf, retryWhileAway } from "./RunFailure.ts"
import type { References } from "./read/ReadGroup.ts"
import type { RunOf } from "./read/RequestPlan.ts"

export interface RunSession {
  /** The foreign keys of the tables, once they are known. */
  readonly references: Effect.Effect<References | undefined>
  readonly release: (entity: Entity) => Effect.Effect<unknown>
  readonly runOf: RunOf
}

/**
 * Requests locks and tables of the whole selection in one go while the reads begin. Each entity gets its own answer: a
 * table that cannot be changed fails one entity, not the others.
 */
export const begin = Effect.fnUntraced(function* (
  selected: ReadonlyArray<Entity>,
  { declarations, entities }: Generation,
  context: Runs.RunContext
) {
  const chosen = new Set(selected.map(({ connector }) => connector))
  const limits = declarations.flatMap(({ limits, name }) => (chosen.has(name) ? [limits] : []))
  const shortest = Math.min(...limits.map(({ deadline }) => Duration.toMillis(deadline)))
  const until = (yield* Clock.currentTimeMillis) + shortest
  const asked = yield* Effect.forkScoped(
    // Each is retried alone: a second `begin` would find its own locks held, and skip.
    Effect.all(
      [
        retryWhileAway(Runs.begin(selected.map(targetOf), context)),
        retryWhileAway(ensureTables(selected, entities, until))
      ],
      {
        concurrency: "unbounded"
      }
    ).pipe(Effect.mapError((error) => new RunFailure({ reason: reasonOf(error) })))
  )
  const runOf: RunOf = Effect.fnUntraced(function* (entity) {
    const [begun, { conflicts, stored }] = yield* Fiber.join(asked)
    const conflict = conflicts.get(targetName(entity))
    const run = begun.runs[selected.indexOf(entity)]
    if (run === undefined) return yield* new RunFailure({ reason: reason("run.notBegun") })
    if (conflict === undefined || run.skipped) return { ...run, stored: stored(entity) }
    yield* Effect.ignore(Runs.fail(run.id, conflict, Runs.nothingRead))
    return yield* new RunFailure({ reason: conflict })
  })
  const scope = yield* Effect.scope
  // A run that gave up waiting for the database has no lock to release, and does not wait for one.
  const release = (entity: Entity) =>
    Effect.suspend(() => {
      const exit = asked.pollUnsafe()
      return exit !== undefined && Exit.isSuccess(exit)
        ? Effect.forkIn(Effect.uninterruptible(exit.value[0].release(targetOf(entity))), scope)
        : Effect.void
    })
  // Without tables nothing is loaded.
  const references = Effect.map(Fiber.await(asked), (exit) =>
    Exit.isSuccess(exit) ? exit.value[1].references : undefined
  )
  return { references, release, runOf } satisfies RunSession
})
