/** Connectors behind a proxy, which is a process that opens tunnels. */
import { assert, it } from "@effect/vitest"
import { Context, Effect, Layer, Redacted, type Scope } from "effect"
import { type HttpClient, HttpClientRequest } from "effect/http"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import * as Upstream from "../../core/upstream/exchange/Upstream.ts"
import { VendorState } from "../../core/upstream/exchange/VendorState.ts"
import { freePort } from "../support/freePort.ts"
import { startProxy } from "../support/startProxy.ts"
import { declaration, makeUpstream, serve } from "./vendor.ts"

const vendor = Effect.map(
  serve((request, response) => response.end(`${request.method} ${request.url}`)),
  (baseUrl) => ({ baseUrl, host: new URL(baseUrl).host })
)

const through = (address: string) => ({ ...declaration({ delays: [0, 0] }), proxy: Redacted.make(address) })
const get = HttpClientRequest.get("/deals")

const live = <A, E>(name: string, body: () => Effect.Effect<A, E, Scope.Scope | HttpClient.HttpClient>) =>
  it.live(name, () => Effect.scoped(body()).pipe(Effect.provide(layerHttp)), 30_000)

live("requests of a connector go through its proxy, and those of others do not", () =>
  Effect.gen(function* () {
    const { baseUrl, host } = yield* vendor
    const proxy = yield* startProxy()
    const crm = yield* makeUpstream({ declaration: through(`http://127.0.0.1:${proxy.port}`), baseUrl })
    assert.strictEqual(yield* Upstream.text(crm, get), "GET /deals")
    assert.strictEqual(yield* Upstream.text(crm, get), "GET /deals")
    assert.strictEqual(yield* proxy.next, `CONNECT ${host} 200`)
    // A request in the turn in which the first is just done may have opened a tunnel of its own.
    const tunnels = yield* proxy.left
    const shop = yield* makeUpstream({ declaration: { ...declaration(), name: "shop" }, baseUrl })
    assert.strictEqual(yield* Upstream.text(shop, get), "GET /deals")
    assert.strictEqual(yield* proxy.left, tunnels)
  })
)

live("a proxy gets the user and the password of its address", () =>
  Effect.gen(function* () {
    const { baseUrl, host } = yield* vendor
    const proxy = yield* startProxy({ PROXY_LOGIN: "kitchen:p@ss word" })
    const address = `http://kitchen:p%40ss%20word@127.0.0.1:${proxy.port}`
    const crm = yield* makeUpstream({ declaration: through(address), baseUrl })
    assert.strictEqual(yield* Upstream.text(crm, get), "GET /deals")
    assert.strictEqual(yield* proxy.next, `CONNECT ${host} 200`)
  })
)

live("a proxy that refuses is named without its password, and asked once", () =>
  Effect.gen(function* () {
    const { baseUrl } = yield* vendor
    for (const [env, status] of [
      [{ PROXY_LOGIN: "kitchen:other" }, 407],
      [{ PROXY_REFUSES: "403" }, 403]
    ] as const) {
      const proxy = yield* startProxy(env)
      const crm = yield* makeUpstream({
        declaration: through(`http://kitchen:not-this-one@127.0.0.1:${proxy.port}`),
        baseUrl
      })
      const { kind, message } = yield* Effect.flip(Upstream.text(crm, get))
      assert.strictEqual(kind, "Declaration")
      assert.strictEqual(
        message,
        `crm: GET /deals: the proxy 127.0.0.1:${proxy.port} answered ${status} and opened no way to the host; check \`proxy\` and its credentials`
      )
      assert.match(yield* proxy.next, new RegExp(` ${status}$`))
      assert.strictEqual(yield* proxy.left, 0)
    }
  })
)

live("a proxy that does not reach the host is asked again", () =>
  Effect.gen(function* () {
    const { baseUrl } = yield* vendor
    const proxy = yield* startProxy({ PROXY_REFUSES: "502" })
    const crm = yield* makeUpstream({ declaration: through(`http://127.0.0.1:${proxy.port}`), baseUrl })
    const { kind, message } = yield* Effect.flip(Upstream.text(crm, get))
    assert.strictEqual(kind, "Unreachable")
    assert.include(message, `the proxy 127.0.0.1:${proxy.port} answered 502`)
    for (const _ of [1, 2, 3]) assert.match(yield* proxy.next, / 502$/)
    assert.strictEqual(yield* proxy.left, 0)
  })
)

live("a proxy that is not there is named without its password", () =>
  Effect.gen(function* () {
    const { baseUrl } = yield* vendor
    const port = yield* freePort
    const crm = yield* makeUpstream({ declaration: through(`http://kitchen:not-this-one@127.0.0.1:${port}`), baseUrl })
    const error = yield* Effect.flip(Upstream.text(crm, get))
    assert.strictEqual(error.kind, "Unreachable")
    assert.include(
      error.message,
      `connection refused; is the system up, is the address right? (through the proxy 127.0.0.1:${port})`
    )
    assert.notInclude(`${error.message} ${String(error.cause)} ${JSON.stringify(error)}`, "not-this-one")
  })
)

live("a vendor behind a proxy that breaks off is told with the proxy", () =>
  Effect.gen(function* () {
    const baseUrl = yield* serve((_, response) => response.destroy())
    const proxy = yield* startProxy()
    const crm = yield* makeUpstream({ declaration: through(`http://127.0.0.1:${proxy.port}`), baseUrl })
    const { message } = yield* Effect.flip(Upstream.text(crm, get))
    assert.include(message, "the connection broke off before the answer was complete")
    assert.include(message, `(through the proxy 127.0.0.1:${proxy.port})`)
  })
)

live("a proxy that was taken out is left by requests of the older layer too", () =>
  Effect.gen(function* () {
    const { baseUrl, host } = yield* vendor
    const proxy = yield* startProxy()
    const state = Context.get(yield* Layer.build(VendorState.layer), VendorState)
    const make = (declared: Upstream.Options["declaration"]) =>
      Effect.provideService(Upstream.make({ declaration: declared, baseUrl }), VendorState, state)
    const address = `http://127.0.0.1:${proxy.port}`
    const old = yield* make(through(address))
    yield* Upstream.text(old, get)
    assert.strictEqual(yield* proxy.next, `CONNECT ${host} 200`)
    yield* make(declaration())
    yield* Upstream.text(old, get)
    assert.strictEqual(yield* proxy.left, 0)
    const other = yield* startProxy()
    yield* make(through(`http://127.0.0.1:${other.port}`))
    yield* Upstream.text(old, get)
    assert.strictEqual(yield* other.next, `CONNECT ${host} 200`)
  })
)
