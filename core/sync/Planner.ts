/** Reads the sources and says what a sync would do, row by row; writes nothing and takes no lock. */
import { Clock, DateTime, Effect, Ref } from "effect"
import { type Entity, entityId } from "../config/Entity.ts"
import * as Catalog from "../database/Catalog.ts"
import { tableId } from "../database/Identifier.ts"
import { type PlanAnswer, plan as planRows } from "../database/PlanSql.ts"
import { asStored } from "../database/Stored.ts"
import * as Tables from "../database/Tables.ts"
import { Registry } from "../plugin/Registry.ts"
import { group, type ReadGroup } from "./Group.ts"
import * as Pipeline from "./Pipeline.ts"
import type { EntityPlan, Plan, PlannedRow } from "./Plan.ts"
import { byTable } from "./Prepare.ts"
import { readsOf } from "./Reads.ts"
import type { SyncEvent } from "./Run.ts"
import { defective, describe, RunFailure } from "./RunFailure.ts"
import { type ReadCost, Sink } from "./Sink.ts"

export const plan = Effect.fn("Planner.plan")(function* (
  selected: ReadonlyArray<Entity>,
  onEvent: (event: SyncEvent) => Effect.Effect<void>
) {
  const registry = yield* Registry.now
  const catalog = yield* Catalog.catalog(selected)
  const entities = yield* Effect.forEach(
    group(
      selected.map((entity) => withoutMissingLookups(entity, catalog)),
      registry.entities
    ),
    (reads) => planGroup(reads, catalog, onEvent),
    { concurrency: "unbounded" }
  )
  const order = selected.map(entityId)
  const document: Plan = {
    version: 1,
    createdAt: DateTime.formatIso(DateTime.makeUnsafe(yield* Clock.currentTimeMillis)),
    configHash: registry.hash,
    entities: entities
      .flat()
      .toSorted(
        (left, right) =>
          order.indexOf(entityId({ ...left, name: left.entity })) -
          order.indexOf(entityId({ ...right, name: right.entity }))
      )
  }
  return document
})

const asFailure = (defect: unknown) => Effect.fail(defective(defect))

/** Before the first sync the tables to look up in do not exist; the names are then empty, as they would be. */
const withoutMissingLookups = (entity: Entity, catalog: Catalog.Catalog): Entity => ({
  ...entity,
  columns: entity.columns.map((column) => {
    if (column.lookup === undefined || catalog.has(tableId(column.lookup.table))) return column
    const { lookup: _, ...rest } = column
    return { ...rest, source: { _tag: "Constant", value: null } }
  })
})

const planGroup = Effect.fnUntraced(function* (
  reads: ReadGroup,
  catalog: Catalog.Catalog,
  onEvent: (event: SyncEvent) => Effect.Effect<void>
) {
  const registry = yield* Registry.now
  const declaration = yield* Effect.orDie(registry.declaration(reads.reader.connector))
  const connector = yield* Effect.orDie(registry.connector(reads.reader.connector))
  const cost = yield* Ref.make<ReadCost>({ requests: 0, bytes: 0 })
  const noRun = new RunFailure({ message: "a plan has no run" })
  const sinks = reads.targets.map((target) => new Sink(target, noRun, { overflow: "keep" }))
  for (const { entity } of reads.targets) yield* onEvent({ _tag: "Started", entity: entityId(entity) })
  const completeness = yield* Effect.result(
    Pipeline.read(
      {
        group: reads,
        declaration,
        connector,
        // Without the stored cursor: a plan shows the whole difference.
        reads: readsOf(reads),
        onEvent
      },
      sinks,
      cost
    ).pipe(Effect.timeout(declaration.limits.deadline), Effect.catchDefect(asFailure))
  )
  return yield* Effect.forEach(
    sinks,
    Effect.fnUntraced(function* (sink) {
      const { entity, within } = sink.target
      if (sink.defect !== undefined) return failedPlan(entity, describe(sink.defect))
      if (completeness._tag === "Failure") return failedPlan(entity, describe(completeness.failure))
      const facts = sink.facts(completeness.success, yield* Ref.get(cost))
      const existing = catalog.get(tableId(entity.table))
      return yield* Effect.gen(function* () {
        const [table = entity] = byTable(
          registry.entities.filter((other) => tableId(other.table) === tableId(entity.table))
        )
        const ddl = yield* Tables.ddl({ ...table, key: entity.key }, catalog)
        const answer = yield* planRows(
          asStored(entity, existing),
          facts,
          sink.rows(),
          { fold: sink.fold, within },
          existing
        )
        return entityPlan(entity, ddl, answer, facts)
      }).pipe(
        Effect.catchDefect(asFailure),
        Effect.catch((error) => Effect.succeed(failedPlan(entity, describe(error))))
      )
    })
  )
}, Effect.scoped)

const identity = (entity: Entity) => ({
  connector: entity.connector,
  entity: entity.name,
  table: tableId(entity.table)
})

const failedPlan = (entity: Entity, error: string): EntityPlan => ({
  ...identity(entity),
  ddl: [],
  error,
  warnings: [],
  fetched: 0,
  rejected: 0,
  unchanged: 0,
  inserts: [],
  updates: [],
  deletes: [],
  withheld: []
})

const entityPlan = (
  entity: Entity,
  ddl: ReadonlyArray<string>,
  answer: PlanAnswer,
  facts: { readonly fetched: number; readonly rejected: number; readonly warnings: ReadonlyArray<string> }
): EntityPlan => {
  const row = (texts: ReadonlyArray<string | null> | null): PlannedRow =>
    Object.fromEntries(entity.columns.map((column, at) => [column.name, texts?.[at] ?? null]))
  const of = (kind: PlanAnswer["rows"][number]["kind"]) => answer.rows.filter((candidate) => candidate.kind === kind)
  const gone = of("gone").map(({ before }) => row(before))
  return {
    ...identity(entity),
    ddl,
    error: null,
    warnings: answer.held === null ? facts.warnings : [...facts.warnings, answer.held],
    fetched: facts.fetched,
    rejected: facts.rejected,
    unchanged: answer.unchanged,
    inserts: of("new").map(({ after }) => row(after)),
    updates: of("changed").map(({ after, before }) => ({
      key: Object.fromEntries(Object.entries(row(before)).filter(([name]) => entity.key.includes(name))),
      changes: entity.columns.flatMap((column, at) => {
        const [from, to] = [before?.[at] ?? null, after?.[at] ?? null]
        return from === to ? [] : [{ column: column.name, from, to }]
      })
    })),
    deletes: answer.held === null ? gone : [],
    withheld: answer.held === null ? [] : gone
  }
}
