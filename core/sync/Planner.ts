/**
 * Reads what a sync would read, from the same cursors, and says what it would do, row by row; writes nothing and takes no
 * lock.
 */

import { randomInt } from "node:crypto"
import { Clock, DateTime, Effect, Ref } from "effect"
import { type Entity, entityId } from "../config/Entity.ts"
import * as Catalog from "../database/Catalog.ts"
import { tableId } from "../database/Identifier.ts"
import type { ReadFacts } from "../database/Load.ts"
import { type Ask, type PlanAnswer, plan as planRows } from "../database/PlanSql.ts"
import { asStored } from "../database/Stored.ts"
import * as Tables from "../database/Tables.ts"
import { Registry } from "../plugin/Registry.ts"
import { type Reason, reason, render } from "../reason/Reason.ts"
import * as Confirm from "./Confirm.ts"
import { group, type ReadGroup } from "./Group.ts"
import * as Pipeline from "./Pipeline.ts"
import type { EntityPlan, Plan, PlannedRow } from "./Plan.ts"
import { byTable } from "./Prepare.ts"
import { readsOf } from "./Reads.ts"
import type { ReadCost, Receiver } from "./Receiver.ts"
import type { SyncEvent } from "./Run.ts"
import { asFailure, reasonOf } from "./RunFailure.ts"
import { Sink } from "./Sink.ts"

export interface PlanOptions {
  /** Reads everything, whatever the cursors say. */
  readonly full?: boolean | undefined
  readonly onEvent?: (event: SyncEvent) => Effect.Effect<void>
}

