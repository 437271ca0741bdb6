import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { layerDatabase } from "../support/database.ts"
import { column, connectorOf, entity } from "../support/source.ts"
import { readerOf, syncerOf, tableOf } from "./fixtures.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a key that was changed in the declaration", () => {
    it.effect("is refused with what to do, and the table is left as it was", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const columns = [column("id", "bigint"), column("code", "text")]
        const records = [
          { id: 1, code: "a", more: "x" },
          { id: 2, code: "a", more: "y" }
        ]
        yield* syncerOf(entity("rekeyed", { columns }))({ records })
        // With the column of the old key still declared, and without it.
        for (const kept of [columns, [column("code", "text")]]) {
          const rekeyed = entity("rekeyed", { columns: [...kept, column("more", "text")], key: ["code"] })
          const result = yield* syncerOf(rekeyed)({ records: [{ id: 3, code: "b" }] })
          assert.deepInclude(result, { status: "failed", unchanged: 0 })
          assert.match(
            result.error ?? "",
            /key of public\.fake_rekeyed is id in the database and code .*key: \[id\].*drop table/
          )
        }
        assert.strictEqual((yield* sql`select * from fake_rekeyed`).length, 2)
        const left = yield* sql`select from pg_attribute where attrelid = 'fake_rekeyed'::regclass and attname = 'more'`
        assert.strictEqual(left.length, 0)
      })
    )

    it.effect("beside a number of the owner's that fills itself is the owner's business", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`create table fake_numbered (nr bigint generated always as identity primary key, id bigint not null)`
        const result = yield* syncerOf(entity("numbered", { columns: [column("id", "bigint")] }))({
          records: [{ id: 1 }]
        })
        assert.deepInclude(result, { status: "ok", inserted: 1 })
      })
    )

    it.effect("to a wider type takes the history with it", () =>
      Effect.gen(function* () {
        const of = (type: "integer" | "bigint") =>
          entity("past", { columns: [column("id", type)], history: { schema: "public", name: "fake_past_kept" } })
        yield* syncerOf(of("integer"))({ records: [{ id: 1 }] })
        const wide = of("bigint")
        assert.deepInclude(yield* syncerOf(wide)({ records: [{ id: 1 }, { id: 5_000_000_000 }] }), { inserted: 1 })
        assert.deepStrictEqual(
          yield* tableOf({
            ...wide,
            table: { schema: "public", name: "fake_past_kept" },
            columns: [column("id", "bigint"), column("ended_at", "timestamp")]
          }),
          [
            { id: 1n, ended_at: null },
            { id: 5_000_000_000n, ended_at: null }
          ]
        )
      })
    )
  })

  describe("a change of a table", () => {
    it.effect("that a reader holds up lets other readers through, and says what it waited for", () =>
      Effect.gen(function* () {
        yield* syncerOf(entity("held", { columns: [column("id", "bigint")] }))({ records: [{ id: 1 }] })
        const reader = yield* readerOf("fake_held")
        const wanted = entity("held", { columns: [column("id", "bigint"), column("n", "integer")] })
        const result = yield* syncerOf(wanted)({ records: [{ id: 1 }] })
        assert.match(
          result.error ?? "",
          /cannot be made as declared: PostgreSQL: canceling statement due to lock timeout; the session \d+ \(postgres, tributary, idle in transaction\) has public\.fake_held locked; .*pg_terminate_backend/
        )
        const limits = { ...connectorOf([]).limits, deadline: Duration.seconds(3) }
        const hurried = yield* syncerOf(wanted, { limits })({ records: [{ id: 1 }] })
        assert.match(hurried.error ?? "", /has public\.fake_held locked/)
        assert.isBelow(hurried.durationMs, 3_000)
        yield* reader.end
        assert.deepInclude(yield* syncerOf(wanted, { limits })({ records: [{ id: 1, n: 2 }] }), { updated: 1 })
      })
    )
  })
})
