import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Channel, Duration, Effect, FileSystem, Layer, Path, Redacted, type Scope } from "effect"
import { Caches } from "../../core/cache/Caches.ts"
import { load } from "../../core/config/Configuration.ts"
import type { ConnectorDeclaration } from "../../core/config/Declarations.ts"
import type { Entity } from "../../core/config/Entity.ts"
import { Connector } from "../../core/plugin/Connector.ts"
import type { Fault } from "../../core/plugin/Sandbox.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { VendorState } from "../../core/upstream/exchange/VendorState.ts"
import type { SourceRecord } from "../../core/upstream/Source.ts"
import type { Auth } from "./auth/AuthYaml.ts"
import type { Config } from "./Config.ts"
import { connectorType } from "./index.ts"
import { type RestSandboxOptions, sandbox } from "./sandbox.ts"

/** The sample as `config/connectors/shop.yaml`, with short retries so that faults pass quickly. */
const declared = Effect.fnUntraced(function* (environment: Readonly<Record<string, string>>) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const directory = yield* fs.makeTempDirectoryScoped()
  yield* fs.makeDirectory(path.join(directory, "connectors"))
  const sample = yield* fs.readFileString(path.join(import.meta.dirname, "sample.yaml"))
  yield* fs.writeFileString(path.join(directory, "connectors", "shop.yaml"), sample)
  const { connectors } = yield* load({ directory, types: [connectorType], environment })
  const [shop] = connectors
  if (shop === undefined) return yield* Effect.die("the sample declares no connector")
  // The loader has decoded it with this type's schema.
  return { ...shop, retry: { delays: Array(3).fill(Duration.millis(1)) } } as ConnectorDeclaration<Config>
})

interface Setup {
  readonly sandbox?: RestSandboxOptions
  readonly auth?: (url: string) => Auth
  readonly probe?: string
}

const start = Effect.fnUntraced(function* (setup: Setup = {}) {
  const running = yield* sandbox.start({ size: 1_000, ...setup.sandbox })
  const sample = yield* declared(running.environment)
  const { probe: _, ...own } = sample.config
  const config = {
    ...own,
    auth: setup.auth?.(running.url) ?? own.auth,
    ...(setup.probe === undefined ? {} : { probe: setup.probe })
  }
  const context = yield* Layer.build(connectorType.layer({ ...sample, config }))
  const connector = yield* Effect.provideContext(Connector, context)
  const entity = (name: string): Entity => {
    const found = sample.entities.find((one) => one.name === name)
    return found ?? assert.fail(`the sample has no entity ${name}`)
  }
  const read = (name: string, since?: string) =>
    Effect.gen(function* () {
      const records: Array<SourceRecord> = []
      const completeness = yield* Channel.runForEach(
        connector.read(entity(name), since === undefined ? {} : { since }),
        (batch) => Effect.sync(() => void records.push(...batch))
      )
      return { records, completeness }
    })
  return { ...running, connector, entities: sample.entities, read }
})

const live = <A, E>(name: string, body: () => Effect.Effect<A, E, Layer.Success<typeof services> | Scope.Scope>) =>
  it.live(name, () => Effect.scoped(body()).pipe(Effect.provide(services)))
const services = Layer.mergeAll(NodeServices.layer, layerHttp, Caches.layer, VendorState.layer)

const token = Redacted.make("rest-sandbox-token")

describe("reading", () => {
  live("every entity of the sample reaches its end, with the same records and every digit", () =>
    Effect.gen(function* () {
      const { entities, read } = yield* start()
      const whole = yield* read("item")
      const amounts = whole.records.map(({ amount }) => amount)
      assert.isTrue(amounts.every((amount) => typeof amount === "string" && amount.length > 12))
      for (const { name } of entities) {
        const { completeness, records } = yield* read(name)
        assert.strictEqual(completeness._tag, "Complete", name)
        assert.deepEqual(
          records.map(({ id }) => Number(id)),
          whole.records.map(({ id }) => Number(id)),
          name
        )
        assert.deepEqual(
          records.map(({ amount }) => amount),
          amounts,
          name
        )
        assert.deepEqual(
          records.map((record) => record.name),
          whole.records.map((record) => record.name),
          name
        )
      }
    })
  )

  live("the cursor of an incremental read is sent", () =>
    Effect.gen(function* () {
      const { read, requests } = yield* start()
      const updatedSince = "2999-01-02T03:04:05Z"
      assert.deepEqual((yield* read("item_changed", updatedSince)).records, [])
      assert.deepEqual(
        (yield* requests).map(({ query }) => query),
        [`?${new URLSearchParams({ updatedSince })}`]
      )
    })
  )

  live("paging that lies is noticed, and what was read is handed on", () =>
    Effect.gen(function* () {
      const { read, state } = yield* start()
      for (const [trouble, name] of [
        ["samePage", "item_by_page"],
        ["samePage", "item_by_offset"],
        ["repeatedCursor", "item_by_cursor"],
        ["repeatedCursor", "item_by_link"]
      ] as const) {
        state.trouble = trouble
        const { completeness, records } = yield* read(name)
        assert.strictEqual(completeness._tag, "Partial", `${trouble} ${name}`)
        assert.isAtLeast(records.length, 200)
      }
    })
  )
})

