/**
 * Runs of some records of an entity: those of a period, or those with given keys, which a person names or another entity
 * leads to. They load the entity and its children, and delete only children of records that were read.
 */
import { type Context, Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { type Entity, entityId, readerName } from "../config/Entity.ts"
import { readByKeys } from "../config/KeyedEntity.ts"
import { namesRecord } from "../config/NamedRecord.ts"
import { type Period, readPeriod } from "../config/PeriodEntity.ts"
import { targetName, targetOf } from "../config/RunTarget.ts"
import * as RunLocks from "../database/audit/RunLocks.ts"
import type { Locks } from "../database/connection/Locks.ts"
import type { Generation } from "../plugin/Registry.ts"
import { foreignText, type Reason, reason } from "../reason/Reason.ts"
import { UpstreamError } from "../upstream/Source.ts"
import { reasonOf } from "./RunFailure.ts"
import type { RunResult } from "./RunResult.ts"
import { type Leading, leading } from "./read/Leads.ts"
import type { SyncPart } from "./SyncParts.ts"

/** The part that reads these records of an entity, which has `one`. */
export const keyedPart = (registry: Generation, entity: Entity, keys: ReadonlyArray<string>): SyncPart => {
  const { one } = entity
  if (one === undefined) throw new Error(`${targetName(entity)} is not read by keys`)
  const reader = readByKeys(entity, one, keys)
  const derived = new Map(
    registry.entities.filter(isChildOf(entity)).map((child) => [child, partChild(child, entity)] as const)
  )
  const entities = registry.entities.map((other) => (isSame(other, entity) ? reader : (derived.get(other) ?? other)))
  return { selected: [reader, ...derived.values()], registry: { ...registry, entities }, isPart: true }
}

/** All of an entity, with what its records contain. */
const wholePart = (registry: Generation, entity: Entity): SyncPart => ({
  selected: [entity, ...registry.entities.filter(isChildOf(entity))],
  registry
})

/** The part that reads a period. The selected entities have windows, or their parents have. */
export const periodPart = ({ registry, selected }: SyncPart, period: Period, isPart: boolean): SyncPart => {
  const derive = (entity: Entity) => {
    if (entity.windows === undefined) return entity
    return entity.parent === undefined
      ? { ...readPeriod(entity, period), ...ledBy(registry, entity) }
      : partChild(
          entity,
          registry.entities.find((other) => isChildOf(other)(entity))
        )
  }
  const derived = new Map(registry.entities.map((entity) => [entity, derive(entity)]))
  return {
    selected: selected.map((entity) => derived.get(entity) ?? derive(entity)),
    registry: { ...registry, entities: [...derived.values()] },
    isPart
  }
}

const ledBy = ({ entities }: Generation, { connector, name }: Entity): Pick<Entity, "ledBy"> => {
  const leader = entities.find((one) => one.connector === connector && one.leads?.to === name)
  return leader === undefined ? {} : { ledBy: entityId(leader) }
}

const isSame = (one: Entity, other: Entity): boolean => targetName(one) === targetName(other)

/** Whether an entity is in the records of this one. */
export const isChildOf = (entity: Entity) => (other: Entity) =>
  other.connector === entity.connector &&
  other.account?.id === entity.account?.id &&
  other.parent !== undefined &&
  readerName(other) === entity.name

/** A child that mirrors loses what its parents lack, and nothing where its key does not tell one parent from the others. */
const partChild = (child: Entity, reader: Entity | undefined): Entity => {
  const deletes = child.mode === "mirror" || child.mode === "replace"
  const mode = !deletes ? child.mode : reader !== undefined && namesRecord(child, reader) ? "mirror" : "upsert"
  return { ...child, declared: child, mode }
}

export type RunServices = SqlClient.SqlClient | Locks

export interface LedRunsOptions {
  readonly registry: Generation
  /** Runs the part for the entity that leads to it. */
  readonly runPart: (part: SyncPart, from: Entity) => Effect.Effect<ReadonlyArray<RunResult>, never, RunServices>
  readonly services: Context.Context<RunServices>
}

/** What a read of the entity leads to; undefined if it leads to nothing. */
export const ledRuns =
  ({ registry, runPart, services }: LedRunsOptions) =>
  (reader: Entity): Leading | undefined =>
    leading(registry, reader, (target) => ({
      load: (keys) =>
        Effect.provide(
          loaded(target, keyedPart(registry, target, keys), (part) => runPart(part, reader)),
          services
        ),
      loadAll: (pause) =>
        Effect.provide(
          loaded(target, wholePart(registry, target), (part) => pause(runPart(part, reader))),
          services
        ),
      note: (count) => reason("read.led", { count, entity: targetName(target) }),
      warning: (whys) => reason("read.ledWarned", { whys, entity: targetName(target) })
    }))

/** What a read of the entity would lead to: it is counted and not read. */
export const wouldLead = (registry: Generation, reader: Entity): Leading | undefined =>
  leading(registry, reader, (target) => ({
    load: () => Effect.succeed([]),
    loadAll: () => Effect.succeed([]),
    note: (count) => reason("read.wouldLead", { count, entity: targetName(target) }),
    warning: (whys) => reason("read.ledWarned", { whys, entity: targetName(target) })
  }))

/** Runs a part that loads the target. Other runs of what is in it are waited for, within the time of the run that leads to it. */
export const loaded = Effect.fnUntraced(function* (
  target: Entity,
  part: SyncPart,
  run: (part: SyncPart) => Effect.Effect<ReadonlyArray<RunResult>, never, RunServices>
): Effect.fn.Return<ReadonlyArray<Reason>, UpstreamError, RunServices> {
  const targets = part.selected.map(targetOf)
  yield* Effect.forEach(targets, RunLocks.awaitOwn, { discard: true })
  for (;;) {
    const reasons = yield* reasonsOf(target, yield* run(part))
    if (reasons !== undefined) return reasons
    yield* Effect.forEach(targets, RunLocks.awaitFree, { discard: true }).pipe(
      Effect.mapError((error) => failed(target, reasonOf(error)))
    )
  }
})

/** Why runs of a target warn; undefined if another run was in the way. */
export const reasonsOf = (
  target: Entity,
  results: ReadonlyArray<RunResult>
): Effect.Effect<ReadonlyArray<Reason> | undefined, UpstreamError> => {
  const broken = results.find(({ status }) => status === "failed")
  if (broken !== undefined) return Effect.fail(failed(target, broken.errorReason ?? foreignText(broken.error ?? "")))
  const isSkipped = results.some(({ status }) => status === "skipped")
  return Effect.succeed(isSkipped ? undefined : results.flatMap(({ reasons }) => reasons))
}

const failed = (target: Entity, why: Reason): UpstreamError =>
  new UpstreamError({ kind: "Status", reason: reason("read.ledFailed", { entity: targetName(target), why }) })
