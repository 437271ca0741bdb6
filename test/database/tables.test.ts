import { assert, describe, it, layer } from "@effect/vitest"
import { Clock, Deferred, Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import * as Catalog from "../../core/database/tables/Catalog.ts"
import { generatedName, quote, quoteTable } from "../../core/database/tables/Identifier.ts"
import * as Tables from "../../core/database/tables/Tables.ts"
import { layerDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"
import { column, entity } from "../support/source.ts"

const make = Effect.fnUntraced(function* (declared: Entity) {
  const catalog = yield* Catalog.catalog([declared])
  const statements = yield* Tables.ddl(declared, catalog)
  yield* Tables.change(declared, statements)
  return statements
})

const types = Effect.fnUntraced(function* (table: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ name: string; type: string }>`
    select a.attname as name, format_type(a.atttypid, null) as type from pg_attribute as a
    where a.attrelid = ${table}::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`
  return rows.map(({ name, type }) => `${name} ${type}`)
})

layer(layerDatabase)("declared tables", (it) => {
  it.effect("a missing table is made, and is then as declared", () =>
    Effect.gen(function* () {
      const declared = entity("made", { indexes: [["name"], ["amount", "name"]] })
      assert.strictEqual((yield* make(declared)).length, 3)
      assert.deepStrictEqual(yield* make(declared), [])
      assert.deepStrictEqual(yield* types("fake_made"), [
        "id bigint",
        "name text",
        "amount numeric",
        "_first_seen_at timestamp with time zone",
        "_changed_at timestamp with time zone"
      ])
    })
  )

  it.effect("new columns and indexes are added, integers widened", () =>
    Effect.gen(function* () {
      yield* make(entity("wide", { columns: [column("id", "integer"), column("n", "integer")] }))
      const statements = yield* make(
        entity("wide", {
          columns: [column("id", "bigint"), column("n", "decimal"), column("tags", "text", { array: true })],
          indexes: [["n"]]
        })
      )
      assert.strictEqual(statements.length, 4)
      assert.deepStrictEqual((yield* types("fake_wide")).toSorted().slice(2), ["id bigint", "n numeric", "tags text[]"])
    })
  )

  it.effect("a narrower declaration is served by what is there; another kind of value is refused", () =>
    Effect.gen(function* () {
      yield* make(entity("kind", { columns: [column("id", "bigint"), column("n", "bigint")] }))
      assert.deepStrictEqual(
        yield* make(entity("kind", { columns: [column("id", "bigint"), column("n", "integer")] })),
        []
      )
      const refused = yield* Effect.flip(
        make(entity("kind", { columns: [column("id", "bigint"), column("n", "date")] }))
      )
      assert.strictEqual(refused._tag, "TableConflict")
      assert.match(refused.message, /never narrows.*alter table/)
      const sql = yield* SqlClient.SqlClient
      yield* sql`create table fake_single (id bigint primary key, tags varchar(9))`
      const tags = column("tags", "text", { array: true })
      const single = yield* Effect.flip(make(entity("single", { columns: [column("id", "bigint"), tags] })))
      assert.strictEqual(single._tag, "TableConflict")
      yield* sql`create table fake_several (id bigint primary key, tags varchar(9)[])`
      const one = entity("several", { columns: [column("id", "bigint"), column("tags", "text")] })
      assert.strictEqual((yield* Effect.flip(make(one)))._tag, "TableConflict")
    })
  )

  it.effect("a table made by hand gets the stamps and a unique index on the key", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`create table fake_hand (id bigint, name text, amount numeric)`
      yield* make(entity("hand"))
      assert.deepStrictEqual(yield* make(entity("hand")), [])
      assert.include(yield* types("fake_hand"), "_changed_at timestamp with time zone")
    })
  )

  it.effect("a unique index on the key and more does not make the key unique", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`create table fake_pair (id bigint, name text, amount numeric, unique (id, name))`
      yield* make(entity("pair"))
      yield* sql`insert into fake_pair (id, name) values (1, 'a')`
      const refused = yield* Effect.flip(sql`insert into fake_pair (id, name) values (1, 'b')`)
      assert.strictEqual(refused.reason._tag, "UniqueViolation")
      assert.deepStrictEqual(yield* make(entity("pair")), [])
    })
  )

  it.effect(
    "an index that is not unique or not whole, or covers some rows or a term, does not make the key unique",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        for (const [name, index] of [
          ["plain", "create index on fake_plain (id)"],
          ["some", "create unique index on fake_some (id) where name is null"],
          ["term", "create unique index on fake_term (id, lower(name))"],
          ["broken", "create unique index broken on fake_broken (id)"]
        ] as const) {
          yield* sql.unsafe(`create table fake_${name} (id bigint, name text, amount numeric)`)
          yield* sql.unsafe(index)
          // As one is left whose making was cut off.
          yield* sql`update pg_index set indisvalid = false, indisready = false where indexrelid = to_regclass('broken')`
          yield* make(entity(name))
          yield* sql.unsafe(`insert into fake_${name} (id, name) values (1, 'a')`)
          const refused = yield* Effect.flip(sql.unsafe(`insert into fake_${name} (id, name) values (1, 'b')`))
          assert.strictEqual(refused.reason._tag, "UniqueViolation", name)
          assert.deepStrictEqual(yield* make(entity(name)), [])
        }
      })
  )

  it.effect("a key that fills itself, and is declared, is the key the table was loaded by", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`create table fake_serial (id bigserial primary key, name text not null, amount numeric)`
      const refused = yield* Effect.flip(make(entity("serial", { key: ["name"] })))
      assert.include(refused.message, "drop table")
    })
  )

  it.effect("reserved words, Cyrillic, quotes and names of 63 bytes are just names", () =>
    Effect.gen(function* () {
      const odd = ["order", "Название", 'a"b', "ж".repeat(31), "user"]
      const declared = entity("odd", {
        table: { schema: "public", name: "select" },
        columns: [column("id", "bigint"), ...odd.map((name) => column(name, "text"))],
        indexes: [odd]
      })
      yield* make(declared)
      assert.deepStrictEqual(yield* make(declared), [])
      assert.deepStrictEqual(
        (yield* types(quote("select"))).slice(1, 6).map((line) => line.replace(/ text$/, "")),
        odd
      )
    })
  )
})

