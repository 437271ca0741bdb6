/** Access to the API: every usual kind of authorization, one of them active at a time. */
import { Clock, Effect } from "effect"
import { json, type SandboxRequest } from "../../../core/sdk-sandbox.ts"

export const auths = ["none", "bearer", "basic", "apiKeyHeader", "apiKeyQuery", "oauth2"] as const

export interface Access {
  auth: (typeof auths)[number]
  /** The bearer token, API key, password and client secret, which are all the same. */
  readonly secret: string
  /** The user of `basic` and the client id of `oauth2`. */
  readonly user: string
  /** The lifetime of an `oauth2` token in seconds. */
  tokenLifetime: number
  /** The issued tokens, each with the moment it expires. */
  readonly tokens: Map<string, number>
  logins: number
}

export const makeAccess = (auth: Access["auth"]): Access => ({
  auth,
  secret: "rest-sandbox-token",
  user: "sandbox",
  tokenLifetime: 3600,
  tokens: new Map(),
  logins: 0
})

export const isAllowed = Effect.fnUntraced(function* (access: Access, { headers, query }: SandboxRequest) {
  switch (access.auth) {
    case "none":
      return true
    case "bearer":
      return headers.authorization === `Bearer ${access.secret}`
    case "basic":
      return headers.authorization === basicOf(access)
    case "apiKeyHeader":
      return headers["x-api-key"] === access.secret
    case "apiKeyQuery":
      return query.get("api_key") === access.secret
    case "oauth2": {
      const ends = access.tokens.get(headers.authorization?.replace(/^Bearer /, "") ?? "")
      return ends !== undefined && (yield* Clock.currentTimeMillis) < ends
    }
  }
})

/** RFC 6749, 4.4: the client identifies itself in the form or by Basic authorization. */
export const issueToken = Effect.fnUntraced(function* (access: Access, { headers, body }: SandboxRequest) {
  const form = new URLSearchParams(body)
  if (form.get("grant_type") !== "client_credentials") return json({ error: "unsupported_grant_type" }, 400)
  const known =
    headers.authorization === basicOf(access) ||
    (form.get("client_id") === access.user && form.get("client_secret") === access.secret)
  if (!known) return json({ error: "invalid_client" }, 401)
  const token = `token-${++access.logins}`
  access.tokens.set(token, (yield* Clock.currentTimeMillis) + access.tokenLifetime * 1000)
  return json({ access_token: token, token_type: "Bearer", expires_in: access.tokenLifetime })
})

const basicOf = ({ user, secret }: Access) => `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`
