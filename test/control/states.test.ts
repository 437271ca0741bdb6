import { assert, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql"
import * as AccountRows from "../../core/accounts/AccountRows.ts"
import * as ScheduleRows from "../../core/accounts/ScheduleRows.ts"
import { bindAccount, perAccount } from "../../core/config/AccountEntity.ts"
import type { Entity } from "../../core/config/Entity.ts"
import * as EntityState from "../../core/jobs/EntityState.ts"
import { AccountSource } from "../../core/plugin/AccountSource.ts"
import { job } from "../jobs/fixtures.ts"
import { layerDatabase } from "../support/database.ts"
import { idAt } from "../support/employees.ts"
import { column, entity } from "../support/source.ts"
import { by, world } from "./fixtures.ts"

it.live("a decision on deletes makes nothing fresh", () =>
  Effect.gen(function* () {
    const { control, sql, state } = yield* world
    const many = Array.from({ length: 20 }, (_, at) => ({ id: at, name: "row" }))
    state.answer = { records: many }
    yield* control.sync(["fake.thing"], by)
    state.answer = { records: many.slice(0, 1) }
    yield* control.sync(["fake.thing"], by)
    yield* sql`update tributary.sync_log set finished_at = finished_at - interval '1 hour'`
    const [before] = yield* control.summaries
    const [pending] = yield* control.deletes.open(0)
    assert.strictEqual(before?.state, "withheld")
    assert.strictEqual(yield* control.deletes.decide(pending?.id ?? 0n, "apply", by), 19)
    const [after] = yield* control.summaries
    assert.strictEqual(after?.state, "fresh")
    assert.instanceOf(before?.freshAt, Date)
    assert.deepEqual(after?.freshAt, before?.freshAt)
  })
)

const sharing = (name: string, kind: string) =>
  entity(name, {
    table: { schema: "public", name: "shared" },
    columns: [column("id", "bigint"), column("kind", "text")],
    scope: { kind }
  })

const readOf = (entities: ReadonlyArray<Entity>) => EntityState.read({ entities, jobs: [] }, 1)

const rows = Effect.map(
  readOf([sharing("account", "Account"), sharing("unit", "Unit"), sharing("late", "it's late")]),
  (states) => states.map(({ rows }) => rows ?? -1)
)

it.effect("the rows of an entity that shares its table are those of its scope", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`create table shared (id bigint)`
    assert.deepEqual(yield* rows, [0, 0, 0], "whose column is not made yet")
    yield* sql`alter table shared add column kind text`
    yield* sql`insert into shared select n, case when n <= 5 then 'Account' else 'Unit' end from generate_series(1, 12) as n`
    assert.deepEqual(yield* rows, [5, 7, 0])
    yield* sql`insert into shared select n, 'Unit' from generate_series(13, 100000) as n`
    yield* sql`analyze shared`
    const [few = 0, many = 0] = yield* rows
    assert.isBelow(few, 1_000)
    assert.approximately(many, 100_000, 1_000)
  }).pipe(Effect.provide(layerDatabase))
)

it.live(
  "the state is that of the last run that has ended: runs in progress, skipped runs and refused plans do not count",
  () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const run = (status: string, code: string | null = null) =>
        sql`insert into tributary.sync_log (connector, entity, trigger, status, finished_at, error, error_reason, config_hash)
        values ('fake', 'one', 'cli', ${status}, case when ${status} = 'running' then null else now() end,
          case when ${status} = 'failed' then 'in words' end, ${code === null ? null : JSON.stringify({ code, params: {} })}::jsonb, 'x')`
      const seen = Effect.map(readOf([entity("one")]), ([one]) => [one?.state, one?.last?.status ?? null])
      assert.deepEqual(yield* seen, ["never", null])
      yield* run("running")
      assert.deepEqual(yield* seen, ["never", "running"])
      yield* sql`update tributary.sync_log set status = 'failed', finished_at = now()`
      assert.deepEqual(yield* seen, ["failed", "failed"])
      yield* run("running")
      assert.deepEqual(yield* seen, ["failed", "running"], "as long as nobody knows better")
      yield* sql`update tributary.sync_log set status = 'warning', finished_at = now() where status = 'running'`
      assert.deepEqual(yield* seen, ["warning", "warning"])
      yield* run("skipped")
      yield* run("failed", "plan.rows")
      assert.deepEqual(yield* seen, ["warning", "warning"])
      yield* run("ok")
      assert.deepEqual(yield* seen, ["fresh", "ok"])
    }).pipe(Effect.provide(layerDatabase))
)

