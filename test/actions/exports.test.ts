/** Exports from the database to the sandbox of Google Sheets: the query, the lock, the audit, the job. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber } from "effect"
import { ActionEvents } from "../../core/actions/ActionEvents.ts"
import { Schedule } from "../../core/config/Schedule.ts"
import { runSteps } from "../../core/jobs/RunSteps.ts"
import type { SyncEvent } from "../../core/sync/RunResult.ts"
import { layerDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"
import { usual, world } from "./exportFixtures.ts"

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

  it.live("that end in a defect have failed, and name it in the audit", () =>
    Effect.gen(function* () {
      const { audit, exports, now } = yield* world()
      const onEvent = ({ _tag }: SyncEvent) =>
        _tag === "Rows" ? Effect.die(new TypeError("no function")) : Effect.void
      const [result] = yield* exports.run(["gsheet.list"], { trigger: "test", actor: null, onEvent })
      assert.deepInclude(result, { status: "failed", fetched: 2, inserted: 0 })
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
