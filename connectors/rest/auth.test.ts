/** Logins, signatures and refresh tokens against vendors that are functions of the request. */
import { createHash, createHmac } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Fiber, Redacted } from "effect"
import { HttpClient, HttpClientRequest, HttpClientResponse } from "effect/http"
import { TestClock } from "effect/testing"
import * as Upstream from "../../core/upstream/exchange/Upstream.ts"
import { VendorState } from "../../core/upstream/exchange/VendorState.ts"
import { secretsOf, withAuthorization } from "./auth/Authorize.ts"
import type { Auth, AuthOf } from "./auth/AuthYaml.ts"

const baseUrl = "http://crm.test/api"

const declaration: Upstream.Options["declaration"] = {
  name: "crm",
  limits: {
    concurrency: 4,
    timeout: Duration.seconds(10),
    deadline: Duration.minutes(1),
    checkpoint: false,
    maxBytes: 1 << 20,
    maxHeld: 1 << 20
  },
  retry: { delays: [] }
}

type Answered = { readonly status?: number; readonly body: unknown }

const bodyOf = ({ body }: HttpClientRequest.HttpClientRequest) =>
  body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""

/** A connector of that authorization, and what it sent. */
const connected = Effect.fnUntraced(function* (
  auth: Auth,
  answer: (request: HttpClientRequest.HttpClientRequest, url: URL) => Answered,
  delays: ReadonlyArray<Duration.Duration> = []
) {
  const sent: Array<string> = []
  const client = HttpClient.make((request, url) => {
    sent.push(`${request.method} ${url.pathname}${url.search}`)
    const { body, status = 200 } = answer(request, url)
    return Effect.succeed(HttpClientResponse.fromWeb(request, Response.json(body, { status })))
  })
  const retrying = { ...declaration, retry: { delays } }
  const anonymous = yield* Upstream.make({ declaration: retrying, baseUrl, secrets: secretsOf(auth) }).pipe(
    Effect.provideService(HttpClient.HttpClient, client)
  )
  const upstream = yield* withAuthorization("crm", anonymous, auth)
  return { sent, get: (path: string) => Upstream.text(upstream, HttpClientRequest.get(path)), upstream }
})

const password = Redacted.make("the password")

const login = (changes: Partial<AuthOf<"login">> = {}): AuthOf<"login"> => ({
  type: "login",
  path: "/login",
  method: "POST",
  body: { user: "reader", password },
  token: "/data/token",
  lifetime: Duration.hours(1),
  in: "header",
  name: "Authorization",
  ...changes
})

