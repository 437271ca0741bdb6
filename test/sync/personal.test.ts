/** Personal data: what is dropped or hashed is in no raw column, no reject and no text of an answer. */
import { createHmac } from "node:crypto"
import { inspect } from "node:util"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import type { RunResult } from "../../core/sync/RunResult.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { connectorOf } from "../config/cases/declared.ts"
import { layerDatabase } from "../support/database.ts"
import { layerRegistry } from "../support/source.ts"
import { upstream } from "../upstream/vendor.ts"
import { syncer, tableOf } from "./fixtures.ts"

const environment = { PERSONAL_KEY: "sixteen characters at least" }
const daemon = { "config/daemon.yaml": "hashKey: { secret: PERSONAL_KEY }\n" }

const declared = (...lines: ReadonlyArray<string>) =>
  Effect.map(
    connectorOf(
      `type: rest\nbaseUrl: x\nentities:\n${lines.map((line) => `  ${line}\n`).join("")}`,
      environment,
      daemon
    ),
    ({ entities }) =>
      entities.map((entity): Entity => ({ ...entity, connector: "fake", guard: { ...entity.guard, maxReject: 1 } }))
  )

const stored = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rejects = yield* sql`select field, value, record from tributary.sync_reject order by position`
  const runs = yield* sql`select last_requests, error, warnings from tributary.sync_log`
  return JSON.stringify({ rejects, runs })
})

const secrets = ["+7 921 000", "Ann Lee", " ann@X.test", "4500 123456"] as const

