/** A server that redirects to another one: no request arrives there, with or without credentials. */
import { request } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Channel, Effect, Exit, Redacted } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { Telegram } from "../../bot/telegram/Telegram.ts"
import type { Auth } from "../../connectors/rest/auth/AuthYaml.ts"
import type { ConnectorDeclaration } from "../../core/config/Declarations.ts"
import type { ConnectorType } from "../../core/plugin/Connector.ts"
import { connectorTypes } from "../../core/plugin/Discovery.ts"
import { listen } from "../../core/plugin/LocalServer.ts"
import * as Sandbox from "../../core/plugin/Sandbox.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { withOneAccount } from "../support/account.ts"
import { connect, declareSample } from "../support/sample.ts"

const statuses = [301, 302, 303, 307, 308]
const types = await Effect.runPromise(connectorTypes)

/** Passes the first requests on to the vendor and redirects all others to a second server. */
const crossing = Effect.fnUntraced(function* (vendor: string, status: number, after: number) {
  const arrived: Array<string> = []
  const elsewhere = yield* listen(({ headers, method, url }, outgoing) => {
    arrived.push(`${method} ${url} ${JSON.stringify(headers)}`)
    outgoing.end("{}")
  })
  let [asked, sent] = [0, 0]
  const url = yield* listen((incoming, outgoing) => {
    if (asked++ >= after) {
      sent++
      incoming.resume()
      outgoing.writeHead(status, { location: `${elsewhere}${incoming.url}` }).end()
      return
    }
    const { headers, method = "GET", url: path = "/" } = incoming
    incoming.pipe(
      request(`${vendor}${path}`, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(outgoing)
      })
    )
  })
  return { url, arrived, sent: () => sent }
})

/** A read, the probe of `doctor`, and the end of the session. */
const ask = (type: ConnectorType, declaration: ConnectorDeclaration) =>
  Effect.scoped(
    Effect.gen(function* () {
      const connector = yield* connect(type, declaration)
      const [entity] = declaration.entities
      const read = Effect.asVoid(entity === undefined ? Effect.void : Channel.runDrain(connector.read(entity, {})))
      return [yield* Effect.exit(read), yield* Effect.exit(Effect.asVoid(connector.probe))]
    })
  )

describe.each(types.map((type) => ({ name: type.type, type })))("a connector of type $name", ({ type }) => {
  for (const after of [0, 1]) {
    it.live(
      `that is sent elsewhere ${after === 0 ? "at once" : "once it is known"} fails, and nobody else hears of it`,
      () =>
        Effect.gen(function* () {
          const vendor = yield* Sandbox.start(type)
          const single = yield* withOneAccount(type, yield* declareSample(type, vendor.environment))
          for (const status of statuses) {
            const { arrived, sent, url } = yield* crossing(vendor.url, status, after)
            const through = Object.entries(vendor.environment).map(([name, value]) => [
              name,
              value.replaceAll(vendor.url, url)
            ])
            const exits = yield* ask(single.type, yield* declareSample(type, Object.fromEntries(through)))
            assert.isAbove(sent(), 0, `${status} was never answered`)
            const failed = exits.filter(Exit.isFailure).map(String)
            assert.isTrue(
              failed.some((text) => text.includes(`redirects (${status})`)),
              `${status}: ${failed.join("; ")}`
            )
            assert.deepEqual(arrived, [])
          }
        })
    )
  }
})

const secret = Redacted.make("of-nobody-else")
const auths: ReadonlyArray<readonly [what: string, auth: (url: string) => Auth]> = [
  ["a bearer token", () => ({ type: "bearer", token: secret })],
  ["a password", () => ({ type: "basic", user: "anna", password: secret })],
  ["a key in a header", () => ({ type: "apiKey", in: "header", name: "X-Api-Key", value: secret })],
  ["a key in the address", () => ({ type: "apiKey", in: "query", name: "key", value: secret })],
  [
    "OAuth",
    (url) => ({
      type: "oauth2",
      tokenUrl: `${url}/token`,
      clientId: "anna",
      clientSecret: secret,
      grant: "client_credentials"
    })
  ],
  [
    "a signature",
    () => ({
      type: "hmac",
      secret,
      sign: "{target}",
      algorithm: "sha256",
      encoding: "hex",
      timestamp: "unix",
      headers: { "X-Signature": "{signature}" }
    })
  ]
]

describe("what an API is shown", () => {
  const rest = types.find(({ type }) => type === "rest") ?? assert.fail("there is no type rest")
  for (const [what, auth] of auths) {
    it.live(`by ${what} is shown to no other server`, () =>
      Effect.gen(function* () {
        const vendor = yield* Sandbox.start(rest)
        for (const status of statuses) {
          const { arrived, sent, url } = yield* crossing(vendor.url, status, 0)
          const sample = yield* declareSample(rest, { ...vendor.environment, REST_URL: url })
          const config = { ...Object(sample.config), auth: auth(url) }
          const exits = yield* ask(rest, { ...sample, config })
          assert.isAbove(sent(), 0)
          assert.isTrue(exits.every(Exit.isFailure))
          assert.deepEqual(arrived, [])
        }
      })
    )
  }
})

describe("who posts", () => {
  it.live("alerts to a webhook posts them to no other server", () =>
    Effect.gen(function* () {
      for (const status of statuses) {
        const { arrived, url } = yield* crossing("", status, 0)
        const answer = yield* HttpClient.execute(HttpClientRequest.bodyText(HttpClientRequest.post(url), "an alert"))
        assert.strictEqual(answer.status, status)
        assert.deepEqual(arrived, [])
      }
    }).pipe(Effect.scoped, Effect.provide(layerHttp))
  )

  it.live("to Telegram posts to no other server", () =>
    Effect.gen(function* () {
      for (const status of statuses) {
        const { arrived, url } = yield* crossing("", status, 0)
        const { raw } = yield* Effect.provide(Telegram, Telegram.layer({ token: secret, apiRoot: url }))
        assert.match((yield* Effect.flip(raw((api) => api.sendMessage(1, "of people")))).message, /redirect/)
        assert.deepEqual(arrived, [])
      }
    })
  )

  it.live("to Telegram downloads files from no other server", () =>
    Effect.gen(function* () {
      const file = JSON.stringify({ ok: true, result: { file_id: "a", file_unique_id: "a", file_path: "plan.yaml" } })
      const telegram = yield* listen((_, outgoing) => outgoing.end(file))
      const { arrived, sent, url } = yield* crossing(telegram, 302, 1)
      const { download } = yield* Effect.provide(Telegram, Telegram.layer({ token: secret, apiRoot: url }))
      assert.strictEqual((yield* Effect.flip(download("a", 1_000))).reason, "network")
      assert.strictEqual(sent(), 1)
      assert.deepEqual(arrived, [])
    })
  )
})
