/**
 * The status of entities: the content of their tables, the outcome of their runs, and whether they are as fresh as
 * their jobs promise.
 */
import { Effect } from "effect"
import { type Entity, entityId } from "../config/Entity.ts"
import { type EntityOverview as Overview, overview } from "../database/audit/Overview.ts"
import { tableId } from "../database/tables/Identifier.ts"
import * as HealthQueries from "../jobs/HealthQueries.ts"
import type { Generation } from "../plugin/Registry.ts"

/** How many runs of an entity are shown with it. */
export const recentRuns = 20

export type EntityStatus = ReturnType<typeof statusOf>

/** The status of all entities of a generation in declaration order, each with its last `past` runs, oldest first. */
export const read = Effect.fn("EntityStatus.read")(function* (generation: Generation, past: number) {
  const of = yield* look(generation, generation.entities, past)
  return generation.entities.map(of)
})

/** The status of one entity of a generation. */
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
    return statusOf(entity, known.get(id), watched.entities.get(id))
  }
})

const statusOf = (entity: Entity, known: Overview | undefined, watched: HealthQueries.WatchedEntity | undefined) => ({
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
