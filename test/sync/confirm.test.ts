import { assert, describe, layer } from "@effect/vitest"
import { Effect, Ref } from "effect"
import { SqlClient } from "effect/sql"
import { foreignText, reason } from "../../core/reason/Reason.ts"
import { completeIn, partial, type SourceRecord, UpstreamError } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, column, entity } from "../support/source.ts"
import { list } from "./confirmFixtures.ts"
import { brokenOff, ids, inTurn, rows, syncerOf, tableOf } from "./fixtures.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a list of several pages that lacks rows", () => {
    it.effect("is read again, and loses only what both reads missed", () =>
      Effect.gen(function* () {
        const thing = entity("sliding")
        const sync = syncerOf(thing)
        yield* sync(list(30))
        const source = inTurn(list(30, 5, 11), list(30, 5))
        const result = yield* sync(source.next)
        assert.deepInclude(result, { status: "warning", deleted: 1, fetched: 28, unchanged: 28 })
        assert.deepStrictEqual(result.reasons, [reason("confirm.slid", { count: 1 })])
        assert.strictEqual(source.asked(), 2)
        assert.deepStrictEqual(
          yield* ids(thing),
          rows(1, 30).flatMap(({ id }) => (id === 5 ? [] : [id]))
        )
      })
    )

    it.effect("is asked behind its end the second time, whatever the end looked like", () =>
      Effect.gen(function* () {
        const sync = syncerOf(entity("wary"))
        yield* sync(list(30))
        const asked: Array<boolean | undefined> = []
        const source = inTurn(list(30, 5), list(30, 5))
        yield* sync((read, options) => {
          asked.push(options?.wary)
          return source.next(read, options)
        })
        assert.deepStrictEqual(asked, [false, true])
      })
    )

    it.effect("keeps a row whose key the table's collation holds equal to one that came", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`create collation loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)`
        yield* sql`create table fake_collated (code text collate loose primary key)`
        const thing = entity("collated", { columns: [column("code", "text")], key: ["code"] })
        const sync = syncerOf(thing)
        const rest = Array.from({ length: 8 }, (_, at) => ({ code: `row ${at}` }))
        const of = (...codes: ReadonlyArray<string>): Answer => ({
          records: [...codes.map((code) => ({ code })), ...rest],
          end: completeIn(2)
        })
        yield* sync(of("Café", "straße", "gone"))
        const result = yield* sync(inTurn(of(), of("CAFE\u0301", "STRASSE")).next)
        assert.deepInclude(result, { deleted: 1, reasons: [reason("confirm.slid", { count: 2 })] })
        assert.deepStrictEqual(
          (yield* sql<{ code: string }>`select code from fake_collated where code not like 'row%' collate "C"`).map(
            ({ code }) => code
          ),
          ["Café", "straße"]
        )
      })
    )

    it.effect("writes nothing before it was read again, and then everything at once", () =>
      Effect.gen(function* () {
        const usual = entity("nothing_yet")
        const thing = { ...usual, guard: { ...usual.guard, maxReject: 1 } }
        const sql = yield* SqlClient.SqlClient
        const database = yield* Effect.context<SqlClient.SqlClient>()
        const sync = syncerOf(thing)
        yield* sync(list(10))
        const between = yield* Ref.make<unknown>(undefined)
        const before = Effect.gen(function* () {
          const [audit] = yield* sql`
            select status from tributary.sync_log where entity = 'nothing_yet' order by id desc limit 1`
          yield* Ref.set(between, { audit, rows: yield* ids(thing) })
        }).pipe(Effect.orDie, Effect.provide(database))
        const changed: Answer = {
          records: [...rows(1, 8), { id: 9, name: "new" }, { id: 11, amount: "1" }, { id: 12, amount: "many" }],
          end: completeIn(2)
        }
        const result = yield* sync(inTurn(changed, { ...changed, before }).next)
        assert.deepStrictEqual(yield* Ref.get(between), {
          audit: { status: "running" },
          rows: rows(1, 10).map(({ id }) => id)
        })
        assert.deepInclude(result, { status: "warning", inserted: 1, updated: 1, deleted: 1, rejected: 1 })
        assert.deepStrictEqual(
          yield* sql`select count(*)::integer as n from tributary.sync_reject as r
            join tributary.sync_log as l on l.id = r.run_id where l.entity = 'nothing_yet'`,
          [{ n: 1 }]
        )
      })
    )

    for (const [how, second, why] of [
      [
        "is partial",
        { ...list(30, 5), end: partial(foreignText("page 2 was cut off")) },
        /it is partial: page 2 was cut off/
      ],
      [
        "fails",
        { error: new UpstreamError({ kind: "Status", reason: foreignText("answered 500"), status: 500 }) },
        /it failed: answered 500/
      ],
      ["finds nothing at all", { records: [], end: completeIn(2) }, /it found the source empty/],
      [
        "brings a row twice, so that rows move in it, too",
        { records: [...rows(1, 4), ...rows(4, 4), ...rows(7, 30)], end: completeIn(3) },
        /1 of its records came twice, so rows move between its pages/
      ],
      [
        "has a record without a key",
        { records: [...rows(1, 4), { name: "whose?" }], end: completeIn(2) },
        /1 of its records had no readable key/
      ]
    ] as const) {
      it.effect(`loses nothing when the second read ${how}, and says so`, () =>
        Effect.gen(function* () {
          const thing = entity(`unsure_${how.replaceAll(" ", "_")}`)
          const sync = syncerOf(thing)
          yield* sync(list(30))
          const result = yield* sync(inTurn({ records: rows(1, 28, "new"), end: completeIn(3) }, second).next)
          assert.deepInclude(result, { status: "warning", deleted: 0, updated: 28 })
          assert.match(result.warnings.join(), /^2 rows were not deleted/)
          assert.match(result.warnings.join(), why)
          assert.notInclude(
            result.reasons.map(({ code }) => code),
            "confirm.slid"
          )
          assert.strictEqual((yield* ids(thing)).length, 30)
        })
      )
    }

    it.effect("is read again as often as reads are tried, and what a broken try found does not count", () =>
      Effect.gen(function* () {
        const thing = entity("tried")
        const sync = syncerOf(thing)
        yield* sync(list(30))
        const broken = { records: [...rows(1, 30), { name: "whose?" }], error: brokenOff }
        const source = inTurn(list(30, 5), broken, list(30, 5))
        assert.deepInclude(yield* sync(source.next), { status: "ok", deleted: 1 })
        assert.strictEqual(source.asked(), 3)
        const empty = yield* sync(inTurn(list(30, 5, 6), broken, { records: [], end: completeIn(2) }).next)
        assert.deepInclude(empty, { status: "warning", deleted: 0 })
        assert.match(empty.warnings.join(), /it found the source empty/)
      })
    )

    it.effect("may bring a number twice that is written otherwise, which is the same key", () =>
      Effect.gen(function* () {
        for (const [one, other] of [
          ["4", "4.00"],
          ["0", "-0.0"],
          ["-4.5", "-4.50"]
        ] as const) {
          const thing = entity(`number_${one}`, { columns: [column("id", "decimal"), column("name", "text")] })
          const sync = syncerOf(thing)
          const whole = { records: [{ id: one }, { id: "5" }, { id: "40" }], end: completeIn(2) }
          yield* sync(whole)
          const moving = { records: [{ id: one }, { id: other }, { id: "40" }], end: completeIn(2) }
          assert.match((yield* sync(moving)).warnings.join(), /1 of its records came twice/)
          const apart = { records: [{ id: one }, { id: "45" }, { id: "40" }], end: completeIn(2) }
          assert.deepInclude(yield* sync(apart), { deleted: 1, inserted: 1 })
        }
      })
    )

    it.effect("may bring rows twice the first time, and the second time in one answer", () =>
      Effect.gen(function* () {
        const thing = entity("twice")
        const sync = syncerOf(thing)
        yield* sync(list(30))
        const moving: Answer = { records: [...rows(1, 4), ...rows(4, 4), ...rows(7, 30)], end: completeIn(3) }
        const first = yield* sync(inTurn(moving, list(30, 5)).next)
        assert.deepInclude(first, { status: "warning", deleted: 1 })
        assert.deepStrictEqual(
          first.reasons.map(({ code }) => code),
          ["confirm.slid", "run.folded"]
        )
        const alone: Answer = { records: [...rows(1, 10), ...rows(10, 29)] }
        assert.deepInclude(yield* sync(inTurn(list(29, 5), alone).next), { deleted: 1 })
      })
    )

    it.effect("is not read again when it loses nothing, nor when the guard holds the deletes", () =>
      Effect.gen(function* () {
        const sync = syncerOf(entity("once"))
        yield* sync(list(30))
        const same = inTurn(list(30))
        assert.deepInclude(yield* sync(same.next), { status: "ok", unchanged: 30 })
        const held = inTurn({ records: rows(1, 10), end: completeIn(2) })
        assert.deepInclude(yield* sync(held.next), { status: "warning", deleted: 0 })
        assert.deepStrictEqual([same.asked(), held.asked()], [1, 1])
      })
    )

    it.effect("is believed at once when it came in one answer, or guard.confirm is false", () =>
      Effect.gen(function* () {
        const short = inTurn({ records: rows(1, 29) })
        const sync = syncerOf(entity("one_answer"))
        yield* sync(list(30))
        assert.deepInclude(yield* sync(short.next), { status: "ok", deleted: 1 })
        const trusting = entity("trusting")
        const believing = syncerOf({ ...trusting, guard: { ...trusting.guard, confirm: false } })
        yield* believing(list(30))
        const paged = inTurn(list(30, 5))
        assert.deepInclude(yield* believing(paged.next), { status: "ok", deleted: 1 })
        assert.deepStrictEqual([short.asked(), paged.asked()], [1, 1])
      })
    )

    it.effect("replaces nothing when the second read proves nothing", () =>
      Effect.gen(function* () {
        const thing = entity("replaced", { mode: "replace" })
        const sync = syncerOf(thing)
        yield* sync(list(10))
        const doubted = yield* sync(inTurn(list(10, 5), { ...list(10, 5), end: partial(foreignText("cut off")) }).next)
        assert.deepInclude(doubted, { status: "failed", deleted: 0 })
        assert.match(doubted.error ?? "", /second read.*cut off/)
        assert.deepInclude(yield* sync(list(10, 5)), { status: "ok", deleted: 1 })
      })
    )

    it.effect("keeps a row whose record was only rejected the second time", () =>
      Effect.gen(function* () {
        const sync = syncerOf(entity("rejected_later"))
        yield* sync(list(30))
        const bad = { records: [...rows(1, 28), { id: 29, amount: "many" }], end: completeIn(3) }
        assert.deepInclude(yield* sync(inTurn(list(30, 29, 30), bad).next), { deleted: 1, unchanged: 28 })
      })
    )

    it.effect("finds keys that are written otherwise the second time", () =>
      Effect.gen(function* () {
        const thing = entity("written_otherwise", {
          columns: [
            column("price", "decimal"),
            column("code", "text"),
            column("day", "date", { format: "dd.MM.yyyy" })
          ],
          key: ["price", "code", "day"]
        })
        const of = (price: string, code: string): SourceRecord => ({ price, code, day: "01.02.2026" })
        const sync = syncerOf(thing)
        const rest = Array.from({ length: 8 }, (_, at) => of(String(at), "x"))
        yield* sync({ records: [of("1.50", "Ä"), of("2.50", "b"), ...rest], end: completeIn(2) })
        // For PostgreSQL 1.5 equals 1.50, and b differs from B.
        const second = { records: [of("1.5", "Ä"), of("2.50", "B"), ...rest], end: completeIn(2) }
        const result = yield* sync(inTurn({ records: rest, end: completeIn(2) }, second).next)
        assert.deepInclude(result, { deleted: 1, reasons: [reason("confirm.slid", { count: 1 })] })
        assert.deepStrictEqual(
          (yield* tableOf(thing)).flatMap(({ code }) => (code === "x" ? [] : [code])),
          ["Ä"]
        )
      })
    )
  })
})
