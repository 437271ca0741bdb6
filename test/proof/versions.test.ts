/**
 * Random reads of an entity with versions: keys that come several times, answers that are late, values that PostgreSQL
 * refuses, plans. Every content that was read is kept once and in order, and the table has the newest.
 */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { type Draw, draw } from "../../core/plugin/SandboxDraw.ts"
import { apply } from "../../core/sync/plan/ApplyPlan.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { layerDatabase } from "../support/database.ts"
import { column, layerRegistry } from "../support/source.ts"
import { syncerOf } from "../sync/fixtures.ts"
import { type Request, requests, timed, type Version, versioned, versionsOf } from "../sync/versionFixtures.ts"
import { explain } from "./Check.ts"
import { options } from "./Options.ts"

interface Read {
  readonly id: number
  readonly n: number
  readonly at: number
}

interface Run {
  readonly by: "sync" | "plan"
  /** In the order in which their answers arrive. */
  readonly reads: ReadonlyArray<Read>
}

/** What no `smallint` holds. */
const tooLarge = 99_999

/** A run is read after the one before it, except for answers that are late. */
const drawRun = (random: Draw, base: number): Run => {
  const by = random.chance(0.2) ? "plan" : "sync"
  const isSpoilt = by === "sync" && random.chance(0.2)
  const drawn = () => ({
    id: random.int(1, 4),
    n: isSpoilt && random.chance(0.2) ? tooLarge : random.int(1, 3),
    at: base + random.int(random.chance(0.2) ? -15 : 0, 9)
  })
  return { by, reads: Array.from({ length: random.int(1, 8) }, drawn) }
}

interface Row {
  readonly n: number
  readonly at: number
}

const byTime = (reads: ReadonlyArray<Read>) => reads.toSorted((left, right) => left.at - right.at)

/** Each version has a time of its own, in microseconds. */
const later = (at: number, before: Row | undefined): number =>
  before === undefined || at > before.at ? at : Math.round(before.at * 1e6 + 1) / 1e6

/** What the table and its versions hold after a run. */
const step = (rows: Map<number, Row>, kept: Map<number, Array<Row>>, { by, reads }: Run): void => {
  const keys = [...Map.groupBy(reads, ({ id }) => id)].map(([id, own]) => [id, byTime(own)] as const)
  // A content that cannot be stored takes those of the batch that were replaced with it.
  const isWhole = by === "sync" && keys.every(([, own]) => own.slice(0, -1).every(({ n }) => n !== tooLarge))
  for (const [id, own] of keys) {
    const row = rows.get(id)
    const last = own.at(-1)
    if (last === undefined || last.n === tooLarge || (row !== undefined && last.at < row.at)) continue
    const versions = kept.get(id) ?? []
    for (const { at, n } of isWhole ? own : [last]) {
      if (row !== undefined && at < row.at) continue
      const before = versions.at(-1)
      if (before?.n !== n) versions.push({ n, at: later(at, before) })
    }
    kept.set(id, versions)
    if (row?.n !== last.n) rows.set(id, { n: last.n, at: last.at })
  }
}

const expected = (kept: ReadonlyMap<number, ReadonlyArray<Row>>): ReadonlyArray<Version> =>
  [...kept]
    .toSorted(([left], [right]) => left - right)
    .flatMap(([id, own]) => own.map(({ at, n }, nth): Version => [id, at, own[nth + 1]?.at ?? null, { n }]))

/** Neighbours with one time are one request. */
const asked = (reads: ReadonlyArray<Read>): ReadonlyArray<Request> =>
  reads.map(({ at, id, n }): Request => [at, [{ id, n }]])

const prove = Effect.fnUntraced(function* (seed: number) {
  const random = yield* draw(seed)
  const sql = yield* SqlClient.SqlClient
  const name = `moving_${seed}`
  const order = versioned(name, { columns: [column("id", "bigint"), column("n", "integer")] })
  yield* sql.unsafe(`create table fake_${name} (id bigint primary key, n smallint)`)
  const sync = syncerOf(order)
  const rows = new Map<number, Row>()
  const kept = new Map<number, Array<Row>>()
  for (let at = 1; at <= 6; at++) {
    const run = drawRun(random, at * 10)
    const source = requests(...asked(run.reads))
    step(rows, kept, run)
    if (run.by === "sync") yield* sync(source)
    else {
      const registry = layerRegistry([order], source)
      yield* Effect.provide(
        Effect.flatMap(plan([order]), (document) => apply(document, null)),
        registry
      )
    }
    const held = yield* sql<{ id: string; n: number; at: number }>`
      select id::text, n, extract(epoch from _read_at)::integer as at from ${sql(`fake_${name}`)} order by id`
    const versions = yield* versionsOf(order)
    const facts = { run, held, rows: [...rows], versions, kept: expected(kept) }
    const explained = explain(seed, at, facts)
    assert.deepStrictEqual(
      held.map(({ at, id, n }) => [Number(id), n, at]),
      [...rows].toSorted(([left], [right]) => left - right).map(([id, { at, n }]) => [id, n, at]),
      explained
    )
    assert.deepStrictEqual(versions, expected(kept), explained)
  }
})

layer(layerDatabase, { excludeTestServices: true })((it) => {
  it.effect(
    "keeps every content that was read, once and in order",
    () =>
      Effect.gen(function* () {
        const { cases, seed } = yield* options(12)
        yield* Effect.forEach(
          Array.from({ length: cases }, (_, at) => seed + at),
          prove,
          { discard: true }
        )
      }).pipe(timed),
    { timeout: 600_000 }
  )
})
