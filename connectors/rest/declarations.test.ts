import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Path } from "effect"
import { load } from "../../core/config/Configuration.ts"
import { connectorType } from "./index.ts"

const shop = (yaml: string, environment: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const directory = yield* fs.makeTempDirectoryScoped()
    yield* fs.makeDirectory(path.join(directory, "connectors"))
    yield* fs.writeFileString(path.join(directory, "connectors", "shop.yaml"), yaml)
    const { connectors } = yield* load({ directory, types: [connectorType], environment })
    return connectors[0]?.entities ?? []
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

const head = "type: rest\nbaseUrl: http://shop.test\n"
const entities = `entities:
  deal: { path: /deals, key: id, fields: { id: bigint } }
  line: { parent: deal, records: /lines, key: id, fields: { id: bigint } }
  staff: { path: /staff, key: id, fields: { id: bigint }, fail: { pointer: /code, equals: 1 } }
  plain: { path: /plain, key: id, fields: { id: bigint }, fail: none }
  feed: { path: /feed, format: xml, records: feed/row, key: id, fields: { id: bigint } }
`

describe("what says that a request failed", () => {
  it.effect("may be said once for all entities in JSON, and otherwise for one of them", () =>
    Effect.gen(function* () {
      const found = yield* shop(`${head}fail: { pointer: /result/status, equals: error }\n${entities}`)
      const status = { pointer: ["result", "status"], equals: "error" }
      assert.deepStrictEqual(
        found.map(({ fail, name }) => [name, fail]),
        [
          ["deal", status],
          ["line", status],
          ["staff", { pointer: ["code"], equals: 1 }],
          ["plain", "none"],
          ["feed", undefined]
        ]
      )
      const none = yield* shop(`${head}fail: none\n${entities}`)
      assert.deepStrictEqual([none[0]?.fail, none[2]?.fail], ["none", { pointer: ["code"], equals: 1 }])
      assert.isUndefined((yield* shop(`${head}${entities}`))[0]?.fail)
    })
  )

  it.effect("has to be a place beside the records", () =>
    Effect.gen(function* () {
      for (const fail of ["{ pointer: status, equals: 1 }", '{ pointer: "", equals: 1 }', "{ pointer: /status }"]) {
        assert.strictEqual((yield* Effect.flip(shop(`${head}fail: ${fail}\n${entities}`)))._tag, "ConfigurationInvalid")
      }
    })
  )
})

describe("authorization", () => {
  it.effect("that cannot work is refused", () =>
    Effect.gen(function* () {
      const environment = { KEY: "k" }
      const oauth = "type: oauth2, tokenUrl: http://shop.test/t, clientId: a, clientSecret: { secret: KEY }"
      const hmac = "type: hmac, secret: { secret: KEY }"
      for (const [auth, message] of [
        [`${oauth}, grant: refresh_token`, "a refreshToken belongs to grant: refresh_token, and only to it"],
        [`${oauth}, refreshToken: { secret: KEY }`, "a refreshToken belongs to grant: refresh_token, and only to it"],
        [`${hmac}, sign: "{verb}", headers: { X-S: "{signature}" }`, "nothing gives {verb} a value here"],
        [`${hmac}, sign: "{body}", headers: { X-S: "{body}" }`, "neither a header nor a parameter holds {signature}"],
        [`${hmac}, sign: "{body}", headers: { X-S: "{signature} {verb}" }`, "nothing gives {verb} a value here"],
        [`${hmac}, sign: "{query}"`, "neither a header nor a parameter holds {signature}"],
        [`${hmac}, sign: "{query}", query: { q: "{query}", s: "{signature}" }`, "nothing gives {query} a value here"],
        [`${hmac}, sign: "{signature}", headers: { X-S: "{signature}" }`, "nothing gives {signature} a value here"],
        ["type: login, path: login", "a path begins with a slash"],
        ["type: login, path: /login, body: {}, form: {}", "a login has one body"],
        ["type: login, path: /login, method: GET, body: {}", "a login has one body"],
        ["type: login, path: /login, token: data", '"data" is no JSON Pointer']
      ] as const) {
        const refused = yield* Effect.flip(shop(`${head}auth: { ${auth} }\n${entities}`, environment))
        assert.include(refused.message, message)
      }
      yield* shop(
        `${head}auth: { ${oauth}, grant: refresh_token, refreshToken: { secret: KEY } }\n${entities}`,
        environment
      )
      const query = 'query: { at: "{timestamp}", window: 5000, key: { secret: KEY }, s: "{query} {signature}" }'
      yield* shop(`${head}auth: { ${hmac}, sign: "{query}", ${query} }\n${entities}`, environment)
      const login = "type: login, path: /login, form: { user: a, level: 1, password: { secret: KEY } }"
      yield* shop(`${head}userAgent: A/1.0 (+http://a.test)\nauth: { ${login} }\n${entities}`, environment)
    })
  )
})
