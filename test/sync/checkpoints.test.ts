import { assert, describe, layer } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import * as Load from "../../core/database/Load.ts"
import * as Runs from "../../core/database/Runs.ts"
import { said } from "../../core/reason/Reason.ts"
import { Mapper } from "../../core/sync/Mapper.ts"
import { partial, UpstreamError } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, type Answers, column, connectorOf, entity } from "../support/source.ts"
import { brokenOff, ids, inTurn, rows, syncer, syncerOf, tableOf } from "./World.ts"

/** A checkpoint whenever records were handed on, and nothing is tried again. */
const often = { limits: { ...connectorOf([]).limits, checkpoint: Duration.zero }, retry: { delays: [] } }

const upsert = (name: string, more: Partial<Entity> = {}) => entity(name, { mode: "upsert", ...more })

const incremental = { cursor: "at", param: "since", overlap: Duration.zero, format: "iso" }

const changing = (name: string, more: Partial<Entity> = {}) =>
  upsert(name, { columns: [column("id", "bigint"), column("at", "timestamp")], incremental, ...more })

const at = (day: number) => `2026-03-${String(day).padStart(2, "0")}T00:00:00Z`
const day = (id: number) => ({ id, at: at(id) })
const days = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => day(from + n))

const failed = new UpstreamError({ kind: "Unreachable", reason: said("the vendor went away") })

/** Answers and remembers what it was asked. */
const asking = (...answers: readonly [Answer, ...ReadonlyArray<Answer>]) => {
  const { next } = inTurn(...answers)
  const asked: Array<string | undefined> = []
  const source: Answers = (read, options) => {
    asked.push(options?.since)
    return next(read, options)
  }
  return { source, asked }
}

const audit = ({ name }: Entity) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<Record<string, unknown>>`
      select id, status, loads, fetched, inserted, updated, unchanged, rejected, warnings, error, error_reason,
        (select count(*)::integer from tributary.sync_reject as r where r.run_id = l.id) as rejects
      from tributary.sync_log as l where entity = ${name} order by id desc limit 1`
  ).pipe(Effect.map(([row]) => row ?? {}))

