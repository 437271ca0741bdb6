/** Addresses that a connector type adds to the API. */
import { assert, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { HttpApiBuilder, HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { checkAliases } from "../../core/cli/shared/AliasCheck.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { AdminAccess, ClosedInput, ConnectorRoutes, Missing, RouteConnector } from "../../core/sdk-http.ts"
import { connectorOf, entity, layerSync, typeOf } from "../support/source.ts"
import { ask, layer } from "./fixtures.ts"

const Greeted = Schema.Struct({ connector: Schema.String, name: Schema.String, loud: Schema.Boolean })

const Greetings = HttpApiGroup.make("greetings")
  .add(
    HttpApiEndpoint.get("greet", "/greetings/:name", {
      params: { name: Schema.NonEmptyString },
      query: { loud: Schema.optionalKey(Schema.Boolean) },
      success: Greeted,
      error: Missing
    })
  )
  .middleware(ClosedInput)
  .middleware(AdminAccess)

const api = ConnectorRoutes.api("fake", Greetings)

const handlers = HttpApiBuilder.group(
  api,
  "greetings",
  Effect.fn(function* (group) {
    const connector = yield* RouteConnector
    return group.handleAll({
      greet: ({ params: { name }, query: { loud = false } }) =>
        name === "nobody"
          ? Effect.fail(new Missing({ detail: "There is nobody of that name." }))
          : Effect.succeed({ connector, name, loud })
    })
  })
)

const routes = () => Promise.resolve({ routes: ConnectorRoutes.make(api, handlers) })

const thing = entity("thing")
const served = layer({
  entities: [thing],
  engine: layerSync([thing], () => ({}), { aliases: ["/api/v1", "/api/hello"] }, [], { routes })
})

const prefixes = ["/api/v1/connectors/fake", "/api/v1", "/api/hello"]

it.live("are below the address of each instance and its aliases, with the rules of the whole API", () =>
  Effect.gen(function* () {
    for (const prefix of prefixes) {
      const greeted = yield* ask(`${prefix}/greetings/anna?loud=true`)
      assert.deepEqual([greeted.status, greeted.body], [200, { connector: "fake", name: "anna", loud: true }], prefix)
      assert.strictEqual(greeted.headers["x-content-type-options"], "nosniff")
      const missing = yield* ask(`${prefix}/greetings/nobody`)
      assert.deepInclude(missing.body, { status: 404, detail: "There is nobody of that name." })
      assert.strictEqual((yield* ask(`${prefix}/greetings/anna?lout=true`)).status, 400)
      assert.strictEqual((yield* ask(`${prefix}/greetings/anna`, { token: null })).status, 401)
      assert.strictEqual((yield* ask(`${prefix}/greetings/anna`, { method: "POST" })).status, 404)
      const nowhere = yield* ask(`${prefix}/nowhere`)
      assert.match(nowhere.headers["content-type"] ?? "", /problem\+json/)
      assert.strictEqual(nowhere.status, 404)
    }
    // The daemon's own addresses come first.
    assert.property((yield* ask("/api/v1/connectors")).body, "connectors")
    for (const other of ["/api/v1/connectors/none/greetings/anna", "/api/other/greetings/anna"]) {
      assert.strictEqual((yield* ask(other)).status, 404)
    }
  }).pipe(Effect.provide(served))
)

it.live("go with the alias or the instance that a reload takes away", () =>
  Effect.gen(function* () {
    const { swap } = yield* Registry
    const statuses = Effect.forEach(prefixes, (prefix) =>
      Effect.map(ask(`${prefix}/greetings/anna`), ({ status }) => status)
    )
    assert.deepEqual(yield* statuses, [200, 200, 200])
    yield* swap({ connectors: [{ ...connectorOf([thing]), aliases: ["/api/hello"] }], jobs: [] })
    assert.deepEqual(yield* statuses, [200, 404, 200])
    yield* swap({ connectors: [], jobs: [] })
    assert.deepEqual(yield* statuses, [404, 404, 404])
  }).pipe(Effect.provide(served))
)

it.live("are in the description of the API, and on its page", () =>
  Effect.gen(function* () {
    const Described = Schema.Struct({
      paths: Schema.Record(Schema.String, Schema.Record(Schema.String, Schema.Unknown))
    })
    const { paths } = yield* Schema.decodeUnknownEffect(Described)((yield* ask("/openapi.json")).body)
    for (const prefix of prefixes) assert.property(paths[`${prefix}/greetings/{name}`], "get", prefix)
    assert.property(paths["/api/v1/runs"], "get")
    const page = yield* ask("/docs")
    const [, embedded = ""] =
      /<script id="swagger-spec" type="application\/json">(.*?)<\/script>/s.exec(page.text) ?? []
    const shown = yield* Schema.decodeUnknownEffect(Schema.fromJsonString(Described))(embedded)
    assert.deepEqual(Object.keys(shown.paths), Object.keys(paths))
    const ids = [...JSON.stringify(paths).matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id)
    assert.strictEqual(new Set(ids).size, ids.length)
  }).pipe(Effect.provide(served))
)

it("are open to nobody by mistake", () => {
  const open = HttpApiGroup.make("open").add(HttpApiEndpoint.get("look", "/look"))
  const bare = ConnectorRoutes.api("fake", open)
  const look = HttpApiBuilder.group(bare, "open", (group) => group.handle("look", () => Effect.void))
  assert.throws(() => ConnectorRoutes.make(bare, look), /open to anybody/)
})

it.effect("are refused where an alias would make two of one, with file and line", () =>
  Effect.gen(function* () {
    const runs = HttpApiGroup.make("runs").add(HttpApiEndpoint.get("look", "/runs/:id")).middleware(AdminAccess)
    const other = ConnectorRoutes.api("fake", runs)
    const look = HttpApiBuilder.group(other, "runs", (group) => group.handle("look", () => Effect.void))
    const types = [
      { ...typeOf(() => ({})), routes: () => Promise.resolve({ routes: ConnectorRoutes.make(other, look) }) }
    ]
    type Given = ReadonlyArray<readonly [name: string, aliases: ReadonlyArray<`/${string}`>]>
    const check = (...given: Given) => {
      const connectors = given.map(([name, aliases]) => ({ ...connectorOf([]), name, aliases }))
      const files = given.map(([name]) => ({ name: `connectors/${name}.yaml`, text: "type: fake\naliases: []\n" }))
      return checkAliases({ connectors, files }, { directory: "config", types })
    }
    const refused = (...given: Given) =>
      Effect.map(Effect.flip(check(...given)), ({ diagnostics }) =>
        diagnostics.map(({ file, line, reason: { params } }) => [
          file,
          line,
          params.alias,
          params.address,
          params.owner
        ])
      )
    const at = (name: string) => [`config/connectors/${name}.yaml`, 2] as const
    assert.deepEqual(yield* refused(["one", ["/api/v1"]]), [
      [...at("one"), "/api/v1", "GET /api/v1/runs/:", "the daemon"]
    ])
    assert.deepEqual(yield* refused(["one", ["/api/shop"]], ["two", ["/api/shop"]]), [
      [...at("two"), "/api/shop", "GET /api/shop/runs/:", "one"]
    ])
    const below = "/api/v1/connectors/two"
    assert.deepEqual(yield* refused(["one", [below]], ["two", []]), [
      [...at("two"), below, `GET ${below}/runs/:`, "one"]
    ])
    yield* check(["one", ["/api/one", "/api/shop"]], ["two", ["/api/two"]])
  })
)
