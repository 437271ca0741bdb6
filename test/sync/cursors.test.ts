import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { render, said } from "../../core/reason/Reason.ts"
import type { SyncOptions } from "../../core/sync/Sync.ts"
import { partial, type SourceRecord } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, entity } from "../support/source.ts"
import { brokenOff, ids, syncer, syncerOf, tableOf } from "./fixtures.ts"

const incremental = { cursor: "at", param: "since", overlap: Duration.zero, format: "iso" }

const changing = (name: string, more: Partial<Entity> = {}) =>
  entity(name, { mode: "upsert", columns: [column("id", "bigint"), column("at", "timestamp")], incremental, ...more })

const day = (id: number) => ({ id, at: `2026-03-${String(id).padStart(2, "0")}T00:00:00Z` })

/** A vendor that sends the changes since the requested time, and remembers the requests. */
const vendor = (...first: ReadonlyArray<SourceRecord>) => {
  const list = [...first]
  const asked: Array<string | undefined> = []
  const answers: Answers = (_, options) => {
    const since = options?.since
    asked.push(since)
    return { records: list.filter(({ at }) => since === undefined || String(at) >= since) }
  }
  return { answers, asked, list }
}

const stored = (name: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) =>
      sql<{
        part: string
        value: string
      }>`select part, value from tributary.sync_cursor where entity = ${name} order by part`
  )

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a cursor belongs to its table and its declaration", () => {
    it.effect("so a table that was emptied or dropped is filled again", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const target = changing("lost_table")
        const sync = syncerOf(target)
        const { answers, asked } = vendor(day(1), day(2), day(3))
        yield* sync(answers)
        yield* sync(answers)
        yield* sql`truncate fake_lost_table`
        assert.deepInclude(yield* sync(answers), { status: "ok", inserted: 3 })
        yield* sql`drop table fake_lost_table`
        assert.deepInclude(yield* sync(answers), { status: "ok", inserted: 3 })
        yield* sync(answers)
        assert.deepStrictEqual(asked, [
          undefined,
          "2026-03-03T00:00:00.000Z",
          undefined,
          undefined,
          "2026-03-03T00:00:00.000Z"
        ])
      })
    )

    it.effect("so a table that was emptied is filled again, also when the first read after that is partial", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const target = changing("half_filled")
        const sync = syncerOf(target)
        const { answers, asked } = vendor(day(1), day(2), day(3))
        yield* sync(answers)
        yield* sql`truncate fake_half_filled`
        yield* sync({ records: [day(3)], end: partial(said("cut off")) })
        assert.deepInclude(yield* sync(answers), { status: "ok", inserted: 2 })
        assert.deepStrictEqual(asked, [undefined, undefined])
      })
    )

    it.effect("a table made anew with other rows has no cursor, whoever made it", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const target = changing("made_anew")
        const sync = syncerOf(target)
        const { answers } = vendor(day(1), day(2))
        yield* sync(answers)
        yield* sql`drop table fake_made_anew`
        yield* sql`create table fake_made_anew (id bigint primary key, at timestamptz)`
        yield* sql`insert into fake_made_anew values (9, '2026-03-09')`
        yield* sync(answers)
        assert.deepStrictEqual(yield* ids(target), [1, 2, 9])
      })
    )

    it.effect("rows that went while only what changed was read come with the next run", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const target = changing("emptied_meanwhile")
        const sync = syncerOf(target)
        const { answers } = vendor(day(1), day(2), day(3))
        yield* sync(answers)
        const before = Effect.orDie(Effect.asVoid(sql`truncate fake_emptied_meanwhile`))
        yield* sync((read, options) => ({ ...answers(read, options), before }))
        assert.deepStrictEqual(yield* ids(target), [3])
        yield* sync(answers)
        assert.deepStrictEqual(yield* ids(target), [1, 2, 3])
      })
    )

    it.effect("rows of others in a shared table do not count", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const columns = [
          column("id", "bigint"),
          column("at", "timestamp"),
          column("kind", "text", { source: { _tag: "Constant", value: "a" } })
        ]
        const target = changing("shared_rows", { columns, scope: { kind: "a" } })
        const sync = syncerOf(target)
        const { answers } = vendor(day(1), day(2))
        yield* sync(answers)
        yield* sql`update fake_shared_rows set kind = 'b', id = id + 10`
        yield* sync(answers)
        assert.deepStrictEqual(yield* ids(target), [1, 2, 11, 12])
      })
    )

    it.effect("a new field is filled in all rows; a wider overlap reads nothing anew", () =>
      Effect.gen(function* () {
        const first = changing("widened")
        const { answers, asked } = vendor({ ...day(1), n: 1 }, { ...day(2), n: 2 })
        yield* syncerOf(first)(answers)
        const wider = { ...first, columns: [...first.columns, column("n", "integer")] }
        yield* syncerOf(wider)(answers)
        yield* syncerOf({ ...wider, incremental: { ...incremental, overlap: Duration.days(1) } })(answers)
        assert.deepStrictEqual(asked, [undefined, undefined, "2026-03-01T00:00:00.000Z"])
        assert.deepStrictEqual(
          (yield* tableOf(wider)).map(({ n }) => n),
          [1, 2]
        )
      })
    )

    it.effect("one from before cursors knew that goes on, and knows it from then on", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const target = changing("from_before")
        const { answers, asked } = vendor(day(1), day(2))
        yield* syncerOf(target)(answers)
        yield* sql`update tributary.sync_cursor set declaration = null, table_oid = null where entity = 'from_before'`
        yield* syncerOf(target)(answers)
        yield* syncerOf({ ...target, columns: [...target.columns, column("n", "integer")] })(answers)
        assert.deepStrictEqual(asked, [undefined, "2026-03-02T00:00:00.000Z", undefined])
      })
    )
  })

  describe("a value in the future", () => {
    it.effect("moves no cursor, and one that stands there is not gone on from", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const target = changing("ahead")
        const sync = syncerOf(target)
        const { answers, asked, list } = vendor(day(1))
        yield* sync(answers)
        list.push({ id: 2, at: "2999-12-31T00:00:00Z" }, { id: 3, at: "2026-03-03 02:00:00" })
        yield* sync(answers)
        list.push({ id: 4, at: "2026-03-04T00:00:00.000001+00:00" })
        yield* sync(answers)
        assert.deepStrictEqual(yield* stored("ahead"), [{ part: "", value: "2026-03-04T00:00:00.000001+00:00" }])
        yield* sql`update tributary.sync_cursor set value = '2999-12-31T00:00:00+00:00' where entity = 'ahead'`
        list.push({ id: 5, at: "2026-02-01T00:00:00Z" })
        yield* sync(answers)
        assert.deepStrictEqual(asked, [undefined, "2026-03-01T00:00:00.000Z", "2026-03-03T00:00:00.000Z", undefined])
        assert.deepStrictEqual(yield* ids(target), [1, 2, 3, 4, 5])
      })
    )

    it.effect("is told when it is all there is, because everything is read again then", () =>
      Effect.gen(function* () {
        const result = yield* syncerOf(changing("only_ahead"))({ records: [{ id: 1, at: "2999-01-01T00:00:00Z" }] })
        assert.strictEqual(result.status, "warning")
        assert.match(result.warnings.join(), /every value of at lies in the future/)
        assert.deepStrictEqual(yield* stored("only_ahead"), [])
      })
    )
  })

  describe("a rejected record", () => {
    it.effect("holds the cursor, is told with its age, and a person can move on", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const target = changing("held", {
          columns: [column("id", "bigint"), column("at", "timestamp"), column("n", "integer")]
        })
        const sync = syncerOf(target)
        const { answers, asked, list } = vendor(day(1))
        yield* sync(answers)
        const rest = sql`update tributary.sync_cursor set updated_at = now() - interval '50 hours' where entity = 'held'`
        yield* rest
        yield* sync(answers)
        assert.deepStrictEqual(
          yield* sql`select updated_at > now() - interval '1 hour' as fresh from tributary.sync_cursor where entity = 'held'`,
          [{ fresh: true }]
        )
        yield* rest
        list.push({ ...day(2), n: "many" }, day(3))
        const held = yield* sync(answers)
        assert.match(
          held.warnings.join(),
          /the cursor has waited at 2026-03-01T00:00:00\+00:00 for 2d 2h, .*sync --past-rejected fake\.held/
        )
        const full = yield* sync(answers, { full: true })
        assert.match(full.warnings.join(), /has waited at 2026-03-01/)
        const moved = yield* sync(answers, { pastRejected: true })
        assert.match(moved.warnings.join(), /moved past 1 rejected record/)
        assert.deepInclude(yield* sync(answers), { status: "ok", fetched: 1 })
        const [first, second] = ["2026-03-01T00:00:00.000Z", "2026-03-03T00:00:00.000Z"]
        assert.deepStrictEqual(asked, [undefined, first, first, undefined, first, second])
      })
    )
  })

  describe("a full read", () => {
    it.effect("asks for everything, and the cursor stands where it ends", () =>
      Effect.gen(function* () {
        const target = changing("full_read", { incremental: { ...incremental, initial: "2020-01-01" } })
        const sync = syncerOf(target)
        const { answers, asked, list } = vendor(day(5))
        yield* sync(answers)
        list.push(day(2))
        yield* sync(answers, { full: true })
        yield* sync(answers)
        assert.deepStrictEqual(asked, ["2020-01-01", "2020-01-01", "2026-03-05T00:00:00.000Z"])
        assert.deepStrictEqual(yield* ids(target), [2, 5])
      })
    )
  })

  describe("why everything was read", () => {
    it.effect("is a note of the run, in its result and in its audit row, and no warning", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const target = changing("noted")
        const { answers } = vendor(day(1), day(2))
        const told = Effect.fnUntraced(function* (wanted: Entity, more: Partial<SyncOptions> = {}) {
          const { noteReasons, notes, status, warnings } = yield* syncerOf(wanted)(answers, more)
          assert.deepStrictEqual([status, warnings, noteReasons.map(render)], ["ok", [], notes])
          const [row] = yield* sql`select notes, note_reasons from tributary.sync_log where entity = 'noted'
            order by id desc limit 1`
          assert.deepStrictEqual(row, { notes, note_reasons: noteReasons })
          return notes.map((note) => note.replace("everything was read, not only what changed: ", ""))
        })
        assert.deepStrictEqual(yield* told(target), ["there is no cursor yet"])
        assert.deepStrictEqual(yield* told(target), [])
        assert.deepStrictEqual(yield* told(target, { full: true }), ["a full read was asked for"])
        yield* sql`truncate fake_noted`
        assert.deepStrictEqual(yield* told(target), ["the table is empty"])
        yield* sql`drop table fake_noted`
        assert.deepStrictEqual(yield* told(target), ["the table was made anew"])
        yield* sql`update tributary.sync_cursor set value = '2999-12-31T00:00:00+00:00' where entity = 'noted'`
        assert.deepStrictEqual(yield* told(target), ["the cursor lies in the future"])
        const wider = { ...target, columns: [...target.columns, column("n", "integer", { optional: true })] }
        assert.deepStrictEqual(yield* told(wider), ["the declaration has changed"])
      })
    )

    it.effect("counts the parents, names who shares the read, and is told of a run that fails", () =>
      Effect.gen(function* () {
        const parent = entity("store", { columns: [column("id", "bigint")] })
        const goods = changing("goods", { forEach: { table: parent.table, params: { store: "id" } } })
        const part = entity("goods_part", {
          ...{ mode: "upsert", parent: "goods", records: "/parts" },
          columns: [column("id", "bigint")]
        })
        const sync = syncer([parent, goods, part])
        const stores =
          (...ids: ReadonlyArray<number>): Answers =>
          ({ name }, options) => ({
            records:
              name === "store" ? ids.map((id) => ({ id })) : [{ ...day(Number(options?.params?.store)), parts: [] }]
          })
        yield* sync(stores(1), [parent, goods])
        const [, shared] = yield* sync(stores(1))
        assert.deepStrictEqual(shared?.notes, [
          "everything was read, not only what changed: for fake.goods_part, with which it shares the read, there is no cursor yet"
        ])
        const [, one] = yield* sync(stores(1, 2), [parent, goods])
        assert.deepStrictEqual(one?.notes, [
          "1 of 2 parents were read whole, not only what changed: there is no cursor yet"
        ])
        const failing = yield* syncerOf(changing("noted_failure"))({ error: brokenOff })
        assert.strictEqual(failing.status, "failed")
        assert.deepStrictEqual(failing.notes, ["everything was read, not only what changed: there is no cursor yet"])
      })
    )
  })

  describe("a cursor that the source gives", () => {
    it.effect("is sent as it is, the last one of a whole read; where there is none, that is told", () =>
      Effect.gen(function* () {
        const target = changing("given", {
          incremental: { from: ["meta", "next_since"], param: "since", overlap: Duration.zero, format: "text" }
        })
        const sync = syncerOf(target)
        const asked: Array<string | undefined> = []
        const source =
          (end: Partial<ReturnType<Answers>>, ...given: ReadonlyArray<string>): Answers =>
          (_, options) => {
            asked.push(options?.since)
            for (const value of given) options?.onCursor?.(value)
            return { records: [day(1)], ...end }
          }
        const silent = yield* sync(source({}))
        assert.match(silent.warnings.join(), /no answer gave a cursor at \/meta\/next_since/)
        yield* sync(source({}, "a=1", "2026-03-01T00:00:00.123456Z"))
        yield* sync(source({ end: partial(said("cut")) }, "too far"))
        assert.strictEqual((yield* sync(source({}))).status, "ok")
        yield* sync(source({}, "10"))
        yield* sync(source({}))
        const first = "2026-03-01T00:00:00.123456Z"
        assert.deepStrictEqual(asked, [undefined, undefined, first, first, first, "10"])
      })
    )
  })

  describe("a read for each parent", () => {
    const parent = entity("ward", { columns: [column("id", "bigint")] })
    const child = changing("bed", { forEach: { table: parent.table, params: { ward: "id" } } })
    const sync = syncer([parent, child])

    it.effect("has a cursor for each: a new parent is read whole, a broken one holds its own alone", () =>
      Effect.gen(function* () {
        const asked: Array<string> = []
        const hospital =
          (wards: Readonly<Record<string, ReadonlyArray<SourceRecord>>>): Answers =>
          ({ name }, options) => {
            if (name === "ward") return { records: Object.keys(wards).map((id) => ({ id: Number(id) })) }
            const ward = String(options?.params?.ward)
            asked.push(`${ward} ${options?.since}`)
            return { records: wards[ward] ?? [] }
          }
        yield* sync(hospital({ 1: [day(10)] }))
        yield* sync(hospital({ 1: [day(11)], 2: [day(2), { id: 7, at: "?" }] }))
        yield* sync(hospital({ 1: [day(12)], 2: [day(3)] }))
        yield* sync(hospital({ 1: [], 2: [] }))
        assert.deepStrictEqual(asked, [
          "1 undefined",
          "1 2026-03-10T00:00:00.000Z",
          "2 undefined",
          "1 2026-03-11T00:00:00.000Z",
          "2 undefined",
          "1 2026-03-12T00:00:00.000Z",
          "2 2026-03-03T00:00:00.000Z"
        ])
        assert.deepStrictEqual(yield* stored("bed"), [
          { part: '{"ward":"1"}', value: "2026-03-12T00:00:00+00:00" },
          { part: '{"ward":"2"}', value: "2026-03-03T00:00:00+00:00" }
        ])
      })
    )
  })

  describe("a child of an incremental entity", () => {
    it.effect("has a cursor of its own, so that it misses nothing its parent was read for without it", () =>
      Effect.gen(function* () {
        const parent = changing("bill")
        const child = entity("bill_line", {
          mode: "upsert",
          parent: "bill",
          records: "/lines",
          columns: [column("id", "bigint"), column("name", "text")]
        })
        const bill = (id: number) => ({ ...day(id), lines: [{ id: id * 10, name: "line" }] })
        const { answers, asked, list } = vendor(bill(1), bill(2))
        const sync = syncer([parent, child])
        yield* sync(answers, [parent])
        list.push(bill(3))
        yield* sync(answers)
        list.push(bill(4))
        yield* sync(answers, [parent])
        yield* sync(answers, [child])
        yield* sync(answers)
        assert.deepStrictEqual(yield* ids(child), [10, 20, 30, 40])
        assert.deepStrictEqual(asked, [
          undefined,
          undefined,
          "2026-03-03T00:00:00.000Z",
          "2026-03-03T00:00:00.000Z",
          "2026-03-04T00:00:00.000Z"
        ])
      })
    )
  })
})
