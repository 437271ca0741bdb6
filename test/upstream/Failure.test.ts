import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import { reason } from "../../core/reason/Reason.ts"
import { failure } from "../../core/upstream/exchange/Failure.ts"
import * as Upstream from "../../core/upstream/exchange/Upstream.ts"
import { declaration, inTurn, json, upstream } from "./vendor.ts"

const get = HttpClientRequest.get("/deals")
const status =
  (code: number, body = "no", headers: Record<string, string> = {}) =>
  () =>
    new Response(body, { status: code, headers })
const ok = () => json({ items: [] })

const messageOf = (answer: () => Response, request = get) =>
  Effect.gen(function* () {
    const crm = yield* upstream(inTurn(answer).handler, { declaration: declaration({ delays: [] }) })
    return (yield* Effect.flip(Upstream.text(crm, request))).message
  })

describe("an answer whose status is an error", () => {
  it.effect("names where it redirects to, without what is secret in there, and nothing else does", () =>
    Effect.gen(function* () {
      const location = "https://crm.test/v2/deals?token=12345678"
      for (const [code, expected] of [
        [300, true],
        [301, true],
        [308, true],
        [399, true],
        [400, false],
        [404, false]
      ] as const) {
        assert.include(
          yield* messageOf(() => new Response(null, { status: 304 })),
          "answered 304, that nothing has changed"
        )
        assert.strictEqual(
          yield* messageOf(status(code, "no", { location })),
          expected
            ? `crm: GET /deals: redirects (${code}) to «https://crm.test/v2/deals?token=<redacted>»; write that address`
            : `crm: GET /deals: answered ${code}: «no»`
        )
      }
    })
  )

  it.effect("is asked for again where the next answer may be another one", () =>
    Effect.gen(function* () {
      for (const [code, tries] of [
        [500, 2],
        [502, 2],
        [599, 2],
        [408, 2],
        [425, 2],
        [400, 1],
        [407, 1],
        [424, 1],
        [426, 1],
        [499, 1]
      ] as const) {
        const vendor = inTurn(status(code))
        const crm = yield* upstream(vendor.handler, { declaration: declaration({ delays: [0] }) })
        yield* Effect.flip(Upstream.text(crm, get))
        assert.lengthOf(vendor.sent, tries, `${code}`)
      }
    })
  )

  it.effect("is told when it has no body", () =>
    Effect.gen(function* () {
      for (const body of ["", " \n"]) {
        assert.strictEqual(yield* messageOf(status(503, body)), "crm: GET /deals: answered 503: an empty body")
      }
    })
  )

  it.effect("is cut between two characters, never through one", () =>
    Effect.gen(function* () {
      // Of two halves each: the cut behind 200 halves goes through one of them where the text begins with one half more.
      const smile = "😀"
      for (const before of ["", "x"]) {
        const message = yield* messageOf(status(400, `${before}${smile.repeat(150)}`))
        assert.strictEqual(
          message,
          `crm: GET /deals: answered 400: «${before}${smile.repeat(before === "" ? 100 : 99)}…»`
        )
      }
      assert.strictEqual(
        yield* messageOf(status(400, smile.repeat(100))),
        `crm: GET /deals: answered 400: «${smile.repeat(100)}»`
      )
    })
  )
})

describe("what the circuit takes as a sign", () => {
  it.effect("is a failure of the vendor; one that refuses is there, and nonsense is none", () =>
    Effect.gen(function* () {
      const nonsense = status(200, "<html>")
      for (const [between, sent] of [
        [ok, 10],
        [status(404), 10],
        [status(401), 10],
        [status(403), 10],
        [nonsense, 6],
        [status(408), 5]
      ] as const) {
        const vendor = inTurn(...Array(4).fill(status(500)), between, status(500))
        const crm = yield* upstream(vendor.handler, {
          declaration: declaration({ delays: [] }),
          inspect: ({ head, subject }) =>
            head.startsWith("<") ? failure(subject, "Format", reason("request.unsendable")) : undefined
        })
        for (let asked = 0; asked < 12; asked++) yield* Effect.exit(Upstream.text(crm, get))
        assert.lengthOf(vendor.sent, sent, `${between().status}`)
      }
    })
  )

  it.effect("closes it again where the one that is let through is refused", () =>
    Effect.gen(function* () {
      const vendor = inTurn(...Array(5).fill(status(500)), status(401), ok)
      const crm = yield* upstream(vendor.handler, { declaration: declaration({ delays: [] }) })
      for (let asked = 0; asked < 6; asked++) yield* Effect.exit(Upstream.text(crm, get))
      assert.lengthOf(vendor.sent, 5)
      yield* TestClock.adjust("31 seconds")
      for (const kind of ["Unauthorized", "Success", "Success"]) {
        const outcome = yield* Effect.match(Upstream.text(crm, get), {
          onFailure: (error) => error.kind,
          onSuccess: () => "Success"
        })
        assert.strictEqual(outcome, kind)
      }
    })
  )
})