layer(layerDatabase, { excludeTestServices: true })("a change of a table", (it) => {
  /** Holds the table until the deferred is there. */
  const held = Effect.fnUntraced(function* (declared: Entity) {
    const sql = yield* SqlClient.SqlClient
    yield* make(declared)
    const reading = yield* Deferred.make<void>()
    const enough = yield* Deferred.make<void>()
    const reader = yield* sql
      .unsafe(`select * from ${quoteTable(declared.table)}`)
      .pipe(
        Effect.andThen(Deferred.succeed(reading, undefined)),
        Effect.andThen(Deferred.await(enough)),
        sql.withTransaction,
        Effect.forkChild
      )
    yield* Deferred.await(reading)
    const waiting = Effect.map(
      sql`select 1 from pg_locks where not granted and relation = ${quoteTable(declared.table)}::regclass`,
      ({ length }) => length > 0
    )
    return { waiting, release: Effect.andThen(Deferred.succeed(enough, undefined), Fiber.join(reader)) }
  })

  it.effect("that a reader holds up is tried again, and others come in between", () =>
    Effect.gen(function* () {
      const declared = entity("held_up", { columns: [column("id", "bigint")] })
      const { release, waiting } = yield* held(declared)
      const wanted = { ...declared, columns: [...declared.columns, column("n", "integer")] }
      const changing = yield* Effect.forkChild(make(wanted))
      yield* eventually(waiting)
      yield* eventually(Effect.map(waiting, (still) => !still))
      yield* release
      assert.lengthOf(yield* Fiber.join(changing), 1)
      assert.include(yield* types("fake_held_up"), "n integer")
    })
  )

  it.effect("that is refused is not, nor one whose time would be over", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const declared = entity("refused_change", { columns: [column("id", "bigint")] })
      const { release } = yield* held(declared)
      const begun = () => sql<{ n: number }>`select nextval('begun')::int as n`
      yield* sql`create sequence begun`
      const changed = (statement: string, until?: number) =>
        Effect.flip(Tables.change(declared, ["select nextval('begun')", statement], until))
      assert.strictEqual((yield* changed("alter table fake_nothing add a int")).reason._tag, "SqlSyntaxError")
      assert.strictEqual((yield* begun())[0]?.n, 2)
      const soon = (yield* Clock.currentTimeMillis) + 2_500
      const late = yield* changed("alter table fake_refused_change add a int", soon)
      assert.strictEqual(late.reason._tag, "LockTimeoutError")
      assert.strictEqual((yield* begun())[0]?.n, 4)
      yield* release
    })
  )
})