it.live(
  "an entity of a connector with accounts is in the most urgent state of them, and says how many are in each",
  () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const order = perAccount(entity("one"))
      const accounts = ["ann", "bob", "cat"].map((owner, at) => ({ id: idAt(at), owner, name: "shop" }))
      const states = (active = accounts, entities = [order], invalid: typeof accounts = []) =>
        Effect.provideService(EntityState.read({ entities, jobs: [] }, 1), AccountSource, {
          active: () => Effect.succeed(active),
          invalid: () => Effect.succeed(invalid),
          credential: () => Effect.die(new Error("nothing is read"))
        })
      const run = (account: string, status: string, at: string) =>
        sql`insert into tributary.sync_log (connector, entity, account, trigger, status, finished_at, config_hash)
        values ('fake', 'one', ${account}, 'cli', ${status}, ${at}::timestamptz, 'x')`
      const [never] = yield* states()
      assert.deepInclude(never, { state: "never", accounts: { never: 3 }, last: null })
      yield* run(idAt(0), "ok", "2026-01-01T00:00:00Z")
      yield* run(idAt(1), "failed", "2026-01-02T00:00:00Z")
      const [some] = yield* states()
      assert.deepInclude(some, { state: "failed", freshAt: null, accounts: { fresh: 1, failed: 1, never: 1 } })
      assert.strictEqual(some?.last?.account, idAt(1), "whose run is the last")
      yield* run(idAt(1), "ok", "2026-01-04T00:00:00Z")
      yield* run(idAt(2), "ok", "2026-01-03T00:00:00Z")
      const [all] = yield* states()
      assert.deepInclude(all, { state: "fresh", accounts: { fresh: 3 } })
      assert.strictEqual(all?.freshAt && DateTime.formatIso(all.freshAt), "2026-01-01T00:00:00.000Z", "the oldest")
      const [alone] = yield* states(accounts, [bindAccount(order, accounts[1] ?? assert.fail())])
      assert.strictEqual(alone?.accounts, undefined)
      assert.strictEqual(alone?.freshAt && DateTime.formatIso(alone.freshAt), "2026-01-04T00:00:00.000Z")
      const [refused] = yield* states(accounts.slice(1), [order], accounts.slice(0, 1))
      assert.deepInclude(
        refused,
        { state: "failed", accounts: { failed: 1, fresh: 2 } },
        "a refused account is not hidden"
      )
      const [nobody] = yield* states([])
      assert.deepInclude(nobody, { state: "never", last: null })
      assert.strictEqual(nobody?.accounts, undefined)
    }).pipe(Effect.provide(layerDatabase))
)

it.live("the age of an incremental read is that of its oldest cursor, of the accounts that are read", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const incremental = { cursor: "id", overlap: 0, format: "text" }
    const order = perAccount(entity("order", { incremental }))
    const deal = entity("deal", { incremental })
    const account = { id: idAt(0), owner: "ann", name: "shop" }
    const cursors = Effect.provideService(
      EntityState.read({ entities: [order, deal, entity("whole")], jobs: [] }, 0),
      AccountSource,
      {
        active: () => Effect.succeed([account, { ...account, id: idAt(1), name: "other" }]),
        invalid: () => Effect.succeed([]),
        credential: () => Effect.die(new Error("nothing is read"))
      }
    ).pipe(Effect.map((states) => states.map(({ cursorAt }) => cursorAt && DateTime.formatIso(cursorAt).slice(0, 10))))
    assert.deepEqual(yield* cursors, [null, null, null])
    yield* sql`
      insert into tributary.sync_cursor (connector, entity, account, part, value, read_at)
      values ('fake', 'order', ${idAt(0)}, '', '7', '2026-01-03T00:00:00Z'),
        ('fake', 'order', ${idAt(1)}, '', '7', '2026-01-02T00:00:00Z'),
        ('fake', 'order', ${idAt(2)}, '', '7', '2026-01-01T00:00:00Z'),
        ('fake', 'deal', '', 'one', '7', '2026-01-05T00:00:00Z'), ('fake', 'deal', '', 'two', '7', '2026-01-04T00:00:00Z'),
        ('fake', 'whole', '', '', '7', '2026-01-01T00:00:00Z')`
    assert.deepEqual(yield* cursors, ["2026-01-02", "2026-01-04", null], "a read of the whole list has none any more")
  }).pipe(Effect.provide(layerDatabase))
)

