/** How entities stand: what their tables hold, how their runs went, and whether they are as fresh as their jobs promise. */
import { Effect } from "effect"
import { type Entity, entityId } from "../config/Entity.ts"
import { tableId } from "../database/Identifier.ts"
import { type Standing as Overview, overview } from "../database/Overview.ts"
import * as HealthQueries from "../jobs/HealthQueries.ts"
import type { Generation } from "../plugin/Registry.ts"

/** Of the runs of an entity so many are shown with it. */
export const recentRuns = 20

export type EntityStatus = ReturnType<typeof standingOf>

/** Of all of a generation, in the order of their declaration, each with so many of its past runs, the oldest first. */
export const read = Effect.fn("EntityStatus.read")(function* (generation: Generation, past: number) {
  const of = yield* look(generation, generation.entities, past)
  return generation.entities.map(of)
})

/** Of one entity of a generation. */
export const one = Effect.fn("EntityStatus.one")(function* (generation: Generation, entity: Entity, past: number) {
  const of = yield* look(generation, [entity], past)
  return of(entity)
})

const look = Effect.fnUntraced(function* (generation: Generation, entities: ReadonlyArray<Entity>, past: number) {
  const [known, watched] = yield* Effect.all([overview(entities, past), HealthQueries.read(generation)], {
    concurrency: 2
  })
  return (entity: Entity) => {
    const id = entityId(entity)
    return standingOf(entity, known.get(id), watched.entities.get(id))
  }
})

const standingOf = (entity: Entity, known: Overview | undefined, watched: HealthQueries.WatchedEntity | undefined) => ({
  id: entityId(entity),
  connector: entity.connector,
  entity: entity.name,
  table: tableId(entity.table),
  mode: entity.mode,
  rows: known?.rows == null ? null : Number(known.rows),
  freshAt: watched?.freshAt ?? null,
  late: watched?.late ?? false,
  expectedAt: watched?.expectedAt ?? null,
  nextFire: watched?.nextFire ?? null,
  pending: watched?.pending ?? 0,
  last: known?.last ?? null,
  past: known?.past ?? []
})
