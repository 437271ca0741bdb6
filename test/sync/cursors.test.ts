import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { foreignText } from "../../core/reason/Reason.ts"
import { partial } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { column } from "../support/source.ts"
import { changing, day, incremental, stored, vendor } from "./cursorFixtures.ts"
import { ids, syncerOf, tableOf } from "./fixtures.ts"

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
        yield* sync({ records: [day(3)], end: partial(foreignText("cut off")) })
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
})
