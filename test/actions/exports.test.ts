/** Exports from the database to the sandbox of Google Sheets: the query, the lock, the audit, the job. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Fiber, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { connectorType } from "../../connectors/gsheet/index.ts"
import { start } from "../../connectors/gsheet/sandbox/TestClient.ts"
import { ActionEvents } from "../../core/actions/ActionEvents.ts"
import { Exports } from "../../core/actions/Exports.ts"
import { Schedule } from "../../core/config/Schedule.ts"
import { runSteps } from "../../core/jobs/Steps.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import type { SyncEvent } from "../../core/sync/Run.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { layerDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"

const usual = "select id, name, price from product"

/** The sandbox with a tab, a table of products, and the export `list` of a query. */
const world = Effect.fnUntraced(function* (
  query = usual,
  more = "",
  others: ReadonlyArray<string> = [],
  settings = ""
) {
  const { open, tab, vendor } = yield* start
  const sheetOf = tab([["id", "name", "price", ...others]])
  const sql = yield* SqlClient.SqlClient
  yield* sql`create table product (id integer primary key, name text, price numeric(10, 2))`
  yield* sql`insert into product values (1, 'Яблоко', 12.50), (2, '=Хлеб', 0.1)`
  const columns = ["id", "name", "price", ...others].map((name) => `${name}: ${name}`).join(", ")
  const keys = `sheet: Лист, key: id, sort: name, columns: { ${columns} }, ${more}`
  const { declaration } = yield* open(
    `  any: { range: Лист!A:B, key: id, fields: { id: text } }\nexports:\n  list: { query: ${JSON.stringify(query)}, ${keys} }\ntimezone: Europe/Kaliningrad\n${settings}`
  )
  const registry = Registry.layer({ connectors: [declaration], jobs: [] }, [connectorType]).pipe(
    Layer.provide(layerHttp)
  )
  const engine = yield* Layer.build(Exports.layer.pipe(Layer.provideMerge(Sync.layer), Layer.provideMerge(registry)))
  const exports = Context.get(engine, Exports)
  const run = (dryRun = false) =>
    Effect.flatMap(exports.run(["gsheet.list"], { trigger: "test", actor: "anna", dryRun }), ([result]) =>
      Effect.orDie(Effect.fromNullishOr(result))
    )
  const now = () => sheetOf.rows.slice(1).map((row = []) => Array.from(row, (cell) => cell?.value ?? null))
  const audit = sql<{ readonly [column: string]: unknown }>`
    select entity, trigger, actor, status, fetched, inserted, updated, unchanged, requests, bytes > 0 as read, error
    from tributary.sync_log order by id`
  return { vendor, sql, engine, exports, run, now, audit, tab: sheetOf }
})

