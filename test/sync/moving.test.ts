import { assert, describe, layer, it as pure } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { foreignText, reason } from "../../core/reason/Reason.ts"
import { RepeatedRows } from "../../core/sync/read/RepeatedRows.ts"
import { completeIn, partial, type SourceRecord, UpstreamError } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, column, connectorOf, entity } from "../support/source.ts"
import { brokenOff, ids, inTurn, syncerOf } from "./fixtures.ts"

const incremental = { cursor: "at", param: "since", overlap: Duration.zero, format: "iso" }

const changing = (name: string) =>
  entity(name, {
    mode: "upsert",
    columns: [column("id", "bigint"), column("at", "timestamp"), column("amount", "decimal")],
    incremental
  })

const day = (id: number, more: SourceRecord = {}) => ({
  id,
  at: `2026-03-${String(id).padStart(2, "0")}T00:00:00Z`,
  amount: "1",
  ...more
})

const days = (...list: ReadonlyArray<number>) => list.map((id) => day(id))

const cursor = (name: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`select value from tributary.sync_cursor where entity = ${name}`)

const at = (id: number) => [{ value: `2026-03-0${id}T00:00:00+00:00` }]

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("rows that move between the pages of what has changed", () => {
    it.effect("are read again at once, since the cursor would leave them behind", () =>
      Effect.gen(function* () {
        const thing = changing("moved")
        const sync = syncerOf(thing)
        const source = inTurn(
          { records: days(1, 2, 2, 4), end: completeIn(2) },
          { records: days(1, 2, 3, 4, 5), end: completeIn(3) }
        )
        const result = yield* sync(source.next)
        assert.deepInclude(result, { inserted: 5, fetched: 6 })
        assert.deepStrictEqual(result.noteReasons.at(-1), reason("cursor.readAgain", { count: 1, found: 2 }))
        assert.strictEqual(source.asked(), 2)
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4, 5])
        // Changes between the two reads are requested once more.
        assert.deepStrictEqual(yield* cursor("moved"), at(4))
      })
    )

    it.effect("are not looked for in one answer, nor where none came twice", () =>
      Effect.gen(function* () {
        const sync = syncerOf(changing("still"))
        const source = inTurn(
          { records: days(1, 2, 2), end: completeIn(1) },
          { records: days(3, 4), end: completeIn(2) }
        )
        yield* sync(source.next)
        const steady = yield* sync(source.next)
        assert.deepInclude(steady, { status: "ok", inserted: 2, notes: [] })
        assert.strictEqual(source.asked(), 2)
        assert.deepStrictEqual(yield* cursor("still"), at(4))
      })
    )

    it.effect("hold the cursor where the second read is not whole", () =>
      Effect.gen(function* () {
        const moving: Answer = { records: days(1, 2, 2, 4), end: completeIn(2) }
        const down = new UpstreamError({ kind: "Status", reason: foreignText("answered 500"), status: 500 })
        for (const [name, again] of [
          ["again_partial", { records: days(3), end: partial(foreignText("cut off")) }],
          ["again_failed", { error: down }],
          ["again_broken", { records: days(3), error: brokenOff }]
        ] as const) {
          const thing = changing(name)
          const result = yield* syncerOf(thing)(inTurn(moving, again).next)
          assert.strictEqual(result.status, "warning", name)
          assert.match(result.warnings.join(), name === "again_partial" ? /cut off/ : /the second read .* failed/)
          assert.includeMembers(yield* ids(thing), [1, 2, 4])
          assert.deepStrictEqual(yield* cursor(name), [])
        }
      })
    )

    it.effect("hold the cursor also where a checkpoint of the first read had moved it past a rejected one", () =>
      Effect.gen(function* () {
        const usual = changing("past_checkpoint")
        const thing = { ...usual, incremental: { ...incremental, ordered: true } }
        const { limits } = connectorOf([])
        const sync = syncerOf(thing, { limits: { ...limits, checkpoint: Duration.zero } })
        const moving: Answer = { records: days(1, 1, 3, 4), pageSize: 1, end: completeIn(2) }
        const bad = [day(1), day(2, { amount: "much" }), day(3), day(4)]
        yield* sync(inTurn(moving, { records: bad, pageSize: 1, end: completeIn(2) }).next)
        assert.deepStrictEqual(yield* cursor("past_checkpoint"), [])
        const mended = yield* sync({ records: days(1, 2, 3, 4), pageSize: 1, end: completeIn(2) })
        assert.deepInclude(mended, { status: "ok", inserted: 1, unchanged: 3 })
        assert.deepStrictEqual(yield* cursor("past_checkpoint"), at(4))
      })
    )

    it.effect("and are rejected are told once, and not taken for missed ones", () =>
      Effect.gen(function* () {
        const thing = changing("bad")
        const bad = day(2, { amount: "much" })
        const moving: Answer = { records: [day(1), bad, bad, day(4)], end: completeIn(2) }
        const again: Answer = { records: [day(1), bad, day(3, { amount: "more" }), day(4)], end: completeIn(2) }
        const result = yield* syncerOf(thing)(inTurn(moving, again).next)
        assert.deepInclude(result, { inserted: 2, rejected: 3 })
        assert.deepStrictEqual(yield* ids(thing), [1, 4])
        assert.deepStrictEqual(yield* cursor("bad"), [])
      })
    )
  })
})

pure("a key that comes again is known at any offset and with any zeros", () => {
  const repeats = new RepeatedRows(entity("visit", { key: ["at"], columns: [column("at", "timestamp")] }))
  for (const [text, isAgain] of [
    ["2026-03-01 08:00:00.5Z", false],
    ["2026-03-01T08:00:00.500Z", true],
    ["2026-03-01 03:00:00.500-05:00", true],
    ["2026-03-01 03:00:00.5-0500", true],
    ["2026-03-01 11:00:00.5+03", true],
    ["2026-03-01 08:00:00.500001+00", false],
    ["2026-03-01 08:00:00.5 Etc/GMT+3", false],
    ["2026-02-30 08:00:00Z", false],
    ["2026-02-31 08:00:00Z", false],
    ["soon", false]
  ] as const) {
    assert.strictEqual(repeats.see(text), isAgain, text)
  }
})
