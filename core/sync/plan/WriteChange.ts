/**
 * Writes the planned changes of one table. Rows that PostgreSQL refuses are left out and reported as rejects, as in a
 * load. If that rejects so many records that a sync would withhold its deletes, they are withheld.
 */
import { Effect } from "effect"
import type { Entity } from "../../config/Entity.ts"
import type { TableChange } from "../../database/load/ApplySql.ts"
import { percentText } from "../../database/load/FieldSql.ts"
import type { RejectedRecord } from "../../database/load/ReadFacts.ts"
import { refusalReason } from "../../database/load/RefusalReasons.ts"
import { findRefused, type RefusedChange } from "../../database/load/RefusedChanges.ts"
import * as RowRefusals from "../../database/load/RowRefusals.ts"
import { applyAndReadBack } from "../../database/load/VerifyApply.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import { commonestReasons } from "../load/RefusedRows.ts"
import { shownKey } from "../map/SourceText.ts"
import { RunFailure, reasonOf } from "../RunFailure.ts"
import type { EntityPlan } from "./Plan.ts"

/** The number of keys that a warning names. */
const named = 5

/** `stored` has the types of its table. */
export const writeChange = Effect.fnUntraced(function* (
  stored: Entity,
  runId: bigint,
  change: TableChange,
  planned: Pick<EntityPlan, "fetched" | "rejected">
) {
  let left = change
  const rejects: Array<RejectedRecord> = []
  let held: Reason | undefined
  for (;;) {
    const warnings = [...(rejects.length === 0 ? [] : [refusedRows(rejects)]), ...(held === undefined ? [] : [held])]
    const tried = yield* Effect.result(applyAndReadBack(stored, runId, left, { rejects, warnings }))
    if (tried._tag === "Success") return { applied: tried.success, rejected: rejects.length }
    if (!RowRefusals.isRefusal(tried.failure)) return yield* Effect.fail(tried.failure)
    const found = yield* findRefused(stored, runId, left)
    const unfilled = RowRefusals.findUnfilled(stored, found)
    if (unfilled !== undefined) {
      return yield* new RunFailure({ reason: reason("run.unfilled", { text: unfilled.message }) })
    }
    if (rejects.length + found.length > RowRefusals.maxRefused) {
      const most = RowRefusals.maxRefused
      return yield* new RunFailure({ reason: reason("run.refusedMany", { most, why: reasonOf(tried.failure) }) })
    }
    // No single row is at fault, but the effect of their deletes.
    if (found.length === 0) return yield* tried.failure
    rejects.push(...found.map((row) => rejectOf(stored, left, row)))
    left = without(left, found)
    const rejected = planned.rejected + rejects.length
    if (left.deletes.length > 0 && rejected > planned.fetched * stored.guard.maxReject) {
      const { fetched } = planned
      const limit = percentText(stored.guard.maxReject)
      held = reason("guard.rejects", { rejected, fetched, limit, count: left.deletes.length })
      left = { ...left, deletes: [] }
    }
  }
})

const refusedRows = (rejects: ReadonlyArray<RejectedRecord>): Reason => {
  const keys = rejects.slice(0, named).map(({ key }) =>
    Object.entries(key ?? {})
      .map(([name, value]) => `${name}=${value}`)
      .join(" ")
  )
  const more = rejects.length > named ? ["…"] : []
  const common = commonestReasons(rejects)
  return reason("plan.refused", { count: rejects.length, keys: [...keys, ...more].join(", "), common })
}

const without = ({ deletes, inserts, updates }: TableChange, found: ReadonlyArray<RefusedChange>): TableChange => {
  const gone = new Set(found.map(({ n }) => n))
  return {
    deletes,
    updates: updates.filter((_, at) => !gone.has(at + 1)),
    inserts: inserts.filter((_, at) => !gone.has(updates.length + at + 1))
  }
}

/** In a plan the position is that among its rows: the record's own was not kept. */
const rejectOf = (entity: Entity, { inserts, updates }: TableChange, row: RefusedChange): RejectedRecord => {
  const update = updates[row.n - 1]
  const insert = inserts[row.n - updates.length - 1]
  const named = entity.columns.map(({ name }, at) => [name, insert?.[at] ?? null] as const)
  const keys = entity.columns.filter(({ name }) => entity.key.includes(name))
  const key = update?.key.map((value, at) => [keys[at]?.name ?? "", value] as const) ?? named
  const isKey = ([name]: readonly [string, unknown]) => entity.key.includes(name)
  const record = update === undefined ? Object.fromEntries(named) : { ...Object.fromEntries(key), ...update.to }
  return {
    position: row.n,
    key: shownKey(Object.fromEntries(key.filter(isKey).map(([name, value]) => [name, value ?? ""]))),
    field: row.field === "" ? null : row.field,
    why: refusalReason(row),
    value: null,
    record: JSON.stringify(record).slice(0, 4_000)
  }
}
