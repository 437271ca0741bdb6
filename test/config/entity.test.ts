import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Redacted } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { type Files, loadFiles } from "./cases/harness.ts"

const connectorOf = (yaml: string, environment: Readonly<Record<string, string>> = {}, more: Files = {}) =>
  Effect.gen(function* () {
    const { connectors } = yield* loadFiles({ ...more, "config/connectors/shop.yaml": yaml }, environment)
    const [connector] = connectors
    if (connector === undefined) return yield* Effect.die("no connector was declared")
    return connector
  })

const entityOf = (...lines: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { entities } = yield* connectorOf(
      `type: rest\nbaseUrl: x\nentities:\n  deal:\n${lines.map((line) => `    ${line}\n`).join("")}`
    )
    const [entity] = entities
    if (entity === undefined) return yield* Effect.die("no entity was declared")
    return entity
  })

const columnOf = (entity: Entity, name: string) => entity.columns.find((column) => column.name === name)

describe("a connector", () => {
  it.effect("has the usual budget unless it says otherwise", () =>
    Effect.gen(function* () {
      const connector = yield* connectorOf("type: till\n")
      assert.deepStrictEqual(connector.limits, {
        concurrency: 4,
        timeout: Duration.seconds(60),
        deadline: Duration.minutes(15),
        maxBytes: 1_073_741_824
      })
      assert.deepStrictEqual(connector.retry.delays.map(Duration.toSeconds), [1, 3, 7])
      assert.strictEqual(connector.timezone, "UTC")
      assert.deepStrictEqual(connector.entities, [])
    })
  )

  it.effect("reads its budget in the units people write", () =>
    Effect.gen(function* () {
      const { limits, retry } = yield* connectorOf(
        "type: till\nlimits: { rate: 300/min, timeout: 1500ms, maxBytes: 64MB }\nretry: { times: 4, first: 2s, factor: 3, max: 20s }\n"
      )
      assert.deepStrictEqual(limits.rate, { limit: 300, window: Duration.minutes(1) })
      assert.strictEqual(Duration.toMillis(limits.timeout), 1_500)
      assert.strictEqual(limits.maxBytes, 64_000_000)
      assert.deepStrictEqual(retry.delays.map(Duration.toSeconds), [2, 6, 18, 20])
    })
  )

  it.effect("takes secrets and variables from the environment", () =>
    Effect.gen(function* () {
      const { config } = yield* connectorOf(
        "type: rest\nbaseUrl: { env: SHOP_URL, default: 'http://localhost' }\ntoken: { secret: TOKEN }\ndepth: { env: DEPTH, default: 1 }\n",
        { TOKEN: "hunter2", DEPTH: "3" }
      )
      assert.deepStrictEqual(config, { baseUrl: "http://localhost", token: Redacted.make("hunter2"), depth: 3 })
      assert.notInclude(JSON.stringify(config), "hunter2")
    })
  )

  it.effect("goes without a secret that is optional", () =>
    Effect.gen(function* () {
      const { config } = yield* connectorOf("type: rest\nbaseUrl: x\ntoken: { secret: TOKEN, optional: true }\n", {
        TOKEN: ""
      })
      assert.deepStrictEqual(config, { baseUrl: "x" })
    })
  )

  it.effect("has a hash that follows its meaning, not its form and not its secrets", () =>
    Effect.gen(function* () {
      const hash = (yaml: string, token: string, timezone = "UTC") =>
        connectorOf(yaml, { TOKEN: token }, { "config/daemon.yaml": `timezone: ${timezone}\n` }).pipe(
          Effect.map((connector) => connector.hash)
        )
      const first = yield* hash("type: rest\nbaseUrl: x\ntoken: { secret: TOKEN }\n", "a")
      assert.strictEqual(first, yield* hash("# same\ntoken: {secret: TOKEN}\nbaseUrl: 'x'\ntype: rest\n", "b"))
      assert.notStrictEqual(first, yield* hash("type: rest\nbaseUrl: y\ntoken: { secret: TOKEN }\n", "a"))
      assert.notStrictEqual(
        first,
        yield* hash("type: rest\nbaseUrl: x\ntoken: { secret: TOKEN }\n", "a", "Europe/Kaliningrad")
      )
    })
  )
})

