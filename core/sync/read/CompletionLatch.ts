/** Lets one entity of a selection wait for others of it to end. */
import { Deferred, Effect } from "effect"
import type { Entity } from "../../config/Entity.ts"
import { targetName } from "../../config/RunTarget.ts"

/** `A` is the result of an entity. */
export interface CompletionLatch<A> {
  /** Only the first end counts. */
  readonly end: (id: string, what: A) => Effect.Effect<unknown>
  readonly isOver: (entity: Entity) => Effect.Effect<boolean>
  /** Returns the result of each of them. */
  readonly wait: (entities: ReadonlyArray<Entity>) => Effect.Effect<ReadonlyArray<A>>
}

export const make = Effect.fnUntraced(function* <A>(
  selected: ReadonlyArray<Entity>
): Effect.fn.Return<CompletionLatch<A>> {
  const ends = new Map<string, Deferred.Deferred<A>>()
  for (const entity of selected) ends.set(targetName(entity), yield* Deferred.make<A>())
  return {
    end: (id, what) => {
      const end = ends.get(id)
      return end === undefined ? Effect.void : Deferred.succeed(end, what)
    },
    isOver: (entity) => {
      const end = ends.get(targetName(entity))
      return end === undefined ? Effect.succeed(true) : Deferred.isDone(end)
    },
    wait: (entities) =>
      Effect.forEach(entities, (entity) => {
        const end = ends.get(targetName(entity))
        return end === undefined ? Effect.die(`${targetName(entity)} is not selected`) : Deferred.await(end)
      })
  }
})
