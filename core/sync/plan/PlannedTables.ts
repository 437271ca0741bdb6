/**
 * The tables that a plan reads with `forEach` or lookups. Selected entities that fill them are planned first, as a sync
 * loads them first, and the tables are seen as they will be then.
 */
import { Effect } from "effect"
import { type Entity, forEachRow } from "../../config/Entity.ts"
import { changeSql, type Trial } from "../../database/load/Trial.ts"
import type { Catalog } from "../../database/tables/Catalog.ts"
import { tableId } from "../../database/tables/Identifier.ts"
import { firstSeenColumn, type PlannedRows, tableAfter } from "../../database/tables/PlannedTable.ts"
import type * as CompletionLatch from "../read/CompletionLatch.ts"
import type { ParentResult as EndedRun } from "../read/ParentState.ts"
import type { Dependencies } from "../read/ReadGroup.ts"
import { changeOf } from "./EntityPlans.ts"
import type { EntityPlan } from "./Plan.ts"

export interface PlannedResult {
  readonly plan: EntityPlan
  /** Undefined if the plan failed. */
  readonly rows: PlannedRows | undefined
  /** How its rows can be written and rolled back, if that is known. */
  readonly trial?: Trial | undefined
}

export interface PlannedTables {
  readonly catalog: Catalog
  readonly needs: Dependencies
  readonly ended: CompletionLatch.CompletionLatch<PlannedResult>
}

/** The rows that a read with `forEach` uses, and how their plans ended. */
export interface PlannedParents {
  /** SQL that replaces their table, if it is to change first. */
  readonly parents: string | undefined
  readonly ended: ReadonlyArray<EndedRun>
  /** Whether the table does not exist and no plan makes it. */
  readonly isMissing: boolean
}

const rowsOf = ({ rows }: PlannedResult): ReadonlyArray<PlannedRows> => (rows === undefined ? [] : [rows])

export const parentsIn = Effect.fnUntraced(function* (
  { catalog, ended, needs }: PlannedTables,
  reader: Entity
): Effect.fn.Return<PlannedParents> {
  const forEach = forEachRow(reader)
  if (forEach === undefined) return { parents: undefined, ended: [], isMissing: false }
  const ends = yield* ended.wait(needs.parents(reader))
  const plans = ends.flatMap(rowsOf)
  const existing = catalog.get(tableId(forEach.table))
  const names = [...Object.values(forEach.params), ...(forEach.scope ?? []).map(({ name }) => name), firstSeenColumn]
  return {
    parents: plans.length === 0 ? undefined : tableAfter(forEach, existing, plans, names),
    ended: ends.map(({ plan }) => ({ ...plan, status: plan.error === null ? "ok" : "failed" })),
    isMissing: existing === undefined && plans.length === 0
  }
})

/** Returns the entity with lookups into the tables as they will be. */
export const withLookups = Effect.fnUntraced(function* (
  { catalog, ended, needs }: PlannedTables,
  entity: Entity
): Effect.fn.Return<Entity> {
  if (entity.columns.every(({ lookup }) => lookup === undefined)) return entity
  const plans = (yield* ended.wait(needs.loads(entity))).flatMap(rowsOf)
  const columns = entity.columns.map((column) => {
    const { lookup } = column
    if (lookup === undefined) return column
    const existing = catalog.get(tableId(lookup.table))
    const own = plans.filter((one) => tableId(one.entity.table) === tableId(lookup.table))
    return existing !== undefined && own.length === 0
      ? column
      : { ...column, lookup: { ...lookup, rows: tableAfter(lookup, existing, own, [lookup.key, lookup.value]) } }
  })
  return { ...entity, columns }
})

/** Tables that change before the entity is loaded, with SQL that writes the change; undefined if it cannot be tried. */
export const earlierTableChanges = Effect.fnUntraced(function* (
  { ended, needs }: PlannedTables,
  reader: Entity,
  entity: Entity
): Effect.fn.Return<ReadonlyMap<string, ReadonlyArray<string> | undefined>> {
  const changed = new Map<string, ReadonlyArray<string> | undefined>()
  for (const { plan, rows, trial } of yield* ended.wait([...needs.parents(reader), ...needs.loads(entity)])) {
    if (rows === undefined || rows.come.length + rows.gone.length === 0) continue
    const table = tableId(rows.entity.table)
    const known = changed.has(table) ? changed.get(table) : []
    const own =
      trial === undefined ? undefined : [...trial.before, changeSql(trial.entity, changeOf(trial.entity, plan))]
    changed.set(table, known === undefined || own === undefined ? undefined : [...known, ...own])
  }
  return changed
})

/** Returns SQL for the deletes that finished plans make in the table that this entity fills too. */
export const earlierDeletes = Effect.fnUntraced(function* (
  { ended }: PlannedTables,
  others: ReadonlyArray<Entity>
): Effect.fn.Return<ReadonlyArray<string>> {
  const over = yield* ended.wait(yield* Effect.filter(others, ended.isOver))
  return over.flatMap(({ plan, trial }) => {
    if (trial === undefined || plan.deletes.length === 0) return []
    const { before, entity } = trial
    return [...before, changeSql(entity, changeOf(entity, { inserts: [], updates: [], deletes: plan.deletes }))]
  })
})
