/**
 * A list without a cursor begins at its latest record once all of what it leads to is loaded (`read/Bookmark.ts`). Where
 * the same sync reads all of that anyway, it is read once: that read begins after the question for the latest record, and
 * the list goes on when it has ended.
 */
import { Deferred, Effect } from "effect"
import type { Entity } from "../config/Entity.ts"
import { targetName } from "../config/RunTarget.ts"
import { isChildOf, reasonsOf } from "./KeyedRuns.ts"
import type { RunResult } from "./RunResult.ts"
import type { CompletionLatch } from "./read/CompletionLatch.ts"
import type { Leading } from "./read/Leads.ts"
import type { ReadGroup } from "./read/ReadGroup.ts"

export interface SharedLoadsOptions {
  readonly groups: ReadonlyArray<ReadGroup>
  readonly declared: ReadonlyArray<Entity>
  readonly leadsOf: (reader: Entity) => Leading | undefined
  /** The entities from whose rows a read makes its requests. */
  readonly parents: (reader: Entity) => ReadonlyArray<Entity>
  readonly ended: CompletionLatch<RunResult>
}

export interface SharedLoads {
  readonly leadsOf: (reads: ReadGroup) => Leading | undefined
  /** Waits until the lists have begun that lead to all of this read. */
  readonly awaitLists: (reads: ReadGroup) => Effect.Effect<void>
  /** The list needs no load of all, or not any more. */
  readonly goesOn: (reads: ReadGroup) => Effect.Effect<unknown>
}

export const make = (options: SharedLoadsOptions): SharedLoads => {
  const { groups } = options
  const leads = new Map(groups.map((reads) => [reads, options.leadsOf(reads.reader)]))
  const shares = new Map(
    groups.flatMap((list) => {
      const own = leads.get(list)
      if (own === undefined || list.reader.incremental?.start === undefined) return []
      const whole = groups.find((other) => isWhole(other, own.to, options) && !needs(list, other, options))
      if (whole === undefined) return []
      return [[list, { whole, ...share(own, whole, options.ended) }] as const]
    })
  )
  return {
    leadsOf: (reads) => shares.get(reads)?.leads ?? leads.get(reads),
    awaitLists: (reads) =>
      Effect.forEach(shares.values(), ({ begun, whole }) => (whole === reads ? begun : Effect.void), { discard: true }),
    goesOn: (reads) => shares.get(reads)?.goesOn ?? Effect.void
  }
}

/** Whether these are the reads of all of the entity with that name, with what its records contain. */
const isWhole = ({ reader, targets }: ReadGroup, name: string, { declared }: SharedLoadsOptions): boolean => {
  if (targetName(reader) !== name || reader.declared !== undefined) return false
  const loads = new Set(targets.map(({ entity }) => targetName(entity)))
  return [reader, ...declared.filter(isChildOf(reader))].every((entity) => loads.has(targetName(entity)))
}

/** Whether the requests of a read are made, at last, from rows of the other one. No reads need each other in a circle. */
const needs = (reads: ReadGroup, other: ReadGroup, options: SharedLoadsOptions): boolean => {
  const parents = new Set(options.parents(reads.reader))
  return options.groups
    .filter(({ targets }) => targets.some(({ entity }) => parents.has(entity)))
    .some((before) => before === other || needs(before, other, options))
}

const share = (leads: Leading, { reader, targets }: ReadGroup, ended: CompletionLatch<RunResult>) => {
  const begun = Deferred.makeUnsafe<void>()
  // A later question wants a later load: only the load that has begun behind the first one counts, and once.
  let counts = false
  const own: Leading = {
    ...leads,
    begun: Effect.map(Deferred.succeed(begun, undefined), (isFirst) => {
      counts = isFirst
    }),
    loadAll: (pause) =>
      Effect.gen(function* () {
        if (!counts) return yield* leads.loadAll(pause)
        counts = false
        const results = yield* pause(ended.wait(targets.map(({ entity }) => entity)))
        if ((yield* reasonsOf(reader, results)) === undefined) yield* leads.loadAll(pause)
      })
  }
  return { leads: own, begun: Deferred.await(begun), goesOn: Deferred.succeed(begun, undefined) }
}
