/** The token endpoint: exchanges an assertion signed by the service account for an access token. */
import { verify } from "node:crypto"
import { Clock, Effect, Option, Schema } from "effect"
import { json, type SandboxRequest, type SandboxResponse } from "../../../core/sdk-sandbox.ts"
import type { Account, GsheetState } from "./Model.ts"
import { tokenRefused, unauthenticated } from "./Refusal.ts"

const audience = "https://oauth2.googleapis.com/token"
const grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
const scopeRoot = "https://www.googleapis.com/auth/"

/** How far an assertion's time may differ from the vendor's clock. */
const toleratedSeconds = 300

const Head = Schema.fromJsonString(Schema.Struct({ alg: Schema.Literal("RS256") }))
const Claims = Schema.fromJsonString(
  Schema.Struct({ iss: Schema.String, scope: Schema.String, aud: Schema.String, iat: Schema.Int, exp: Schema.Int })
)
const decodeHead = Schema.decodeUnknownOption(Head)
const decodeClaims = Schema.decodeUnknownOption(Claims)

const textOf = (part: string | undefined): string => Buffer.from(part ?? "", "base64url").toString()

const timeframe =
  "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."

/** The claims of an assertion, or a refusal. */
const claimed = (assertion: string, account: Account, now: number): typeof Claims.Type | SandboxResponse => {
  const [head, body, signature] = assertion.split(".")
  const claims = Option.getOrUndefined(decodeClaims(textOf(body)))
  if (Option.isNone(decodeHead(textOf(head))) || claims === undefined) return tokenRefused("Bad Request")
  if (claims.iss !== account.email || account.disabled) {
    return tokenRefused("Invalid grant: account not found")
  }
  const signed = Buffer.from(`${head}.${body}`)
  if (!verify("RSA-SHA256", signed, account.publicKey, Buffer.from(signature ?? "", "base64url"))) {
    return tokenRefused("Invalid JWT Signature.")
  }
  if (claims.aud !== audience) return tokenRefused("Invalid JWT: Failed audience check.")
  const far = Math.abs(claims.iat - now) > toleratedSeconds
  if (far || claims.exp <= now || claims.exp - claims.iat > 3_600) return tokenRefused(timeframe)
  if (!claims.scope.split(" ").every((scope) => scope.startsWith(scopeRoot))) {
    return tokenRefused("Invalid OAuth scope or ID token audience provided.", "invalid_scope")
  }
  return claims
}

export const issueToken = Effect.fnUntraced(function* (state: GsheetState, request: SandboxRequest) {
  const form = new URLSearchParams(request.body)
  if (form.get("grant_type") !== grant) {
    return tokenRefused(`Invalid grant_type: ${form.get("grant_type") ?? ""}`, "unsupported_grant_type")
  }
  const millis = yield* Clock.currentTimeMillis
  const now = Math.floor(millis / 1_000) + state.switches.clockAheadSeconds
  const claims = claimed(form.get("assertion") ?? "", state.account, now)
  if (!("scope" in claims)) return claims
  const token = `ya29.sandbox-${++state.counters.tokens}-${Math.floor(millis).toString(36)}`
  const ends = millis + state.switches.tokenLifetime * 1_000
  state.tokens.set(token, { email: claims.iss, scopes: claims.scope.split(" "), ends })
  return json({ access_token: token, expires_in: state.switches.tokenLifetime - 1, token_type: "Bearer" })
})

/** The caller, by the issued token. */
export const caller = Effect.fnUntraced(function* (state: GsheetState, request: SandboxRequest) {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1]
  const held = token === undefined ? undefined : state.tokens.get(token)
  if (held === undefined || held.ends <= (yield* Clock.currentTimeMillis)) return yield* unauthenticated
  return held
})
