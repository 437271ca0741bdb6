import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import type { Trim } from "../../core/config/JobDeclaration.ts"
import { trim, trimEntity } from "../../core/jobs/Trim.ts"
import * as Versions from "../../core/plugin/Versions.ts"
import { layerDatabase } from "../support/database.ts"
import { entity } from "../support/source.ts"
import { job, setTime, world } from "./fixtures.ts"

const asked = { trigger: "cli", actor: "anna" } as const

describe("trimming", () => {
  const trimmed = (trim: Trim) =>
    Effect.gen(function* () {
      const { process } = yield* world
      yield* setTime("2026-03-10T06:00:00Z")
      const { jobs, sql } = yield* process([job("retention", { steps: [{ _tag: "Trim", trim }] })], undefined, false)
      yield* sql`
        insert into tributary.sync_log (connector, entity, trigger, status, config_hash, started_at)
        select 'fake', 'one', 'job', case when n > 3 then 'failed' else 'ok' end, 'hash',
          '2026-03-10T00:00:00Z'::timestamptz - (30 - n) * interval '1 day' from generate_series(1, 6) as n`
      yield* sql`insert into tributary.sync_reject (run_id, position, reason) select id, 1, 'bad' from tributary.sync_log`
      yield* sql`
        insert into tributary.pending_delete (run_id, connector, entity, table_name, key_columns, reason, rows, total)
        values (1, 'fake', 'one', 'public.fake_one', '["id"]', 'guard', '[]', 3)`
      const run = yield* jobs.run("retention", asked)
      const left = yield* sql<{ id: bigint }>`select id from tributary.sync_log order by id`
      const rejects = yield* sql`select run_id from tributary.sync_reject`
      assert.lengthOf(rejects, left.length)
      return { detail: run.detail, left: left.map(({ id }) => Number(id)) }
    })

  it.effect("by age keeps what still says something: the last run, the last good one, open questions", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* trimmed({ table: "sync_log", maxAge: Duration.days(7) }), {
        detail: "3 rows of sync_log trimmed",
        left: [1, 3, 6]
      })
    })
  )

  it.effect("by count keeps the newest", () =>
    Effect.gen(function* () {
      assert.deepEqual((yield* trimmed({ table: "sync_log", maxRows: 3 })).left, [1, 3, 4, 5, 6])
    })
  )

  it.effect("keeps runs of polls that read nothing and changed nothing for a day", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      yield* setTime("2026-03-10T06:00:00Z")
      const trim: Trim = { table: "sync_log", maxAge: Duration.days(7) }
      const { jobs, sql } = yield* process([job("retention", { steps: [{ _tag: "Trim", trim }] })], undefined, false)
      yield* sql`
        insert into tributary.sync_log (actor, connector, entity, trigger, status, fetched, deleted, rejected, notes, config_hash,
          started_at)
        select why, 'fake', 'one', trigger, status, fetched, deleted, rejected, notes::jsonb, 'hash', started::timestamptz
        from (values
          ('gone', 'schedule', 'ok', 0, 0, 0, '[]', '2026-03-09T05:00:00Z'),
          ('gone', 'job', 'ok', 0, 0, 0, '[]', '2026-03-09T05:03:00Z'),
          ('read', 'schedule', 'ok', 1, 0, 0, '[]', '2026-03-09T05:06:00Z'),
          ('deleted', 'job', 'ok', 0, 2, 0, '[]', '2026-03-09T05:09:00Z'),
          ('noted', 'job', 'ok', 0, 0, 0, '["it begins behind 7"]', '2026-03-09T05:12:00Z'),
          ('warned', 'job', 'warning', 0, 0, 0, '[]', '2026-03-09T05:15:00Z'),
          ('failed', 'job', 'failed', 0, 0, 0, '[]', '2026-03-09T05:18:00Z'),
          ('asked', 'cli', 'ok', 0, 0, 0, '[]', '2026-03-09T05:21:00Z'),
          ('recent', 'job', 'ok', 0, 0, 0, '[]', '2026-03-09T07:00:00Z'),
          ('recent', 'schedule', 'ok', 0, 0, 0, '[]', '2026-03-10T05:00:00Z')
        ) as v(why, trigger, status, fetched, deleted, rejected, notes, started)`
      yield* jobs.run("retention", asked)
      const left = yield* sql<{ why: string }>`select actor as why from tributary.sync_log order by id`
      assert.deepEqual(
        left.map(({ why }) => why),
        ["read", "deleted", "noted", "warned", "failed", "asked", "recent", "recent"]
      )
    })
  )

  it.effect("of the runs of jobs keeps the last of each", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      const trim: Trim = { table: "job_run", maxRows: 2 }
      const { fires, jobs, sql } = yield* process(
        [job("retention", { steps: [{ _tag: "Trim", trim }] })],
        undefined,
        false
      )
      yield* sql`
        insert into tributary.job_run (job, scheduled_at, trigger, status)
        select case when n = 1 then 'rare' else 'often' end, '2026-03-10T00:00:00Z'::timestamptz + n * interval '1 minute',
          'schedule', 'ok' from generate_series(1, 6) as n`
      yield* jobs.run("retention", asked)
      assert.lengthOf(yield* fires("rare"), 1)
      assert.lengthOf(yield* fires("often"), 1)
    })
  )
})

