/** Lets one entity of a selection wait for others of it to end. */
import { Effect, Latch } from "effect"
import { type Entity, entityId } from "../config/Entity.ts"

export const make = Effect.fnUntraced(function* (selected: ReadonlyArray<Entity>) {
  const latches = new Map<string, Latch.Latch>()
  for (const entity of selected) latches.set(entityId(entity), yield* Latch.make())
  return {
    end: (id: string) => latches.get(id)?.open ?? Effect.void,
    wait: (entities: ReadonlyArray<Entity>) =>
      Effect.forEach(entities, (entity) => latches.get(entityId(entity))?.await ?? Effect.void, { discard: true })
  }
})
