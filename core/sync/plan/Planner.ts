/**
 * Reads what a sync would read, from the same cursors and parents, and reports what it would do, row by row, without
 * the records that PostgreSQL would refuse. It changes nothing and takes no run lock.
 */

import { randomInt } from "node:crypto"
import { Clock, DateTime, Effect, Ref } from "effect"
import { type Entity, entityId } from "../../config/Entity.ts"
import { targetId, targetOf } from "../../config/RunTarget.ts"
import { type PlanAnswer, plan as planRows } from "../../database/load/PlanSql.ts"
import { type Tryable, triable } from "../../database/load/Trial.ts"
import * as Catalog from "../../database/tables/Catalog.ts"
import { tableId } from "../../database/tables/Identifier.ts"
import type { PlannedRows } from "../../database/tables/PlannedTable.ts"
import { asStored } from "../../database/tables/StoredTypes.ts"
import * as Tables from "../../database/tables/Tables.ts"
import { Registry } from "../../plugin/Registry.ts"
import { reason } from "../../reason/Reason.ts"
import { byTable, missingLookup, referencesOf } from "../load/EnsureTables.ts"
import * as KeyHandover from "../load/KeyHandover.ts"
import { Sink } from "../load/Sink.ts"
import type { SyncEvent } from "../Run.ts"
import { asFailure, RunFailure, reasonOf } from "../RunFailure.ts"
import * as CompletionLatch from "../read/CompletionLatch.ts"
import * as DeleteConfirmation from "../read/DeleteConfirmation.ts"
import { read } from "../read/Read.ts"
import { group, needsOf, type ReadGroup } from "../read/ReadGroup.ts"
import type { ReadCost, Receiver } from "../read/Receiver.ts"
import { requestPlanOf } from "../read/RequestPlan.ts"
import { entityPlan, failedPlan, goneKeys, plannedRows } from "./EntityPlans.ts"
import { type EntityPlan, type Plan, planId } from "./Plan.ts"
import { changedBefore, leftBefore, type Planned, type PlannedTables, parentsIn, withLookups } from "./PlannedTables.ts"
import { changeTried, tryPlan } from "./PlanTrial.ts"

export interface PlanOptions {
  /** Reads everything, whatever the cursors say. */
  readonly full?: boolean | undefined
  readonly onEvent?: (event: SyncEvent) => Effect.Effect<void>
}

export const plan = Effect.fn("Planner.plan")(function* (selected: ReadonlyArray<Entity>, options: PlanOptions = {}) {
  const registry = yield* Registry.now
  const groups = group(selected, registry.entities)
  const catalog = yield* Catalog.catalog([...new Set([...selected, ...groups.map(({ reader }) => reader)])])
  const tables: PlannedTables = {
    catalog,
    needs: needsOf(groups, referencesOf(catalog)),
    ended: yield* CompletionLatch.make<Planned>(selected)
  }
  const giveWay = KeyHandover.make(groups, tables.needs, tables.ended)
  const others = (entity: Entity) => KeyHandover.othersOf(entity, groups, tables.needs)
  const shared = { giveWay, others }
  const entities = yield* Effect.forEach(groups, (reads) => planGroup(reads, tables, shared, selected, options), {
    concurrency: "unbounded"
  })
  const order = selected.map((entity) => targetId(targetOf(entity)))
  const document: Plan = {
    version: 1,
    createdAt: DateTime.formatIso(DateTime.makeUnsafe(yield* Clock.currentTimeMillis)),
    configHash: registry.hash,
    entities: entities.flat().toSorted((left, right) => order.indexOf(planId(left)) - order.indexOf(planId(right)))
  }
  return document
})

