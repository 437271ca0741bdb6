import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Redacted } from "effect"
import { HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import { withoutNamed } from "../../core/upstream/exchange/NamedSecrets.ts"
import { RequestTrace, withTrace } from "../../core/upstream/exchange/RequestTrace.ts"
import * as SessionToken from "../../core/upstream/exchange/SessionToken.ts"
import * as Upstream from "../../core/upstream/exchange/Upstream.ts"
import { baseUrl, declaration, type Handler, json, upstream } from "./vendor.ts"

const get = HttpClientRequest.get("/deals")

/** What is told of the requests that `use` makes, whether they fail or not; time passes by itself. */
const trailOf = <E>(
  handler: Handler,
  use: (crm: Upstream.Upstream) => Effect.Effect<unknown, E>,
  options: Partial<Upstream.Options> = {}
) =>
  Effect.gen(function* () {
    const trail = new RequestTrace()
    const crm = yield* upstream(handler, options)
    const fiber = yield* Effect.forkChild(Effect.exit(withTrace(trail)(use(crm))))
    yield* TestClock.adjust("5 minutes")
    yield* Fiber.join(fiber)
    return trail.lastRequests
  })

describe("the trail of a run", () => {
  it.effect("tells every try: method, path, status, time, the first characters", () =>
    Effect.gen(function* () {
      const answers = [new Response("busy", { status: 503 }), new Response("still busy", { status: 500 }), json([])]
      const handler = () =>
        Effect.delay(
          Effect.sync(() => answers.shift() ?? json([])),
          "40 millis"
        )
      const trail = yield* trailOf(handler, (crm) => Upstream.text(crm, HttpClientRequest.get("/deals?page=2")))
      assert.deepEqual(
        trail.map(({ at: _, ...request }): unknown => request),
        [
          { method: "GET", path: "/deals?page=2", status: 503, ms: 40, head: "busy", error: null },
          { method: "GET", path: "/deals?page=2", status: 500, ms: 40, head: "still busy", error: null },
          { method: "GET", path: "/deals?page=2", status: 200, ms: 40, head: "[]", error: null }
        ]
      )
      assert.strictEqual(trail[0]?.at, "1970-01-01T00:00:00.000Z")
      assert.isAbove(Date.parse(trail[1]?.at ?? ""), 40)
    })
  )

  it.effect("keeps the last ten, and nothing when nobody watches", () =>
    Effect.gen(function* () {
      const trail = yield* trailOf(
        () => json([]),
        (crm) => Effect.forEach(Array(14).keys(), (n) => Upstream.text(crm, HttpClientRequest.get(`/deals/${n}`)))
      )
      assert.deepEqual(
        trail.map(({ path }) => path),
        [4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map((n) => `/deals/${n}`)
      )
    })
  )

  it.effect("tells of a request without an answer why there is none", () =>
    Effect.gen(function* () {
      const [late] = yield* trailOf(
        () => Effect.never,
        (crm) => Upstream.text(crm, get),
        { declaration: declaration({ delays: [], limits: { timeout: Duration.seconds(7) } }) }
      )
      assert.deepInclude(late, { status: null, ms: 7000, head: "" })
      assert.match(late?.error ?? "", /^no complete answer within 7s/)
      const [stopped] = yield* trailOf(
        () => Effect.never,
        (crm) => Effect.timeout(Upstream.text(crm, get), "2 seconds")
      )
      assert.deepInclude(stopped, { status: null, ms: 2000, head: "" })
      assert.isNotEmpty(stopped?.error)
    })
  )

  it.effect("tells a body of any bytes as one line of so many characters that PostgreSQL can hold", () =>
    Effect.gen(function* () {
      const bodies = [
        `${"x".repeat(199)}😀 and more`,
        "one\n two\t three\u0000\u001b[31m four\u202e",
        new Uint8Array([0xff, 0xf0, 0x41, 0xed, 0xa0, 0x80])
      ]
      const trail = yield* trailOf(
        () => new Response(bodies.shift() ?? ""),
        (crm) => Effect.forEach(Array(3), () => Upstream.text(crm, HttpClientRequest.get("/a%00b%1b")))
      )
      for (const { head, path } of trail) {
        assert.isTrue(head.isWellFormed())
        assert.notMatch(head + path, /[\p{Cc}\p{Cf}]/u)
      }
      assert.strictEqual(trail[0]?.head, `${"x".repeat(199)}…`)
      assert.match(trail[1]?.head ?? "", /^one two three.*four.$/)
      assert.include(trail[2]?.head, "A")
      // What is told of a failure goes the same way into the audit.
      const crm = yield* upstream(() => new Response(`${"x".repeat(199)}😀\u0000`, { status: 400 }))
      const error = yield* Effect.flip(Upstream.text(crm, HttpClientRequest.get("/a%00b")))
      assert.isTrue(error.message.isWellFormed())
      assert.notMatch(error.message, /\p{Cc}/u)
    })
  )
})

const secret = "LEAK-4711/x+y"

describe("no secret is in the trail", () => {
  it.effect("of a query, a header or a path, though the vendor tells all of them back", () =>
    Effect.gen(function* () {
      const echo: Handler = (request, url) =>
        json(
          { url: url.href, headers: request.headers, error: `refused: ${request.headers.authorization} ${secret}` },
          {
            status: 400
          }
        )
      const requests = [
        HttpClientRequest.get("/deals", { urlParams: { token: secret, page: "2" } }),
        HttpClientRequest.get(`/deals?access_token=${encodeURIComponent(secret)}&page=2`),
        HttpClientRequest.get("/deals", { urlParams: { apiKey: secret, accessToken: secret, page: "2" } }),
        HttpClientRequest.get("/deals?page=2", { headers: { "x-api-key": secret } }),
        HttpClientRequest.get("/deals?page=2", { headers: { authorization: `Token ${secret}` } }),
        HttpClientRequest.get("/deals?page=2", { headers: { cookie: secret } }),
        HttpClientRequest.basicAuth(HttpClientRequest.get("/deals?page=2"), "user", secret)
      ]
      const trail = yield* trailOf(echo, (crm) =>
        Effect.forEach(requests, (one) => Effect.ignore(Upstream.text(crm, one)))
      )
      assert.lengthOf(trail, requests.length)
      for (const { head, path } of trail) {
        assert.notInclude(path + head, "LEAK")
        assert.notInclude(head, Buffer.from(secret).toString("base64").slice(4, 12))
        assert.match(path, /page=2/)
      }
    })
  )

  it.effect(
    "of a credential in the query, or of an address that is one, though the next page's address repeats them",
    () =>
      Effect.gen(function* () {
        const apply = HttpClientRequest.setUrlParams({ auth: Redacted.make(secret) })
        const trail = yield* trailOf(
          (_, url) => new Response(`next: ${url.href}`),
          (crm) => {
            const own = crm.authorized(Effect.succeed({ secret: Redacted.make(secret), apply }))
            return Effect.andThen(
              Upstream.text(own, get),
              Upstream.text(
                own,
                HttpClientRequest.get(`${baseUrl}/rest/1/LEAKpath/deals?auth=${encodeURIComponent(secret)}`)
              )
            )
          },
          { baseUrl: `${baseUrl}/rest/1/LEAKpath`, secrets: [Redacted.make(`${baseUrl}/rest/1/LEAKpath`)] }
        )
        assert.deepEqual(
          trail.map(({ path }) => path.replace(/<redacted>|%3Credacted%3E/, "-")),
          ["/deals", "/deals?auth=-"]
        )
        for (const { head } of trail) assert.notInclude(head, "LEAK")
      })
  )

  it.effect("of a login, whose answer is not told at all", () =>
    Effect.gen(function* () {
      const trail = yield* trailOf(
        (_, url) => new Response(url.pathname.endsWith("/auth") ? "a-bare-session-token" : "fine"),
        (crm) =>
          Effect.gen(function* () {
            const session = yield* SessionToken.make({
              acquire: Effect.map(Upstream.text(crm, HttpClientRequest.post("/auth")), (token) => ({
                token: Redacted.make(token),
                lifetime: Duration.minutes(1)
              })),
              apply: (request) => request
            })
            yield* Upstream.text(crm.authorized(session), get)
          }).pipe(Effect.scoped)
      )
      assert.deepEqual(
        trail.map(({ head, method, path, status }) => [method, path, status, head]),
        [
          ["POST", "/auth", 200, ""],
          ["GET", "/deals", 200, "fine"]
        ]
      )
    })
  )

  it("under a name that calls it secret, in whatever notation", () => {
    const s = "SEC-ret 1,2;3"
    const texts = [
      `{"token":"${s}","id":1}`,
      `{"password": "${s}`,
      `{"auth":{"user":"u","value":"${s}","more":["}"]},"id":1}`,
      `{"client_secret":["${s}"],"id":1}`,
      String.raw`{"error":"{\"accessToken\":\"SEC-ret 1,2;3\",\"id\":1}"}`,
      String.raw`{"pwd":"a\"SEC-ret","id":1}`,
      "{'api_key': 'SEC-ret 1', 'id': 1}",
      "<a:Password type='x'>SEC-ret 1</a:Password>",
      "<token><![CDATA[SEC-ret]]></token>",
      "Authorization: Digest SEC-ret, more=SEC-ret\nid: 1",
      "Set-Cookie: a=SEC-ret; b=SEC-ret\nid: 1",
      "refused (Bearer SEC-ret.x.y) id",
      "https://user:SEC-ret@host.test/id",
      "?key=SEC-ret&id=1",
      "PHPSESSID=SEC-ret; id=1"
    ]
    for (const text of texts) {
      const shown = withoutNamed(text)
      assert.notInclude(shown, "SEC", text)
      assert.include(shown, "<redacted>", text)
      if (/id["':=]/.test(text) && !/<|Bearer/.test(text)) assert.match(shown, /id/, text)
    }
    const harmless = [
      '{"tokens":3,"monkey":"a","key_name":"b","token":null}',
      "duplicate key: 7",
      "keyboard=1",
      "design: x"
    ]
    for (const text of harmless) assert.strictEqual(withoutNamed(text), text)
  })
})
