import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { HttpClientRequest } from "effect/http"
import * as Upstream from "../../core/upstream/exchange/Upstream.ts"
import { baseUrl, inTurn, json, upstream } from "./vendor.ts"

const ok = () => json({ items: [] })

describe("secrets", () => {
  it.effect("are in no message, wherever the vendor repeats them", () =>
    Effect.gen(function* () {
      const secret = Redacted.make("s3cr3t/value")
      const handler = () => new Response(`bad key s3cr3t/value or s3cr3t%2Fvalue, token: abcdef`, { status: 400 })
      const crm = (yield* upstream(handler)).authorized(
        Effect.succeed({ secret, apply: HttpClientRequest.setUrlParam("key", Redacted.value(secret)) })
      )
      const request = HttpClientRequest.get("/deals").pipe(
        HttpClientRequest.setUrlParams({ name: "Кафе", apikey: "12345678", q: "s3cr3t/value" })
      )
      const error = yield* Effect.flip(Upstream.text(crm, request))
      assert.strictEqual(
        error.message,
        "crm: GET /deals?name=Кафе&apikey=<redacted>&q=<redacted>: answered 400: «bad key <redacted> or <redacted>, token: <redacted>»"
      )
    })
  )

  it.effect("are not sent without encryption to a host that has it, nor to another port", () =>
    Effect.gen(function* () {
      const vendor = inTurn(ok)
      const crm = (yield* upstream(vendor.handler, { baseUrl: "https://crm.test/api" })).authorized(
        Effect.succeed({ secret: Redacted.make("secret"), apply: HttpClientRequest.bearerToken("secret") })
      )
      for (const url of ["http://crm.test/api/deals", "https://crm.test:8443/api/deals"]) {
        const error = yield* Effect.flip(Upstream.text(crm, HttpClientRequest.get(url)))
        assert.strictEqual(error.kind, "Declaration", url)
      }
      assert.lengthOf(vendor.sent, 0)
    })
  )

  it.effect("are not sent to another host", () =>
    Effect.gen(function* () {
      const vendor = inTurn(ok)
      const crm = (yield* upstream(vendor.handler)).authorized(
        Effect.succeed({ secret: Redacted.make("secret"), apply: HttpClientRequest.bearerToken("secret") })
      )
      const error = yield* Effect.flip(Upstream.text(crm, HttpClientRequest.get("http://elsewhere.test/deals")))
      assert.strictEqual(error.kind, "Declaration")
      assert.lengthOf(vendor.sent, 0)
      yield* Upstream.text(crm, HttpClientRequest.get(`${baseUrl}/deals`))
      assert.lengthOf(vendor.sent, 1)
    })
  )
})
