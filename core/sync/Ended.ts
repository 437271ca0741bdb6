/** Lets one entity of a selection wait for others of it to end, and know how they did. */
import { Deferred, Effect } from "effect"
import { type Entity, entityId } from "../config/Entity.ts"
import type { RunResult } from "./Run.ts"

export const make = Effect.fnUntraced(function* (selected: ReadonlyArray<Entity>) {
  const ends = new Map<string, Deferred.Deferred<RunResult>>()
  for (const entity of selected) ends.set(entityId(entity), yield* Deferred.make<RunResult>())
  return {
    end: (id: string, result: RunResult) => {
      const end = ends.get(id)
      return end === undefined ? Effect.void : Effect.asVoid(Deferred.succeed(end, result))
    },
    wait: (entities: ReadonlyArray<Entity>) =>
      Effect.forEach(
        entities.flatMap((entity) => ends.get(entityId(entity)) ?? []),
        (end) => Deferred.await(end)
      )
  }
})
