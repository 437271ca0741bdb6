/**
 * Runs all groups of a sync beside each other. A group reads once the parents of its requests have ended, and an entity
 * loads once those that it refers to have. A group that fails stops no other.
 */
import { Effect } from "effect"
import type { Entity } from "../config/Entity.ts"
import { targetName } from "../config/RunTarget.ts"
import * as Metrics from "../observe/Metrics.ts"
import * as RunLog from "../observe/RunLog.ts"
import { connectorOf } from "../plugin/AccountTargets.ts"
import type { Generation } from "../plugin/Registry.ts"
import { failAbandoned } from "./FailedRun.ts"
import * as KeyHandover from "./load/KeyHandover.ts"
import * as Pipeline from "./Pipeline.ts"
import type { RunResult, SyncEvent } from "./RunResult.ts"
import type { RunSession } from "./RunSession.ts"
import * as CompletionLatch from "./read/CompletionLatch.ts"
import type { Leading, PageWatch } from "./read/Leads.ts"
import { type Dependencies, dependenciesOf, group, type ReadGroup } from "./read/ReadGroup.ts"
import { readersOf, requestPlanOf } from "./read/RequestPlan.ts"
import * as SharedLoads from "./SharedLoads.ts"

/** What and how much is read. */
export interface ReadingOptions {
  /** Reads everything, whatever the cursors say; afterwards the cursors are where this read ends. */
  readonly full?: boolean | undefined
  /** Reads again from this value of the cursor's column on, if the cursor is later. */
  readonly since?: string | undefined
  /** Whether the cursors move past records that are rejected in this run. */
  readonly pastRejected?: boolean | undefined
  /** Reads at most so many records of each source: a partial read, which deletes nothing and moves no cursor. */
  readonly limit?: number | undefined
}

export interface GroupRunsOptions {
  readonly selected: ReadonlyArray<Entity>
  readonly registry: Generation
  readonly session: RunSession
  readonly reading: ReadingOptions
  /** What a read of the entity leads to. */
  readonly leadsOf: (reader: Entity) => Leading | undefined
  readonly listOf: (reader: Entity) => PageWatch | undefined
  readonly onEvent: (event: SyncEvent) => Effect.Effect<void>
}

type Finished = Extract<SyncEvent, { readonly _tag: "Finished" }>

export const runGroups = Effect.fnUntraced(function* (options: GroupRunsOptions) {
  const { onEvent, registry, selected, session } = options
  const ended = yield* CompletionLatch.make<RunResult>(selected)
  const groups = group(selected, registry.entities)
  const needs = dependenciesOf(groups)
  const order = yield* loadOrder(groups, needs, session, ended)
  const shared = SharedLoads.make({
    groups,
    declared: registry.entities,
    leadsOf: options.reading.limit === undefined ? options.leadsOf : () => undefined,
    parents: needs.parents,
    ended
  })
  const onFinished = (event: Finished) =>
    Effect.all(
      [
        Metrics.runEnded(event.result),
        RunLog.logEnd(event.result),
        ended.end(event.entity, event.result),
        onEvent(event)
      ],
      { discard: true }
    )
  const observed = {
    ...options,
    onEvent: (event: SyncEvent) => (event._tag === "Finished" ? onFinished(event) : onEvent(event))
  }
  const results = yield* Effect.forEach(
    groups,
    (reads) =>
      runGroup(observed, order, shared, reads).pipe(
        Effect.catchDefect((defect) => unread(observed, reads, defect)),
        Effect.ensuring(shared.goesOn(reads))
      ),
    { concurrency: "unbounded" }
  )
  return results.flat()
})

/** The order of reads and loads. Foreign keys count once the tables are known. */
const loadOrder = Effect.fnUntraced(function* (
  groups: ReadonlyArray<ReadGroup>,
  needs: Dependencies,
  session: RunSession,
  ended: CompletionLatch.CompletionLatch<RunResult>
) {
  const known = yield* Effect.cached(Effect.map(session.references, (references) => dependenciesOf(groups, references)))
  const loadsBefore = (entity: Entity) => Effect.map(known, ({ loads }) => loads(entity))
  return {
    giveWay: KeyHandover.make(groups, needs, ended),
    /** The results of the entities whose rows make the requests. */
    parents: (reader: Entity) => ended.wait(needs.parents(reader)),
    loadAfter: (entity: Entity) => Effect.asVoid(Effect.flatMap(loadsBefore(entity), ended.wait)),
    isLoadable: (entity: Entity) =>
      Effect.flatMap(loadsBefore(entity), (before) => Effect.map(Effect.forEach(before, ended.isOver), all)),
    stepOf: Effect.map(known, ({ step }) => step)
  }
})

const runGroup = Effect.fnUntraced(function* (
  { listOf, onEvent, reading, registry, session }: GroupRunsOptions,
  { parents, ...order }: Effect.Success<ReturnType<typeof loadOrder>>,
  shared: SharedLoads.SharedLoads,
  reads: ReadGroup
) {
  const { reader } = reads
  return yield* Pipeline.run({
    ...order,
    group: reads,
    declaration: yield* Effect.orDie(registry.declaration(reader.connector)),
    connector: yield* connectorOf(registry, reader),
    reads: Effect.gen(function* () {
      const known = { declared: registry.entities, ended: yield* parents(reader) }
      const plan = yield* requestPlanOf(reads, readersOf(reads, session.runOf, known), reading)
      if (plan.parts.every(({ begins }) => begins === undefined)) yield* shared.goesOn(reads)
      return plan
    }),
    readAfter: shared.awaitLists(reads),
    pastRejected: reading.pastRejected ?? false,
    limit: reading.limit,
    leads: shared.leadsOf(reads),
    // A look at some records changes nothing of others.
    list: reading.limit === undefined ? listOf(reader) : undefined,
    begins: reading.limit === undefined,
    begun: session.runOf,
    release: session.release,
    onEvent
  })
})

/** Fails the entities of a group that cannot be read at all (its connector is gone, say), and no others. */
const unread = ({ onEvent, session }: GroupRunsOptions, { targets }: ReadGroup, defect: unknown) =>
  Effect.forEach(
    targets,
    Effect.fnUntraced(function* (target) {
      const { entity } = target
      const result = { ...(yield* failAbandoned(target, session.runOf(entity), defect)), durationMs: 0 }
      yield* session.release(entity)
      yield* onEvent({ _tag: "Finished", entity: targetName(entity), result })
      return result
    })
  )

const all = (each: ReadonlyArray<boolean>): boolean => each.every((one) => one)