describe("an entity", () => {
  it.effect("is filled in with defaults", () =>
    Effect.gen(function* () {
      const entity = yield* entityOf("path: /v1/deal", "key: id", "fields: { id: bigint, start_date: date }")
      const expected: Entity = {
        connector: "shop",
        name: "deal",
        request: { method: "GET", path: "/v1/deal", query: {}, headers: {} },
        format: "json",
        records: "",
        page: { type: "none" },
        table: { schema: "public", name: "shop_deal" },
        columns: [
          {
            name: "id",
            type: "bigint",
            array: false,
            source: { _tag: "Pointer", pointer: { up: 0, tokens: ["id"] } },
            required: true
          },
          {
            name: "start_date",
            type: "date",
            array: false,
            source: { _tag: "Pointer", pointer: { up: 0, tokens: ["startDate"] } },
            required: false
          }
        ],
        key: ["id"],
        mode: "mirror",
        scope: {},
        guard: { maxDelete: 0.5, floor: 20, empty: "refuse", maxReject: 0.05 },
        indexes: [],
        examples: [],
        timezone: "UTC"
      }
      assert.deepStrictEqual(entity, expected)
    })
  )

  it.effect("has columns from names, pointers, constants, its scope and lookups", () =>
    Effect.gen(function* () {
      const entity = yield* entityOf(
        "path: /d",
        "key: [id, kind]",
        "raw: true",
        "scope: { kind: a, level: 2 }",
        "fields:",
        "  id: uuid",
        "  kind: text",
        "  account: { from: Account.Name, type: text, default: none }",
        "  city: { from: /address/a~1b/0, type: 'text[]' }",
        "  source: { value: shop }",
        "  seen: { type: timestamp, format: unix }",
        "  store_name: { from: store, lookup: { table: ref.store, key: id, value: name } }"
      )
      const pointer = (...tokens: ReadonlyArray<string>) => ({ _tag: "Pointer", pointer: { up: 0, tokens } }) as const
      assert.deepStrictEqual(columnOf(entity, "account"), {
        name: "account",
        type: "text",
        array: false,
        source: pointer("Account.Name"),
        required: false,
        default: "none"
      })
      assert.deepStrictEqual(columnOf(entity, "city")?.source, pointer("address", "a/b", "0"))
      assert.isTrue(columnOf(entity, "city")?.array)
      assert.deepStrictEqual(columnOf(entity, "source")?.source, { _tag: "Constant", value: "shop" })
      assert.strictEqual(columnOf(entity, "seen")?.format, "unix")
      assert.deepStrictEqual(columnOf(entity, "kind")?.source, { _tag: "Constant", value: "a" })
      assert.deepStrictEqual(columnOf(entity, "level")?.source, { _tag: "Constant", value: "2" })
      assert.deepStrictEqual(entity.scope, { kind: "a", level: "2" })
      assert.deepStrictEqual(columnOf(entity, "store_name"), {
        name: "store_name",
        type: "text",
        array: false,
        source: pointer("store"),
        required: false,
        lookup: { table: { schema: "ref", name: "store" }, key: "id", value: "name" }
      })
      assert.deepStrictEqual(columnOf(entity, "raw")?.source, { _tag: "Record" })
    })
  )

  it.effect("asks with dates that are worked out later", () =>
    Effect.gen(function* () {
      const entity = yield* entityOf(
        "path: /d",
        "key: id",
        "fields: { id: bigint }",
        "query: { from: { date: today-30d, format: dd.MM.yyyy }, groupRow: [a, b], env: prod, all: true }",
        "body: { filters: { Date: { from: { date: now+2h }, date: '2026-01-01' } } }"
      )
      assert.strictEqual(entity.request.method, "POST")
      assert.deepStrictEqual(entity.request.query, {
        from: { date: "today", offset: Duration.days(30), sign: -1, format: "dd.MM.yyyy" },
        groupRow: ["a", "b"],
        env: "prod",
        all: true
      })
      assert.deepStrictEqual(entity.request.body, {
        filters: {
          Date: {
            from: { date: "now", offset: Duration.hours(2), sign: 1, format: "yyyy-MM-dd'T'HH:mm:ss" },
            date: "2026-01-01"
          }
        }
      })
    })
  )

  it.effect("is paged in each of the five ways", () =>
    Effect.gen(function* () {
      const page = (yaml: string) =>
        Effect.map(entityOf("path: /d", "key: id", "fields: { id: bigint }", `page: ${yaml}`), (entity) => entity.page)
      const maxPages = 10_000
      assert.deepStrictEqual(yield* page("{ type: none }"), { type: "none" })
      assert.deepStrictEqual(yield* page("{ type: page, size: 500, sizeParam: pageSize }"), {
        type: "page",
        param: "page",
        sizeParam: "pageSize",
        size: 500,
        first: 1,
        maxPages
      })
      assert.deepStrictEqual(yield* page("{ type: offset, size: 50, maxPages: 3 }"), {
        type: "offset",
        param: "offset",
        sizeParam: "limit",
        size: 50,
        maxPages: 3
      })
      assert.deepStrictEqual(yield* page("{ type: cursor, next: /paging/next }"), {
        type: "cursor",
        param: "cursor",
        next: ["paging", "next"],
        maxPages
      })
      assert.deepStrictEqual(yield* page("{ type: link }"), { type: "link", maxPages })
    })
  )

  it.effect("that reads increments never deletes", () =>
    Effect.gen(function* () {
      const entity = yield* entityOf(
        "path: /d",
        "key: id",
        "fields: { id: bigint, updated_at: timestamp }",
        "incremental: { cursor: updated_at, param: since, initial: 2020-01-01 }"
      )
      assert.strictEqual(entity.mode, "upsert")
      assert.deepStrictEqual(entity.incremental, {
        cursor: "updated_at",
        param: "since",
        overlap: Duration.minutes(5),
        format: "iso",
        initial: "2020-01-01"
      })
    })
  )

  it.effect("keeps its examples as the vendor sends them", () =>
    Effect.gen(function* () {
      const entity = yield* entityOf(
        "path: /d",
        "key: id",
        "fields: { id: bigint }",
        "examples:",
        "  - record: { id: '1', by: { env: prod } }",
        "    row: { id: '1' }",
        "  - record: { id: x }",
        "    reject: not a whole number"
      )
      assert.deepStrictEqual(
        entity.examples.map(({ location, ...example }) => [location?.line, location?.column, example]),
        [
          [9, 9, { record: { id: "1", by: { env: "prod" } }, row: { id: "1" } }],
          [11, 9, { record: { id: "x" }, reject: "not a whole number" }]
        ]
      )
    })
  )

  it.effect("takes what its type says where it says nothing itself", () =>
    Effect.gen(function* () {
      const { entities } = yield* connectorOf(
        "type: till\nentities:\n  a: { path: /a, key: id, fields: { id: bigint } }\n  b: { path: /b, format: xml, records: r/b, key: id, fields: { id: bigint } }\n"
      )
      assert.deepStrictEqual(
        entities.map(({ format, records }) => [format, records]),
        [
          ["json", "/data"],
          ["xml", "r/b"]
        ]
      )
    })
  )
})