describe("a login", () => {
  it.effect("is made once for all who wait, again when its time is over, and once when it is refused", () =>
    Effect.gen(function* () {
      let valid = 0
      const { get, sent } = yield* connected(login(), (request) => {
        if (request.url.endsWith("/login")) return { body: { data: { token: `token ${++valid}` } } }
        const isValid = request.headers.authorization === `Bearer token ${valid}`
        return { status: isValid ? 200 : 401, body: {} }
      })
      const logins = () => sent.filter((one) => one === "POST /api/login").length
      yield* Effect.all([get("/a"), get("/b"), get("/c")], { concurrency: "unbounded" })
      assert.strictEqual(logins(), 1)
      yield* TestClock.adjust("53 minutes")
      yield* get("/a")
      assert.strictEqual(logins(), 1)
      yield* TestClock.adjust("2 minutes")
      yield* get("/a")
      assert.strictEqual(logins(), 2)
      valid = 7
      yield* Effect.all([get("/a"), get("/b")], { concurrency: "unbounded" })
      assert.strictEqual(logins(), 3)
    }).pipe(Effect.scoped, Effect.provide(VendorState.layer))
  )

  it.effect("sends its secrets in JSON or a form, and the token where it belongs, for as long as the answer says", () =>
    Effect.gen(function* () {
      const bodies: Array<string> = []
      const auth = login({
        form: { user: "reader", key: password, none: null },
        token: "/id",
        expiresIn: "/seconds",
        in: "query",
        name: "sid"
      })
      const { body: _, ...form } = auth
      const { get, sent } = yield* connected(form, (request) => {
        if (!request.url.endsWith("/login")) return { body: {} }
        bodies.push(bodyOf(request))
        return { body: { id: 77, seconds: "60" } }
      })
      yield* get("/a")
      yield* TestClock.adjust("55 seconds")
      yield* get("/b")
      assert.deepEqual(sent, ["POST /api/login", "GET /api/a?sid=77", "POST /api/login", "GET /api/b?sid=77"])
      assert.deepEqual(bodies, Array(2).fill("user=reader&key=the+password"))
    }).pipe(Effect.scoped, Effect.provide(VendorState.layer))
  )

  it.effect("puts Bearer before its token in the header Authorization alone, unless it is told what", () =>
    Effect.gen(function* () {
      for (const [shown, changes] of [
        ["Bearer abc", {}],
        ["Bearer abc", { name: "authorization" }],
        ["abc", { prefix: "" }],
        ["Token abc", { name: "X-Token", prefix: "Token " }],
        ["abc", { name: "X-Token" }],
        ["abc", { in: "query" }]
      ] as const) {
        const auth = login({ token: "", ...changes })
        const { get } = yield* connected(auth, (request, { searchParams }) => {
          if (request.url.endsWith("/login")) return { body: "abc" }
          return { body: searchParams.get(auth.name) ?? request.headers[auth.name.toLowerCase()] }
        })
        assert.strictEqual(yield* get("/a"), JSON.stringify(shown))
      }
    }).pipe(Effect.scoped, Effect.provide(VendorState.layer))
  )

  it.effect("that answers without a token is told without a secret", () =>
    Effect.gen(function* () {
      const jwt = "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl"
      const expected = 'crm: POST /login: expected a login answer with a token at "/data/token"'
      const isRight = ": are user, password and what else the login sends right?"
      for (const [body, more] of [
        ["the password", ""],
        ["<html>no</html>", ""],
        [{}, ""],
        [{ data: {}, hint: "the password" }, ", and it has /data, /hint; declare the place of the token as `token`"],
        [{ data: { token: "" } }, ", and it has /data, /data/token; declare the place of the token as `token`"],
        [{ ok: false, error: "invalid_grant", x: jwt }, `, and it says «invalid_grant»${isRight}`],
        [{ errors: [{ message: "the password is wrong" }] }, `, and it says «<redacted> is wrong»${isRight}`],
        // The message is a token, and is not quoted.
        [{ message: jwt, code: 0 }, ", and it has /message, /code; declare the place of the token as `token`"],
        [{ a: { access_token: jwt } }, "; what it has looks like one elsewhere: declare `token: /a/access_token`"],
        ["abcdefgh12345", '; what it has looks like one elsewhere: declare `token: ""`']
      ] as const) {
        // A session of its own, which another body of the login has.
        const own = login({ body: { user: JSON.stringify(body), password } })
        const { get } = yield* connected(own, () => ({ body }))
        const { message } = yield* Effect.flip(get("/a"))
        assert.strictEqual(message, `${expected}${more}`, JSON.stringify(body))
      }
      const { get } = yield* connected(login(), () => ({ status: 401, body: "not the password" }))
      assert.notInclude((yield* Effect.flip(get("/a"))).message, "the password")
      const plain = yield* connected(login({ token: "", prefix: "", name: "X-Token" }), (request) =>
        request.url.endsWith("/login") ? { body: "abc" } : { body: request.headers["x-token"] }
      )
      assert.strictEqual(yield* plain.get("/a"), '"abc"')
    }).pipe(Effect.scoped, Effect.provide(VendorState.layer))
  )
})

describe("a signature", () => {
  it.effect("is made of the request as it is sent and of the time, and anew when it is refused", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-03-05T23:30:00Z")))
      const secret = Redacted.make("the secret")
      const auth: AuthOf<"hmac"> = {
        type: "hmac",
        secret,
        algorithm: "sha512",
        encoding: "hex",
        timestamp: "http",
        sign: "{method} {host} {path} {query} {target} {timestamp} {body} {bodyHash}",
        headers: { Date: "{timestamp}", "X-Signature": "v1={signature}" }
      }
      const refused = new Set<string>()
      const { sent, upstream } = yield* connected(auth, (request, url) => {
        const { date = "", "x-signature": signature } = request.headers
        assert.strictEqual(date, "Thu, 05 Mar 2026 23:30:00 GMT")
        const body = bodyOf(request)
        const bodyHash = createHash("sha512").update(body).digest("hex")
        const target = `${url.pathname}${url.search}`
        const address = `${url.pathname} ${url.search.slice(1)} ${target}`
        const text = `${request.method} crm.test ${address} ${date} ${body} ${bodyHash}`
        const isValid = signature === `v1=${createHmac("sha512", "the secret").update(text).digest("hex")}`
        const again = refused.has(request.method)
        refused.add(request.method)
        return { status: isValid && again ? 200 : 401, body: {} }
      })
      yield* Upstream.text(upstream, HttpClientRequest.get("/a", { urlParams: { q: "a b&c", n: "1" } }))
      yield* Upstream.text(upstream, HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post("/b"), { id: "ж" }))
      yield* Upstream.text(upstream, HttpClientRequest.put("/c?v=2", { urlParams: { n: "1" } }))
      const expected = ["GET /api/a?q=a+b%26c&n=1", "POST /api/b", "PUT /api/c?v=2&n=1"].flatMap((one) => [one, one])
      assert.deepEqual(sent, expected)
    }).pipe(Effect.scoped, Effect.provide(VendorState.layer))
  )
})

