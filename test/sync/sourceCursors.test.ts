import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { foreignText } from "../../core/reason/Reason.ts"
import { partial, type SourceRecord } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, entity } from "../support/source.ts"
import { changing, day, stored, vendor } from "./cursorFixtures.ts"
import { ids, syncer, syncerOf } from "./fixtures.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
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
        yield* sync(source({ end: partial(foreignText("cut")) }, "too far"))
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
