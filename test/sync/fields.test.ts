import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { foreignText } from "../../core/reason/Reason.ts"
import { completeIn, partial, type ReadOptions } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, column, entity } from "../support/source.ts"
import { brokenOff, inTurn, rows, syncerOf, tableOf } from "./fixtures.ts"

/** Records without a name; `note` is present and null. */
const nameless = (from: number, to: number) => rows(from, to).map(({ amount, id }) => ({ id, amount, note: null }))

const columns = [column("id", "bigint"), column("name", "text"), column("amount", "decimal"), column("note", "text")]
const noted = (from: number, to: number) => rows(from, to).map((row) => ({ ...row, note: "n" }))

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a field that is in no record", () => {
    it.effect("does not empty its column, while everything else follows the source", () =>
      Effect.gen(function* () {
        const thing = entity("vanished", { columns })
        const sync = syncerOf(thing)
        yield* sync({ records: noted(1, 8) })
        const next = [...nameless(1, 7), { id: 9, amount: "2", note: "" }]
        const result = yield* sync({ records: next })
        assert.deepInclude(result, { status: "warning", inserted: 1, updated: 7, deleted: 1 })
        assert.deepStrictEqual(result.warnings, [
          "the field of column name was in none of the 8 records: its values in 7 of 7 rows were kept (more than guard.maxDelete 50%); to let them go, declare the field optional: true"
        ])
        const table = yield* tableOf(thing)
        assert.deepStrictEqual(table[0], { id: 1n, name: "row 1", amount: "1.50", note: null })
        assert.deepStrictEqual(table[7], { id: 9n, name: null, amount: "2", note: "" })
        assert.deepInclude(yield* sync({ records: next }), { status: "warning", unchanged: 8, updated: 0 })
        assert.deepInclude(yield* sync({ records: [...next.slice(1), { id: 1, name: "back" }] }), { updated: 7 })
      })
    )

    it.effect("empties it up to the floor, or up to the share", () =>
      Effect.gen(function* () {
        const few = entity("few_values", { columns })
        const sync = syncerOf(few)
        yield* sync({ records: noted(1, 3) })
        const emptied = yield* sync({ records: nameless(1, 3) })
        assert.deepInclude(emptied, { status: "warning", updated: 3 })
        assert.match(
          emptied.warnings.join(),
          /column name was in none of the 3 records: its values in 3 of 3 rows were taken away/
        )
        assert.deepInclude(yield* sync({ records: nameless(1, 3) }), { status: "ok", unchanged: 3, warnings: [] })
        yield* sync({ records: noted(1, 5) })
        yield* sync({ records: [...noted(1, 5), ...nameless(6, 10)] })
        assert.deepInclude(yield* sync({ records: nameless(1, 10) }), { status: "warning", updated: 5 })
        assert.deepStrictEqual(
          (yield* tableOf(few)).map(({ name }) => name),
          Array.from({ length: 10 }, () => null)
        )
      })
    )

    it.effect("empties it when it is declared optional", () =>
      Effect.gen(function* () {
        const optional = columns.map((one) => (one.name === "name" ? { ...one, optional: true } : one))
        const sync = syncerOf(entity("optional", { columns: optional }))
        yield* sync({ records: noted(1, 20) })
        assert.deepInclude(yield* sync({ records: nameless(1, 20) }), { status: "ok", updated: 20, warnings: [] })
      })
    )

    it.effect("leaves a default out of it too", () =>
      Effect.gen(function* () {
        const defaulted = columns.map((one) => (one.name === "name" ? { ...one, default: "none" } : one))
        const thing = entity("defaulted", { columns: defaulted })
        const sync = syncerOf(thing)
        yield* sync({ records: noted(1, 20) })
        assert.deepInclude(yield* sync({ records: [...nameless(1, 20), { id: 21 }] }), {
          status: "warning",
          inserted: 1
        })
        const names = (yield* tableOf(thing)).map(({ name }) => name)
        assert.deepStrictEqual([names[0], names[20]], ["row 1", "none"])
      })
    )

    it.effect("fills the default that was declared since: no value is taken away", () =>
      Effect.gen(function* () {
        const unnamed = noted(1, 20).map((row) => ({ ...row, name: null }))
        yield* syncerOf(entity("default_since", { columns }))({ records: unnamed })
        const defaulted = columns.map((one) => (one.name === "name" ? { ...one, default: "none" } : one))
        const thing = entity("default_since", { columns: defaulted })
        const result = yield* syncerOf(thing)({ records: nameless(1, 20) })
        assert.deepInclude(result, { updated: 20 })
        assert.notMatch(result.warnings.join(), /were kept|were taken away/)
        assert.strictEqual((yield* tableOf(thing))[0]?.name, "none")
      })
    )

    it.effect("of what changed alone is kept where most would lose it, and a read of everything says what is so", () =>
      Effect.gen(function* () {
        const thing = entity("changes", {
          mode: "upsert",
          columns,
          incremental: { cursor: "id", param: "since", overlap: Duration.zero, format: "text" }
        })
        const sync = syncerOf(thing)
        const asked: Array<ReadOptions["since"]> = []
        const read = (records: NonNullable<Answer["records"]>) =>
          sync((_, options) => {
            asked.push(options?.since)
            return { records }
          })
        const names = (...ids: ReadonlyArray<number>) =>
          Effect.map(tableOf(thing), (found) => ids.map((id) => found[id - 1]?.name))
        yield* read(noted(1, 20))
        const quiet = { status: "ok", warnings: [] } as const
        // As many as may go whatever the share, and half of those that came.
        assert.deepInclude(yield* read(nameless(1, 3)), { ...quiet, updated: 3 })
        assert.deepInclude(yield* read(nameless(4, 6)), { ...quiet, updated: 3 })
        assert.deepInclude(yield* read(nameless(1, 12)), { ...quiet, updated: 6 })
        assert.deepStrictEqual(asked, [undefined, "20", "3", "6"])
        const kept = yield* read(nameless(13, 20))
        assert.deepInclude(kept, { status: "warning", updated: 8 })
        assert.match(kept.warnings.join(), /records, which are those that changed: its values in 8 of 8 rows were kept/)
        assert.deepStrictEqual(yield* names(12, 13, 20), [null, "row 13", "row 20"])
        // The field is in a record that did not change: the others have lost it for good.
        assert.deepInclude(yield* read([...nameless(1, 20), ...noted(21, 21)]), { ...quiet, updated: 8 })
        assert.deepStrictEqual(yield* names(13, 20, 21), [null, null, "row 21"])
        assert.deepStrictEqual(asked.slice(4), ["12", undefined])
      })
    )

    it.effect(
      "of an entity that is read by a cursor is judged when everything is read, which it is until the field is back",
      () =>
        Effect.gen(function* () {
          const thing = entity("renamed", {
            mode: "upsert",
            columns,
            incremental: { cursor: "id", param: "since", overlap: Duration.zero, format: "text" }
          })
          const sync = syncerOf(thing)
          const asked: Array<ReadOptions["since"]> = []
          const read = (records: NonNullable<Answer["records"]>, full = false) =>
            sync(
              (_, options) => {
                asked.push(options?.since)
                return { records }
              },
              { full }
            )
          yield* read(noted(1, 20))
          const kept = yield* read(nameless(1, 20), true)
          assert.deepInclude(kept, { status: "warning", updated: 20 })
          assert.match(kept.warnings.join(), /column name .* in 20 of 20 rows were kept/)
          assert.match((yield* read(nameless(1, 20))).warnings.join(), /in 20 of 20 rows were kept/)
          assert.deepInclude(yield* read(noted(1, 20)), { updated: 20 })
          yield* read(nameless(20, 20))
          assert.deepStrictEqual(asked, [undefined, undefined, undefined, undefined, "20"])
          assert.deepStrictEqual(
            (yield* tableOf(thing)).slice(18).map(({ name }) => name),
            ["row 19", null]
          )
        })
    )

    it.effect("counts as there when a rejected record alone has it, and means nothing in a partial read", () =>
      Effect.gen(function* () {
        const thing = entity("somewhere", { columns })
        const sync = syncerOf(thing)
        yield* sync({ records: noted(1, 20) })
        const seen = yield* sync({ records: [...nameless(1, 19), { id: "x", name: "here" }] })
        assert.deepInclude(seen, { updated: 19, rejected: 1 })
        assert.strictEqual((yield* tableOf(thing))[0]?.name, null)
        yield* sync({ records: noted(1, 20) })
        assert.deepInclude(yield* sync({ records: nameless(1, 20), end: partial(foreignText("cut off")) }), {
          updated: 20
        })
        assert.strictEqual((yield* tableOf(thing))[0]?.name, null)
      })
    )

    it.effect("is judged by the read that was whole: what only a broken try had is in none", () =>
      Effect.gen(function* () {
        const thing = entity("had_once", { columns })
        const sync = syncerOf(thing)
        yield* sync({ records: noted(1, 20) })
        const result = yield* sync(
          inTurn({ records: noted(1, 20), error: brokenOff }, { records: nameless(1, 20) }).next
        )
        assert.deepInclude(result, { status: "warning", updated: 20 })
        assert.match(result.warnings.join(), /in 20 of 20 rows were kept/)
        assert.strictEqual((yield* tableOf(thing))[0]?.name, "row 1")
      })
    )

    it.effect("of a list of several pages is judged with the second read's deletes", () =>
      Effect.gen(function* () {
        const sync = syncerOf(entity("both", { columns }))
        yield* sync({ records: noted(1, 20) })
        const pages = inTurn({ records: nameless(1, 19), end: completeIn(2) })
        const result = yield* sync(pages.next)
        assert.deepInclude(result, { status: "warning", deleted: 1, updated: 19 })
        assert.match(result.warnings.join(), /in 19 of 19 rows were kept/)
        assert.strictEqual(pages.asked(), 2)
      })
    )

    it.effect("is also one that lies deeper, or comes under another name", () =>
      Effect.gen(function* () {
        const nested = column("city", "text", {
          source: { _tag: "Pointer", pointer: { up: 0, tokens: ["at", "city"] } }
        })
        const named = column("start_date", "text", {
          source: {
            _tag: "Pointer",
            pointer: { up: 0, tokens: ["start_date"] },
            otherwise: { up: 0, tokens: ["startDate"] }
          }
        })
        const thing = entity("deeper", { columns: [column("id", "bigint"), nested, named] })
        const sync = syncerOf(thing)
        const of = (more: object) => rows(1, 6).map(({ id }) => ({ id, ...more }))
        yield* sync({ records: of({ at: { city: "K" }, start_date: null, startDate: "never" }) })
        assert.deepInclude((yield* tableOf(thing))[0], { city: "K", start_date: null })
        yield* sync({ records: of({ at: { city: "K" }, startDate: "1" }) })
        assert.deepInclude((yield* tableOf(thing))[0], { city: "K", start_date: "1" })
        const result = yield* sync({ records: of({ at: {} }) })
        assert.strictEqual(result.warnings.length, 2)
        assert.deepInclude((yield* tableOf(thing))[0], { city: "K", start_date: "1" })
      })
    )
  })
})