/** From day to day: how each attempt ended, and its files where they are others than before. */
const attempts = [
  ["ok", "first"],
  ["invalid", null],
  ["ok", "second"],
  ["unchanged", null],
  ["ok", "third"],
  ["invalid", null],
  ["unchanged", null],
  ["failed", null]
] as const

const recorded = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  for (const [at, [status, text]] of attempts.entries()) {
    const files = text === null ? null : JSON.stringify([{ name: "jobs.yaml", text }])
    yield* sql`
      insert into tributary.config_version (hash, loaded_at, trigger, status, files)
      values ('h', now() - ${100 - at} * interval '1 day', 'cli', ${status}, ${files}::jsonb)`
  }
})

/** Which attempts are left, and what the files of those that were live said. */
const left = Effect.gen(function* () {
  const versions = (yield* Versions.page(undefined, 100)).toReversed()
  const texts = yield* Effect.forEach(versions, ({ id }) =>
    Effect.map(Versions.files(id ?? 0), (files) => files?.[0]?.text)
  )
  return versions.map(({ id }, at) => [id, texts[at]])
})

describe("trimming the versions of the configuration", () => {
  const scenario = (name: string, test: Effect.Effect<void, unknown, SqlClient.SqlClient>) =>
    it.live(name, () => Effect.provide(test, Layer.fresh(layerDatabase)))

  scenario(
    "keeps the texts that those which stay refer to",
    Effect.gen(function* () {
      yield* recorded
      assert.strictEqual(yield* trim({ table: "config_version", maxRows: 5 }), 2)
      assert.deepEqual(yield* left, [
        [3, "second"],
        [4, "second"],
        [5, "third"],
        [6, undefined],
        [7, "third"],
        [8, undefined]
      ])
    })
  )

  scenario(
    "keeps the version that runs, with its texts, however old all of them are",
    Effect.gen(function* () {
      yield* recorded
      assert.strictEqual(yield* trim({ table: "config_version", maxAge: Duration.days(30) }), 6)
      assert.deepEqual(yield* left, [
        [5, "third"],
        [7, "third"]
      ])
      assert.strictEqual((yield* Versions.running)?.id, 7)
      assert.strictEqual((yield* Versions.latest)?.files[0]?.text, "third")
    })
  )
})

describe("an entity", () => {
  it.live("loses the rows that came longer ago, in parts, and has none to lose before its first sync", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const event = entity("event")
      assert.strictEqual(yield* trimEntity(event, Duration.days(60)), 0)
      yield* sql`create table fake_event (id bigint, _first_seen_at timestamptz)`
      yield* sql`insert into fake_event select n, now() - n * interval '1 hour' + interval '1 minute' from generate_series(1, 3500) as n`
      assert.strictEqual(yield* trimEntity(event, Duration.days(60)), 3_500 - 60 * 24)
      assert.deepEqual(yield* sql`select max(id)::integer as oldest from fake_event`, [{ oldest: 60 * 24 }])
    }).pipe(Effect.provide(Layer.fresh(layerDatabase)))
  )
})

describe("a table that was never trimmed", () => {
  it.live("is trimmed in parts, each a statement of its own", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`create table parts (n integer)`
      yield* sql`
        create function part() returns trigger language plpgsql as
        'begin insert into parts select count(*) from gone; return null; end'`
      for (const table of ["sync_log", "job_run"]) {
        yield* sql.unsafe(`create trigger parts after delete on tributary.${table}
          referencing old table as gone for each statement execute function part()`)
      }
      yield* sql`
        insert into tributary.sync_log (connector, entity, trigger, status, started_at)
        select 'fake', 'one', 'job', case n when 100 then 'running' else 'failed' end, now() - interval '60 days'
        from generate_series(1, 3500) as n`
      yield* sql`
        insert into tributary.job_run (job, scheduled_at, trigger, status)
        select 'one', now() - interval '60 days', 'cli', 'ok' from generate_series(1, 3500)`
      assert.strictEqual(yield* trim({ table: "sync_log", maxAge: Duration.days(7) }), 3_498)
      assert.strictEqual(yield* trim({ table: "job_run", maxAge: Duration.days(7) }), 3_499)
      const [parts] = yield* sql<{ most: number; sum: number }>`select max(n) as most, sum(n)::int as sum from parts`
      assert.strictEqual(parts?.sum, 6_997)
      assert.isAtMost(parts?.most ?? 0, 1_000)
    }).pipe(Effect.provide(Layer.fresh(layerDatabase)))
  )
})
