import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { RunningSandbox } from "../../core/plugin/Sandbox.ts"
import { connect, declareSample, entityOf } from "../../test/support/sample.ts"
import { drain } from "../../test/upstream/vendor.ts"
import { connectorType } from "./index.ts"
import { sandbox } from "./sandbox.ts"

/** Opens a connector to the sandbox until the scope closes, and returns functions that read from it. */
const open = Effect.fnUntraced(function* (vendor: RunningSandbox) {
  const declaration = yield* declareSample(connectorType, vendor.environment)
  const connector = yield* connect(connectorType, declaration)
  const read = (name: string) => drain(connector.read(entityOf(declaration, name)))
  return { probe: connector.probe, read, refusal: (name: string) => Effect.flip(read(name)) }
})

const start = Effect.gen(function* () {
  const vendor = yield* sandbox.start()
  return { vendor, ...(yield* open(vendor)) }
})

const queries = (vendor: RunningSandbox) =>
  Effect.map(vendor.requests, (requests) => requests.map(({ query }) => query))

describe("lists", () => {
  it.live("600 deals come complete, in two pages of the vendor's own size and an empty one", () =>
    Effect.gen(function* () {
      const { read, vendor } = yield* start
      const { completeness, records } = yield* read("deal")
      assert.strictEqual(completeness._tag, "Complete")
      assert.deepEqual(
        records.map(({ id }) => id),
        vendor.state.items.deal.map(({ id }) => id)
      )
      assert.lengthOf(records, 600)
      assert.deepEqual(yield* queries(vendor), ["?page=1", "?page=2", "?page=3"])
    })
  )

  it.live("transactions come complete although the vendor gives 50 unless asked", () =>
    Effect.gen(function* () {
      const { read, vendor } = yield* start
      const { completeness, records } = yield* read("transaction")
      assert.strictEqual(completeness._tag, "Complete")
      assert.lengthOf(records, vendor.state.items.transaction.length)
      assert.isAbove(records.length, 1000)
    })
  )

  it.live("a list without paging is one request", () =>
    Effect.gen(function* () {
      const { read, vendor } = yield* start
      assert.lengthOf((yield* read("partner")).records, vendor.state.items.partner.length)
      assert.deepEqual(yield* queries(vendor), [""])
    })
  )

  it.live("a page that breaks off is tried again and counted once", () =>
    Effect.gen(function* () {
      const { read, vendor } = yield* start
      yield* vendor.fault({ path: "/v1/deal", query: { page: "2" }, mode: "truncated", times: 1 })
      yield* vendor.fault({ path: "/v1/deal", query: { page: "1" }, mode: "disconnect", times: 1 })
      const { completeness, records } = yield* read("deal")
      assert.strictEqual(completeness._tag, "Complete")
      assert.strictEqual(new Set(records.map(({ id }) => id)).size, 600)
      assert.lengthOf(records, 600)
    })
  )
})

describe("refusals", () => {
  it.live("429 is waited for, as long as the vendor says, and the read completes", () =>
    Effect.gen(function* () {
      const { read, vendor } = yield* start
      yield* vendor.fault({ path: "/v1/deal", query: { page: "2" }, mode: "rateLimited", times: 1, retryAfter: 1 })
      const { completeness, records } = yield* read("deal")
      assert.strictEqual(completeness._tag, "Complete")
      assert.lengthOf(records, 600)
      assert.deepEqual(yield* queries(vendor), ["?page=1", "?page=2", "?page=2", "?page=3"])
    })
  )

  it.live("a refusal names the vendor's words and the id of the request", () =>
    Effect.gen(function* () {
      const { refusal, vendor } = yield* start
      vendor.state.switches.token = "another-token"
      const { kind, message, status } = yield* refusal("partner")
      assert.deepEqual({ kind, status }, { kind: "Unauthorized", status: 401 })
      assert.strictEqual(
        message,
        "fintablo: GET /v1/partner: answered 401: «Your request was made with invalid credentials.»; check the token" +
          " (X-Request-Id sandbox-1)"
      )
    })
  )

  const bodies = [
    { http: 200, body: { status: 422, statusText: "No item found" }, kind: "Status", status: 422 },
    { http: 200, body: [{ status: 400, statusText: "Invalid type" }], kind: "Status", status: 400 },
    { http: 200, body: { status: 401, statusText: "Wrong token" }, kind: "Unauthorized", status: 401 },
    { http: 422, body: { status: 400, statusText: "Date format need is dd.mm.YYYY" }, kind: "Status", status: 422 }
  ]
  it.live.each(bodies)("HTTP $http with $body is $kind $status, never an empty list", ({ body, http, kind, status }) =>
    Effect.gen(function* () {
      const { refusal, vendor } = yield* start
      const text = JSON.stringify(body)
      yield* vendor.fault({
        path: "/v1/partner",
        mode: "status",
        status: http,
        body: text,
        contentType: "application/json"
      })
      const error = yield* refusal("partner")
      assert.deepEqual({ kind: error.kind, status: error.status }, { kind, status })
      const [part] = [body].flat()
      assert.include(error.message, `answered ${http} with ${part?.status} in the body: «${part?.statusText}»`)
      assert.lengthOf(yield* vendor.requests, 1)
    })
  )

  it.live("a failing server is asked again five times", () =>
    Effect.gen(function* () {
      const { refusal, vendor } = yield* start
      yield* vendor.fault({ path: "/v1/partner", mode: "status", status: 502, body: "<html>Bad Gateway</html>" })
      assert.include((yield* refusal("partner")).message, "answered 502: «<html>Bad Gateway</html>»")
      assert.lengthOf(yield* vendor.requests, 6)
    })
  )

  it.live("a proxy's page is no list and no accepted token", () =>
    Effect.gen(function* () {
      const { probe, refusal, vendor } = yield* start
      yield* vendor.fault({ path: "/v1/*", mode: "html" })
      for (const { kind, message } of [yield* refusal("partner"), yield* Effect.flip(probe)]) {
        assert.strictEqual(kind, "Format")
        assert.include(message, "the answer is an HTML page: a proxy or a restart")
      }
    })
  )
})

describe("probe", () => {
  it.live("proves the token with a short list", () =>
    Effect.gen(function* () {
      const { probe, vendor } = yield* start
      const count = vendor.state.items["moneybag-group"].length
      assert.strictEqual(yield* probe, `the token is accepted; ${count} moneybag groups`)
      assert.lengthOf(yield* vendor.requests, 1)
    })
  )
})