describe("a signature in the query", () => {
  const auth: AuthOf<"hmac"> = {
    type: "hmac",
    secret: Redacted.make("the secret"),
    algorithm: "sha256",
    encoding: "hex",
    timestamp: "unix-ms",
    sign: "{query}{body}",
    headers: { "X-Key": Redacted.make("the public key") },
    query: { recvWindow: 5000, timestamp: "{timestamp}", signature: "{signature}" }
  }
  /** Checks the request as it arrives. */
  const isSigned = (request: HttpClientRequest.HttpClientRequest, url: URL, now: number) => {
    const [signed = "", signature, more] = url.search.slice(1).split("&signature=")
    const proof = createHmac("sha256", "the secret")
      .update(signed + bodyOf(request))
      .digest("hex")
    const isTimely = Math.abs(Number(url.searchParams.get("timestamp")) - now) <= 5000
    return signature === proof && more === undefined && isTimely && request.headers["x-key"] === "the public key"
  }

  it.effect("comes last, over all parameters, and replaces one that an address of the vendor has", () =>
    Effect.gen(function* () {
      const { sent, upstream } = yield* connected(auth, (request, url) => ({
        status: isSigned(request, url, 0) ? 200 : 400,
        body: { echo: "the public key" }
      }))
      const get = HttpClientRequest.get("/a", { urlParams: { symbol: "A B", limit: "2" } })
      yield* Upstream.text(upstream, get)
      const next = new URL(`${baseUrl}/a?signature=old&timestamp=1&page=2`)
      yield* Upstream.text(upstream, HttpClientRequest.setUrl(get, next))
      yield* Upstream.text(upstream, HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post("/b"), { id: "ж" }))
      assert.deepEqual(
        sent.map((one) => one.replace(/signature=\w{64}$/, "signature=…")),
        [
          "GET /api/a?symbol=A+B&limit=2&recvWindow=5000&timestamp=0&signature=…",
          "GET /api/a?page=2&recvWindow=5000&timestamp=0&signature=…",
          "POST /api/b?recvWindow=5000&timestamp=0&signature=…"
        ]
      )
      const failing = yield* connected(auth, () => ({ status: 400, body: { echo: "the public key" } }))
      const { message } = yield* Effect.flip(failing.get("/a"))
      assert.include(message, "/a")
      assert.notInclude(message, "the public key")
    }).pipe(Effect.scoped, Effect.provide(VendorState.layer))
  )

  it.effect("is of the time at which a request is sent, whatever it waited for", () =>
    Effect.gen(function* () {
      const times: Array<string | null> = []
      const { get } = yield* connected(
        auth,
        (_, url) => {
          times.push(url.searchParams.get("timestamp"))
          return { status: times.length < 2 ? 503 : 200, body: {} }
        },
        [Duration.minutes(1)]
      )
      const fiber = yield* Effect.forkChild(get("/a"))
      yield* TestClock.adjust("2 minutes")
      yield* Fiber.join(fiber)
      assert.strictEqual(times[0], "0")
      assert.isAtLeast(Number(times[1]), 30_000)
      assert.isAtMost(Number(times[1]), DateTime.toEpochMillis(yield* DateTime.now))
    }).pipe(Effect.scoped, Effect.provide(VendorState.layer))
  )
})

describe("a refresh token", () => {
  it.effect("is sent for each token, and the refusal of one that was replaced is explained", () =>
    Effect.gen(function* () {
      const forms: Array<string> = []
      const auth: AuthOf<"oauth2"> = {
        type: "oauth2",
        tokenUrl: `${baseUrl}/token`,
        clientId: "mirror",
        clientSecret: password,
        grant: "refresh_token",
        refreshToken: Redacted.make("the refresh token")
      }
      const { get } = yield* connected(auth, (request) => {
        if (!request.url.endsWith("/token")) return { body: {} }
        forms.push(bodyOf(request))
        return forms.length === 1
          ? { body: { access_token: "t", refresh_token: "another", expires_in: 60 } }
          : { status: 400, body: { error: "invalid_grant" } }
      })
      yield* get("/a")
      yield* TestClock.adjust("1 minute")
      const { message } = yield* Effect.flip(get("/a"))
      assert.deepEqual(forms, Array(2).fill("grant_type=refresh_token&refresh_token=the+refresh+token"))
      assert.include(message, "invalid_grant")
      assert.include(message, "a vendor that replaces the refresh token with each use cannot be read")
    }).pipe(Effect.scoped, Effect.provide(VendorState.layer))
  )
})
