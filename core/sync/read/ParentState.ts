/**
 * Checks whether the rows that a `forEach` iterates over are complete. Rows that were not read into their table cannot
 * be requested, so such a read is not whole, and a read without any row is reported.
 */
import { Effect } from "effect"
import { type Entity, entityId, forEachRow } from "../../config/Entity.ts"
import { targetOf } from "../../config/RunTarget.ts"
import * as Audit from "../../database/audit/Audit.ts"
import { tableId } from "../../database/tables/Identifier.ts"
import { isReason, type Reason, reason } from "../../reason/Reason.ts"
import { RunFailure, reasonOf } from "../RunFailure.ts"
import type { RunResult } from "../RunResult.ts"

export interface Parents {
  /** Why some of the parents may be missing. */
  readonly doubt?: Reason
  /** A note about them: there are none, or they were read earlier. */
  readonly note?: Reason
}

/** How a run of an entity that fills the table ended. */
export type ParentResult = Pick<RunResult, "connector" | "entity" | "status" | "reasons" | "errorReason">

/** Why the read of the parents was not whole. That it deleted nothing does not matter to the children. */
const partialIn = (reasons: ReadonlyArray<Reason>): Reason | undefined => {
  const partial = reasons.find(({ code }) => code === "run.partial" || code === "run.partialKept")
  const why = partial?.params.why
  return isReason(why) ? why : partial
}

/** Why the run may have left rows out. */
const lacking = ({ connector, entity, errorReason, reasons, status }: ParentResult): Reason | undefined => {
  const why = status === "failed" ? errorReason : status === "skipped" ? reasons[0] : partialIn(reasons)
  return why === undefined || why === null
    ? undefined
    : reason("read.parents", { entity: `${connector}.${entity}`, why })
}

/** The entities that fill the table of a `forEach`. */
export const parentEntities = (reader: Entity, all: ReadonlyArray<Entity>): ReadonlyArray<Entity> => {
  const parents = forEachRow(reader)
  if (parents === undefined) return []
  return all.filter(
    (other) =>
      tableId(other.table) === tableId(parents.table) &&
      (parents.scope ?? []).every(
        ({ name, source }) => source._tag === "Constant" && other.scope[name] === source.value
      )
  )
}

/** Checks the entities that ran before this read or, if there are no rows, the last run of each. */
export const stateOfParents = Effect.fn("ParentState.stateOfParents")(function* (
  reader: Entity,
  all: ReadonlyArray<Entity>,
  ended: ReadonlyArray<ParentResult>,
  rows: number
) {
  const parents = forEachRow(reader)
  if (parents === undefined) return {} satisfies Parents
  const filling = parentEntities(reader, all)
  const ids = new Set(filling.map(entityId))
  const now = ended.filter(({ connector, entity }) => ids.has(entityId({ connector, name: entity })))
  const old = filling.filter((entity) =>
    now.every((run) => entityId({ ...run, name: run.entity }) !== entityId(entity))
  )
  const before = rows > 0 ? [] : yield* lastOf(old)
  const doubt = [...now, ...before].map(lacking).find((why) => why !== undefined)
  if (doubt !== undefined) return { doubt } satisfies Parents
  const table = tableId(parents.table)
  if (rows > 0) {
    const entities = old.map(entityId).join(", ")
    return old.length === 0 ? ({} satisfies Parents) : { note: reason("read.oldParents", { table, entities }) }
  }
  const unread = old.find((entity) =>
    before.every((run) => entityId({ connector: run.connector, name: run.entity }) !== entityId(entity))
  )
  return unread === undefined
    ? ({ note: reason("read.noParents", { table }) } satisfies Parents)
    : ({ doubt: reason("read.parentsUnread", { entity: entityId(unread) }) } satisfies Parents)
})

/** The last run of each entity that did anything. */
const lastOf = (entities: ReadonlyArray<Entity>) =>
  Effect.gen(function* () {
    const runs = yield* Audit.latest(entities.map(targetOf))
    return [...runs.values()].flatMap(({ status, ...run }) => (status === "running" ? [] : [{ ...run, status }]))
  }).pipe(Effect.mapError((error) => new RunFailure({ reason: reason("run.forEach", { why: reasonOf(error) }) })))
