import { assert, describe, layer } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql"
import { findBlocker } from "../../core/database/tables/Blockers.ts"
import { layerDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"
import { column, connectorOf, entity } from "../support/source.ts"
import { rows, syncerOf } from "./fixtures.ts"
import { make, rejects } from "./refusedFixtures.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a record too wide for a row", () => {
    const others = Array.from({ length: 520 }, (_, at) => `c${at}`)
    const wide = { ...Object.fromEntries(others.map((name) => [name, "00000000-0000-4000-8000-000000000001"])) }
    const columns = [column("id", "bigint"), column("note", "text"), ...others.map((name) => column(name, "uuid"))]

    it.effect("is rejected and named, and the small ones beside it are loaded", () =>
      Effect.gen(function* () {
        const thing = entity("wide", { columns, key: ["id"] })
        const records = [
          { id: 1, c1: wide.c1 },
          { id: 2, ...wide },
          { id: 3, note: "small" }
        ]
        const result = yield* syncerOf(thing)({ records })
        assert.deepInclude(result, { status: "warning", inserted: 2, rejected: 1, error: null })
        assert.match(result.warnings.join(), /refused by PostgreSQL: row is too big/)
        assert.deepInclude((yield* rejects(thing))[0], { key: { id: "2" }, position: 2 })
        const kept = yield* make("select id::text, note, c1 from fake_wide order by id")
        assert.deepStrictEqual(kept, [
          { id: "1", note: null, c1: wide.c1 },
          { id: "3", note: "small", c1: null }
        ])
      })
    )

    it.effect("is found among many that are staged, and the later record of a key counts", () =>
      Effect.gen(function* () {
        const thing = entity("wide_many", { columns, key: ["id"] })
        const note = "x".repeat(90_000)
        const small = Array.from({ length: 100 }, (_, at) => ({ id: at, note: `${note}${at}` }))
        const records = [...small, { id: 100, ...wide }, { id: 7, note: "later" }]
        const result = yield* syncerOf(thing)({ records })
        assert.deepInclude(result, { inserted: 100, rejected: 1, error: null })
        assert.deepStrictEqual(yield* make("select note from fake_wide_many where id = 7"), [{ note: "later" }])
        assert.deepStrictEqual(yield* make("select length(note) as length from fake_wide_many where id = 9"), [
          { length: 90_001 }
        ])
      })
    )
  })

  describe("a unique index of the table's owner", () => {
    const thing = (name: string) => entity(name, { columns: [column("id", "bigint"), column("name", "text")] })
    const named = (...names: ReadonlyArray<string>) => names.map((name, at) => ({ id: at + 1, name }))

    it.effect("lets a value go over to another row when the first one gives it up", () =>
      Effect.gen(function* () {
        yield* make("create table fake_handed (id bigint primary key, name text unique)")
        const sync = syncerOf(thing("handed"))
        yield* sync({ records: named("a", "b", "c", "d") })
        const result = yield* sync({ records: [...named("a", "b", "c"), { id: 5, name: "d" }] })
        assert.deepInclude(result, { status: "ok", inserted: 1, deleted: 1, rejected: 0 })
      })
    )

    it.effect("refuses two rows that exchange values, unless it is deferrable", () =>
      Effect.gen(function* () {
        yield* make("create table fake_strict (id bigint primary key, name text unique)")
        yield* make("create table fake_lax (id bigint primary key, name text unique deferrable)")
        for (const name of ["strict", "lax"]) yield* syncerOf(thing(name))({ records: named("a", "b", "c") })
        const strict = yield* syncerOf(thing("strict"))({ records: named("b", "a", "c") })
        assert.deepInclude(strict, { status: "warning", rejected: 2, unchanged: 1, deleted: 0 })
        assert.match(strict.warnings.join(), /must be deferrable/)
        assert.deepInclude(yield* syncerOf(thing("lax"))({ records: named("b", "a", "c") }), {
          status: "ok",
          updated: 2
        })
      })
    )
  })

  describe("a lock that outlasts the run", () => {
    it.effect("ends the load in the server too, and result, audit and table agree", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = entity("locked")
        const limits = { ...connectorOf([]).limits, deadline: Duration.seconds(2) }
        const sync = syncerOf(thing, { limits })
        yield* sync({ records: rows(1, 3) })
        const held = yield* Deferred.make<void>()
        const enough = yield* Deferred.make<void>()
        const holder = yield* Effect.forkChild(
          sql.withTransaction(
            Effect.gen(function* () {
              yield* sql`select from fake_locked where id = 1 for update`
              yield* Deferred.succeed(held, undefined)
              yield* Deferred.await(enough)
            })
          )
        )
        yield* Deferred.await(held)
        const result = yield* sync({ records: rows(1, 3, "changed") })
        assert.deepInclude(result, { status: "failed", updated: 0 })
        assert.match(result.error ?? "", /; the session \d+ \(.*\) has public\.fake_locked locked/)
        assert.isBelow(result.durationMs, 4_000)
        const waiting =
          yield* sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
        assert.strictEqual(waiting.length, 0)
        yield* Deferred.succeed(enough, undefined)
        yield* Fiber.join(holder)
        const [audit] =
          yield* sql`select status, error from tributary.sync_log where entity = 'locked' order by id desc limit 1`
        assert.deepInclude(audit, { status: "failed", error: result.error })
        assert.deepStrictEqual(yield* sql`select name from fake_locked where id = 1`, [{ name: "row 1" }])
      })
    )

    it.effect("is told while it is waited for, and as past when nobody holds it any more", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const table = { schema: "public", name: "fake_waited" }
        yield* sql`create table fake_waited (id bigint primary key)`
        yield* sql`insert into fake_waited values (1)`
        const held = yield* Deferred.make<number>()
        const enough = yield* Deferred.make<void>()
        const holder = yield* Effect.forkChild(
          sql.withTransaction(
            Effect.gen(function* () {
              const [session] = yield* sql<{ pid: number }>`select pg_backend_pid() as pid from fake_waited for update`
              yield* Deferred.succeed(held, session?.pid ?? 0)
              yield* Deferred.await(enough)
            })
          )
        )
        const pid = yield* Deferred.await(held)
        assert.isUndefined(yield* findBlocker(table, false))
        const waiter = yield* Effect.forkChild(sql.withTransaction(sql`update fake_waited set id = 2`))
        yield* eventually(Effect.map(findBlocker(table, false), (why) => why !== undefined))
        const blocker = yield* findBlocker(table, false)
        assert.deepInclude(blocker?.params, { pid: String(pid), table: "public.fake_waited" })
        yield* Deferred.succeed(enough, undefined)
        yield* Fiber.join(holder)
        yield* Fiber.join(waiter)
        assert.strictEqual((yield* findBlocker(table, true))?.code, "lock.ended")
      })
    )

    it.effect("a load that comes too late is undone by itself", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const late = yield* Effect.flip(sql`select tributary.ended_in_time(now() - interval '1 second', 3)`)
        assert.strictEqual(late.reason._tag, "StatementTimeoutError")
        assert.strictEqual((yield* sql`select tributary.ended_in_time(now() + interval '1 hour', 3)`).length, 1)
      })
    )
  })
})
