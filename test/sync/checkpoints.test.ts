import { assert, describe, layer } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { targetOf } from "../../core/config/RunTarget.ts"
import * as Runs from "../../core/database/audit/Runs.ts"
import * as Load from "../../core/database/load/Load.ts"
import type { ReadFacts } from "../../core/database/load/ReadFacts.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { Mapper } from "../../core/sync/map/Mapper.ts"
import { partial } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, connectorOf, entity } from "../support/source.ts"
import { brokenOff, ids, inTurn, rows, syncer, syncerOf, tableOf } from "./fixtures.ts"
import { asking, audit, changing, cursors, days, failed, incremental, often, upsert } from "./LongRead.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a long read that never deletes", () => {
    it.effect("has loaded what it read before it failed, and result, audit and table agree", () =>
      Effect.gen(function* () {
        const thing = upsert("long")
        const result = yield* syncerOf(thing, often)({ records: rows(1, 250), error: failed })
        const counts = { status: "failed" as const, fetched: 250, inserted: 250, updated: 0, unchanged: 0 }
        assert.deepInclude(result, counts)
        assert.strictEqual(result.error, "the vendor went away; 250 rows of what was read before were loaded")
        const row = yield* audit(thing)
        assert.deepInclude(row, { ...counts, loads: 3, error: result.error, error_reason: result.errorReason })
        assert.strictEqual((yield* ids(thing)).length, 250)
      })
    )

    it.effect("counts as one that is loaded at once, duplicates and rejected records, too", () =>
      Effect.gen(function* () {
        const records = [
          ...rows(1, 3),
          { id: 3, name: "twice" },
          { id: "?" },
          ...rows(4, 6),
          { id: "!" },
          ...rows(2, 2)
        ]
        const counted = (name: string, declared: Parameters<typeof syncerOf>[1]) =>
          Effect.gen(function* () {
            const thing = upsert(name)
            const sync = syncerOf(thing, declared)
            yield* sync({ records: [{ id: 1, name: "old", amount: "1.50" }, ...rows(2, 2)] })
            const { durationMs: _, ...result } = yield* sync({ records, pageSize: 5 })
            return { result, row: yield* audit(thing), table: yield* tableOf(thing) }
          })
        const [one, many] = [yield* counted("at_once", {}), yield* counted("in_parts", often)]
        assert.deepStrictEqual(many.table, one.table)
        assert.deepInclude(many.result, {
          status: "warning",
          fetched: 10,
          inserted: 4,
          updated: 1,
          unchanged: 2,
          rejected: 2
        })
        assert.deepInclude(many.row, { status: "warning", loads: 3, inserted: 4, rejected: 2, rejects: 2 })
        // The record that comes again in a later part is compared, not folded.
        assert.deepInclude(one.result, { inserted: 4, updated: 1, unchanged: 1 })
        assert.match(one.result.warnings.join(), /2 of 10 records were rejected.*2 duplicates of a key were folded/)
        assert.notMatch(one.result.warnings.join(), /was deleted/)
        assert.match(many.result.warnings.join(), /2 of 10 records were rejected.*1 duplicate of a key was folded/)
      })
    )

    it.effect("that breaks off goes on from what was loaded, and nothing is counted twice", () =>
      Effect.gen(function* () {
        const thing = changing("broken", { incremental: { ...incremental, ordered: true } })
        const { asked, source } = asking(
          { records: [{ id: 90, at: "?" }, ...days(1, 9)], pageSize: 4, error: brokenOff },
          { records: days(7, 12) }
        )
        const again = { ...often, retry: { delays: [Duration.zero] } }
        const result = yield* syncerOf(thing, again)(source, { pastRejected: true })
        assert.deepInclude(result, { status: "warning", fetched: 16, inserted: 12, unchanged: 3, rejected: 1 })
        assert.deepInclude(yield* audit(thing), { fetched: 16, inserted: 12, unchanged: 3, rejects: 1 })
        assert.deepStrictEqual(asked, [undefined, "2026-03-08T00:00:00.000Z"])
        assert.deepStrictEqual(result.notes, ["everything was read, not only what changed: there is no cursor yet"])
      })
    )

    it.effect("is not loaded in parts where that is off, or where it deletes", () =>
      Effect.gen(function* () {
        const limits = { ...often.limits, checkpoint: false } as const
        const answer = { records: rows(1, 250), error: failed }
        const off = upsert("in_one")
        assert.deepInclude(yield* syncerOf(off, { ...often, limits })(answer), {
          error: "the vendor went away",
          inserted: 0
        })
        for (const mode of ["mirror", "replace"] as const) {
          const thing = entity(`whole_${mode}`, { mode })
          assert.deepInclude(yield* syncerOf(thing, often)(answer), { error: "the vendor went away", inserted: 0 })
          assert.deepStrictEqual(yield* ids(thing), [])
        }
        const appended = yield* syncerOf(upsert("appended", { mode: "append" }), often)(answer)
        assert.deepInclude(appended, { inserted: 250, status: "failed" })
      })
    )

    it.effect("is loaded in parts only once that is due", () =>
      Effect.gen(function* () {
        const thing = upsert("soon")
        yield* syncerOf(thing, { ...often, limits: connectorOf([]).limits })({ records: rows(1, 250) })
        assert.deepInclude(yield* audit(thing), { status: "ok", loads: 1, inserted: 250 })
      })
    )

    it.effect("says how much is loaded when it is interrupted, whoever notices", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const parent = entity("halt_parent", { columns: [column("id", "bigint")] })
        const thing = upsert("halted", { forEach: { table: parent.table, params: { parent: "id" } } })
        const sync = syncer([parent, thing], often)
        const source: Answers = ({ name }, options) => {
          if (name === parent.name) return { records: [{ id: 1 }, { id: 2 }] }
          return options?.params?.parent === "1" ? { records: rows(1, 5) } : { before: Effect.never }
        }
        const running = yield* Effect.forkChild(sync(source))
        const loaded = sql`select from tributary.sync_log where entity = 'halted' and loads = 1`
        yield* Effect.repeat(loaded, { until: (found) => found.length > 0 })
        yield* Fiber.interrupt(running)
        const note = "interrupted; 5 rows of what was read before were loaded"
        assert.deepInclude(yield* audit(thing), { status: "failed", error: note, inserted: 5 })
        yield* sql`update tributary.sync_log set status = 'running', error = null where entity = 'halted'`
        yield* syncer([parent, thing])({ records: [{ id: 1 }] })
        assert.deepStrictEqual(
          yield* sql`select error from tributary.sync_log where entity = 'halted' and status = 'failed'`,
          [{ error: note }]
        )
      })
    )
  })

  describe("a checkpoint", () => {
    it.effect(
      "is not made after the deadline, nor twice when its answer was lost, nor once somebody else has taken over",
      () =>
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const thing = upsert("answer_lost")
          yield* syncerOf(thing)({ records: rows(1, 1) })
          const { runs } = yield* Runs.begin([targetOf(thing)], { trigger: "test", actor: null, configHash: "" })
          const id = runs[0]?.id ?? 0n
          const facts: ReadFacts = {
            ...{
              complete: false,
              unreadableKeys: 0,
              rows: 2,
              before: 0,
              loads: 0,
              fetched: 2,
              rejected: 0,
              requests: 1,
              bytes: 1
            },
            ...{
              warnings: [],
              since: false,
              cursors: [],
              rejects: [],
              lastRequests: [],
              protectedKeys: [[]],
              parents: [],
              deadline: 60_000
            }
          }
          const variant = { fold: false, within: [], confirm: false, absent: [] }
          const mapper = new Mapper(thing)
          for (const record of rows(1, 2)) mapper.add(record)
          const two = mapper.take()
          yield* Effect.flip(Load.checkpoint(thing, id, { ...facts, deadline: 1 }, two, variant))
          assert.deepStrictEqual(yield* ids(thing), [1])
          yield* Load.checkpoint(thing, id, facts, two, variant)
          yield* sql`delete from fake_answer_lost where id = 2`
          yield* Load.checkpoint(thing, id, facts, two, variant)
          assert.deepInclude(yield* audit(thing), { status: "running", loads: 1, inserted: 1, unchanged: 1 })
          assert.deepStrictEqual(yield* ids(thing), [1])
          yield* sql`update tributary.sync_log set status = 'failed' where id = ${id}`
          const lost = yield* Effect.flip(Load.checkpoint(thing, id, { ...facts, loads: 1 }, two, variant))
          assert.match(lost.message, /another process took over/)
        }).pipe(Effect.scoped)
    )

    it.effect("waits for the entities that its lookups need", () =>
      Effect.gen(function* () {
        const unit = entity("unit", { columns: [column("id", "bigint"), column("name", "text")] })
        const lookup = { table: unit.table, key: "id", value: "name" }
        const thing = upsert("measured", { columns: [column("id", "bigint"), column("unit", "text", { lookup })] })
        const units = yield* Deferred.make<void>()
        const source: Answers = ({ name }) =>
          name === "unit"
            ? { records: [{ id: 1, name: "kg" }], before: Deferred.await(units) }
            : { records: Array.from({ length: 250 }, (_, id) => ({ id, unit: 1 })), end: partial(foreignText("cut")) }
        const running = yield* Effect.forkChild(syncer([unit, thing], often)(source))
        const begun = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`select from fake_measured`)
        yield* Effect.retry(begun, { times: 200, schedule: Schedule.spaced("10 millis") })
        yield* Effect.sleep("50 millis")
        yield* Deferred.succeed(units, undefined)
        yield* Fiber.join(running)
        assert.deepInclude(yield* audit(thing), { loads: 1, inserted: 250 })
        assert.isTrue((yield* tableOf(thing)).every((row) => row.unit === "kg"))
      })
    )

    it.effect("waits until every field was seen: that one is absent is judged by the whole read", () =>
      Effect.gen(function* () {
        const thing = upsert("absent")
        const sync = syncerOf(thing, often)
        yield* sync({ records: rows(1, 250) })
        const bare = rows(1, 250).map(({ id, name }) => ({ id, name }))
        const result = yield* sync({ records: bare })
        assert.match(result.warnings.join(), /amount/)
        assert.deepInclude(yield* audit(thing), { loads: 1, updated: 0 })
        const late = yield* sync({ records: [...bare.slice(0, 120), ...rows(121, 250)], error: failed })
        assert.deepInclude(late, { updated: 120, unchanged: 130 })
        assert.deepInclude(yield* audit(thing), { loads: 2 })
      })
    )

    it.effect("has seen a field for the whole run, also for what is read again", () =>
      Effect.gen(function* () {
        const thing = upsert("seen_before")
        yield* syncerOf(thing, often)({ records: rows(1, 50) })
        const bare = rows(1, 50).map(({ id, name }) => ({ id, name }))
        const { next } = inTurn({ records: rows(1, 5), error: brokenOff }, { records: bare })
        const result = yield* syncerOf(thing, { ...often, retry: { delays: [Duration.zero] } })(next)
        assert.deepInclude(result, { status: "ok", updated: 50, unchanged: 5 })
      })
    )

    it.effect("that fails fails its entity, and those that share the read go on", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const order = upsert("order", { columns: [column("id", "bigint")] })
        const line = upsert("order_line", { parent: "order", records: "/lines", columns: [column("id", "bigint")] })
        const sync = syncer([order, line], often)
        const orders = (from: number, to: number) => rows(from, to).map(({ id }) => ({ id, lines: [{ id }] }))
        yield* sync({ records: orders(1, 1) })
        yield* sql.unsafe(`create function refuse_lines() returns trigger language plpgsql as
          $$ begin raise exception 'no more lines'; end $$`)
        yield* sql`create trigger refuse_lines before insert on fake_order_line execute function refuse_lines()`
        const [whole, broken] = yield* sync({ records: orders(1, 250) })
        assert.deepInclude(whole, { status: "ok", inserted: 249, unchanged: 1 })
        assert.deepInclude(broken, { status: "failed", inserted: 0, error: "PostgreSQL: no more lines" })
      })
    )

    it.effect("tells of its duplicates also where PostgreSQL refuses a row beside them", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`create table fake_folded_part (id bigint primary key, name text, amount numeric(4,2))`
        const records = [...rows(1, 3), { id: 2, amount: 1 }, { id: 4, amount: 1_000 }, ...rows(5, 9)]
        const result = yield* syncerOf(upsert("folded_part"), often)({ records, pageSize: 5 })
        assert.deepInclude(result, { status: "warning", inserted: 8, rejected: 1 })
        assert.match(result.warnings.join(), /1 duplicate of a key was folded/)
      })
    )

    it.effect("rejects what PostgreSQL refuses, once and at its place", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`create table fake_refused_part (id bigint primary key, at timestamptz, n smallint)`
        const thing = changing("refused_part", {
          columns: [column("id", "bigint"), column("at", "timestamp"), column("n", "integer")],
          incremental: { ...incremental, ordered: true }
        })
        const bad = new Map([
          [6, 70_000],
          [8, 80_000]
        ])
        const records = days(1, 9).map((record) => ({ ...record, n: bad.get(record.id) ?? 1 }))
        const result = yield* syncerOf(thing, often)({ records, pageSize: 4 })
        assert.deepInclude(result, { status: "warning", fetched: 9, inserted: 7, rejected: 2 })
        assert.deepInclude(yield* audit(thing), { loads: 4, inserted: 7, rejected: 2, rejects: 2 })
        const places = yield* sql`select r.position from tributary.sync_reject as r join tributary.sync_log as l
          on l.id = r.run_id where l.entity = 'refused_part' order by position`
        assert.deepStrictEqual(places, [{ position: 6 }, { position: 8 }])
        assert.deepStrictEqual(yield* cursors(thing), [{ part: "", value: "2026-03-03T00:00:00+00:00" }])
        assert.match(result.warnings.join(), /the cursor has waited at 2026-03-03/)
      })
    )
  })
})
