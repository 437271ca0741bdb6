/** Allegro for one application: its API and its authorization, within the one budget of all its accounts. */
import { Effect } from "effect"
import { type ConnectorSettings, Upstream } from "../../core/sdk.ts"
import { accounts } from "./auth/Accounts.ts"
import * as TokenEndpoint from "./auth/TokenEndpoint.ts"
import type { Config } from "./Config.ts"
import { inspect, inspectAuth } from "./Refusals.ts"

export const make = Effect.fn("Allegro.make")(function* (declaration: ConnectorSettings<Config>) {
  const { authUrl, baseUrl, client, userAgent } = declaration.config
  const options = { declaration, userAgent, secrets: [client.secret] }
  const upstream = yield* Upstream.make({ ...options, baseUrl, inspect })
  const post = TokenEndpoint.make(yield* Upstream.make({ ...options, baseUrl: authUrl, inspect: inspectAuth }), {
    client
  })

  /** A token of the application itself opens no seller's orders, and proves the client. */
  const probe = Effect.as(post("/token", { grant_type: "client_credentials" }), "Allegro knows the application")

  return { upstream, probe, accounts: accounts(upstream, post, declaration.config) }
})
