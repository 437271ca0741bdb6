/**
 * Plans the rows of one entity whose read has ended: against the tables as they will be, and tried out as far as
 * possible. A plan that fails is a plan with its reason, so that one entity never stops another.
 */
import { Effect, Ref } from "effect"
import type { Entity } from "../../config/Entity.ts"
import { type PlanAnswer, plan as planRows } from "../../database/load/PlanSql.ts"
import * as SourceFields from "../../database/load/SourceFields.ts"
import { prepareTrial, type TrialOrRefusal } from "../../database/load/Trial.ts"
import type { CatalogTable } from "../../database/tables/Catalog.ts"
import { tableId } from "../../database/tables/Identifier.ts"
import { withStoredTypes } from "../../database/tables/StoredTypes.ts"
import * as Tables from "../../database/tables/Tables.ts"
import type { Generation } from "../../plugin/Registry.ts"
import type { Reason } from "../../reason/Reason.ts"
import type { Completeness } from "../../upstream/Source.ts"
import { byTable, missingLookup } from "../load/EnsureTables.ts"
import type { KeyHandover } from "../load/KeyHandover.ts"
import { otherTexts } from "../load/ParentTexts.ts"
import type { Sink } from "../load/Sink.ts"
import { asFailure, RunFailure, reasonOf } from "../RunFailure.ts"
import { checkReplaceable, type SecondRead } from "../read/DeleteConfirmation.ts"
import type { ReadCost } from "../read/Receiver.ts"
import { entityPlan, failedPlan, goneKeys, plannedRows } from "./EntityPlans.ts"
import {
  earlierDeletes,
  earlierTableChanges,
  type PlannedResult,
  type PlannedTables,
  withLookups
} from "./PlannedTables.ts"
import { tryChange, tryPlan } from "./PlanTrial.ts"

/** What the plans of all selected entities share. */
export interface PlanContext {
  readonly selected: ReadonlyArray<Entity>
  readonly registry: Generation
  readonly tables: PlannedTables
  readonly giveWay: KeyHandover
  /** The entities that an entity gives way to. */
  readonly others: (entity: Entity) => ReadonlyArray<Entity>
}

/** A read that has ended. */
export interface EndedRead {
  readonly reader: Entity
  readonly completeness: Completeness
  /** Grows by a second read. */
  readonly cost: Ref.Ref<ReadCost>
}

export interface PlannedEntity extends PlannedResult {
  /** The keys that a second read has to look for before the plan counts. */
  readonly gone: ReadonlyArray<ReadonlyArray<string>>
  /** The entity with the types of its table. */
  readonly stored: Entity
}

/** `second` is the result of a second read, if there was one. */
export const planEntity = (context: PlanContext, read: EndedRead, sink: Sink, second?: SecondRead) =>
  context.giveWay(sink.target.entity, planned(context, read, sink, second)).pipe(
    Effect.catchDefect(asFailure),
    Effect.catch((error) => Effect.succeed(failedEntity(sink, reasonOf(error))))
  )

export const failedEntity = ({ target }: Sink, why: Reason): PlannedEntity => ({
  plan: failedPlan(target, why),
  gone: [],
  stored: target.entity,
  rows: undefined,
  trial: undefined
})

const planned = Effect.fnUntraced(function* (context: PlanContext, read: EndedRead, sink: Sink, second?: SecondRead) {
  const { target } = sink
  const { entity } = target
  const { completeness, cost, reader } = read
  if (sink.defect !== undefined) return yield* sink.defect
  yield* checkReplaceable(entity, completeness, second)
  const { catalog } = context.tables
  const unloadable =
    missingLookup(entity, catalog, context.selected) ?? otherTexts(entity, context.registry.entities, catalog)
  if (unloadable !== undefined) return yield* new RunFailure({ reason: unloadable })
  const table = yield* tableOf(context, entity)
  const { ddl, existing, stored } = table
  const trial = yield* trialOf(context, reader, entity, table)
  const spent = { ...(yield* Ref.get(cost)), lastRequests: [] }
  if (entity.personal !== undefined) sink.know(yield* SourceFields.readKnown(target))
  const asks = sink.variant(completeness, second).confirm
  const goneIn = (answer: PlanAnswer) => (asks && answer.held === null ? goneKeys(entity, answer) : [])
  const { answer, untried } = yield* tryPlan({
    sink,
    stored,
    trial,
    ask: (facts, rows, variant) => planRows(stored, facts, rows, variant, existing),
    // Rows that are read again are not written yet.
    isLast: (answer) => goneIn(answer).length === 0,
    read: [completeness, spent, second]
  })
  const facts = sink.facts(completeness, spent, second)
  const plan = entityPlan(target, ddl, answer, facts, second, [...table.untried, ...untried])
  return {
    plan: { ...plan, ...sink.fields },
    gone: goneIn(answer),
    stored,
    rows: plannedRows(stored, answer),
    trial: trial === undefined || "why" in trial || untried.length > 0 ? undefined : trial
  } satisfies PlannedEntity
})

interface TablePlan {
  /** Undefined if the table is to be made. */
  readonly existing: CatalogTable | undefined
  /** All entities that fill the table. */
  readonly sharing: ReadonlyArray<Entity>
  readonly ddl: ReadonlyArray<string>
  /** Why the DDL could not be tried. */
  readonly untried: ReadonlyArray<Reason>
  readonly stored: Entity
}

const tableOf = Effect.fnUntraced(function* ({ registry, tables }: PlanContext, entity: Entity) {
  const existing = tables.catalog.get(tableId(entity.table))
  const sharing = registry.entities.filter((other) => tableId(other.table) === tableId(entity.table))
  const [table = entity] = byTable(sharing)
  const ddl = yield* Tables.ddl({ ...table, key: entity.key }, tables.catalog)
  const untried = existing === undefined ? [] : yield* tryChange(entity, ddl)
  const stored = withStoredTypes(yield* withLookups(tables, entity), existing)
  return { existing, sharing, ddl, untried, stored } satisfies TablePlan
})

/** How the rows can be written and rolled back; undefined if there is no table, and so no constraint. */
const trialOf = Effect.fnUntraced(function* (
  { others, tables }: PlanContext,
  reader: Entity,
  entity: Entity,
  { existing, sharing, stored }: TablePlan
): Effect.fn.Return<TrialOrRefusal | undefined> {
  if (existing === undefined) return undefined
  const before = yield* earlierDeletes(tables, others(entity))
  const could = prepareTrial(stored, existing, sharing, yield* earlierTableChanges(tables, reader, entity))
  return "why" in could ? could : { ...could, before: [...could.before, ...before] }
})