describe("authorization", () => {
  const auths: ReadonlyArray<readonly [RestSandboxOptions["auth"], (url: string) => Auth]> = [
    ["none", () => ({ type: "none" })],
    ["bearer", () => ({ type: "bearer", token })],
    ["basic", () => ({ type: "basic", user: "sandbox", password: token })],
    ["apiKeyHeader", () => ({ type: "apiKey", in: "header", name: "X-Api-Key", value: token })],
    ["apiKeyQuery", () => ({ type: "apiKey", in: "query", name: "api_key", value: token })],
    [
      "oauth2",
      (url) => ({
        type: "oauth2",
        tokenUrl: `${url}/oauth/token`,
        clientId: "sandbox",
        clientSecret: token,
        grant: "client_credentials",
        scope: "read"
      })
    ]
  ]
  for (const [auth = "none", config] of auths) {
    live(`${auth} is let in, also to the pages that follow`, () =>
      Effect.gen(function* () {
        const { connector, read } = yield* start({ sandbox: { auth }, auth: config, probe: "/items/1" })
        assert.strictEqual(yield* connector.probe, "/items/1 answered 200")
        assert.lengthOf((yield* read("item_by_link")).records, 1_000)
      })
    )
  }

  live("a token of OAuth is issued once for all who wait, and anew when it is refused", () =>
    Effect.gen(function* () {
      const oauth = auths.at(-1)?.[1]
      const { read, state } = yield* start({
        sandbox: { auth: "oauth2" },
        ...(oauth === undefined ? {} : { auth: oauth })
      })
      const all = Effect.forEach(["item", "item_xml", "item_csv", "item_ndjson"], (name) => read(name), {
        concurrency: "unbounded"
      })
      yield* all
      assert.strictEqual(state.access.logins, 1)
      state.access.tokens.clear()
      yield* all
      assert.strictEqual(state.access.logins, 2)
    })
  )

  live("what is refused is told without the secret", () =>
    Effect.gen(function* () {
      const wrong = Redacted.make("wrong-secret")
      const { connector, read, url } = yield* start({
        auth: () => ({ type: "bearer", token: wrong }),
        probe: "/items/1"
      })
      for (const error of [yield* Effect.flip(connector.probe), yield* Effect.flip(read("item"))]) {
        assert.strictEqual(error.kind, "Unauthorized")
        assert.match(error.message, /^shop: GET \/items.*answered 401: .*check the connector's credentials/)
      }
      const stranger = yield* start({
        sandbox: { auth: "oauth2" },
        auth: () => ({
          type: "oauth2",
          tokenUrl: `${url}/oauth/token`,
          clientId: "x",
          clientSecret: wrong,
          grant: "client_credentials"
        })
      })
      const refused = yield* Effect.flip(stranger.read("item"))
      assert.match(refused.message, /^shop: POST \/oauth\/token: answered 401: .*invalid_client/)
      assert.notInclude(refused.message, "wrong-secret")
    })
  )

  live("a token answer that names two tokens gives neither", () =>
    Effect.gen(function* () {
      const password = {
        body: { password: token },
        lifetime: Duration.hours(1),
        method: "POST",
        path: "/login"
      } as const
      const shown = { in: "header", name: "Authorization" } as const
      const logins: ReadonlyArray<Auth> = [
        { type: "login", token: "/access_token", ...password, ...shown },
        { type: "login", token: "", ...password, ...shown, prefix: "" }
      ]
      for (const own of [...auths.slice(-1).map(([, of]) => of), ...logins.map((one) => () => one)]) {
        const { fault, read } = yield* start({ auth: own })
        const body = '{"access_token":"own-token","access_token":"of-another"}'
        const path = own("").type === "login" ? "/login" : "/oauth/token"
        yield* fault({ path, mode: "status", status: 200, body, contentType: "application/json" })
        const error = yield* Effect.flip(read("item"))
        assert.strictEqual(error.kind, "Format")
        const why = "the answer is ambiguous: /access_token stands there twice, with different values"
        assert.strictEqual(error.message, `shop: POST ${path}: ${why}`)
      }
    })
  )

  live("without a probe the address alone is proved", () =>
    Effect.gen(function* () {
      const { connector } = yield* start()
      assert.include(yield* connector.probe, "the host answers")
    })
  )
})

describe("faults", () => {
  const passing: ReadonlyArray<Omit<Fault, "path">> = [
    { mode: "disconnect", times: 2 },
    { mode: "disconnectAfter", times: 1 },
    { mode: "truncated", times: 2 },
    { mode: "status", status: 502, times: 2 },
    { mode: "rateLimited", retryAfter: 1, times: 1 }
  ]
  for (const fault of passing) {
    live(`${fault.mode} passes unseen`, () =>
      Effect.gen(function* () {
        const { fault: inject, read } = yield* start()
        yield* inject({ path: "/items", ...fault })
        const { completeness, records } = yield* read("item_by_page")
        assert.lengthOf(records, 1_000)
        assert.strictEqual(completeness._tag, "Complete")
      })
    )
  }

  live("an answer that is no list fails and is not asked for again", () =>
    Effect.gen(function* () {
      const { clearFaults, clearRequests, fault, read, requests } = yield* start()
      for (const [mode, name] of [
        ["html", "item"],
        ["html", "item_xml"],
        ["html", "item_csv"]
      ] as const) {
        yield* fault({ path: "/items*", mode })
        yield* clearRequests
        const error = yield* Effect.flip(read(name))
        assert.strictEqual(error.kind, "Format")
        assert.include(error.message, "an HTML page: a proxy or a restart")
        assert.lengthOf(yield* requests, 1)
        yield* clearFaults
      }
    })
  )

  live("a large answer that breaks off midway says so, for the whole read to be tried again", () =>
    Effect.gen(function* () {
      const { fault, read } = yield* start({ sandbox: { size: 30_000 } })
      yield* fault({ path: "/items*", mode: "truncated" })
      for (const name of ["item", "item_xml", "item_csv", "item_ndjson"]) {
        const error = yield* Effect.flip(read(name))
        assert.strictEqual(error.kind, "Unreachable", name)
        assert.isTrue(error.partialBody, name)
      }
    })
  )
})