it.live("the first that applies of failed, late, withheld, with warnings and fresh is the state", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const morning = job("morning")
    const fire = DateTime.formatIso(DateTime.subtract(yield* DateTime.now, { hours: 3 }))
    const states = Effect.map(EntityState.read({ entities: [entity("one")], jobs: [morning] }, 1), (read) =>
      read.map(({ state }) => state)
    )
    const end = (status: string, at: string) =>
      sql`insert into tributary.sync_log (connector, entity, trigger, status, started_at, finished_at, config_hash)
        values ('fake', 'one', 'job', ${status}, ${at}::timestamptz, ${at}::timestamptz, 'x')`
    yield* end("warning", "2026-01-01T00:00:00Z")
    assert.deepEqual(yield* states, ["warning"])
    yield* sql`
      insert into tributary.pending_delete (run_id, connector, entity, table_name, key_columns, reason, rows, total)
      select max(id), 'fake', 'one', 'public.fake_one', '["id"]', 'too many', '[{"id": 1}]', 1 from tributary.sync_log`
    assert.deepEqual(yield* states, ["withheld"])
    yield* sql`insert into tributary.job_run (job, scheduled_at, trigger, status, finished_at)
      values ('morning', ${fire}::timestamptz, 'schedule', 'ok', ${fire}::timestamptz)`
    assert.deepEqual(yield* states, ["late"])
    yield* end("failed", DateTime.formatIso(yield* DateTime.now))
    assert.deepEqual(yield* states, ["failed"])
  }).pipe(Effect.provide(layerDatabase))
)

it.live("a target is late when the schedule of its account, or of what leads to it, has brought no good run", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const entities = [
      perAccount(entity("form")),
      { ...perAccount(entity("form_event")), leads: { to: "form", by: "id" } },
      perAccount(entity("other"))
    ]
    const ann = { id: idAt(0), owner: "ann", name: "shop" }
    const by = { event: "resumed", initiator: { trigger: "test", actor: null } } as const
    const states = EntityState.read({ entities, jobs: [] }, 1).pipe(
      Effect.map((read) => read.map(({ state }) => state)),
      Effect.provideService(AccountSource, {
        active: () => Effect.succeed([ann]),
        invalid: () => Effect.succeed([]),
        credential: () => Effect.die(new Error("nothing is read"))
      })
    )
    const end = (name: string, ago: string) =>
      sql`insert into tributary.sync_log (connector, entity, account, trigger, status, finished_at, config_hash)
        values ('fake', ${name}, ${ann.id}, 'schedule', 'ok', now() - ${ago}::interval, 'x')`
    yield* sql`insert into tributary.account (id, connector, owner, name, status, belongs_to, sealed, sealed_by, created_at)
      values (${ann.id}, 'fake', 'ann', 'shop', 'active', 'ann', '', '', now() - interval '9 days')`
    yield* sql`insert into tributary.schedule (account, connector, entities, every, timezone, period, next_fire, created_at)
      values (${ann.id}, 'fake', '{form_event}', '30 minutes', 'UTC', '30 minutes', now(), now() - interval '9 days')`
    assert.deepEqual(yield* states, ["never", "never", "never"])
    yield* end("form", "3 days")
    yield* end("other", "3 days")
    yield* end("form_event", "80 minutes")
    assert.deepEqual(yield* states, ["fresh", "fresh", "fresh"], "half an hour and the allowance of an hour")
    yield* sql`update tributary.sync_log set finished_at = finished_at - interval '20 minutes'`
    assert.deepEqual(yield* states, ["late", "late", "fresh"], "nothing promises the last one")

    const at = DateTime.now
    const [schedule = assert.fail("there is no schedule")] = yield* ScheduleRows.list()
    yield* ScheduleRows.turn(schedule, false, null, { ...by, event: "schedule switched off", at: yield* at })
    assert.deepEqual(yield* states, ["fresh", "fresh", "fresh"], "it is switched off")
    yield* ScheduleRows.turn(schedule, true, yield* at, { ...by, event: "schedule switched on", at: yield* at })
    assert.deepEqual(yield* states, ["fresh", "fresh", "fresh"], "its next fire is to come")
    yield* sql`update tributary.schedule set since = null`
    yield* sql`update tributary.account set status = 'paused'`
    assert.deepEqual(yield* states, ["fresh", "fresh", "fresh"], "it rests with the account")
    yield* AccountRows.move({ ...ann, connector: "fake" }, "paused", "active", { ...by, at: yield* at })
    assert.deepEqual(yield* states, ["fresh", "fresh", "fresh"], "it is to be made up for")
    yield* sql`update tributary.schedule set since = null`
    assert.deepEqual(yield* states, ["late", "late", "fresh"])
    yield* end("form_event", "1 minute")
    assert.deepEqual(yield* states, ["fresh", "fresh", "fresh"])
  }).pipe(Effect.provide(layerDatabase))
)
