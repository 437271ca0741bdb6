import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { jsonSchemas } from "../../core/config/schema/JsonSchemas.ts"
import { connectorType } from "./index.ts"
import { declare, headLines } from "./sandbox/TestClient.ts"

const environment = {
  GSHEET_URL: "http://127.0.0.1",
  GSHEET_TOKEN_URL: "http://127.0.0.1",
  GSHEET_SPREADSHEET: "1AmberShoreStockLevelsSandbox0000000000000001",
  GSHEET_EMAIL: "a@b",
  GSHEET_PRIVATE_KEY: "k"
}

/** Each problem as line, column and message; lines count from the first of the entities. */
const problemsOf = (entities: string) =>
  declare(entities, environment).pipe(
    Effect.as<ReadonlyArray<string>>([]),
    Effect.catchTag("ConfigurationInvalid", ({ diagnostics }) =>
      Effect.succeed(diagnostics.map(({ column, line, message }) => `${line - headLines}:${column} ${message}`))
    )
  )

describe("the keys of a range", () => {
  it.live("are told of at their line and column, with the nearest known one", () =>
    Effect.gen(function* () {
      assert.deepEqual(
        yield* problemsOf(`  stock:
    rnage: Остатки!A:B
    headerRow: 0
    key: id
    feilds: { id: text }
  price:
    range: Цены!A1:B:C
    key: id
    fields: { id: text }
    columns: { Код: 1 }
`),
        [
          '2:5 unknown key "rnage" — did you mean "range"?',
          "3:16 expected a number from 1 to 1000, found 0",
          '5:5 unknown key "feilds" — did you mean "fields"?',
          "7:12 expected a range such as Остатки!A1:F, 'Мой лист'!A:C or Остатки, found \"Цены!A1:B:C\"",
          "10:21 expected a text, found 1"
        ]
      )
    })
  )

  it.live("know those of an HTTP API for nothing of theirs", () =>
    Effect.gen(function* () {
      const asking = ["path", "method", "query", "headers", "body", "format", "records", "page", "fail"]
      for (const name of [...asking, "parent", "unique", "incremental", "forEach"]) {
        const problems = yield* problemsOf(`  stock:
    range: Остатки!A:B
    ${name}: /v1/stock
    key: id
    fields: { id: text }
`)
        assert.lengthOf(problems, 1, name)
        assert.include(problems[0], `3:5 unknown key "${name}"`)
      }
      assert.deepEqual(yield* problemsOf("  stock: { key: id, fields: { id: text } }\n"), ['1:3 "range" is missing'])
    })
  )

  it.live("fill fields that are there, each once", () =>
    Effect.gen(function* () {
      assert.deepEqual(
        yield* problemsOf(`  stock:
    range: Остатки!A:Z
    columns: { Код: id, Имя: nmae, Вид: kind }
    unpivot:
      groups: { cafe: 1 }
      values: { Мин: low, Код: id }
    key: id
    fields: { id: text, name: text, low: decimal, kind: { type: text, value: x } }
`),
        [
          '3:30 "nmae" is not a field of this entity',
          '3:41 "kind" has a value of its own already',
          '5:23 "cafe" is not a field of this entity',
          '6:32 "id" is filled twice: one header for one field'
        ]
      )
    })
  )

  it.live("are part of the hash, and a matrix fills their names", () =>
    Effect.gen(function* () {
      const hashOf = (range: string) =>
        Effect.map(
          declare(`  a: { range: "${range}", key: id, fields: { id: text } }\n`, environment),
          ({ hash }) => hash
        )
      assert.notStrictEqual(yield* hashOf("A!A:B"), yield* hashOf("A!A:C"))
      const { entities } = yield* declare(
        `  stock: { matrix: { tab: [Бар, Кухня] }, range: "{tab}!A:B", key: id, scope: { tab: "{tab}" }, table: stock, fields: { id: text } }\n`,
        environment
      )
      assert.deepEqual(
        entities.map(({ own, request }) => ({ own, path: request.path })),
        ["Бар", "Кухня"].map((tab) => ({
          own: { range: `${tab}!A:B`, headerRow: 1, columns: {} },
          path: "/v4/spreadsheets/1AmberShoreStockLevelsSandbox0000000000000001/values:batchGet"
        }))
      )
    })
  )

  it("stand in the JSON Schema of their type, in place of those of an HTTP API", () => {
    const [, connector] = jsonSchemas([connectorType])
    const { $defs } = decodeSchema(connector?.schema)
    const keys = Object.keys($defs["gsheet.Entity"]?.properties ?? {})
    assert.includeMembers(keys, ["range", "unpivot", "columns", "table", "fields", "matrix"])
    assert.notIncludeMembers(keys, ["path", "records", "forEach"])
    const exportKeys = Object.keys($defs["gsheet.Export"]?.properties ?? {})
    assert.includeMembers(exportKeys, ["query", "timeout", "sheet", "columns", "gone", "pivot"])
  })
})

