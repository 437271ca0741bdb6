import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { targetId, targetOf } from "../../core/config/RunTarget.ts"
import { latest } from "../../core/database/audit/Audit.ts"
import * as EntityFacts from "../../core/database/audit/EntityFacts.ts"
import { layerDatabase } from "../support/database.ts"
import { entity } from "../support/source.ts"

const one = entity("one")
const [alone, north] = [targetOf(one), { entity: one, account: "north" }]

it.effect("runs, pending deletes and fields of an account belong to it, and to no other target of its entity", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      insert into tributary.sync_log (connector, entity, account, trigger, status, finished_at, error, config_hash)
      values ('fake', 'one', null, 'job', 'failed', '2026-03-10T07:00:00Z', 'in words', 'x'),
        ('fake', 'one', 'north', 'job', 'ok', '2026-03-10T08:00:00Z', null, 'x'),
        ('fake', 'one', 'south', 'job', 'warning', '2026-03-10T09:00:00Z', null, 'x'),
        ('other', 'one', null, 'job', 'ok', '2026-03-10T10:00:00Z', null, 'x'),
        ('fake', 'other', null, 'job', 'ok', '2026-03-10T11:00:00Z', null, 'x')`
    yield* sql`
      insert into tributary.pending_delete (run_id, connector, entity, account, table_name, key_columns, reason, rows, total)
      select max(l.id), 'fake', 'one', 'north', 'public.fake_one', '["id"]', p.reason, '[{"id": 1}]', p.total
      from tributary.sync_log as l, (values (1, 'too many', 7), (2, 'still too many', 2)) as p(n, reason, total)
      group by p.n, p.reason, p.total order by p.n`
    yield* sql`
      insert into tributary.source_fields (connector, entity, account, source, seen, absent, appeared, vanished)
      values ('fake', 'one', 'north', '', '[]', '[]', '{"colour": "2026-03-10T08:00:00Z"}', '{}')`
    const found = yield* EntityFacts.health([alone, north], () => true)
    assert.deepEqual(
      found
        .toSorted((left, right) => left.id.localeCompare(right.id))
        .map(({ appeared, fresh_at, id, pending, reason, status }) => ({
          ...{ id, status, pending, reason, fresh: fresh_at?.toJSON() ?? null, appeared: Object.keys(appeared ?? {}) }
        })),
      [
        { id: "fake.one", status: "failed", pending: 0, reason: null, fresh: null, appeared: [] },
        {
          id: "fake.one@north",
          status: "ok",
          pending: 9,
          reason: "still too many",
          fresh: "2026-03-10T08:00:00.000Z",
          appeared: ["colour"]
        }
      ]
    )
    const contents = yield* EntityFacts.contents([alone, north], 5)
    assert.deepEqual(
      [alone, north].map((target) => contents.get(targetId(target))?.past.map(({ status }) => status)),
      [["failed"], ["ok"]]
    )
    const runs = yield* latest([alone, north])
    assert.deepEqual([...runs].map(([id, { status }]) => [id, status]).toSorted(), [
      ["fake.one", "failed"],
      ["fake.one@north", "ok"]
    ])
  }).pipe(Effect.provide(layerDatabase))
)

it.effect("the last and the first run of a target are found without reading its history", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      insert into tributary.sync_log (connector, entity, account, trigger, status, finished_at, config_hash)
      select 'fake', e.name, e.account, e.trigger, e.status, now(), 'x' from (values ('one', null, 'job', 'ok'),
        ('one', 'north', 'cli', 'failed'), ('other', null, 'cli', 'skipped')) as e(name, account, trigger, status),
        generate_series(1, 2000)`
    yield* sql`analyze tributary.sync_log`
    const targets = [alone, north, targetOf(entity("other"))]
    const read = yield* sql.withTransaction(
      Effect.gen(function* () {
        yield* EntityFacts.health(targets, () => true)
        yield* latest(targets)
        return yield* sql`
          select (seq_tup_read + idx_tup_fetch)::integer as rows from pg_stat_xact_user_tables where relname = 'sync_log'`
      })
    )
    const [{ rows = 0 } = {}] = read
    assert.isAbove(Number(rows), 0)
    assert.isBelow(Number(rows), 20)
  }).pipe(Effect.provide(layerDatabase))
)