export const plan = Effect.fn("Planner.plan")(function* (selected: ReadonlyArray<Entity>, options: PlanOptions = {}) {
  const registry = yield* Registry.now
  const readers = group(selected, registry.entities).map(({ reader }) => reader)
  const catalog = yield* Catalog.catalog([...new Set([...selected, ...readers])])
  const entities = yield* Effect.forEach(
    group(
      selected.map((entity) => withoutMissingLookups(entity, catalog)),
      registry.entities
    ),
    (reads) => planGroup(reads, catalog, options),
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
  { full, onEvent = () => Effect.void }: PlanOptions
) {
  const registry = yield* Registry.now
  const declaration = yield* Effect.orDie(registry.declaration(reads.reader.connector))
  const connector = yield* Effect.orDie(registry.connector(reads.reader.connector))
  const cost = yield* Ref.make<ReadCost>({ requests: 0, bytes: 0 })
  // For the name of a table to seek refused rows in; runs have positive numbers.
  const noRun = Effect.sync(() => BigInt(-randomInt(1, 2 ** 47)))
  const sinks = reads.targets.map((target) => new Sink(target, noRun, { overflow: "keep" }))
  for (const { entity } of reads.targets) yield* onEvent({ _tag: "Started", entity: entityId(entity) })
  const hasTable = (entity: Pick<Entity, "table">) => catalog.has(tableId(entity.table))
  const readers = { loaded: Effect.succeed(reads.targets), hasTable, declared: registry.entities, ended: [] }
  // Before their first sync there are no parents to ask for.
  const { forEach } = reads.reader
  const parents = forEach === undefined || hasTable(forEach) ? undefined : tableId(forEach.table)
  const readAll = (receivers: ReadonlyArray<Receiver>, wary = false) =>
    Pipeline.read(
      {
        group: reads,
        declaration,
        connector,
        reads:
          parents === undefined
            ? readsOf(reads, readers, full)
            : Effect.succeed({ parts: [], doubt: reason("plan.noParents", { table: parents }) }),
        onEvent,
        wary
      },
      receivers,
      cost
    ).pipe(Effect.timeout(declaration.limits.deadline), Effect.catchDefect(asFailure))
  const read = yield* Effect.result(readAll(sinks))
  if (read._tag === "Failure") return sinks.map(({ target }) => failedPlan(target.entity, reasonOf(read.failure)))
  const completeness = read.success

  const answerOf = Effect.fnUntraced(function* (sink: Sink, second?: Confirm.Second) {
    const { entity } = sink.target
    if (sink.defect !== undefined) return yield* sink.defect
    const spent = { ...(yield* Ref.get(cost)), lastRequests: [] }
    const existing = catalog.get(tableId(entity.table))
    const [table = entity] = byTable(
      registry.entities.filter((other) => tableId(other.table) === tableId(entity.table))
    )
    const ddl = yield* Tables.ddl({ ...table, key: entity.key }, catalog)
    const stored = asStored(entity, existing)
    const ask: Ask<PlanAnswer> = (facts, rows, variant) => planRows(stored, facts, rows, variant, existing)
    const answer = yield* sink.plan(ask, stored, completeness, spent, second)
    const facts = sink.facts(completeness, spent, second)
    const gone = sink.variant(completeness, second).confirm && answer.held === null ? goneKeys(entity, answer) : []
    return { gone, stored, planned: { ...entityPlan(entity, ddl, answer, facts, second), ...sink.fields } }
  })
  const resultOf = (sink: Sink, second?: Confirm.Second) =>
    answerOf(sink, second).pipe(
      Effect.catchDefect(asFailure),
      Effect.catch((error) =>
        Effect.succeed({
          gone: [],
          stored: sink.target.entity,
          planned: failedPlan(sink.target.entity, reasonOf(error))
        })
      )
    )

  const firsts = yield* Effect.forEach(sinks, (sink) => Effect.map(resultOf(sink), (first) => ({ sink, ...first })))
  const searches = firsts.flatMap(({ gone, sink, stored }) =>
    gone.length === 0 ? [] : [new Confirm.Search(sink.target, gone, stored)]
  )
  if (searches.length === 0) return firsts.map(({ planned }) => planned)
  // A plan can be applied as it is: what it deletes has to be as sure as what a sync deletes.
  const seconds = yield* Confirm.readAgain(searches, (receivers) => readAll(receivers, true), reasonOf)
  return yield* Effect.forEach(firsts, ({ planned, sink }) => {
    const second = seconds.get(sink.target)
    return second === undefined
      ? Effect.succeed(planned)
      : Effect.map(resultOf(sink, second), (confirmed) => confirmed.planned)
  })
}, Effect.scoped)

/** What would be deleted, as `Search` takes it. */
const goneKeys = ({ columns, key }: Entity, { rows }: PlanAnswer): ReadonlyArray<ReadonlyArray<string>> => {
  const places = key.map((name) => columns.findIndex((column) => column.name === name))
  return rows.flatMap(({ before, kind }) => (kind === "gone" ? [places.map((at) => before?.[at] ?? "")] : []))
}

const identity = (entity: Entity) => ({
  connector: entity.connector,
  entity: entity.name,
  table: tableId(entity.table)
})

const failedPlan = (entity: Entity, why: Reason): EntityPlan => ({
  ...identity(entity),
  ddl: [],
  error: render(why),
  errorReason: why,
  warnings: [],
  reasons: [],
  confirmed: false,
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
  facts: ReadFacts,
  second: Confirm.Second | undefined
): EntityPlan => {
  const row = (texts: ReadonlyArray<string | null> | null): PlannedRow =>
    Object.fromEntries(entity.columns.map((column, at) => [column.name, texts?.[at] ?? null]))
  const of = (kind: PlanAnswer["rows"][number]["kind"]) => answer.rows.filter((candidate) => candidate.kind === kind)
  const reasons = [...facts.warnings, ...(answer.held === null ? [] : [answer.held]), ...answer.kept]
  const gone = of("gone").map(({ before }) => row(before))
  const missed = of("missed").map(({ before }) => row(before))
  const { notes = [] } = facts
  return {
    ...identity(entity),
    ddl,
    error: null,
    errorReason: null,
    warnings: reasons.map(render),
    reasons,
    ...(notes.length === 0 ? {} : { notes: notes.map(render), noteReasons: notes }),
    ...(facts.since ? { since: true } : {}),
    confirmed: second !== undefined && second.doubt === undefined && gone.length > 0,
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
    missed: answer.held === null ? missed : [],
    withheld: answer.held === null ? [] : [...gone, ...missed]
  }
}
