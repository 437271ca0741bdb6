/**
 * The ways to vendors: directly, or through the proxy that a connector declares. A connector has one way at a time, the
 * one declared last: a session that an older layer opened is renewed on the new way too. Clients stay open as long as
 * the routes, because requests of an older layer may still be under way.
 */
import { Effect, Redacted, Scope } from "effect"
import type { HttpClient } from "effect/http"
import { ProxyClient } from "./ProxyClient.ts"

export interface Route {
  readonly client: HttpClient.HttpClient
  /** Host and port of the proxy, as failures name it. */
  readonly proxy?: string
}

/** Sets the way of a connector; the result gives, for each request, the way of that moment. */
export type SetRoute = (
  connector: string,
  direct: HttpClient.HttpClient,
  proxy?: Redacted.Redacted
) => Effect.Effect<Effect.Effect<Route>>

export const make: Effect.Effect<SetRoute, never, Scope.Scope> = Effect.gen(function* () {
  const scope = yield* Effect.scope
  const clientThrough = yield* ProxyClient
  const through = new Map<string, Route>()
  const current = new Map<string, Route>()

  const routeThrough = Effect.fnUntraced(function* (proxy: Redacted.Redacted) {
    const address = Redacted.value(proxy)
    const known = through.get(address)
    if (known !== undefined) return known
    const route = { client: yield* Scope.provide(clientThrough(proxy), scope), proxy: new URL(address).host }
    through.set(address, route)
    return route
  })

  return Effect.fnUntraced(function* (connector, direct, proxy) {
    if (proxy === undefined) current.delete(connector)
    else current.set(connector, yield* routeThrough(proxy))
    return Effect.sync(() => current.get(connector) ?? { client: direct })
  })
})