const cursors = ({ name }: Entity) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<{ part: string; value: string }>`
      select part, value from tributary.sync_cursor where entity = ${name} order by part`
  )

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
        // The one that comes again in a later part is compared, not folded.
        assert.deepInclude(one.result, { inserted: 4, updated: 1, unchanged: 1 })
        assert.match(one.result.warnings.join(), /2 of 10 records were rejected.*2 duplicates of a key were folded/)
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
        const told = "interrupted; 5 rows of what was read before were loaded"
        assert.deepInclude(yield* audit(thing), { status: "failed", error: told, inserted: 5 })
        yield* sql`update tributary.sync_log set status = 'running', error = null where entity = 'halted'`
        yield* syncer([parent, thing])({ records: [{ id: 1 }] })
        assert.deepStrictEqual(
          yield* sql`select error from tributary.sync_log where entity = 'halted' and status = 'failed'`,
          [{ error: told }]
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
          const { runs } = yield* Runs.begin([thing], { trigger: "test", actor: null, configHash: "" })
          const id = runs[0]?.id ?? 0n
          const facts: Load.ReadFacts = {
            ...{
              complete: false,
              keysLost: 0,
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
              keptKeys: [[]],
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
            : { records: Array.from({ length: 250 }, (_, id) => ({ id, unit: 1 })), end: partial(said("cut")) }
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

  describe("the cursor", () => {
    it.effect("of a parent that was read moves, and a run that fails later does not ask for it again", () =>
      Effect.gen(function* () {
        const parent = entity("branch", { columns: [column("id", "bigint")] })
        const thing = changing("till", { forEach: { table: parent.table, params: { branch: "id" } } })
        const sync = syncer([parent, thing], often)
        const asked: Array<string> = []
        const source =
          (broken: boolean): Answers =>
          ({ name }, options) => {
            if (name === "branch") return { records: [1, 2, 3].map((id) => ({ id })) }
            const branch = Number(options?.params?.branch)
            asked.push(`${branch} ${options?.since}`)
            const records = [day(branch * 2), day(branch * 2 + 1)]
            return broken && branch === 3 ? { records, error: failed } : { records }
          }
        const [, first] = yield* sync(source(true))
        assert.deepInclude(first, { status: "failed", inserted: 6 })
        assert.deepStrictEqual(
          (yield* cursors(thing)).map(({ part }) => part),
          ['{"branch":"1"}', '{"branch":"2"}']
        )
        const [, second] = yield* sync(source(false))
        assert.deepInclude(second, { status: "ok", inserted: 0, unchanged: 6 })
        assert.deepStrictEqual(asked.slice(3), [
          "1 2026-03-03T00:00:00.000Z",
          "2 2026-03-05T00:00:00.000Z",
          "3 undefined"
        ])
        assert.strictEqual((yield* cursors(thing)).length, 3)
      })
    )

    it.effect("moves also in a run that its deadline ends, so that the next one goes on", () =>
      Effect.gen(function* () {
        const parent = entity("depot", { columns: [column("id", "bigint")] })
        const thing = changing("truck", { forEach: { table: parent.table, params: { depot: "id" } } })
        const limits = { ...often.limits, deadline: Duration.millis(700) }
        const asked: Array<string> = []
        const source =
          (end: Answer): Answers =>
          ({ name }, options) => {
            if (name === "depot") return { records: [1, 2].map((id) => ({ id })) }
            asked.push(`${options?.params?.depot} ${options?.since}`)
            return options?.params?.depot === "1" ? { records: days(1, 5) } : end
          }
        yield* syncer([parent, thing])(source({}), [parent])
        const [late] = yield* syncer([parent, thing], { ...often, limits })(source({ before: Effect.never }), [thing])
        const error = "not finished within 700ms (limits.deadline); 5 rows of what was read before were loaded"
        assert.deepInclude(late, { status: "failed", inserted: 5, error })
        assert.deepInclude(yield* audit(thing), { status: "failed", inserted: 5, error })
        yield* syncer([parent, thing], often)(source({ records: [day(9)] }), [thing])
        assert.deepStrictEqual(asked.slice(2), ["1 2026-03-05T00:00:00.000Z", "2 undefined"])
      })
    )

    it.effect("stays inside of a request, unless the source is declared to sort by it", () =>
      Effect.gen(function* () {
        const records = [day(1), day(2), { id: 3, at: at(2) }, { id: 4, at: at(2) }]
        const ordered = changing("sorted", { incremental: { ...incremental, ordered: true } })
        for (const [thing, asks] of [
          [changing("unsorted"), undefined],
          [ordered, "2026-03-01T00:00:00.000Z"]
        ] as const) {
          const { asked, source } = asking({ records, pageSize: 2, error: failed }, { records: [] })
          const sync = syncerOf(thing, often)
          assert.deepInclude(yield* sync(source), { status: "failed", inserted: 4 })
          yield* sync(source)
          // More records of the second day may be to come.
          assert.deepStrictEqual(asked, [undefined, asks])
        }
      })
    )

    it.effect("goes back where the order was not as declared, or the read proves nothing", () =>
      Effect.gen(function* () {
        const sort = { ...incremental, ordered: true }
        const [jumbled, cut] = [changing("jumbled", { incremental: sort }), changing("cut", { incremental: sort })]
        const lost = { records: [...days(4, 6), ...days(1, 2), ...days(7, 9)], pageSize: 3, error: failed }
        const result = yield* syncerOf(jumbled, often)(lost)
        assert.match(result.warnings.join(), /do not come in ascending order of at/)
        assert.deepStrictEqual(yield* cursors(jumbled), [])
        const sync = syncerOf(cut, often)
        yield* sync({ records: days(1, 3) })
        const before = yield* cursors(cut)
        yield* sync({ records: days(4, 9), pageSize: 2, end: partial(said("cut")) })
        assert.deepStrictEqual(yield* cursors(cut), before)
      })
    )

    it.effect("stays before a rejected record", () =>
      Effect.gen(function* () {
        const sorted = changing("sorted_rejects", {
          columns: [column("id", "bigint"), column("at", "timestamp"), column("n", "integer")],
          incremental: { ...incremental, ordered: true }
        })
        const records = [...days(1, 4), { ...day(5), n: "?" }, ...days(6, 9)]
        yield* syncerOf(sorted, often)({ records, pageSize: 2 })
        assert.deepStrictEqual(yield* cursors(sorted), [{ part: "", value: "2026-03-03T00:00:00+00:00" }])
      })
    )

    it.effect("goes with the rows: a table that is emptied while it is filled is read whole", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const parent = entity("shop", { columns: [column("id", "bigint")] })
        const thing = changing("sale", { forEach: { table: parent.table, params: { shop: "id" } } })
        const sync = syncer([parent, thing], often)
        const asked: Array<string> = []
        const source =
          (before: Effect.Effect<void>): Answers =>
          ({ name }, options) => {
            if (name === "shop") return { records: [1, 2, 3].map((id) => ({ id })) }
            const shop = Number(options?.params?.shop)
            asked.push(`${shop} ${options?.since}`)
            return { records: [day(shop)], ...(shop === 2 ? { before } : {}) }
          }
        const [, first] = yield* sync(source(Effect.orDie(Effect.asVoid(sql`truncate fake_sale`))))
        assert.deepInclude(first, { status: "warning", inserted: 3 })
        assert.deepStrictEqual(first?.warnings, [
          "the table was emptied while it was being filled, so the next run reads everything again"
        ])
        assert.deepStrictEqual(yield* cursors(thing), [])
        yield* sync(source(Effect.void))
        assert.deepStrictEqual(asked.slice(3), ["1 undefined", "2 undefined", "3 undefined"])
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3])
      })
    )

    it.effect("that is furthest behind counts where several entities share a read", () =>
      Effect.gen(function* () {
        const parent = changing("deal", { incremental: { ...incremental, ordered: true } })
        const child = entity("deal_line", {
          ...{ mode: "upsert", parent: "deal", records: "/lines" },
          columns: [column("id", "bigint"), column("amount", "decimal")]
        })
        const deal = (id: number) => ({ ...day(id), lines: [{ id, amount: id }] })
        const { asked, source } = asking({ records: [1, 2, 3].map(deal) }, { records: [4, 5, 6].map(deal) })
        const sync = syncer([parent, child], often)
        yield* sync(source)
        yield* sync(source, [parent])
        const sql = yield* SqlClient.SqlClient
        // As a checkpoint in the middle of a later read leaves it.
        yield* sql`update tributary.sync_cursor set value = '2026-03-02T00:00:00+00:00' where entity = 'deal'`
        yield* sync(source)
        assert.strictEqual(asked.at(-1), "2026-03-02T00:00:00.000Z")
      })
    )
  })
})
