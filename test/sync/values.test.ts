import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { layerDatabase } from "../support/database.ts"
import { column, entity } from "../support/source.ts"
import { syncerOf, tableOf } from "./fixtures.ts"
import { rejects } from "./valueFixtures.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a time finer than PostgreSQL holds", () => {
    it.effect("is cut off, as a moment is: it is never later, and never 24:00:00", () =>
      Effect.gen(function* () {
        const thing = entity("fine_times", { columns: [column("id", "bigint"), column("at", "time")] })
        const records = ["23:59:59.9999999", "06:00:00,123456789", "06:00:00.1"].map((at, id) => ({ id, at }))
        yield* syncerOf(thing)({ records })
        const sql = yield* SqlClient.SqlClient
        assert.deepStrictEqual(yield* sql`select id::integer as id, at::text as at from fake_fine_times order by id`, [
          { id: 0, at: "23:59:59.999999" },
          { id: 1, at: "06:00:00.123456" },
          { id: 2, at: "06:00:00.1" }
        ])
      })
    )
  })

  describe("characters PostgreSQL cannot hold", () => {
    it.effect("are replaced and counted, in text, in keys and deep inside JSON", () =>
      Effect.gen(function* () {
        const thing = entity("characters", {
          columns: [column("id", "text"), column("body", "json"), column("tags", "text", { array: true })]
        })
        const record = { id: "a\0b", body: { "k\0": ["\ud800", { deep: "\udfff!" }] }, tags: ["\0", "fine 👍"] }
        const first = yield* syncerOf(thing)({ records: [record] })
        assert.deepInclude(first, { status: "warning", inserted: 1, rejected: 0 })
        assert.match(first.warnings.join(), /3 texts held NUL or broken Unicode, replaced by U\+FFFD/)
        assert.deepStrictEqual(yield* tableOf(thing), [
          { id: "a\ufffdb", body: { "k\ufffd": ["\ufffd", { deep: "\ufffd!" }] }, tags: ["\ufffd", "fine 👍"] }
        ])
        assert.deepInclude(yield* syncerOf(thing)({ records: [record] }), { unchanged: 1, updated: 0 })
      })
    )

    it.effect("in a value that is rejected do not keep it from being reported", () =>
      Effect.gen(function* () {
        yield* syncerOf(entity("rejected_characters"))({ records: [{ id: 1, amount: "\0\ud800" }] })
        assert.deepInclude((yield* rejects("rejected_characters"))[0], { field: "amount", value: '"\\ufffd\\ud800"' })
      })
    )
  })

  describe("a value that nests", () => {
    const nested = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`)
    const things = (name: string) => entity(name, { columns: [column("id", "bigint"), column("j", "json")] })

    it.effect("deeper than is stored rejects its record, and no other", () =>
      Effect.gen(function* () {
        for (const levels of [1_001, 5_000, 20_000]) {
          const name = `nested_${levels}`
          const result = yield* syncerOf(things(name))({
            records: [
              { id: 1, j: { a: 1 } },
              { id: 2, j: nested(levels) }
            ]
          })
          assert.deepInclude(result, { status: "warning", inserted: 1, rejected: 1 })
          assert.match(result.warnings.join(), /j is nested deeper than 1000 levels/)
          assert.deepInclude((yield* rejects(name))[0], { key: { id: "2" }, field: "j", value: null })
        }
        const long = { aside: "x".repeat(3_000), nested: nested(999) }
        const allowed = yield* syncerOf(things("nested_allowed"))({ records: [{ id: 1, j: long }] })
        assert.deepInclude(allowed, { status: "ok", inserted: 1 })
      })
    )

    it.effect("where no column takes it is no matter, also when the record is rejected for something else", () =>
      Effect.gen(function* () {
        const aside = {
          records: [
            { id: 1, other: nested(20_000) },
            { id: "x", other: nested(20_000) }
          ]
        }
        assert.deepInclude(yield* syncerOf(things("nested_aside"))(aside), { inserted: 1, rejected: 1 })
      })
    )
  })

  describe("a value outside its type", () => {
    const cases: ReadonlyArray<readonly [Parameters<typeof column>[1], unknown, RegExp, string?]> = [
      ["integer", 2_147_483_648, /out of range for integer/],
      ["integer", "-2147483649", /out of range for integer/],
      ["integer", 1.5, /not a whole number/],
      ["bigint", "9223372036854775808", /out of range for bigint/],
      ["bigint", "-1000000000000000000000", /out of range for bigint/],
      ["double", "1e400", /range of double/],
      ["decimal", "1e5000", /not a decimal number/],
      ["decimal", "NaN", /not a decimal number/],
      ["uuid", "00000000-0000-4000-a000", /not a uuid/],
      ["boolean", "perhaps", /not true or false/],
      ["date", "2026-02-29", /not a date/],
      ["date", "0000-01-01", /not a date/],
      ["date", 8_640_000_000_001, /not a date/, "unix"],
      ["date", -8_640_000_000_000, /not a date/, "unix"],
      ["timestamp", "2026-03-01T24:00:01Z", /not a timestamp/],
      ["timestamp", "2026-03-01T10:00:00+25:00", /not a timestamp/],
      ["timestamp", 8_640_000_000_000_000, /not a timestamp/, "unix-ms"],
      ["timestamp", -8_640_000_000_000_000, /not a timestamp/, "unix-ms"],
      ["time", "24:00", /not a time/]
    ]

    it.effect("rejects its record, and no other", () =>
      Effect.gen(function* () {
        const columns = cases.map(([type, , , format], at) =>
          column(`c${at}`, type, format === undefined ? {} : { format })
        )
        const thing = entity("ranges", { columns: [column("id", "bigint"), ...columns] })
        const bad = cases.map(([, value], at) => ({ id: at, [`c${at}`]: value }))
        const result = yield* syncerOf(thing)({ records: [...bad, { id: 100 }] })
        assert.strictEqual(result.error, null)
        assert.deepInclude(result, { status: "warning", inserted: 1, rejected: cases.length })
        for (const [at, reject] of (yield* rejects("ranges")).entries()) {
          assert.deepInclude(reject, { key: { id: String(at) }, field: `c${at}` })
          assert.match(reject.reason, cases[at]?.[2] ?? /nothing/)
        }
      })
    )
  })

  describe("the furthest values of each type", () => {
    it.effect("are held exactly", () =>
      Effect.gen(function* () {
        const thing = entity("extremes", {
          columns: [
            column("id", "bigint"),
            column("amount", "decimal"),
            column("ratio", "double"),
            column("day", "date"),
            column("at", "timestamp", { format: "unix-ms" })
          ]
        })
        const records = [
          { id: "-9223372036854775808", amount: "0.00000000000000000001", ratio: 5e-324, day: "0001-01-01", at: 0 },
          {
            id: "9223372036854775807",
            amount: `${"9".repeat(40)}.25`,
            ratio: 1.7976931348623157e308,
            day: "9999-12-31"
          }
        ]
        assert.deepInclude(yield* syncerOf(thing)({ records }), { status: "ok", inserted: 2 })
        const sql = yield* SqlClient.SqlClient
        const held =
          yield* sql`select id::text, amount::text, ratio, day::text, at::text from fake_extremes order by fake_extremes.id`
        assert.deepStrictEqual(held, [
          {
            id: records[0]?.id,
            amount: records[0]?.amount,
            ratio: 5e-324,
            day: "0001-01-01",
            at: "1970-01-01 00:00:00+00"
          },
          { id: records[1]?.id, amount: records[1]?.amount, ratio: 1.7976931348623157e308, day: "9999-12-31", at: null }
        ])
        assert.deepInclude(yield* syncerOf(thing)({ records }), { unchanged: 2 })
      })
    )
  })

  describe("a number since 1970", () => {
    it.effect("keeps its microseconds, whatever its unit and sign", () =>
      Effect.gen(function* () {
        const cases: ReadonlyArray<readonly [string, unknown, string]> = [
          ["unix", 1_772_683_629, "2026-03-05 04:07:09+00"],
          ["unix", 1_772_683_629.012_345, "2026-03-05 04:07:09.012345+00"],
          ["unix", "1772683629.0000019", "2026-03-05 04:07:09.000001+00"],
          ["unix", "1.772683629e9", "2026-03-05 04:07:09+00"],
          ["unix", "-0.000001", "1969-12-31 23:59:59.999999+00"],
          ["unix-ms", 1_772_683_629_012, "2026-03-05 04:07:09.012+00"],
          ["unix-ms", "1772683629012.345", "2026-03-05 04:07:09.012345+00"],
          ["unix-ms", "-0.001", "1969-12-31 23:59:59.999999+00"],
          ["unix-us", "1772683629012345", "2026-03-05 04:07:09.012345+00"],
          ["unix-us", 1_772_683_629_000_001, "2026-03-05 04:07:09.000001+00"],
          ["unix-us", -1, "1969-12-31 23:59:59.999999+00"],
          ["yyyy-MM-dd HH:mm:ss.SSSSSSSSS", "2026-03-05 04:07:09.999999999", "2026-03-05 02:07:09.999999+00"]
        ]
        const thing = entity("epochs", {
          columns: [column("id", "bigint"), ...cases.map(([format], at) => column(`c${at}`, "timestamp", { format }))]
        })
        const record = Object.fromEntries(cases.map(([, value], at) => [`c${at}`, value]))
        assert.deepInclude(yield* syncerOf(thing)({ records: [{ id: 1, ...record }] }), { status: "ok" })
        const sql = yield* SqlClient.SqlClient
        const texts = cases.map((_, at) => `(c${at} at time zone 'UTC')::text || '+00' as c${at}`).join(", ")
        const [held] = yield* sql.unsafe<Record<string, string>>(`select ${texts} from fake_epochs`)
        assert.deepStrictEqual(
          cases.map((_, at) => held?.[`c${at}`]),
          cases.map(([, , text]) => text)
        )
      })
    )
  })

  describe("JSON and arrays", () => {
    const thing = entity("lists", {
      columns: [
        column("id", "bigint"),
        column("tags", "text", { array: true }),
        column("sizes", "integer", { array: true }),
        column("body", "json")
      ]
    })

    it.effect("keep their items, whatever characters these hold", () =>
      Effect.gen(function* () {
        const tags = ['a "quoted" \\ one', "with, comma", "{braces}", "NULL", "", null, " "]
        const body = { list: [1, 2.5, null, true], nested: { ключ: "знач\nение" } }
        yield* syncerOf(thing)({
          records: [
            { id: 1, tags, sizes: [1, "2", null, ""], body },
            { id: 2, tags: "one" }
          ]
        })
        assert.deepStrictEqual(yield* tableOf(thing), [
          { id: 1n, tags, sizes: [1, 2, null, null], body },
          { id: 2n, tags: ["one"], sizes: null, body: null }
        ])
      })
    )

    it.effect("are the same in another order of keys, and rejected as a whole for one bad item", () =>
      Effect.gen(function* () {
        const sync = syncerOf(thing)
        yield* sync({ records: [{ id: 1, body: { a: 1, b: { c: 2, d: 3 } } }] })
        assert.deepInclude(yield* sync({ records: [{ id: 1, body: { b: { d: 3, c: 2 }, a: 1 } }] }), { unchanged: 1 })
        assert.deepInclude(yield* sync({ records: [{ id: 1, sizes: [1, "two"] }] }), { rejected: 1, updated: 0 })
      })
    )
  })
})
