/** The HTTP client of every connector: kept-alive connections, limited per host, closed with the layer. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { ProxyAgent } from "@effect/platform-node/Undici"
import { Effect, Layer, Redacted } from "effect"
import type { HttpClient } from "effect/http"
import { ProxyClient } from "./ProxyClient.ts"

const connectTimeout = 15_000

const options = {
  connections: 32,
  // Shorter than the servers' own timeout: a request is lost if it is sent on a connection that is just being
  // closed.
  keepAliveTimeout: 4_000,
  // Cookies and policies of some vendors exceed Node's 16 KiB.
  maxHeaderSize: 1 << 18
} as const

/**
 * The client through a proxy, which is asked for a tunnel to each host (CONNECT), of plain HTTP too: it never sees a
 * request. The client is closed with the scope.
 */
const clientThrough = Effect.fnUntraced(function* (proxy: Redacted.Redacted) {
  const agent = yield* Effect.acquireRelease(
    Effect.sync(() => new ProxyAgent({ ...options, connectTimeout, uri: Redacted.value(proxy), proxyTunnel: true })),
    (opened) => Effect.promise(() => opened.destroy())
  )
  return yield* Effect.provideService(NodeHttpClient.makeUndici, NodeHttpClient.Dispatcher, agent)
})

export const layerHttp: Layer.Layer<HttpClient.HttpClient> = NodeHttpClient.layerUndiciNoDispatcher.pipe(
  Layer.provide(NodeHttpClient.layerDispatcherOptions({ ...options, connect: { timeout: connectTimeout } })),
  Layer.merge(Layer.succeed(ProxyClient, clientThrough))
)
