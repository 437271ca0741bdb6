import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { foreignText } from "../../core/reason/Reason.ts"
import { partial } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, entity } from "../support/source.ts"
import { brokenOff, ids, rows, syncer, syncerOf, tableOf } from "./fixtures.ts"

const make = (statement: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(statement))
const named = (...names: ReadonlyArray<string>) => names.map((name, at) => ({ id: at + 1, name }))

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a record that PostgreSQL refuses", () => {
    it.effect("since the row that holds its value is kept by the guard, is rejected; the rest is loaded", () =>
      Effect.gen(function* () {
        const thing = entity("guarded", { columns: [column("id", "bigint"), column("name", "text")] })
        yield* make("create table fake_guarded (id bigint primary key, name text unique)")
        const sync = syncerOf(thing)
        yield* sync({ records: named("a", "b", "c", "d", "e", "f", "g", "h", "i", "j") })
        const result = yield* sync({
          records: [
            { id: 1, name: "a" },
            { id: 20, name: "j" },
            { id: 21, name: "new" }
          ]
        })
        assert.deepInclude(result, { status: "warning", inserted: 1, rejected: 1, deleted: 0, error: null })
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 21])
      })
    )

    it.effect("with the key of another entity's row fails the run: the fault is none of the record's", () =>
      Effect.gen(function* () {
        const table = { schema: "public", name: "fake_scoped" }
        const columns = (kind: string) => [
          column("id", "bigint"),
          column("name", "text"),
          column("kind", "text", { source: { _tag: "Constant", value: kind } })
        ]
        const [one, two] = ["one", "two"].map((kind) =>
          entity(kind, { table, columns: columns(kind), scope: { kind } })
        )
        if (one === undefined || two === undefined) return yield* Effect.die("two entities")
        const sync = syncer([one, two])
        yield* sync({ records: named("a") }, [one])
        const [result] = yield* sync(
          {
            records: [
              { id: 1, name: "b" },
              { id: 2, name: "c" }
            ]
          },
          [two]
        )
        assert.deepInclude(result, { status: "failed", inserted: 0, rejected: 0 })
        assert.match(
          result?.error ?? "",
          /duplicate key value .*Key \(id\)=\(1\).* outside of what this entity fills, by kind; add that to the key, or fill another table$/
        )
        assert.deepStrictEqual(yield* ids(two), [1])
      })
    )

    it.effect("is none of those whose rows stay as they are: in append, and where a field is in no record", () =>
      Effect.gen(function* () {
        const checked = "id bigint primary key, name text not null, amount numeric(4,2) check (amount > 0 or id = 0)"
        const columns = [column("id", "bigint"), column("name", "text"), column("amount", "decimal")]
        for (const mode of ["append", "mirror"] as const) {
          const thing = entity(`staying_${mode}`, { mode, columns })
          yield* make(`create table fake_staying_${mode} (${checked})`)
          const sync = syncerOf(thing)
          yield* sync({ records: rows(1, 8) })
          const known = mode === "append" ? rows(1, 8).map((row) => ({ ...row, amount: "-1" })) : rows(1, 8)
          const records = [...known, { id: 9, name: "new", amount: "-1" }]
          const result = yield* sync({
            records: mode === "append" ? records : records.map(({ name: _, ...row }) => row)
          })
          assert.deepInclude(result, { rejected: 1, inserted: 0, updated: 0, deleted: 0 }, mode)
          assert.deepStrictEqual((yield* tableOf(thing)).length, 8)
        }
      })
    )

    it.effect("for the sake of its key keeps all rows: nobody knows which one is its own", () =>
      Effect.gen(function* () {
        const shop = entity("shop", { columns: [column("id", "bigint"), column("name", "text")] })
        const usual = entity("sold", {
          columns: [
            column("shop", "text", { lookup: { table: shop.table, key: "id", value: "name" } }),
            column("id", "bigint")
          ],
          key: ["shop", "id"]
        })
        const thing = { ...usual, guard: { ...usual.guard, maxReject: 1 } }
        const sync = syncer([shop, thing])
        const answers =
          (shops: number, count: number): Answers =>
          ({ name }) =>
            name === "shop"
              ? { records: rows(1, shops) }
              : { records: [...rows(1, count).map(({ id }) => ({ shop: 1, id })), { shop: 2, id: 99 }] }
        yield* sync(answers(2, 10))
        const [, result] = yield* sync(answers(1, 9))
        assert.deepInclude(result, { status: "warning", rejected: 1, deleted: 0, unchanged: 9 })
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99])
      })
    )

    it.effect("of a read that was cut off is sought with the rows that did not come, which others refer to", () =>
      Effect.gen(function* () {
        const columns = [column("id", "bigint"), column("above", "bigint"), column("amount", "decimal")]
        const thing = entity("tree", { columns })
        yield* make(
          "create table fake_tree (id bigint primary key, above bigint references fake_tree, amount numeric(4,2))"
        )
        const sync = syncerOf(thing)
        yield* sync({ records: [{ id: 1 }] })
        const records = [
          { id: 2, above: 1, amount: 1 },
          { id: 3, above: 1, amount: 1_000 }
        ]
        const result = yield* sync({ records, end: partial(foreignText("cut off")) })
        assert.deepInclude(result, { status: "warning", inserted: 1, deleted: 0, rejected: 1 })
        assert.deepStrictEqual(yield* ids(thing), [1, 2])
      })
    )

    it.effect("for which there is no partition is rejected with PostgreSQL's words: no check has a name here", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = entity("parted", { columns: [column("id", "bigint"), column("name", "text")] })
        yield* make("create table fake_parted (id bigint primary key, name text) partition by range (id)")
        yield* make("create table fake_parted_low partition of fake_parted for values from (0) to (100)")
        const result = yield* syncerOf(thing)({ records: [...rows(1, 9), { id: 200, name: "high" }] })
        assert.deepInclude(result, { inserted: 9, rejected: 1, error: null })
        const rejects = yield* sql<{ reason: string }>`
          select r.reason from tributary.sync_reject as r join tributary.sync_log as l on l.id = r.run_id where l.entity = 'parted'`
        assert.match(rejects[0]?.reason ?? "", /^(?!.*the check).*no partition of relation/)
      })
    )

    it.effect("for the sake of a name that was looked up is not told by the length of its key, which came", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const store = entity("shelf", { columns: [column("id", "uuid"), column("name", "text")] })
        const lookup = { table: store.table, key: "id", value: "name" }
        const columns = [column("id", "bigint"), column("shelf", "text", { lookup }), column("note", "text")]
        const thing = entity("shelved", { columns })
        yield* make("create table fake_shelved (id bigint primary key, shelf varchar(5), note varchar(5))")
        const id = (digit: number) => `00000000-0000-4000-a000-00000000000${digit}`
        const shelved = rows(1, 60).map((row, at) => ({ id: row.id, shelf: id(at % 2), note: "fits" }))
        const [result] = yield* syncer([thing, store])(({ name }) =>
          name === "shelf"
            ? { records: ["Left", "Right", "At the back"].map((title, at) => ({ id: id(at), name: title })) }
            : { records: [...shelved, { id: 61, shelf: id(2) }, { id: 62, shelf: id(0), note: "too long" }] }
        )
        assert.deepInclude(result, { status: "warning", inserted: 60, rejected: 2, error: null })
        const fields = yield* sql<{ field: string | null }>`select r.field from tributary.sync_reject as r
          join tributary.sync_log as l on l.id = r.run_id where l.entity = 'shelved' order by r.position`
        assert.deepEqual(
          fields.map(({ field }) => field),
          [null, "note"]
        )
      })
    )

    it.effect("does not let the cursor pass, unless a person says so", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = entity("asked_from", {
          mode: "upsert",
          columns: [column("id", "bigint"), column("amount", "decimal")],
          incremental: { param: "since", cursor: "id", overlap: Duration.zero, format: "text" }
        })
        yield* make("create table fake_asked_from (id bigint primary key, amount numeric(4,2))")
        const cursor = sql`select value from tributary.sync_cursor where entity = 'asked_from'`
        const sync = syncerOf(thing)
        const records = [
          { id: 1, amount: 1 },
          { id: 2, amount: 1_000 },
          { id: 3, amount: 3 }
        ]
        assert.deepInclude(yield* sync({ records }), { inserted: 2, rejected: 1 })
        assert.deepStrictEqual(yield* cursor, [])
        assert.deepInclude(yield* sync({ records }, { pastRejected: true }), { unchanged: 2, rejected: 1 })
        assert.deepStrictEqual(yield* cursor, [{ value: "3" }])
      })
    )

    it.effect("is left out of a load whose connection breaks once it was found", () =>
      Effect.gen(function* () {
        const thing = entity("broken_off")
        yield* make("create table fake_broken_off (id bigint primary key, name text, amount numeric(4,2))")
        yield* make("create sequence rejecting")
        yield* make(`create function break_off() returns trigger language plpgsql as $$ begin
          if nextval('rejecting') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if;
          return new; end $$`)
        yield* make(
          "create trigger break_off before insert on tributary.sync_reject for each row execute function break_off()"
        )
        const result = yield* syncerOf(thing)({ records: [...rows(1, 30), { id: 31, amount: 1_000 }] }).pipe(
          Effect.ensuring(Effect.orDie(make("drop trigger break_off on tributary.sync_reject")))
        )
        assert.deepInclude(result, { status: "warning", error: null, inserted: 30, rejected: 1 })
        assert.deepStrictEqual(yield* make("select nextval('rejecting')::integer as n"), [{ n: 3 }])
      })
    )

    it.effect("is one of more than a thousand: the run fails, it is no matter of records", () =>
      Effect.gen(function* () {
        const thing = entity("far_too_many")
        yield* make("create table fake_far_too_many (id bigint primary key, name text, amount numeric(2,2))")
        const result = yield* syncerOf(thing)({ records: rows(1, 1_200) })
        assert.deepInclude(result, { status: "failed", inserted: 0 })
        assert.match(result.error ?? "", /more than 1000 records were refused; the first: .*numeric field overflow/)
      })
    )
  })

  describe("a run that is given up", () => {
    const begin = (name: string, change: string) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const running = sql`select from tributary.sync_log where entity = ${name} and status = 'running'`
        yield* Effect.repeat(running, { until: (found) => found.length === 1 })
        yield* sql.unsafe(`update tributary.sync_log set ${change} where entity = '${name}' and status = 'running'`)
      }).pipe(Effect.orDie)

    it.effect("writes nothing once its deadline is over in the server", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = entity("late")
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 3) })
        const before = Effect.provideService(
          begin("late", "started_at = started_at - interval '1 day'"),
          SqlClient.SqlClient,
          sql
        )
        const result = yield* sync({ records: rows(1, 4, "new"), before })
        assert.deepInclude(result, { status: "failed", inserted: 0 })
        assert.match(result.error ?? "", /did not end before its deadline/)
        assert.deepStrictEqual(
          (yield* tableOf(thing)).map(({ name }) => name),
          ["row 1", "row 2", "row 3"]
        )
      })
    )

    it.effect("but was written in that moment, is told as the audit has it", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = entity("written")
        const before = Effect.provideService(
          begin(
            "written",
            "status = 'ok', fetched = 3, inserted = 3, updated = 0, unchanged = 0, deleted = 0, rejected = 0"
          ),
          SqlClient.SqlClient,
          sql
        )
        const sync = syncerOf(thing, { retry: { delays: [] } })
        const result = yield* sync({ records: [], error: brokenOff, before })
        assert.deepInclude(result, { status: "ok", inserted: 3, error: null })
      })
    )
  })
})
