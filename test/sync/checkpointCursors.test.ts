import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { foreignText } from "../../core/reason/Reason.ts"
import { partial } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, type Answers, column, connectorOf, entity } from "../support/source.ts"
import { ids, syncer, syncerOf } from "./fixtures.ts"
import { asking, at, audit, changing, cursors, day, days, failed, incremental, often, upsert } from "./LongRead.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("the cursor", () => {
    it.effect("of a parent that was read moves, and a run that fails later does not ask for it again", () =>
      Effect.gen(function* () {
        const parent = entity("branch", { columns: [column("id", "bigint")] })
        const thing = changing("till", { forEach: { table: parent.table, params: { branch: "id" } }, unique: true })
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

    it.effect("goes with the rows of its own scope, whatever the table holds of others", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const kind = column("kind", "text", { source: { _tag: "Constant", value: "own" } })
        const thing = changing("scoped", {
          columns: [column("id", "bigint"), column("at", "timestamp"), kind],
          scope: { kind: "own" }
        })
        const sync = syncerOf(thing)
        yield* sync({ records: days(1, 3) })
        yield* sql`insert into fake_scoped (id, kind) values (9, 'other')`
        const before = Effect.orDie(Effect.asVoid(sql`delete from fake_scoped where kind = 'own'`))
        const { asked, source } = asking({ records: [day(3)], before }, { records: days(1, 3) })
        yield* sync(source)
        yield* sync(source)
        assert.deepStrictEqual(asked, ["2026-03-03T00:00:00.000Z", undefined])
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 9])
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
          // More records of the second day may follow.
          assert.deepStrictEqual(asked, [undefined, asks])
        }
      })
    )

    it.effect("moves without a field that never came, and waits for one that came in another read", () =>
      Effect.gen(function* () {
        const columns = [
          column("id", "bigint"),
          column("at", "timestamp"),
          column("note", "text"),
          column("never", "text")
        ]
        const thing = changing("noted", { columns })
        const sync = syncerOf(thing, often)
        const noted = days(1, 4).map((one) => ({ ...one, note: "n" }))
        yield* sync({ records: noted, error: failed })
        assert.deepInclude(yield* audit(thing), { status: "failed", inserted: 4 })
        yield* sync({ records: noted }, { full: true })
        yield* sync({ records: days(1, 4), error: failed }, { full: true })
        assert.deepInclude(yield* audit(thing), { status: "failed", updated: 0 })
        const kept = yield* sync({ records: days(1, 4) }, { full: true })
        assert.match(kept.warnings.join(), /column note .* in 4 of 4 rows were kept/)
        yield* sync({ records: days(1, 4), error: failed })
        assert.deepInclude(yield* audit(thing), { status: "failed", updated: 0 })
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
        yield* sync({ records: days(4, 9), pageSize: 2, end: partial(foreignText("cut")) })
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

    it.effect("waits where PostgreSQL refuses a row, of those parts alone that were not loaded yet", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`create table fake_lot (id bigint primary key, at timestamptz, n smallint)`
        const parent = entity("yard", { columns: [column("id", "bigint")] })
        const thing = changing("lot", {
          columns: [column("id", "bigint"), column("at", "timestamp"), column("n", "integer")],
          forEach: { table: parent.table, params: { yard: "id" } }
        })
        const sync = syncer([parent, thing], often)
        const source =
          (yards: ReadonlyArray<number>, n: number): Answers =>
          ({ name }, options) => {
            if (name === "yard") return { records: yards.map((id) => ({ id })) }
            const yard = Number(options?.params?.yard)
            return { records: [{ ...day(yard), n: yard === 1 ? 1 : n }] }
          }
        yield* sync(source([1, 2], 1))
        const [, held] = yield* sync(source([1, 2], 70_000))
        assert.match(held?.warnings.join() ?? "", /the cursor has waited at 2026-03-02/)
        // A part without a cursor is read whole each time, which is an additional note.
        yield* sync(source([1, 2, 3], 1), [parent])
        const { limits } = connectorOf([])
        const [, without] = yield* syncer([parent, thing], { ...often, limits })(source([1, 2, 3], 70_000))
        assert.match(without?.warnings.join() ?? "", /there is no cursor yet/)
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
          (before: Effect.Effect<void>, later = 0): Answers =>
          ({ name }, options) => {
            if (name === "shop") return { records: [1, 2, 3].map((id) => ({ id })) }
            const shop = Number(options?.params?.shop)
            asked.push(`${shop} ${options?.since}`)
            return { records: [{ id: shop, at: at(shop + later) }], ...(shop === 2 ? { before } : {}) }
          }
        const empties = Effect.orDie(Effect.asVoid(sql`truncate fake_sale`))
        // The rows of the first shop were new, then changed, then as they were, when the table was emptied.
        for (const [later, counts] of [
          [0, { inserted: 3, updated: 0, unchanged: 0 }],
          [5, { inserted: 2, updated: 1, unchanged: 0 }],
          [5, { inserted: 2, updated: 0, unchanged: 1 }]
        ] as const) {
          const [, first] = yield* sync(source(empties, later), [parent, thing], { full: true })
          assert.deepInclude(first, { status: "warning", ...counts })
          assert.deepStrictEqual(first?.warnings, [
            "the table was emptied while it was being filled, so the next run reads everything again"
          ])
          assert.deepStrictEqual(yield* cursors(thing), [])
          asked.length = 0
          yield* sync(source(Effect.void, later))
          assert.deepStrictEqual(asked, ["1 undefined", "2 undefined", "3 undefined"])
          assert.deepStrictEqual(yield* ids(thing), [1, 2, 3])
        }
      })
    )

    it.effect("that went with the rows is told of also where the run fails later", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const parent = entity("kiosk", { columns: [column("id", "bigint")] })
        const thing = changing("receipt", { forEach: { table: parent.table, params: { kiosk: "id" } } })
        const sync = syncer([parent, thing], often)
        const answers: Readonly<Record<string, Answer>> = {
          "1": { records: [day(1)] },
          "2": { records: [day(2)], before: Effect.orDie(Effect.asVoid(sql`truncate fake_receipt`)) },
          "3": { records: [day(3)] },
          "4": { error: failed }
        }
        yield* sync(({ name }, options) =>
          name === "kiosk"
            ? { records: [1, 2, 3, 4].map((id) => ({ id })) }
            : (answers[String(options?.params?.kiosk)] ?? {})
        )
        assert.deepInclude(yield* audit(thing), {
          status: "failed",
          warnings: ["the table was emptied while it was being filled, so the next run reads everything again"]
        })
        assert.deepStrictEqual(yield* cursors(thing), [])
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
        // The value that a checkpoint in the middle of a later read leaves.
        yield* sql`update tributary.sync_cursor set value = '2026-03-02T00:00:00+00:00' where entity = 'deal'`
        yield* sync(source)
        assert.strictEqual(asked.at(-1), "2026-03-02T00:00:00.000Z")
      })
    )

    it.effect("that is furthest behind is the one read before the others, where the source gives it", () =>
      Effect.gen(function* () {
        const page = changing("page_of", {
          incremental: { param: "since", overlap: Duration.zero, format: "iso", from: ["next"] }
        })
        const line = upsert("page_line", { parent: "page_of", records: "/lines", columns: [column("id", "bigint")] })
        const sync = syncer([page, line])
        const asked: Array<string | undefined> = []
        const giving =
          (cursor: string): Answers =>
          (_, options) => {
            asked.push(options?.since)
            options?.onCursor?.(cursor)
            return { records: [{ ...day(1), lines: [{ id: 1 }] }] }
          }
        yield* sync(giving("z"))
        yield* sync(giving("a"), [page])
        yield* sync(giving("b"))
        assert.deepStrictEqual(asked, [undefined, "z", "z"])
      })
    )
  })
})
