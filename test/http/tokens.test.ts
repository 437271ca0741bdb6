/** Named tokens, how many requests and how many wrong tokens there may be, and by which names the daemon is asked. */
import { get } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect } from "effect"
import { HttpServer, HttpServerResponse } from "effect/http"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import * as ApiTokens from "../../core/database/audit/ApiTokens.ts"
import * as LoginLimit from "../../core/http/LoginLimit.ts"
import { withoutSecrets } from "../../core/http/Redaction.ts"
import * as TokenCache from "../../core/http/TokenCache.ts"
import { sourceOf, WindowCounter } from "../../core/http/WindowCounter.ts"
import { remember } from "../../core/observe/Secrets.ts"
import { layerDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"
import { movable } from "../support/movable.ts"
import { ask, layer, loadedFrom, token } from "./fixtures.ts"

const status = (path: string, asked: Parameters<typeof ask>[1]) =>
  Effect.map(ask(path, asked), (answer) => answer.status)

describe("a named token", () => {
  it.live("does what its scopes say, in its own name, until it is revoked", () =>
    Effect.gen(function* () {
      const reader = yield* ApiTokens.make("grafana", ["read"], "root")
      const deploy = yield* ApiTokens.make("deploy", ["operate"], "root")
      const vault = yield* ApiTokens.make("vault", ["accounts"], "root")
      const sync = (sent: string) => ask("/api/v1/sync", { method: "POST", token: sent, body: {} })
      assert.strictEqual(yield* status("/api/v1/runs", { token: reader }), 200)
      const refused = yield* sync(reader)
      assert.deepInclude(refused.body, { status: 403, type: "urn:tributary:problem:out-of-scope" })
      assert.include(refused.text, "operate")
      assert.strictEqual((yield* sync(deploy)).status, 200)
      assert.include((yield* ask("/api/v1/runs", { token: deploy })).text, '"trigger":"api","actor":"deploy"')
      assert.strictEqual(yield* status("/api/v1/runs", { token: vault }), 403)
      assert.strictEqual((yield* sync(vault)).status, 403)
      assert.strictEqual((yield* sync(token)).status, 200)
      assert.include((yield* ask("/api/v1/runs")).text, '"actor":"api"')
      assert.strictEqual(
        yield* status("/api/v1/session", { method: "POST", token: null, body: { token: deploy } }),
        401
      )

      const sql = yield* SqlClient.SqlClient
      const stored = JSON.stringify(yield* sql`select name, encode(hash, 'escape') as hash from tributary.api_token`)
      for (const one of [reader, deploy, vault]) assert.notInclude(stored, one)

      yield* ApiTokens.revoke("grafana", "root")
      yield* eventually(Effect.map(status("/api/v1/runs", { token: reader }), (answered) => answered === 401))
      assert.strictEqual(yield* status("/api/v1/runs", { token: deploy }), 200)
      const again = yield* ApiTokens.make("grafana", ["read"], "root")
      assert.notStrictEqual(again, reader)
      assert.deepEqual(
        (yield* ApiTokens.list).map(({ createdBy, name, scopes }) => [name, scopes, createdBy]),
        [
          ["deploy", ["operate"], "root"],
          ["grafana", ["read"], "root"],
          ["vault", ["accounts"], "root"]
        ]
      )
    }).pipe(Effect.provide(layer({})))
  )

  it.live("has a name of its own, and at least one scope", () =>
    Effect.gen(function* () {
      yield* ApiTokens.make("deploy", ["read"], "root")
      for (const name of ["deploy", "api", "console", "Deploy", "", "de ploy", "telegram:1", "x".repeat(64)]) {
        const { _tag } = yield* Effect.flip(ApiTokens.make(name, ["read"], "root"))
        assert.strictEqual(_tag, "TokenRefused", name)
      }
      assert.strictEqual((yield* Effect.flip(ApiTokens.make("other", [], "root")))._tag, "TokenRefused")
      assert.strictEqual((yield* Effect.flip(ApiTokens.revoke("nobody", "root")))._tag, "TokenRefused")
    }).pipe(Effect.provide(layer({})))
  )
})

describe("requests", () => {
  it.live("are counted by token and address, and too many told when to come again", () =>
    Effect.gen(function* () {
      const other = yield* ApiTokens.make("other", ["read"], "root")
      for (let at = 0; at < 5; at++) assert.strictEqual(yield* status("/api/v1/runs", {}), 200)
      const refused = yield* ask("/api/v1/runs")
      assert.deepInclude(refused.body, { status: 429, type: "urn:tributary:problem:too-many-requests" })
      assert.match(refused.headers["retry-after"] ?? "", /^[1-9]\d*$/)
      assert.strictEqual(yield* status("/api/v1/runs", { token: other }), 200)
      for (const path of ["/health", "/metrics"]) assert.strictEqual(yield* status(path, { token: null }), 200)
    }).pipe(Effect.provide(layer({ rate: { limit: 5, window: Duration.hours(1) } })))
  )

  it.live("of a session and of everybody who may look are counted, too", () =>
    Effect.gen(function* () {
      const begun = yield* ask("/api/v1/session", { method: "POST", token: null, body: { token } })
      const cookie = begun.headers["set-cookie"]?.split(";")[0] ?? ""
      for (const headers of [{ cookie }, {}]) {
        for (let at = 0; at < 2; at++) assert.strictEqual(yield* status("/api/v1/runs", { token: null, headers }), 200)
        assert.strictEqual(yield* status("/api/v1/runs", { token: null, headers }), 429)
      }
    }).pipe(Effect.provide(layer({ anonymous: "read", rate: { limit: 2, window: Duration.hours(1) } })))
  )

  it.live("come by a name of this machine while nobody else is listened to", () =>
    Effect.gen(function* () {
      const address = yield* HttpServer.addressFormattedWith(Effect.succeed)
      // A browser's own header, which its scripts and ours may not set.
      const by = (host: string, path = "/api/v1/runs") =>
        Effect.callback<number>((resume) => {
          const headers = { host, authorization: `Bearer ${token}` }
          const asked = get(`${address}${path}`, { headers }, (answer) => {
            answer.resume()
            resume(Effect.succeed(answer.statusCode ?? 0))
          })
          asked.on("error", (error) => resume(Effect.die(error)))
        })
      for (const host of [
        "localhost",
        "localhost:8080",
        "127.0.0.1:1",
        "[::1]:80",
        "LOCALHOST.",
        "tributary.example.test:443"
      ]) {
        assert.strictEqual(yield* by(host), 200, host)
      }
      for (const host of [
        "evil.test",
        "127.0.0.1.evil.test",
        "localhost.evil.test",
        "evil.test:8080",
        "127.0.0.1@evil.test",
        "[::2]"
      ]) {
        for (const path of ["/api/v1/runs", "/", "/docs"]) assert.strictEqual(yield* by(host, path), 421, host)
        for (const path of ["/health", "/ready", "/metrics"]) assert.strictEqual(yield* by(host, path), 200, path)
      }
    }).pipe(Effect.provide(layer({ hosts: ["tributary.example.test"] })))
  )

  const typed = "Zq81-and-more-of-it"
  it.live("are answered without a secret that stands where it should not", () =>
    Effect.gen(function* () {
      remember(typed)
      const { body, text } = yield* ask("/api/v1/config")
      assert.notInclude(text, typed)
      assert.include(text, "<redacted>")
      assert.nestedPropertyVal(Object(body), "files[0].name", "connectors/fake.yaml")
    }).pipe(Effect.provide(layer({ first: loadedFrom(`type: fake # "${typed}"\n`, []) })))
  )

  it("are searched once, however many clients share one", () => {
    remember(typed)
    const shared = HttpServerResponse.uint8Array(Buffer.from(JSON.stringify({ typed })), {
      contentType: "application/json"
    })
    const answers = ["a", "b"].map((id) => withoutSecrets(HttpServerResponse.setHeader(shared, "x-request-id", id)))
    const [first, second] = answers
    assert.deepInclude(first?.body, { _tag: "Uint8Array", text: '{"typed":"<redacted>"}' })
    assert.strictEqual(first?.body, second?.body)
    assert.deepEqual(
      answers.map(({ headers }) => [headers["x-request-id"], headers["content-length"]]),
      [
        ["a", "22"],
        ["b", "22"]
      ]
    )
  })
})

describe("a clock that is set back", () => {
  const hour = 3_600_000

  it.effect("keeps nobody waiting longer for having guessed, and no revoked token good", () =>
    Effect.gen(function* () {
      const { clock, move } = yield* movable
      yield* Effect.gen(function* () {
        const { wrong } = LoginLimit.make()
        for (let guess = 0; guess < 10; guess++) assert.isUndefined(yield* wrong("203.0.113.7"))
        assert.strictEqual(yield* wrong("203.0.113.7"), 60)
        yield* ApiTokens.make("grafana", ["read"], "root")
        const { tokens } = yield* TokenCache.make
        assert.lengthOf((yield* tokens) ?? [], 1)
        yield* ApiTokens.revoke("grafana", "root")
        yield* move(-hour)
        assert.strictEqual(yield* wrong("203.0.113.7"), 60)
        yield* TestClock.adjust("1 minute")
        assert.isUndefined(yield* wrong("203.0.113.7"))
        assert.isEmpty(yield* tokens)
      }).pipe(Effect.provideService(Clock.Clock, clock))
    }).pipe(Effect.provide(layerDatabase))
  )
})

describe("a tally", () => {
  it("keeps its counts whoever else comes, in bounded memory", () => {
    const tally = new WindowCounter(Duration.minutes(1), 10)
    for (let at = 0; at < 5; at++) tally.add("guesser", 0)
    for (let at = 0; at < 10_000; at++) tally.add(`address ${at}`, 0)
    assert.strictEqual(tally.add("guesser", 0), 6)
    assert.isAbove(tally.add("never seen", 0), 9_000)
    assert.strictEqual(tally.add("guesser", 60_000), 1)
    assert.strictEqual(tally.secondsLeft(60_500), 60)
  })

  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8::9", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"]
  ])("counts %s for %s", (address, source) => assert.strictEqual(sourceOf(address), source))
})
