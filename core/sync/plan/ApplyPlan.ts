/** Applies a saved plan, DDL and rows, entity by entity, while declarations and tables are as it saw them. */
import { Clock, Effect } from "effect"
import { type Entity, entityId } from "../../config/Entity.ts"
import { type RunTarget, targetId, targetOf } from "../../config/RunTarget.ts"
import * as Runs from "../../database/audit/Runs.ts"
import type { ApplyResult } from "../../database/load/ApplySql.ts"
import * as Catalog from "../../database/tables/Catalog.ts"
import { tableId } from "../../database/tables/Identifier.ts"
import { withStoredTypes } from "../../database/tables/StoredTypes.ts"
import * as Tables from "../../database/tables/Tables.ts"
import { accountsOf, bindAccounts } from "../../plugin/AccountTargets.ts"
import { Registry } from "../../plugin/Registry.ts"
import { foreignText, type Reason, reason, render } from "../../reason/Reason.ts"
import { byTable, referencesOf } from "../load/EnsureTables.ts"
import { RunFailure, reasonOf } from "../RunFailure.ts"
import { emptyResult, type RunResult, warningsOf } from "../RunResult.ts"
import { dependenciesOf, group, type References } from "../read/ReadGroup.ts"
import { changeOf } from "./EntityPlans.ts"
import { type EntityPlan, type Plan, planId } from "./Plan.ts"
import { writeChange } from "./WriteChange.ts"

/** Refuses a plan that was made from other declarations: it may no longer describe what is wanted. */
export const apply = Effect.fn("ApplyPlan.apply")(function* (plan: Plan, actor: string | null, trigger = "apply") {
  const registry = yield* Registry.now
  if (plan.configHash !== registry.hash) {
    return yield* new RunFailure({ reason: reason("plan.configuration") })
  }
  const broken = plan.entities.filter((entity) => entity.error !== null)
  if (broken.length > 0) {
    return yield* new RunFailure({
      reason: reason("plan.errors", {
        errors: broken.map((planned) =>
          reason("plan.entityError", {
            entity: planId(planned),
            why: planned.errorReason ?? foreignText(planned.error ?? "")
          })
        )
      })
    })
  }
  const bound = bindAccounts(registry.entities, yield* accountsOf(registry.entities))
  const declared = new Map(bound.map(targetOf).map((target) => [targetId(target), target]))
  const targets = yield* Effect.forEach(plan.entities, (planned) =>
    Effect.fromNullishOr(declared.get(planId(planned))).pipe(
      Effect.mapError(() => new RunFailure({ reason: reason("plan.noEntity", { entity: planId(planned) }) }))
    )
  )
  const entities = targets.map(({ entity }) => entity)
  return yield* Effect.scoped(
    Effect.gen(function* () {
      const { release, runs } = yield* Runs.begin(targets, { trigger, actor, configHash: registry.hash })
      const references = referencesOf(yield* Catalog.catalog(entities))
      const order = inOrder(entities, bound, plan.entities, references)
      const results = new Map<Entity, RunResult>()
      for (const { entity, needed } of order) {
        const at = entities.indexOf(entity)
        const [planned, run, target] = [plan.entities[at], runs[at], targets[at]]
        if (planned === undefined || run === undefined || target === undefined)
          return yield* Effect.die("a plan and its runs are as many")
        const missed = needed.filter((other) => results.get(other)?.status !== "ok").map(entityId)
        const why = missed.length === 0 ? undefined : reason("plan.parents", { entities: missed.join(", ") })
        results.set(entity, yield* Effect.tap(applyTarget(target, planned, run, why), () => release(target)))
      }
      return entities.flatMap((entity) => results.get(entity) ?? [])
    })
  )
})

