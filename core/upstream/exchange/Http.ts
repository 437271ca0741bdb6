/** The HTTP client of every connector: kept-alive connections, limited per host, closed with the layer. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Layer } from "effect"
import type { HttpClient } from "effect/http"

export const layerHttp: Layer.Layer<HttpClient.HttpClient> = NodeHttpClient.layerUndiciNoDispatcher.pipe(
  Layer.provide(
    NodeHttpClient.layerDispatcherOptions({
      connections: 32,
      // Shorter than the servers' own timeout: a request is lost if it is sent on a connection that is just being
      // closed.
      keepAliveTimeout: 4_000,
      connect: { timeout: 15_000 },
      // Cookies and policies of some vendors exceed Node's 16 KiB.
      maxHeaderSize: 1 << 18
    })
  )
)
