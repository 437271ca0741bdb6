/** Entities with versions, read at times that a test decides. */
import { Array as Arr, Channel, Clock, Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { withVersions } from "../../core/config/VersionedEntity.ts"
import { complete, type Source, type SourceRecord } from "../../core/upstream/Source.ts"
import { type Answers, column, entity } from "../support/source.ts"

export const versioned = (name: string, more: Partial<Entity> = {}): Entity =>
  withVersions(
    entity(name, {
      columns: [column("id", "bigint"), column("name", "text")],
      mode: "upsert",
      versions: { schema: "public", name: `fake_${name}_versions` },
      ...more
    })
  )

/** With the record as it came. */
export const rawColumn = column("raw", "json", { source: { _tag: "Record" } })

/** A request, its time in seconds since 1970 and the records of its answer. */
export type Request = readonly [at: number, records: ReadonlyArray<SourceRecord>]

let now = 0

/** Runs where the clock shows the time of the last request. */
export const timed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(Clock.Clock, (real) => {
    const clock: Clock.Clock = {
      currentTimeMillisUnsafe: () => now,
      currentTimeMillis: Effect.sync(() => now),
      currentTimeNanosUnsafe: () => BigInt(now) * 1_000_000n,
      currentTimeNanos: Effect.sync(() => BigInt(now) * 1_000_000n),
      sleep: (duration) => real.sleep(duration),
      monotonicTimeNanos: real.monotonicTimeNanos,
      monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe()
    }
    return Effect.provideService(effect, Clock.Clock, clock)
  })

/** Sets the clock, for a source that does not. */
export const setTime = (seconds: number): void => {
  now = seconds * 1000
}

/** A source that sends these requests, one after the other. */
export const requests =
  (...all: ReadonlyArray<Request>): Answers =>
  (_, options) => ({
    source: all.reduceRight<Source>(
      (rest, [at, records]) =>
        Channel.unwrap(
          Effect.suspend(() => {
            now = at * 1000
            const batches = Arr.isReadonlyArrayNonEmpty(records) ? [records] : []
            const answer = Channel.concatWith(Channel.fromIterable(batches), () => rest)
            return Effect.as(options?.onEvent?.({ _tag: "Request" }) ?? Effect.void, answer)
          })
        ),
      Channel.end(complete)
    )
  })

/** A version: its key, from and to when (in seconds since 1970, null: to now), and its content. */
export type Version = readonly [id: number, from: number, to: number | null, content: unknown]

export const versionsOf = Effect.fnUntraced(function* ({ versions }: Entity) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ id: string; from: number; to: number | null; content: unknown }>`
    select v.id::text, extract(epoch from v.valid_from)::float8 as from, extract(epoch from v.valid_to)::float8 as to, v.content
    from ${sql(versions?.name ?? "")} as v order by v.id, v.valid_from, v.valid_to nulls last`
  return rows.map(({ content, from, id, to }): Version => [Number(id), from, to, content])
})
