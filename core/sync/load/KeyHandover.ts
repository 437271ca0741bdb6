/**
 * Hands keys over between entities that fill one table, each within its scope: a record may move from one to another.
 * Its key is free once the other entity has released the row, so an entity that finds it taken waits for those still to
 * load, and tries again. If two wait for each other, the second one fails.
 */
import { Effect } from "effect"
import type { Entity } from "../../config/Entity.ts"
import { targetName } from "../../config/RunTarget.ts"
import { tableId } from "../../database/tables/Identifier.ts"
import type { Reason } from "../../reason/Reason.ts"
import type * as CompletionLatch from "../read/CompletionLatch.ts"
import type { Dependencies, ReadGroup } from "../read/ReadGroup.ts"

interface Tried {
  readonly _tag: string
  readonly reason?: Reason | { readonly _tag: string } | undefined
}

const isTaken = (error: Tried): boolean =>
  error.reason !== undefined && "code" in error.reason && error.reason.code === "run.keyTaken"

/** The entities that an entity gives way to: same table, another read, and waiting for nothing themselves. */
export const precedingEntities = (
  entity: Entity,
  groups: ReadonlyArray<ReadGroup>,
  needs: Dependencies
): ReadonlyArray<Entity> =>
  groups
    .filter(({ targets }) => targets.every((target) => targetName(target.entity) !== targetName(entity)))
    .filter(({ reader }) => needs.parents(reader).length === 0)
    .flatMap(({ targets }) => targets.map((target) => target.entity))
    .filter((other) => tableId(other.table) === tableId(entity.table) && needs.loads(other).length === 0)

export type KeyHandover = <A, E extends Tried, R>(
  entity: Entity,
  attempt: Effect.Effect<A, E, R>
) => Effect.Effect<A, E, R>

export const make = <W>(
  groups: ReadonlyArray<ReadGroup>,
  needs: Dependencies,
  ended: CompletionLatch.CompletionLatch<W>
): KeyHandover => {
  const waiting = new Set<string>()
  return (entity, attempt) => {
    const others = precedingEntities(entity, groups, needs)
    if (others.length === 0) return attempt
    const open = Effect.filter(others, (other) => Effect.map(ended.isOver(other), (isOver) => !isOver))
    /** `left` is the number of others that had not ended when the load was tried. */
    const tried = (left: number): typeof attempt =>
      Effect.catchIf(attempt, isTaken, (error) =>
        Effect.gen(function* () {
          const awaited = (yield* open).filter((other) => !waiting.has(targetName(other)))
          waiting.add(targetName(entity))
          yield* Effect.ensuring(
            ended.wait(awaited),
            Effect.sync(() => waiting.delete(targetName(entity)))
          )
          const now = (yield* open).length
          return yield* now < left ? tried(now) : Effect.fail(error)
        })
      )
    return Effect.flatMap(open, ({ length }) => tried(length))
  }
}
