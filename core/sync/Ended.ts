/** Lets one entity of a selection wait for others of it to end. */
import { Deferred, Effect } from "effect"
import { type Entity, entityId } from "../config/Entity.ts"

/** `A`: what an entity comes to. */
export const make = Effect.fnUntraced(function* <A>(selected: ReadonlyArray<Entity>) {
  const ends = new Map<string, Deferred.Deferred<A>>()
  for (const entity of selected) ends.set(entityId(entity), yield* Deferred.make<A>())
  return {
    /** The first end counts. */
    end: (id: string, what: A): Effect.Effect<unknown> => {
      const end = ends.get(id)
      return end === undefined ? Effect.void : Deferred.succeed(end, what)
    },
    /** What each of them came to. */
    wait: (entities: ReadonlyArray<Entity>) =>
      Effect.forEach(entities, (entity) => {
        const end = ends.get(entityId(entity))
        return end === undefined ? Effect.die(`${entityId(entity)} is not selected`) : Deferred.await(end)
      })
  }
})
