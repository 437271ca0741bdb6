/** Opens a client that goes through a proxy, closed with the scope. It comes with the HTTP client (see `layerHttp`). */
import { Context, Effect, type Redacted, type Scope } from "effect"
import type { HttpClient } from "effect/http"

export const ProxyClient = Context.Reference<
  (proxy: Redacted.Redacted) => Effect.Effect<HttpClient.HttpClient, never, Scope.Scope>
>("tributary/core/upstream/exchange/ProxyClient", {
  defaultValue: () => () => Effect.die(new Error("this HTTP client cannot go through a proxy"))
})
