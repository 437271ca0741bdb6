/** Applies a saved plan: its DDL and its rows, entity by entity, as long as declarations and tables are as it saw them. */
import { Clock, Effect } from "effect"
import type { Entity } from "../config/Entity.ts"
import { type Applied, apply as applyRows } from "../database/ApplySql.ts"
import * as Catalog from "../database/Catalog.ts"
import { tableId } from "../database/Identifier.ts"
import * as Runs from "../database/Runs.ts"
import { asStored } from "../database/Stored.ts"
import * as Tables from "../database/Tables.ts"
import { Registry } from "../plugin/Registry.ts"
import { type Reason, reason, render, said } from "../reason/Reason.ts"
import type { EntityPlan, Plan, PlannedRow } from "./Plan.ts"
import { byTable } from "./Prepare.ts"
import { type RunResult, warned } from "./Run.ts"
import { RunFailure, reasonOf } from "./RunFailure.ts"

/** Refuses a plan made from other declarations: what it says may no longer be what is wanted. */
export const apply = Effect.fn("Apply.apply")(function* (plan: Plan, actor: string | null, trigger = "apply") {
  const registry = yield* Registry.now
  if (plan.configHash !== registry.hash) {
    return yield* new RunFailure({ reason: reason("plan.configuration") })
  }
  const broken = plan.entities.filter((entity) => entity.error !== null)
  if (broken.length > 0) {
    return yield* new RunFailure({
      reason: reason("plan.errors", {
        errors: broken.map(({ connector, entity, error, errorReason }) =>
          reason("plan.entityError", { entity: `${connector}.${entity}`, why: errorReason ?? said(error ?? "") })
        )
      })
    })
  }
  const entities = yield* Effect.forEach(plan.entities, (planned) =>
    Effect.fromNullishOr(
      registry.entities.find((entity) => entity.connector === planned.connector && entity.name === planned.entity)
    ).pipe(
      Effect.mapError(
        () => new RunFailure({ reason: reason("plan.noEntity", { entity: `${planned.connector}.${planned.entity}` }) })
      )
    )
  )
  return yield* Effect.scoped(
    Effect.gen(function* () {
      const { release, runs } = yield* Runs.begin(entities, { trigger, actor, configHash: registry.hash })
      return yield* Effect.forEach(entities, (entity, at) => {
        const planned = plan.entities[at]
        const run = runs[at]
        if (planned === undefined || run === undefined) return Effect.die("a plan and its runs have the same length")
        return Effect.tap(applyEntity(entity, planned, run), () => release(entity))
      })
    })
  )
})

const texts = (entity: Entity, row: PlannedRow): ReadonlyArray<string | null> =>
  entity.columns.map((column) => row[column.name] ?? null)

/** What the plan said, and what became of it. */
const asApplied = <Base extends Pick<RunResult, "reasons">>(base: Base, { reasons, ...applied }: Applied) => ({
  ...base,
  ...applied,
  ...warned([...base.reasons, ...reasons])
})

const applyEntity = Effect.fnUntraced(function* (entity: Entity, planned: EntityPlan, run: Runs.BegunRun) {
  const registry = yield* Registry.now
  const startedAt = yield* Clock.currentTimeMillis
  const sum = { fetched: planned.fetched, rejected: planned.rejected, warnings: planned.reasons }
  const work = Effect.gen(function* () {
    const catalog = yield* Catalog.catalog([entity])
    const [table = entity] = byTable(
      registry.entities.filter((other) => tableId(other.table) === tableId(entity.table))
    )
    const ddl = yield* Tables.ddl({ ...table, key: entity.key }, catalog)
    if (ddl.some((statement) => !planned.ddl.includes(statement))) {
      return yield* new RunFailure({
        reason: reason("plan.table", { table: tableId(entity.table) })
      })
    }
    yield* Tables.change(entity, ddl)
    return yield* applyRows(asStored(entity, catalog.get(tableId(entity.table))), run.id, {
      inserts: planned.inserts.map((row) => texts(entity, row)),
      updates: planned.updates.map(({ changes, key }) => ({
        key: entity.columns
          .filter((column) => entity.key.includes(column.name))
          .map((column) => key[column.name] ?? null),
        from: Object.fromEntries(changes.map(({ column, from }) => [column, from])),
        to: Object.fromEntries(changes.map(({ column, to }) => [column, to]))
      })),
      deletes: planned.deletes.map((row) => texts(entity, row))
    })
  })
  const base = {
    connector: entity.connector,
    entity: entity.name,
    account: null,
    ...sum,
    unchanged: planned.unchanged,
    inserted: 0,
    updated: 0,
    deleted: 0,
    warnings: planned.warnings,
    reasons: planned.reasons,
    notes: [],
    noteReasons: [],
    error: null,
    errorReason: null
  }
  const failed = (why: Reason) => ({ ...base, status: "failed" as const, error: render(why), errorReason: why })
  const outcome: Omit<RunResult, "durationMs"> = run.skipped
    ? { ...base, status: "skipped" }
    : yield* work.pipe(
        Effect.map((applied) => (applied === undefined ? failed(reason("run.takenOver")) : asApplied(base, applied))),
        Effect.catch((error) =>
          Effect.as(
            Effect.ignore(Runs.fail(run.id, reasonOf(error), { ...sum, requests: 0, bytes: 0, lastRequests: [] })),
            failed(reasonOf(error))
          )
        )
      )
  return { ...outcome, durationMs: (yield* Clock.currentTimeMillis) - startedAt }
})
