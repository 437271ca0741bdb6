/**
 * Reads what a sync would read, from the same cursors and parents, and reports what it would do, row by row, without
 * the records that PostgreSQL would refuse. It changes nothing and takes no run lock.
 */

import { randomInt } from "node:crypto"
import { Clock, DateTime, Effect, Ref } from "effect"
import { type Entity, forEachRow } from "../../config/Entity.ts"
import { targetId, targetName, targetOf } from "../../config/RunTarget.ts"
import * as Catalog from "../../database/tables/Catalog.ts"
import { tableId } from "../../database/tables/Identifier.ts"
import { accountsIn, accountsOf, connectorOf } from "../../plugin/AccountTargets.ts"
import { Registry } from "../../plugin/Registry.ts"
import { reason } from "../../reason/Reason.ts"
import type { Completeness } from "../../upstream/Source.ts"
import { wouldLead } from "../KeyedRuns.ts"
import { referencesOf } from "../load/EnsureTables.ts"
import * as KeyHandover from "../load/KeyHandover.ts"
import { Sink } from "../load/Sink.ts"
import { asFailure, type DescribedError, reasonOf } from "../RunFailure.ts"
import type { SyncEvent } from "../RunResult.ts"
import * as CompletionLatch from "../read/CompletionLatch.ts"
import * as DeleteConfirmation from "../read/DeleteConfirmation.ts"
import { read } from "../read/Read.ts"
import { dependenciesOf, group, type ReadGroup } from "../read/ReadGroup.ts"
import type { ReadCost, Receiver } from "../read/Receiver.ts"
import { requestPlanOf } from "../read/RequestPlan.ts"
import { partFor } from "../SyncParts.ts"
import { type EntityPlan, type Plan, planId } from "./Plan.ts"
import { type EndedRead, failedEntity, type PlanContext, planEntity } from "./PlanEntity.ts"
import { type PlannedResult, parentsIn } from "./PlannedTables.ts"

export interface PlanOptions {
  /** Reads everything, whatever the cursors say. */
  readonly full?: boolean | undefined
  readonly onEvent?: (event: SyncEvent) => Effect.Effect<void>
}

export const plan = Effect.fn("Planner.plan")(function* (chosen: ReadonlyArray<Entity>, options: PlanOptions = {}) {
  const accounts = accountsIn(chosen, yield* accountsOf(chosen))
  const { registry, selected } = partFor(chosen, yield* Registry.now, accounts)
  const groups = group(selected, registry.entities)
  const catalog = yield* Catalog.catalog([...new Set([...selected, ...groups.map(({ reader }) => reader)])])
  const needs = dependenciesOf(groups, referencesOf(catalog))
  const ended = yield* CompletionLatch.make<PlannedResult>(selected)
  const context: PlanContext = {
    registry,
    selected,
    tables: { catalog, needs, ended },
    giveWay: KeyHandover.make(groups, needs, ended),
    others: (entity) => KeyHandover.precedingEntities(entity, groups, needs)
  }
  const entities = yield* Effect.forEach(groups, (reads) => planGroup(context, reads, options), {
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

const planGroup = Effect.fnUntraced(function* (context: PlanContext, reads: ReadGroup, options: PlanOptions) {
  const { onEvent = () => Effect.void } = options
  const cost = yield* Ref.make<ReadCost>({ requests: 0, bytes: 0 })
  // Names the table in which refused rows are sought; runs have positive numbers.
  const noRun = Effect.sync(() => BigInt(-randomInt(1, 2 ** 47)))
  const sinks = reads.targets.map((target) => new Sink(target, noRun, { overflow: "keep" }))
  for (const { entity } of reads.targets) yield* onEvent({ _tag: "Started", entity: targetName(entity) })
  const readInto = yield* readerOf(context, reads, cost, { ...options, onEvent })
  const first = yield* Effect.result(readInto(sinks))
  if (first._tag === "Failure") {
    const why = reasonOf(first.failure)
    return yield* Effect.forEach(sinks, (sink) => finished(context, sink.target.entity, failedEntity(sink, why)))
  }
  const ended = { reader: reads.reader, completeness: first.success, cost }
  return yield* planInSteps(context, ended, sinks, (receivers) => readInto(receivers, true))
}, Effect.scoped)

/** Returns how to read a group, once the plans of its parents have ended. */
const readerOf = Effect.fnUntraced(function* (
  { registry, tables }: PlanContext,
  reads: ReadGroup,
  cost: Ref.Ref<ReadCost>,
  { full, onEvent }: Pick<PlanOptions, "full"> & Required<Pick<PlanOptions, "onEvent">>
) {
  const { connector: name } = reads.reader
  const forEach = forEachRow(reads.reader)
  const declaration = yield* Effect.orDie(registry.declaration(name))
  const connector = yield* connectorOf(registry, reads.reader)
  const { isMissing, ...parents } = yield* parentsIn(tables, reads.reader)
  const hasTable = (entity: Pick<Entity, "table">) => tables.catalog.has(tableId(entity.table))
  const readers = { loaded: Effect.succeed(reads.targets), hasTable, declared: registry.entities, ...parents }
  // Before their first sync there are no parents to request.
  const requests =
    isMissing && forEach !== undefined
      ? Effect.succeed({ parts: [], doubt: reason("plan.noParents", { table: tableId(forEach.table) }) })
      : requestPlanOf(reads, readers, { full })
  const leads = wouldLead(registry, reads.reader)
  return (receivers: ReadonlyArray<Receiver>, wary = false) =>
    read({ group: reads, declaration, connector, reads: requests, onEvent, wary, leads }, receivers, cost).pipe(
      Effect.timeout(declaration.limits.deadline),
      Effect.catchDefect(asFailure)
    )
})

/**
 * Plans the entities of a read; as in a sync, each comes after those that it needs. A plan can be applied as it is, so its
 * deletes have to be as certain as those of a sync: entities that would delete are planned again after a second read.
 */
const planInSteps = Effect.fnUntraced(function* <E extends DescribedError, R>(
  context: PlanContext,
  ended: EndedRead,
  sinks: ReadonlyArray<Sink>,
  readAgain: (receivers: ReadonlyArray<Receiver>) => Effect.Effect<Completeness, E, R>
) {
  const plans: Array<EntityPlan> = []
  const stepOf = ({ target: { entity } }: Sink) => context.tables.needs.step(entity)
  for (const step of [...new Set(sinks.map(stepOf))].toSorted((left, right) => left - right)) {
    const some = sinks.filter((sink) => stepOf(sink) === step)
    const firsts = yield* Effect.forEach(some, (sink) =>
      Effect.map(planEntity(context, ended, sink), (planned) => ({ sink, planned }))
    )
    const searches = firsts.flatMap(({ planned: { gone, stored }, sink }) =>
      gone.length === 0 ? [] : [new DeleteConfirmation.Search(sink.target, gone, stored, sink)]
    )
    const seconds =
      searches.length === 0 ? undefined : yield* DeleteConfirmation.readAgain(searches, readAgain, reasonOf)
    for (const { planned, sink } of firsts) {
      const second = seconds?.get(sink.target)
      const last = second === undefined ? planned : yield* planEntity(context, ended, sink, second)
      plans.push(yield* finished(context, sink.target.entity, last))
    }
  }
  return plans
})

/** Hands the plan of an entity to those that wait for it. */
const finished = ({ tables }: PlanContext, entity: Entity, { plan, rows, trial }: PlannedResult) =>
  Effect.as(tables.ended.end(targetName(entity), { plan, rows, trial }), plan)