const planGroup = Effect.fnUntraced(function* (
  reads: ReadGroup,
  tables: PlannedTables,
  {
    giveWay,
    others
  }: { readonly giveWay: KeyHandover.KeyHandover; readonly others: (entity: Entity) => ReadonlyArray<Entity> },
  selected: ReadonlyArray<Entity>,
  { full, onEvent = () => Effect.void }: PlanOptions
) {
  const registry = yield* Registry.now
  const { catalog } = tables
  const declaration = yield* Effect.orDie(registry.declaration(reads.reader.connector))
  const connector = yield* Effect.orDie(registry.connector(reads.reader.connector))
  const cost = yield* Ref.make<ReadCost>({ requests: 0, bytes: 0 })
  // Names the table in which refused rows are sought; runs have positive numbers.
  const noRun = Effect.sync(() => BigInt(-randomInt(1, 2 ** 47)))
  const sinks = reads.targets.map((target) => new Sink(target, noRun, { overflow: "keep" }))
  for (const { entity } of reads.targets) yield* onEvent({ _tag: "Started", entity: entityId(entity) })
  const hasTable = (entity: Pick<Entity, "table">) => catalog.has(tableId(entity.table))
  const { isMissing, ...parents } = yield* parentsIn(tables, reads.reader)
  const readers = { loaded: Effect.succeed(reads.targets), hasTable, declared: registry.entities, ...parents }
  const { forEach } = reads.reader
  const readAll = (receivers: ReadonlyArray<Receiver>, wary = false) =>
    read(
      {
        group: reads,
        declaration,
        connector,
        // Before their first sync there are no parents to request.
        reads:
          isMissing && forEach !== undefined
            ? Effect.succeed({ parts: [], doubt: reason("plan.noParents", { table: tableId(forEach.table) }) })
            : requestPlanOf(reads, readers, full),
        onEvent,
        wary
      },
      receivers,
      cost
    ).pipe(Effect.timeout(declaration.limits.deadline), Effect.catchDefect(asFailure))
  const ended = yield* Effect.result(readAll(sinks))
  const done = (entity: Entity, plan: EntityPlan, rows?: PlannedRows, tryable?: Tryable) =>
    Effect.as(tables.ended.end(entityId(entity), { plan, rows, tryable }), plan)
  if (ended._tag === "Failure") {
    const why = reasonOf(ended.failure)
    return yield* Effect.forEach(sinks, ({ target }) => done(target.entity, failedPlan(target, why)))
  }
  const completeness = ended.success

  const answerOf = Effect.fnUntraced(function* (sink: Sink, second?: DeleteConfirmation.Second) {
    const { entity } = sink.target
    if (sink.defect !== undefined) return yield* sink.defect
    if (entity.mode === "replace" && completeness._tag === "Partial") {
      return yield* new RunFailure({ reason: reason("run.replacePartial", { why: completeness.reason }) })
    }
    if (entity.mode === "replace" && second?.doubt !== undefined) {
      return yield* new RunFailure({ reason: reason("confirm.replace", { why: second.doubt }) })
    }
    const lookupMissing = missingLookup(entity, catalog, selected)
    if (lookupMissing !== undefined) return yield* new RunFailure({ reason: lookupMissing })
    const spent = { ...(yield* Ref.get(cost)), lastRequests: [] }
    const existing = catalog.get(tableId(entity.table))
    const sharing = registry.entities.filter((other) => tableId(other.table) === tableId(entity.table))
    const [table = entity] = byTable(sharing)
    const ddl = yield* Tables.ddl({ ...table, key: entity.key }, catalog)
    const untriedChange = existing === undefined ? [] : yield* changeTried(entity, ddl)
    const stored = asStored(yield* withLookups(tables, entity), existing)
    const asks = sink.variant(completeness, second).confirm
    const goes = (answer: PlanAnswer) => (asks && answer.held === null ? goneKeys(entity, answer) : [])
    const before = yield* leftBefore(tables, others(entity))
    const could =
      existing === undefined
        ? undefined
        : triable(stored, existing, sharing, yield* changedBefore(tables, reads.reader, entity))
    const tryable =
      could === undefined || "why" in could ? undefined : { ...could, before: [...could.before, ...before] }
    const { answer, untried } = yield* tryPlan({
      sink,
      stored,
      triable: tryable ?? could,
      ask: (facts, rows, variant) => planRows(stored, facts, rows, variant, existing),
      // Rows that are read again are not written yet.
      isLast: (answer) => goes(answer).length === 0,
      read: [completeness, spent, second]
    })
    const facts = sink.facts(completeness, spent, second)
    const gone = goes(answer)
    const planned = {
      ...entityPlan(sink.target, ddl, answer, facts, second, [...untriedChange, ...untried]),
      ...sink.fields
    }
    return {
      gone,
      stored,
      planned,
      rows: plannedRows(stored, answer),
      tryable: untried.length === 0 ? tryable : undefined
    }
  })
  const resultOf = (sink: Sink, second?: DeleteConfirmation.Second) =>
    giveWay(sink.target.entity, answerOf(sink, second)).pipe(
      Effect.catchDefect(asFailure),
      Effect.catch((error) =>
        Effect.succeed({
          gone: [],
          stored: sink.target.entity,
          planned: failedPlan(sink.target, reasonOf(error)),
          rows: undefined,
          tryable: undefined
        })
      )
    )

  const planned: Array<EntityPlan> = []
  // As in a sync, an entity comes after those that it needs.
  const stepOf = ({ target: { entity } }: Sink) => tables.needs.step(entity)
  for (const step of [...new Set(sinks.map(stepOf))].toSorted((left, right) => left - right)) {
    const some = sinks.filter((sink) => stepOf(sink) === step)
    const firsts = yield* Effect.forEach(some, (sink) => Effect.map(resultOf(sink), (first) => ({ sink, ...first })))
    const searches = firsts.flatMap(({ gone, sink, stored }) =>
      gone.length === 0 ? [] : [new DeleteConfirmation.Search(sink.target, gone, stored, sink.tombstones)]
    )
    // A plan can be applied as it is, so its deletes have to be as certain as those of a sync.
    const seconds =
      searches.length === 0
        ? undefined
        : yield* DeleteConfirmation.readAgain(searches, (receivers) => readAll(receivers, true), reasonOf)
    for (const first of firsts) {
      const second = seconds?.get(first.sink.target)
      const last = second === undefined ? first : yield* resultOf(first.sink, second)
      planned.push(yield* done(first.sink.target.entity, last.planned, last.rows, last.tryable))
    }
  }
  return planned
}, Effect.scoped)