describe("entities among one another", () => {
  it.effect("a matrix is one entity for every combination", () =>
    Effect.gen(function* () {
      const { entities } = yield* connectorOf(
        [
          "type: till",
          "entities:",
          "  entity:",
          "    matrix: { rootType: [Account, MeasureUnit], deleted: [0, 1] }",
          "    path: /v2/entities/list",
          '    query: { rootType: "{rootType}", includeDeleted: "{deleted}" }',
          "    table: iiko_entity",
          "    key: [id, root_type, deleted]",
          '    scope: { root_type: "{rootType}", deleted: "{deleted}" }',
          "    fields: { id: uuid, name: text }"
        ].join("\n")
      )
      assert.deepStrictEqual(
        entities.map(({ name, request, scope }) => [name, request.query.rootType, scope.root_type, scope.deleted]),
        [
          ["entity_account_0", "Account", "Account", "0"],
          ["entity_account_1", "Account", "Account", "1"],
          ["entity_measure_unit_0", "MeasureUnit", "MeasureUnit", "0"],
          ["entity_measure_unit_1", "MeasureUnit", "MeasureUnit", "1"]
        ]
      )
    })
  )

  it.effect("a child shares the read of its parent and sees its record", () =>
    Effect.gen(function* () {
      const { entities } = yield* connectorOf(
        [
          "type: till",
          "entities:",
          "  item:",
          "    parent: invoice",
          "    records: items/item",
          "    key: [invoice_id, num]",
          "    fields: { invoice_id: { from: ../id, type: uuid }, num: integer }",
          "  invoice:",
          "    path: /invoice",
          "    format: xml",
          "    records: invoices/document",
          "    key: id",
          "    fields: { id: uuid }"
        ].join("\n")
      )
      const [item, invoice] = entities
      assert.deepStrictEqual(item?.request, invoice?.request)
      assert.strictEqual(item?.format, "xml")
      assert.strictEqual(item?.parent, "invoice")
      assert.strictEqual(item?.records, "/items/item")
      assert.deepStrictEqual(item?.columns[0]?.source, { _tag: "Pointer", pointer: { up: 1, tokens: ["id"] } })
    })
  )

  it.effect("forEach goes through the table of another entity, also of another connector", () =>
    Effect.gen(function* () {
      const { connectors } = yield* loadFiles({
        "config/connectors/base.yaml":
          "type: till\nentities:\n  store: { path: /s, key: code, table: ref.store, fields: { code: text } }\n",
        "config/connectors/shop.yaml":
          "type: till\nentities:\n  a: { path: '/a/{store}', key: id, fields: { id: bigint }, forEach: { entity: base.store, params: { store: code } } }\n"
      })
      assert.deepStrictEqual(connectors[1]?.entities[0]?.forEach, {
        table: { schema: "ref", name: "store" },
        params: { store: "code" }
      })
    })
  )
})