/** Puts each entity after those that its plan depended on. */
const inOrder = (
  entities: ReadonlyArray<Entity>,
  declared: ReadonlyArray<Entity>,
  plans: ReadonlyArray<EntityPlan>,
  references: References
) => {
  const leaves = leavesTo(entities, plans)
  const groups = group(entities, declared)
  const needs = dependenciesOf(groups)
  const behind = dependenciesOf(groups, references).loads
  const order = new Map<Entity, ReadonlyArray<Entity>>()
  const visit = (entity: Entity): void => {
    if (order.has(entity)) return
    const reader = groups.find(({ targets }) => targets.some((target) => target.entity === entity))?.reader ?? entity
    const needed = [...new Set([...needs.parents(reader), ...needs.loads(entity), ...leaves(entity)])]
    for (const other of [...needed, ...behind(entity)]) visit(other)
    order.set(entity, needed)
  }
  for (const entity of entities) visit(entity)
  return [...order].map(([entity, needed]) => ({ entity, needed }))
}

/** Finds the entities of a shared table that delete a row whose key another inserts. */
const leavesTo = (entities: ReadonlyArray<Entity>, plans: ReadonlyArray<EntityPlan>) => {
  const keysOf = (entity: Entity, kind: "deletes" | "inserts"): ReadonlyArray<string> => {
    const rows = plans[entities.indexOf(entity)]?.[kind] ?? []
    return rows.map((row) => JSON.stringify(entity.key.toSorted().map((name) => row[name] ?? null)))
  }
  return (entity: Entity): ReadonlyArray<Entity> => {
    const others = entities.filter((one) => one !== entity && tableId(one.table) === tableId(entity.table))
    if (others.length === 0) return []
    const wanted = new Set(keysOf(entity, "inserts"))
    return others.filter((other) => keysOf(other, "deletes").some((key) => wanted.has(key)))
  }
}

/** The plan's result with the outcome of applying it. `rejected` are rows of the plan that PostgreSQL refused. */
const asApplied = <Base extends Pick<RunResult, "reasons" | "rejected">>(
  base: Base,
  { noteReasons, reasons, ...applied }: ApplyResult,
  rejected: number
) => ({
  ...base,
  ...applied,
  rejected: base.rejected + rejected,
  notes: noteReasons.map(render),
  noteReasons,
  ...warningsOf([...base.reasons, ...reasons])
})

/** `why` is a reason not to apply the plan. */
const applyTarget = Effect.fnUntraced(function* (
  target: RunTarget,
  planned: EntityPlan,
  run: Runs.BegunRun,
  why: Reason | undefined
) {
  const { entity } = target
  const registry = yield* Registry.now
  const startedAt = yield* Clock.currentTimeMillis
  const sum = { fetched: planned.fetched, rejected: planned.rejected, warnings: planned.reasons }
  const work = Effect.gen(function* () {
    if (why !== undefined) return yield* new RunFailure({ reason: why })
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
    const stored = withStoredTypes(entity, catalog.get(tableId(entity.table)))
    return yield* writeChange(stored, run.id, changeOf(entity, planned), planned)
  })
  const base = {
    ...emptyResult(target),
    ...sum,
    unchanged: planned.unchanged,
    warnings: planned.warnings,
    reasons: planned.reasons
  }
  const failed = (why: Reason) => ({ ...base, status: "failed" as const, error: render(why), errorReason: why })
  const outcome: Omit<RunResult, "durationMs"> = run.skipped
    ? { ...base, status: "skipped" }
    : yield* work.pipe(
        Effect.map(({ applied, rejected }) =>
          applied === undefined ? failed(reason("run.takenOver")) : asApplied(base, applied, rejected)
        ),
        Effect.catch((error) =>
          Effect.as(
            Effect.ignore(Runs.fail(run.id, reasonOf(error), { ...sum, requests: 0, bytes: 0, lastRequests: [] })),
            failed(reasonOf(error))
          )
        )
      )
  return { ...outcome, durationMs: (yield* Clock.currentTimeMillis) - startedAt }
})
