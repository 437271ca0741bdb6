/** What `versions` keeps of an entity: every content that a key had at a read, once and in order. */
import { assert, describe, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql"
import { withVersions } from "../../core/config/VersionedEntity.ts"
import { apply } from "../../core/sync/plan/ApplyPlan.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import type { SourceRecord } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity, layerRegistry } from "../support/source.ts"
import { inTurn, syncer, syncerOf } from "./fixtures.ts"
import { make } from "./refusedFixtures.ts"
import { type Request, rawColumn, requests, timed, versioned, versionsOf } from "./versionFixtures.ts"

const record = (id: number, name: string) => ({ id, name })
const content = (name: string) => ({ name })

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("the versions of an entity", () => {
    it.effect("are its contents from the request that brought them to the one that brought another", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const order = versioned("order")
        const sync = syncerOf(order)
        yield* sync(requests([100, [record(1, "new"), record(2, "new")]]))
        const same = yield* sync(requests([200, [record(1, "new")]], [201, [record(2, "paid")]]))
        assert.deepInclude(same, { status: "ok", inserted: 0, updated: 1, unchanged: 1 })
        yield* sync(requests([300, [record(2, "new")]]))
        assert.deepStrictEqual(yield* versionsOf(order), [
          [1, 100, null, content("new")],
          [2, 100, 201, content("new")],
          [2, 201, 300, content("paid")],
          [2, 300, null, content("new")]
        ])
        assert.deepStrictEqual(
          yield* sql`select id::text, name, extract(epoch from _read_at)::integer as at from fake_order order by 1`,
          [
            { id: "1", name: "new", at: 100 },
            { id: "2", name: "new", at: 300 }
          ]
        )
      }).pipe(timed)
    )

    it.effect("take no older answer than the row has, and the run says so", () =>
      Effect.gen(function* () {
        const order = versioned("late")
        const sync = syncerOf(order)
        yield* sync(requests([100, [record(1, "new"), record(2, "new")]]))
        const late = yield* sync(requests([90, [record(1, "draft")]], [110, [record(2, "paid"), record(3, "new")]]))
        assert.deepInclude(late, { status: "ok", inserted: 1, updated: 1, unchanged: 1 })
        assert.deepStrictEqual(late.notes, ["1 answer to an older request than its row was left out"])
        assert.deepStrictEqual(yield* versionsOf(order), [
          [1, 100, null, content("new")],
          [2, 100, 110, content("new")],
          [2, 110, null, content("paid")],
          [3, 110, null, content("new")]
        ])
        const document = yield* Effect.provide(
          plan([order]),
          layerRegistry([order], requests([95, [record(1, "draft")]]))
        )
        assert.deepInclude(document.entities[0], { inserts: [], updates: [], unchanged: 1, notes: late.notes })
      }).pipe(timed)
    )

    it.effect("hold each content of a key that came more than once, and the table has the newest", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const order = versioned("twice")
        const sync = syncerOf(order)
        const first = yield* sync(
          requests([100, [record(1, "a"), record(2, "a")]], [101, [record(1, "b"), record(1, "c"), record(1, "c")]])
        )
        assert.deepInclude(first, { status: "warning", inserted: 2, unchanged: 0 })
        // Between two reads that found `c`, the record was `d` for a moment; an answer that arrives late is sorted in.
        const second = yield* sync(requests([110, [record(1, "d")]], [112, [record(1, "c")]], [111, [record(2, "b")]]))
        assert.deepInclude(second, { inserted: 0, updated: 1, unchanged: 1 })
        yield* sync(requests([121, [record(2, "d")]], [120, [record(2, "c")]]))
        assert.deepStrictEqual(yield* versionsOf(order), [
          [1, 100, 101, content("a")],
          [1, 101, 101.000001, content("b")],
          [1, 101.000001, 110, content("c")],
          [1, 110, 112, content("d")],
          [1, 112, null, content("c")],
          [2, 100, 111, content("a")],
          [2, 111, 120, content("b")],
          [2, 120, 121, content("c")],
          [2, 121, null, content("d")]
        ])
        assert.deepStrictEqual(yield* sql`select name from fake_twice order by id`, [{ name: "c" }, { name: "d" }])
      }).pipe(timed)
    )

    it.effect("are the record as it came where that is kept, without what is dropped", () =>
      Effect.gen(function* () {
        const raw = { ...rawColumn, without: [["phone"]] }
        const order = versioned("raw", { columns: [column("id", "bigint"), column("name", "text"), raw] })
        const sync = syncerOf(order)
        const full = { ...record(1, "new"), items: [1, 2], phone: "+7 1" }
        yield* sync(requests([100, [full]]))
        yield* sync(requests([110, [{ ...full, phone: "+7 2" }]]))
        yield* sync(requests([120, [{ ...full, items: [1] }]]))
        const { phone: _, ...kept } = full
        assert.deepStrictEqual(yield* versionsOf(order), [
          [1, 100, 120, kept],
          [1, 120, null, { ...kept, items: [1] }]
        ])
      }).pipe(timed)
    )

    it.effect("survive a row that PostgreSQL refuses, beside keys that came twice", () =>
      Effect.gen(function* () {
        yield* make("create table fake_narrow (id bigint primary key, name varchar(5), n smallint)")
        const columns = [column("id", "bigint"), column("name", "text"), column("n", "integer")]
        const order = versioned("narrow", { columns })
        const sync = syncerOf(order)
        yield* sync(requests([100, [record(1, "a"), record(2, "a"), record(3, "a")]]))
        const result = yield* sync(
          requests(
            [110, [record(1, "b"), record(2, "b")]],
            [111, [record(1, "c"), record(2, "too long"), record(3, "b")]]
          )
        )
        assert.deepInclude(result, { status: "warning", rejected: 1, updated: 2 })
        const long = yield* sync(requests([120, [record(1, "too long"), record(3, "c")]], [121, [record(1, "d")]]))
        assert.deepInclude(long, { status: "warning", updated: 2, rejected: 0 })
        // What PostgreSQL cannot read cannot be a version either.
        const large = { ...record(1, "e"), n: 99_999 }
        const last = yield* sync(requests([130, [large, record(3, "d")]], [131, [record(1, "f")]]))
        assert.deepInclude(last, { status: "warning", updated: 2, rejected: 0 })
        const narrow = (name: string) => ({ name, n: null })
        assert.deepStrictEqual(yield* versionsOf(order), [
          [1, 100, 110, narrow("a")],
          [1, 110, 111, narrow("b")],
          [1, 111, 120, narrow("c")],
          [1, 120, 121, narrow("too long")],
          [1, 121, 131, narrow("d")],
          [1, 131, null, narrow("f")],
          [2, 100, null, narrow("a")],
          [3, 100, 111, narrow("a")],
          [3, 111, 120, narrow("b")],
          [3, 120, 130, narrow("c")],
          [3, 130, null, narrow("d")]
        ])
      }).pipe(timed)
    )

    it.effect("are of answers to requests that were sent with the lock held", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const order = versioned("locked")
        const { asked, next } = inTurn({ records: [record(1, "a")] })
        const isHeld = yield* Deferred.make<void>()
        const mayBegin = yield* Deferred.make<void>()
        const held = yield* Effect.forkChild(
          sql.withTransaction(
            sql`lock table tributary.sync_log in exclusive mode`.pipe(
              Effect.andThen(Deferred.succeed(isHeld, undefined)),
              Effect.andThen(Deferred.await(mayBegin))
            )
          )
        )
        yield* Deferred.await(isHeld)
        const running = yield* Effect.forkChild(syncerOf(order)(next))
        const waits = sql`select from pg_locks where relation = 'tributary.sync_log'::regclass and not granted`
        yield* Effect.repeat(waits, { until: (found) => found.length > 0 })
        assert.strictEqual(asked(), 0)
        yield* Deferred.succeed(mayBegin, undefined)
        yield* Fiber.join(held)
        assert.deepInclude(yield* Fiber.join(running), { status: "ok", inserted: 1 })
      })
    )

    it.effect("follow a plan that is applied, its DDL included", () =>
      Effect.gen(function* () {
        const order = versioned("planned")
        const registry = (...all: ReadonlyArray<Request>) => layerRegistry([order], requests(...all))
        const first = registry([100, [record(1, "a")]])
        const document = yield* Effect.provide(plan([order]), first)
        assert.lengthOf(
          document.entities[0]?.ddl.filter((statement) => statement.includes("fake_planned_versions")) ?? [],
          9
        )
        yield* Effect.provide(apply(document, "anna"), first)
        const second = registry([110, [record(1, "b"), record(2, "a")]])
        const changed = yield* Effect.provide(plan([order]), second)
        assert.deepStrictEqual(changed.entities[0]?.ddl, [])
        const [applied] = yield* Effect.provide(apply(changed, "anna"), second)
        assert.deepInclude(applied, { status: "ok", inserted: 1, updated: 1 })
        yield* syncerOf(order)(requests([120, [record(1, "b"), record(2, "a")]]))
        assert.deepStrictEqual(yield* versionsOf(order), [
          [1, 100, 110, content("a")],
          [1, 110, null, content("b")],
          [2, 110, null, content("a")]
        ])
      }).pipe(timed)
    )

    it.effect("end when a mirror deletes the row, and begin again when it comes back", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const order = versioned("gone", { mode: "mirror" })
        const sync = syncerOf(order)
        yield* sync(requests([100, [record(1, "a"), record(2, "a")]]))
        yield* sync(requests([110, [record(2, "a")]]))
        const [closed] = yield* sql<{ just: boolean }>`
          select valid_to > now() - interval '1 minute' as just from fake_gone_versions where id = 1`
        assert.deepStrictEqual(closed, { just: true })
        yield* sync(requests([120, [record(1, "a"), record(2, "a")]]))
        // The row was deleted by the clock of the database, and no version overlaps another.
        assert.deepStrictEqual(
          yield* sql`select id::text, count(*)::integer as n, max(valid_from) = max(valid_to) as meets,
            count(*) filter (where valid_to is null)::integer as open from fake_gone_versions group by id order by id`,
          [
            { id: "1", n: 2, meets: true, open: 1 },
            { id: "2", n: 1, meets: null, open: 1 }
          ]
        )
      }).pipe(timed)
    )

    it.effect("go on when a row moves to another entity of the table", () =>
      Effect.gen(function* () {
        const shared = { schema: "public", name: "fake_parts" }
        const kind = (value: string) => column("kind", "text", { source: { _tag: "Constant", value }, required: true })
        const part = (name: string) =>
          versioned(name, {
            mode: "mirror",
            table: shared,
            columns: [column("id", "bigint"), column("name", "text"), kind(name)],
            scope: { kind: name },
            versions: { schema: "public", name: "fake_parts_versions" }
          })
        const [left, right] = [part("left"), part("right")]
        const sync = syncer([left, right])
        const at = (second: number, ofLeft: ReadonlyArray<SourceRecord>, ofRight: ReadonlyArray<SourceRecord>) =>
          sync((of, options) => requests([second, of.name === "left" ? ofLeft : ofRight])(of, options))
        yield* at(100, [record(1, "a"), record(2, "a")], [record(3, "a")])
        yield* at(110, [record(2, "a")], [record(3, "a"), record(1, "a")])
        const kept = yield* versionsOf(left)
        assert.deepStrictEqual(
          kept.map(([id, , to]) => [id, to === null]),
          [
            [1, false],
            [1, true],
            [2, true],
            [3, true]
          ]
        )
      }).pipe(timed)
    )

    it.effect("that are declared later begin with what is there, and take new fields", () =>
      Effect.gen(function* () {
        const plain = entity("later", { columns: [column("id", "bigint"), column("name", "text")], mode: "upsert" })
        yield* syncerOf(plain)({ records: [record(1, "a"), record(2, "a")] })
        const versions = { schema: "public", name: "fake_later_kept" }
        const order = withVersions({ ...plain, versions })
        yield* syncerOf(order)(requests([1e9, [record(1, "a")]]))
        const wider = withVersions({ ...plain, versions, columns: [...plain.columns, column("sum", "decimal")] })
        yield* syncerOf(wider)(requests([2e9, [{ ...record(1, "a"), sum: "1.50" }, record(2, "a")]]))
        const kept = yield* versionsOf(order)
        assert.deepStrictEqual(
          kept.map(([id, , to, content]) => [id, to === null, content]),
          [
            [1, false, content("a")],
            [1, true, { name: "a", sum: 1.5 }],
            [2, true, content("a")]
          ]
        )
      }).pipe(timed)
    )

    it.effect("leave out what a person does to the table, and heal with the next read", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const order = versioned("touched")
        const sync = syncerOf(order)
        yield* sync(requests([100, [record(1, "a")]]))
        yield* sql`update fake_touched set name = 'mine'`
        yield* sync(requests([110, [record(1, "a")]]))
        assert.deepStrictEqual(yield* versionsOf(order), [[1, 100, null, content("a")]])
      }).pipe(timed)
    )

    it.effect("need a table that is one of versions", () =>
      Effect.gen(function* () {
        yield* make("create table fake_taken_versions (id bigint, note text)")
        const result = yield* syncerOf(versioned("taken"))(requests([100, [record(1, "a")]]))
        assert.match(result.error ?? "", /fake_taken_versions exists and is no table of versions: it has no valid_from/)
      }).pipe(timed)
    )
  })
})