const leaks = (text: string) => secrets.filter((secret) => text.toLowerCase().includes(secret.trim().toLowerCase()))

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("what is dropped or hashed", () => {
    it.effect("is nowhere, and its columns and all the rest are there", () =>
      Effect.gen(function* () {
        const [entity] = yield* declared(
          "client:",
          "  path: /c",
          "  key: id",
          "  raw: true",
          "  drop: [passport, /contacts/phone]",
          "  fields:",
          "    id: bigint",
          "    email: { type: text, transform: [trim, lower, hash] }",
          "    domain: { from: email, type: text, transform: [{ extract: '@(.*)' }] }",
          "    contacts: json",
          "    n: integer"
        )
        if (entity === undefined) return assert.fail("declared")
        const [phone, , email, passport] = secrets
        const record = (id: number, n: unknown) => ({
          id,
          n,
          email,
          passport,
          contacts: [{ phone, kind: "home" }, { kind: "work" }]
        })
        const sync = syncer([entity])
        const [result] = yield* sync({ records: [record(1, 1), record(2, "x"), { ...record(3, 1), email: { email } }] })
        assert.deepInclude(result, { inserted: 1, rejected: 2 })
        const [row] = yield* tableOf(entity)
        const hash = createHmac("sha256", environment.PERSONAL_KEY).update("ann@x.test").digest("hex")
        assert.strictEqual(row?.email, hash)
        assert.deepInclude(row, { domain: "X.test", contacts: [{ kind: "home" }, { kind: "work" }], n: 1 })
        assert.deepStrictEqual(row?.raw, { id: 1, n: 1, contacts: [{ kind: "home" }, { kind: "work" }] })
        assert.deepStrictEqual(leaks(inspect(row, { depth: null })), [])
        const json = yield* stored
        assert.include(json, '\\"kind\\":\\"work\\"')
        assert.deepStrictEqual(leaks(json), [])
      })
    )

    it.effect("in a child's records is in none of its parent's either", () =>
      Effect.gen(function* () {
        const [orders, lines] = yield* declared(
          "order: { path: /o, key: id, raw: true, drop: [/buyer], fields: { id: bigint, n: integer } }",
          "line:",
          "  parent: order",
          "  records: /lines",
          "  key: id",
          "  raw: true",
          "  fields:",
          "    id: bigint",
          "    n: integer",
          "    guest: { type: text, transform: [hash] }",
          "    phone: { from: ../phone, type: text, transform: [hash] }",
          "    code: { from: ../code, type: text, transform: [{ map: { a: b } }, hash] }"
        )
        if (orders === undefined || lines === undefined) return assert.fail("declared")
        const line = (id: number, n: unknown) => ({ id, n, guest: "Ann Lee" })
        const order = (id: number, n: unknown) => ({
          id,
          n,
          buyer: { name: "Ann Lee" },
          phone: "+7 921 000",
          code: id === 1 ? "a" : "4500 123456",
          lines: [line(10 * id, 1), line(10 * id + 1, "x")]
        })
        yield* syncer([orders, lines])({ records: [order(1, 1), order(2, "x")] })
        const rows = [...(yield* tableOf(orders)), ...(yield* tableOf(lines))]
        assert.lengthOf(rows, 2)
        assert.deepStrictEqual(rows[0]?.raw, {
          id: 1,
          n: 1,
          lines: [
            { id: 10, n: 1 },
            { id: 11, n: "x" }
          ]
        })
        assert.deepStrictEqual(leaks(inspect(rows, { depth: null })), [])
        const json = yield* stored
        assert.include(json, '\\"lines\\":')
        assert.deepStrictEqual(leaks(json), [])
      })
    )

    it.effect("of an element of XML leaves a column of text its text, and one of JSON its attributes", () =>
      Effect.gen(function* () {
        const card = (name: string, drop: string) =>
          `${name}: { path: /x, format: xml, records: /cards/card, key: id, raw: true, drop: ["${drop}"], ${fields} }`
        const fields = "fields: { id: { from: /@id, type: bigint }, owner: text, more: { from: owner, type: json } }"
        const [whole, bare] = yield* declared(card("whole", "/owner/phone"), card("bare", "/owner/#text"))
        if (whole === undefined || bare === undefined) return assert.fail("declared")
        const owner = { "@lang": "ru", "#text": "shop" }
        yield* syncer([whole])({ records: [{ "@id": "1", owner: { ...owner, phone: secrets[0] } }] })
        const raw = { "@id": "1", owner }
        assert.deepStrictEqual(yield* tableOf(whole), [{ id: 1n, owner: "shop", more: owner, raw }])
        const records = [{ "@id": "1", owner: { "@lang": "ru", "#text": secrets[0] } }]
        yield* syncer([bare])({ records })
        const more = { "@lang": "ru" }
        assert.deepStrictEqual(yield* tableOf(bare), [{ id: 1n, owner: null, more, raw: { "@id": "1", owner: more } }])
      })
    )

    it.effect("is in no text that is told of an answer, nor in a row that could not be taken apart", () =>
      Effect.gen(function* () {
        const [people, csv] = yield* declared(
          "person: { path: /p, key: id, drop: [name], fields: { id: bigint } }",
          "guest: { path: /g, format: csv, key: id, drop: [name], fields: { id: bigint } }"
        )
        if (people === undefined || csv === undefined) return assert.fail("declared")
        const bodies = [
          ['{"name": "Ann Lee", "items": 1}', 200],
          ['{"error": "no such person: Ann Lee"}', 400],
          ['[{"id": 1, "name": "Ann Lee"}', 200]
        ] as const
        for (const [body, status] of bodies) {
          const read = HttpSource.make(yield* upstream(() => new Response(body, { status })))
          const [result] = yield* syncer([people], { retry: { delays: [] } })((of, options) => ({
            source: read(of, options)
          }))
          assert.strictEqual(result?.status, "failed")
          assert.include(result?.error ?? "", "personal data")
          assert.deepStrictEqual(leaks(JSON.stringify(result)), [])
        }
        const read = HttpSource.make(yield* upstream(() => new Response("id,name\n1,Ann,Lee Ann Lee\n2,b\n")))
        const [result] = yield* syncer([csv])((of, options) => ({ source: read(of, options) }))
        assert.deepInclude(result, { rejected: 1, inserted: 1 })
        assert.deepStrictEqual(leaks(yield* stored), [])
      })
    )

    it.effect("is no new field, and a hash is the same as long as its key is", () =>
      Effect.gen(function* () {
        const [entity] = yield* declared(
          "kept: { path: /k, key: id, drop: [first_name, /a/b], fields: { id: { type: text, transform: [hash] }, at: { from: /a/at, type: date } } }"
        )
        const [id] = entity?.columns ?? []
        if (entity === undefined || id?.hash === undefined) return assert.fail("declared")
        const sync = (one: Entity) => syncer([one])
        const records = [{ id: 7, firstName: "Ann Lee", a: { b: 1, at: "2026-01-02" } }]
        yield* sync(entity)({ records: [{ id: 7, a: { at: "2026-01-02" } }] })
        const [second] = yield* sync(entity)({ records })
        assert.deepInclude(second, { status: "ok", unchanged: 1, warnings: [] })
        const other = { ...id, hash: { key: Redacted.make("another key, as long"), id: "other" } }
        const columns = entity.columns.map((column) => (column === id ? other : column))
        const [third] = yield* sync({ ...entity, columns })({ records })
        assert.deepInclude(third, { inserted: 1, deleted: 1 })
      })
    )
  })

  describe("a raw column", () => {
    const people = (name: string, drop: string, ...more: ReadonlyArray<string>) =>
      Effect.flatMap(
        declared(
          `${name}:`,
          "  path: /p",
          "  key: id",
          "  raw: true",
          `  drop: ${drop}`,
          ...more.map((line) => `  ${line}`),
          "  fields: { id: bigint, n: integer }"
        ),
        ([entity]) => Effect.fromNullishOr(entity)
      )
    const person = (id: number, more: object, n: unknown = 1) => ({ id, n, ...more })
    const phone = { phone: secrets[0] }
    const renamed = { tel: secrets[0] }
    const raws = (entity: Entity) => Effect.map(tableOf(entity), (rows) => rows.map(({ raw }) => raw))
    const codes = (result: RunResult | undefined) => result?.reasons.map(({ code }) => code)

    it.effect(
      "is not written where the dropped place is in no record, misspelled or renamed, and is when it is back",
      () =>
        Effect.gen(function* () {
          const entity = yield* people("renamed", "[phone]", "guard: { maxReject: 100% }")
          const sync = syncer([entity])
          const [first] = yield* sync({ records: [person(1, renamed), person(2, renamed, "x")] })
          assert.deepStrictEqual(codes(first), ["field.withheldBeside", "run.rejected"])
          assert.deepInclude(first?.reasons[0]?.params, { places: "drop: phone", columns: "raw", fields: "tel" })
          assert.deepStrictEqual(yield* raws(entity), [null])
          assert.deepStrictEqual(leaks(yield* stored), [])
          // It is in a record, though not in all.
          const [well] = yield* sync({ records: [person(1, phone), person(2, {})] })
          assert.deepStrictEqual([codes(well), well?.noteReasons.map(({ code }) => code)], [[], ["field.returned"]])
          assert.deepStrictEqual(yield* raws(entity), [
            { id: 1, n: 1 },
            { id: 2, n: 1 }
          ])
          const records = [person(1, renamed, 5), person(3, renamed)]
          const { entities } = yield* plan([entity]).pipe(Effect.provide(layerRegistry([entity], () => ({ records }))))
          assert.deepStrictEqual(entities[0]?.inserts, [{ id: "3", n: "1", raw: null }])
          assert.deepStrictEqual(entities[0]?.absentPlaces, ["drop: phone"])
          for (const expected of [["field.withheldBeside", "field.appeared"], ["field.withheldBeside"]]) {
            const [third] = yield* sync({ records })
            assert.deepStrictEqual(codes(third), expected)
            assert.deepStrictEqual(yield* raws(entity), [{ id: 1, n: 1 }, null])
          }
        })
    )

    it.effect("is written where all records may be without the place, or nothing shows whether they are", () =>
      Effect.gen(function* () {
        const optional = yield* people("may_lack", "[{ from: phone, optional: true }]")
        const inside = yield* people("inside", "[/contacts/phone]")
        const [may] = yield* syncer([optional])({ records: [person(1, { colour: "red" })] })
        assert.deepInclude(may, { status: "ok", inserted: 1 })
        assert.deepStrictEqual(yield* raws(optional), [{ id: 1, n: 1, colour: "red" }])
        for (const contacts of [[], null, [{ kind: "home" }, { phone: 1, kind: "work" }]]) {
          assert.deepInclude((yield* syncer([inside])({ records: [person(1, { contacts })] }))[0], { warnings: [] })
        }
        assert.deepStrictEqual(yield* raws(inside), [{ id: 1, n: 1, contacts: [{ kind: "home" }, { kind: "work" }] }])
        const [moved] = yield* syncer([inside])({ records: [person(1, { contacts: [{ tel: 1 }] })] })
        assert.deepStrictEqual(moved?.reasons[0]?.params.places, "drop: /contacts/phone")
      })
    )

    it.effect("is written by a read of what changed that lacks the place, unless fields came that are new", () =>
      Effect.gen(function* () {
        const changes = "incremental: { cursor: id, param: since, overlap: 0 }"
        const entity = yield* people("changes", "[phone]", changes)
        const sync = syncer([entity])
        yield* sync({ records: [person(1, phone)] })
        assert.deepStrictEqual(codes((yield* sync({ records: [person(2, {})] }))[0]), [])
        assert.deepStrictEqual(codes((yield* sync({ records: [person(3, renamed)] }))[0]), [
          "field.withheldBeside",
          "field.appeared"
        ])
        assert.deepStrictEqual(codes((yield* sync({ records: [person(4, renamed)] }))[0]), ["field.withheldBeside"])
        assert.deepStrictEqual(yield* raws(entity), [{ id: 1, n: 1 }, { id: 2, n: 1 }, null, null])
      })
    )
  })
})
