import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { HttpClient } from "effect/http"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { Connector } from "../../core/plugin/Connector.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Sync } from "../../core/sync/Sync.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { layerDatabase } from "../support/database.ts"
import { column, connectorOf, entity } from "../support/source.ts"
import { fake, upstream } from "../upstream/vendor.ts"

/** Syncs the entity from a vendor that answers with this text. */
const syncFrom = (thing: Entity, body: string) =>
  Effect.gen(function* () {
    const [result] = yield* (yield* Sync).run([thing], { trigger: "test", actor: null })
    return yield* Effect.fromNullishOr(result)
  }).pipe(
    Effect.provide(
      Sync.layer.pipe(
        Layer.provideMerge(
          Registry.layer({ connectors: [connectorOf([thing])], jobs: [] }, [
            {
              type: "fake",
              description: "a text",
              config: Schema.Unknown,
              entityDefaults: {},
              layer: () =>
                Layer.effect(
                  Connector,
                  Effect.map(
                    upstream(() => new Response(body, { headers: { "content-type": "application/json" } })),
                    (vendor) => Connector.of({ read: HttpSource.make(vendor), probe: Effect.succeed("fine") })
                  )
                ),
              sandbox: () => Promise.reject(new Error("a text has no sandbox"))
            }
          ])
        ),
        Layer.provide(
          Layer.succeed(
            HttpClient.HttpClient,
            fake(() => Response.error())
          )
        )
      )
    )
  )

const columns = [
  column("id", "bigint"),
  column("body", "json"),
  column("whole", "json", { source: { _tag: "Record" } }),
  column("list", "json", { array: true }),
  column("note", "text"),
  column("amount", "decimal")
]

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("numbers with more digits than a double keeps", () => {
    it.effect("are numbers in a JSON column, digit by digit, and texts of digits are texts", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const exact = "12345678901234567890.12345678901234567890"
        const thing = entity("digits", { columns })
        const body = `[
          {"id": 9007199254740993, "body": ${exact}, "note": ${exact}, "amount": ${exact}},
          {"id": 2, "body": {"n": -${exact}, "deep": [{"at": 1e400}], "text": "${exact}", "said": "a \\"${exact}\\" b"}},
          {"id": 3, "body": "${exact}", "note": {"n": ${exact}, "text": "12345678901234567890"}, "list": [1, ${exact}, "${exact}"]}
        ]`
        assert.deepInclude(yield* syncFrom(thing, body), { status: "ok", inserted: 3 })
        const rows = yield* sql`
          select id::text, body #>> '{}' as body, jsonb_typeof(body) as type, whole, note, amount::text,
            jsonb_typeof(whole -> 'id') as id_type
          from fake_digits order by fake_digits.id desc`
        assert.deepInclude(rows[0], {
          id: "9007199254740993",
          body: exact,
          type: "number",
          note: exact,
          amount: exact,
          id_type: "number"
        })
        assert.deepInclude(rows[1], {
          body: exact,
          type: "string",
          note: `{"n":${exact},"text":"12345678901234567890"}`
        })
        const [inner] = yield* sql`
          select body ->> 'n' as n, jsonb_typeof(body -> 'n') as type, jsonb_typeof(body #> '{deep,0,at}') as deep,
            jsonb_typeof(body -> 'text') as text, body ->> 'said' as said
          from fake_digits where id = 2`
        assert.deepStrictEqual(inner, {
          n: `-${exact}`,
          type: "number",
          deep: "number",
          text: "string",
          said: `a "${exact}" b`
        })
        const items = yield* sql`
          select jsonb_typeof(item) as type, item #>> '{}' as text from fake_digits, unnest(list) as item where id = 3`
        assert.deepStrictEqual(items, [
          { type: "number", text: "1" },
          { type: "number", text: exact },
          { type: "string", text: exact }
        ])
        assert.deepInclude(yield* syncFrom(thing, body), { status: "ok", unchanged: 3 })
      })
    )

    it.effect("that no JSON of PostgreSQL holds reject their record, which is kept with its numbers", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = entity("huge", { columns })
        const result = yield* syncFrom(
          thing,
          '[{"id": 1, "body": 1e999999}, {"id": 2, "body": 1}, {"id": 3, "amount": "?", "body": 12345678901234567890}]'
        )
        assert.deepInclude(result, { status: "warning", inserted: 1, rejected: 2, error: null })
        const rejects =
          yield* sql`select r.reason, r.record from tributary.sync_reject as r join tributary.sync_log as l on l.id = r.run_id
          where l.entity = 'huge' order by r.position`
        assert.match(String(rejects[0]?.reason), /overflows numeric format/)
        assert.strictEqual(rejects[1]?.record, '{"id":3,"amount":"?","body":12345678901234567890}')
      })
    )
  })

  describe("a name twice in one object", () => {
    it.effect("deletes no row, neither that of either value nor one that is missing", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = entity("doubled", { columns: [column("id", "bigint"), column("note", "text")] })
        const all = [1, 2, 3, 4, 5, 6].map((id) => `{"id":${id},"note":"a"}`)
        assert.deepInclude(yield* syncFrom(thing, `[${all.join()}]`), { status: "ok", inserted: 6 })
        const some = [...all.slice(0, 2), '{"id":3,"note":"b","id":99}', ...all.slice(4)]
        const result = yield* syncFrom(thing, `[${some.join()}]`)
        assert.deepInclude(result, { status: "warning", inserted: 0, updated: 0, deleted: 0, rejected: 1 })
        assert.sameMembers(
          [...result.warnings],
          [
            "1 record had no readable key, so no row was deleted for being missing",
            "1 of 5 records were rejected: record is ambiguous: /id stands there twice, with different values (1, the first is record 3)"
          ]
        )
        assert.lengthOf(yield* sql`select from fake_doubled where note = 'a'`, 6)
        const [reject] = yield* sql`
          select r.record from tributary.sync_reject as r join tributary.sync_log as l on l.id = r.run_id where l.entity = 'doubled'`
        assert.deepEqual(JSON.parse(String(reject?.record)), { json: '{"id":3,"note":"b","id":99}' })
      })
    )
  })
})