describe("the keys of an export", () => {
  const headOf = (keys: string) => `  any: { range: A!A:B, key: id, fields: { id: text } }\nexports:\n${keys}`

  it.live("are told of at their line and column, those of every export and those of a sheet alike", () =>
    Effect.gen(function* () {
      assert.deepEqual(
        yield* problemsOf(
          headOf(`  any: { query: select 1, sheet: A, key: id, columns: { id: id } }
  list:
    query: delete from product
    timeuot: 5s
    shete: Цены
    key: [id, Код]
    columns: { id: id, Мин: low }
    sort: Имя
    gone: forget
    pivot: { key: cafe, groups: { cafe_id: 1 }, headers: [Мин] }
  2nd: { sheet: A, key: id, columns: { id: id } }
`)
        ),
        [
          '3:3 "any" is an entity of this connector already, and the audit tells them apart by name',
          '5:12 expected a query that reads: select, with, values, table, found "delete from product"',
          '6:5 unknown key "timeuot" — did you mean "timeout"?',
          '7:5 unknown key "shete" — did you mean "sheet"?',
          '11:11 expected keep, remove, or a map such as { mark: { Статус: снято } }, found "forget"',
          '13:3 "2nd" is no name for an export',
          '13:3 "query" is missing'
        ]
      )
    })
  )

  it.live("name headers and columns that are there", () =>
    Effect.gen(function* () {
      assert.deepEqual(
        yield* problemsOf(
          headOf(`  list:
    query: select 1
    sheet: A
    key: [id, Код]
    columns: { id: id, Мин: low }
    sort: Имя
    pivot: { key: cafe, groups: { cafe_id: 1 }, headers: [Мин] }
`)
        ),
        [
          '6:15 "Код" is not among the columns of this export',
          '8:11 "Имя" is not among the columns of this export',
          '9:19 "cafe" is not among the groups: say in which row it stands',
          "9:44 a group stands above the headers, which are in row 1",
          '9:59 "Мин" is a column of the daemon already'
        ]
      )
    })
  )

  it.live("are part of the hash, and what runs need not be built anew for them", () =>
    Effect.gen(function* () {
      const declared = (sheet: string) =>
        declare(headOf(`  list: { query: "select 1;", sheet: ${sheet}, key: id, columns: { id: id } }\n`), environment)
      const [one, other] = [yield* declared("A"), yield* declared("B")]
      assert.notStrictEqual(one.hash, other.hash)
      const [list] = one.exports ?? []
      assert.deepInclude(list, { connector: "gsheet", name: "list", query: "select 1" })
      assert.deepEqual(list?.own, { sheet: "A", headerRow: 1, key: "id", columns: { id: "id" }, gone: "keep" })
      assert.strictEqual(one.fingerprint, other.fingerprint)
    })
  )
})

const decodeSchema = Schema.decodeUnknownSync(
  Schema.Struct({
    $defs: Schema.Record(
      Schema.String,
      Schema.Struct({ properties: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)) })
    )
  })
)