describe("generated names", () => {
  it("stay within 63 bytes and differ where their wholes differ", () => {
    const long = "ж".repeat(60)
    const names = [generatedName(long, "a", "idx"), generatedName(long, "b", "idx")]
    assert.notStrictEqual(names[0], names[1])
    for (const name of names) assert.isAtMost(Buffer.byteLength(name), 63)
    assert.strictEqual(generatedName("t", "a", "idx"), "t_a_idx")
  })
})

layer(layerDatabase)("the history of a table", (it) => {
  const stopped = entity("stopped", {
    columns: [column("product", "uuid"), column("place", "text"), column("balance", "decimal")],
    key: ["product", "place"],
    history: { schema: "public", name: "fake_history" }
  })

  it.effect(
    "opens an interval for each key that comes and closes it when the key is gone, in the same transaction",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* make({ ...stopped, indexes: [] })
        assert.deepStrictEqual(yield* make(stopped), [])
        const product = "5f5f5f5f-0000-4000-8000-000000000001"
        const put = sql`insert into fake_stopped (product, place, balance) values (${product}, 'bar', 0), (${product}, 'kitchen', 2)`
        const intervals = sql<{ place: string; open: boolean; instant: boolean }>`
        select place, ended_at is null as open, started_at = ended_at as instant from fake_history order by started_at, place, ended_at`
        yield* put
        assert.deepStrictEqual(
          (yield* intervals).map(({ open, place }) => [place, open]),
          [
            ["bar", true],
            ["kitchen", true]
          ]
        )
        yield* sql`update fake_stopped set balance = 1`
        yield* sql.withTransaction(sql`delete from fake_stopped where place = 'bar'`)
        yield* sql.withTransaction(Effect.andThen(sql`delete from fake_stopped`, put))
        yield* Effect.flip(sql.withTransaction(Effect.andThen(sql`delete from fake_stopped`, sql`select 1 / 0`)))
        assert.deepStrictEqual(
          (yield* intervals).map(({ open, place }) => [place, open]),
          [
            ["bar", false],
            ["kitchen", false],
            ["bar", true],
            ["kitchen", true]
          ]
        )
      })
  )

  it.effect("keeps the end of an interval when its key comes and goes again", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const history = { schema: "public", name: "fake_again_history" }
      yield* make({ ...stopped, table: { schema: "public", name: "fake_again" }, history })
      const comeAndGo = Effect.andThen(
        sql`insert into fake_again (product, place) values ('5f5f5f5f-0000-4000-8000-000000000001', 'bar')`,
        sql`delete from fake_again`
      )
      const intervals = sql`select ended_at::text as at from fake_again_history order by started_at`
      yield* comeAndGo
      const [first] = yield* intervals
      yield* comeAndGo
      const [before, after] = yield* intervals
      assert.deepStrictEqual(before, first)
      assert.notDeepEqual(after, first)
    })
  )

  it.effect("that is declared later begins with what is there", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const { history: _, ...plain } = { ...stopped, table: { schema: "public", name: "fake_later" } }
      yield* make(plain)
      yield* sql`insert into fake_later (product, place) values (gen_random_uuid(), 'bar')`
      yield* make({ ...plain, history: { schema: "public", name: "fake_later_history" } })
      const rows = yield* sql`
        select from fake_later_history as h join fake_later as t on t._first_seen_at = h.started_at where ended_at is null`
      assert.lengthOf(rows, 1)
    })
  )
})