describe("exports", () => {
  it.live("write what the query gives, leave an audit row, and write nothing when nothing changed", () =>
    Effect.gen(function* () {
      const { audit, exports, now, run, sql, vendor } = yield* world()
      const first = yield* run()
      assert.deepInclude(first, { entity: "list", status: "ok", fetched: 2, inserted: 2, error: null, dryRun: false })
      assert.lengthOf(first.changes, 6)
      assert.deepEqual(now(), [
        [2, "=Хлеб", 0.1],
        [1, "Яблоко", 12.5]
      ])
      const all = yield* exports.run([], { trigger: "test", actor: "anna" })
      assert.lengthOf(all, 1)
      yield* sql`update product set price = 13 where id = 1`
      yield* run()
      assert.strictEqual(vendor.state.counters.writes, 2)
      const row = { entity: "list", trigger: "test", actor: "anna", status: "ok", fetched: 2, read: true, error: null }
      assert.deepEqual(yield* audit, [
        { ...row, inserted: 2, updated: 0, unchanged: 0, requests: 4 },
        { ...row, inserted: 0, updated: 0, unchanged: 2, requests: 1 },
        { ...row, inserted: 0, updated: 1, unchanged: 1, requests: 4 }
      ])
      const [listed] = yield* exports.list
      assert.deepInclude(listed?.last, { status: "ok", updated: 1 })
      assert.strictEqual(listed?.id, "gsheet.list")
    }).pipe(Effect.provide(layerDatabase))
  )

  it.live("that are planned name the cells, and leave neither a cell nor a row behind", () =>
    Effect.gen(function* () {
      const { audit, now, run, vendor } = yield* world()
      const { changes, dryRun, fetched, inserted } = yield* run(true)
      assert.deepEqual({ dryRun, fetched, inserted }, { dryRun: true, fetched: 2, inserted: 2 })
      assert.deepEqual(changes[1], { cell: "'Лист'!B2", kind: "insert", before: null, after: "=Хлеб" })
      assert.deepEqual([now(), vendor.state.counters.writes, yield* audit], [[], 0, []])
    }).pipe(Effect.provide(layerDatabase))
  )

  it.live("give every type of PostgreSQL as what it is, moments on the connector's wall", () =>
    Effect.gen(function* () {
      const query = `select 1::smallint as id, 9007199254740991::bigint as name, 1.10::numeric as price,
        date '2026-03-05' as d, timestamptz '2026-03-05 08:30Z' as at, time '06:00' as h, true as t,
        '{"a": 1}'::jsonb as j, null::text as n, array[1, 2] as l -- and a comment`
      const { now, run, tab } = yield* world(query, "", ["d", "at", "h", "t", "j", "n", "l"])
      assert.deepInclude(yield* run(), { status: "ok", error: null })
      const moment = 46_086.4375
      assert.deepEqual(now(), [[1, 9_007_199_254_740_991, 1.1, 46_086, moment, 0.25, true, '{"a": 1}', null, "{1,2}"]])
      assert.deepInclude(tab.rows[1]?.[4], { format: { type: "DATE_TIME" } })
    }).pipe(Effect.provide(layerDatabase))
  )

  const refused: ReadonlyArray<readonly [what: string, query: string, more: string, told: RegExp]> = [
    [
      "writes by a function",
      "select id, name, price from spoil()",
      "",
      /PostgreSQL: cannot execute INSERT in a read-only transaction/
    ],
    [
      "writes by a clause",
      "with gone as (delete from product returning *) select * from gone",
      "",
      /PostgreSQL: .*data-modifying/
    ],
    [
      "ends itself and begins another",
      "select 1 as id) as q; delete from product; select (1",
      "",
      /PostgreSQL: cannot insert multiple commands/
    ],
    [
      "takes too long",
      "select id, name, price from product, pg_sleep(5)",
      "timeout: 100ms",
      /the query took longer than 100ms/
    ],
    [
      "gives too much",
      "select n as id, '' as name, 1 as price from generate_series(1, 50001) as n",
      "",
      /more than 50000 rows/
    ],
    ["gives a column twice", "select 1 as id, 'x' as name, 1 as price, 2 as price", "", /two columns "price"/],
    ["lacks a column", "select id, name from product", "", /gives no column "price"/],
    ["names no table", "select * from producd", "", /PostgreSQL: relation "producd" does not exist/]
  ]
  for (const [what, query, more, told] of refused) {
    it.live(`whose query ${what} fail, and nothing is written anywhere`, () =>
      Effect.gen(function* () {
        const { audit, now, run, sql, vendor } = yield* world(query, more)
        yield* sql`create function spoil() returns setof product language sql as
          'insert into product values (9, ''x'', 1) returning *'`
        const { error, status } = yield* run()
        assert.strictEqual(status, "failed")
        assert.match(error ?? "", told)
        assert.deepEqual([now(), vendor.state.counters.writes], [[], 0])
        assert.lengthOf(yield* sql`select 1 from product`, 2)
        const [row] = yield* audit
        assert.deepInclude(row, { status: "failed", error })
      }).pipe(Effect.provide(layerDatabase))
    )
  }

  const sessions: ReadonlyArray<readonly [what: string, expression: string]> = [
    ["a role", "set_config('role', 'pg_monitor', false)"],
    ["a setting", "set_config('search_path', 'nowhere', false)"],
    ["a time without end", "set_config('statement_timeout', '0', false)"],
    ["a lock", "pg_advisory_lock(4711)::text"]
  ]
  for (const [what, expression] of sessions) {
    it.live(`whose query leaves ${what} to its session leave it to nobody else`, () =>
      Effect.gen(function* () {
        const { run, sql } = yield* world(`select 1 as id, ${expression} as name, 1 as price`)
        const asked = sql`select current_setting('role') as role, current_setting('search_path') as path,
          current_setting('statement_timeout') as time, pg_sleep(0.01)::text as slept`
        const all = Effect.all(
          Array.from({ length: 32 }, () => asked),
          { concurrency: "unbounded" }
        )
        const before = yield* all
        assert.deepInclude(yield* run(), { status: "ok", fetched: 1 })
        assert.deepEqual(yield* all, before)
        yield* eventually(
          Effect.map(
            sql`select 1 from pg_locks where locktype = 'advisory' and objid = 4711`,
            ({ length }) => length === 0
          )
        )
      }).pipe(Effect.provide(layerDatabase))
    )
  }

  it.live("run one at a time: who comes second is told and does nothing", () =>
    Effect.gen(function* () {
      const { audit, now, run, vendor } = yield* world()
      yield* vendor.fault({ path: "*:batchUpdate", mode: "slow", ms: 300 })
      const results = yield* Effect.all([run(), run()], { concurrency: "unbounded" })
      assert.sameMembers(
        results.map(({ status }) => status),
        ["ok", "skipped"]
      )
      assert.lengthOf(now(), 2)
      assert.strictEqual(vendor.state.counters.writes, 1)
      assert.lengthOf(yield* audit, 2)
    }).pipe(Effect.provide(layerDatabase))
  )

  it.live(
    "that are broken off between the look and the request say so in the audit, and the next run does it all",
    () =>
      Effect.gen(function* () {
        const { audit, now, run, vendor } = yield* world()
        yield* vendor.fault({ path: "*:batchUpdate", mode: "hang" })
        const running = yield* Effect.forkChild(run())
        yield* eventually(Effect.map(vendor.requests, (all) => all.some(({ path }) => path.endsWith(":batchUpdate"))))
        yield* Fiber.interrupt(running)
        yield* vendor.clearFaults
        assert.deepEqual(now(), [])
        assert.deepInclude(yield* run(), { status: "ok", inserted: 2 })
        assert.deepEqual(
          (yield* audit).map((row) => [row.status, row.error]),
          [
            ["failed", "interrupted"],
            ["ok", null]
          ]
        )
      }).pipe(Effect.provide(layerDatabase))
  )

  it.live("that take longer than a run may are given up, and say so in the audit", () =>
    Effect.gen(function* () {
      const { audit, now, run, vendor } = yield* world(usual, "", [], "limits: { deadline: 3s }\n")
      yield* vendor.fault({ path: "*:batchUpdate", mode: "hang" })
      assert.deepInclude((yield* run()).errorReason, { code: "run.deadline" })
      assert.deepEqual(now(), [])
      assert.deepEqual(
        (yield* audit).map(({ status }) => status),
        ["failed"]
      )
    }).pipe(Effect.provide(layerDatabase))
  )

  it.live("that end in a defect name it in the audit", () =>
    Effect.gen(function* () {
      const { audit, exports, now } = yield* world()
      const onEvent = ({ _tag }: SyncEvent) =>
        _tag === "Rows" ? Effect.die(new TypeError("no function")) : Effect.void
      yield* Effect.exit(exports.run(["gsheet.list"], { trigger: "test", actor: null, onEvent }))
      assert.deepEqual(now(), [])
      const [row] = yield* audit
      assert.strictEqual(row?.status, "failed")
      assert.match(String(row?.error), /a fault in Tributary itself: TypeError: no function/)
    }).pipe(Effect.provide(layerDatabase))
  )

  it.live("are a step of a job, whose result says what they came to", () =>
    Effect.gen(function* () {
      const { engine, now, tab } = yield* world()
      const step = { _tag: "Export", exports: ["gsheet.list"] } as const
      const job = {
        name: "morning",
        schedule: new Schedule("0 7 * * *", "UTC"),
        misfire: { grace: Duration.hours(1), policy: "once" },
        overlap: "skip",
        jitter: Duration.zero,
        onError: "stop",
        enabled: true,
        steps: [step, step],
        hash: "morning"
      } as const
      const ended = runSteps(job, { trigger: "job", actor: null }).pipe(
        Effect.provide(engine),
        Effect.provide(ActionEvents.layer)
      )
      const fine = yield* ended
      assert.strictEqual(fine.status, "ok")
      assert.deepEqual(
        fine.results.map(({ connector, entity, inserted, unchanged }) => [connector, entity, inserted, unchanged]),
        [
          ["gsheet", "list", 2, 0],
          ["gsheet", "list", 0, 2]
        ]
      )
      assert.lengthOf(now(), 2)
      tab.title = "старое"
      const broken = yield* ended
      assert.strictEqual(broken.status, "failed")
      assert.match(broken.detail, /gsheet\.list failed: .*there is no such tab/)
      assert.include(broken.detail, "stopped after step 1")
    }).pipe(Effect.provide(layerDatabase))
  )

  it.live("remember what they left, and take away no row that somebody else put there", () =>
    Effect.gen(function* () {
      const { now, run, sql, tab } = yield* world(usual, "gone: remove")
      yield* run()
      tab.rows[3] = [{ value: 3 }, { value: "Прочее" }, { value: 7 }]
      yield* sql`delete from product where id = 2`
      assert.deepInclude(yield* run(true), { deleted: 1 })
      assert.deepInclude(yield* run(), { deleted: 1, unchanged: 1, warnings: [] })
      const left = [
        [1, "Яблоко", 12.5],
        [3, "Прочее", 7]
      ]
      assert.deepEqual(now(), left)
      yield* run()
      assert.deepEqual(now(), left)
      assert.deepEqual(yield* sql`select connector, export, keys from tributary.export_owned`, [
        { connector: "gsheet", export: "list", keys: ['["1"]'] }
      ])
      yield* sql`delete from product`
      assert.deepInclude(yield* run(), { status: "warning", deleted: 0 })
    }).pipe(Effect.provide(layerDatabase))
  )

  it.live("that nobody declared are told with the nearest that is", () =>
    Effect.gen(function* () {
      const { exports } = yield* world()
      const { message } = yield* Effect.flip(exports.run(["gsheet.lits"], { trigger: "test", actor: null }))
      assert.strictEqual(message, 'there is no export "gsheet.lits" — did you mean "gsheet.list"?')
    }).pipe(Effect.provide(layerDatabase))
  )
})
