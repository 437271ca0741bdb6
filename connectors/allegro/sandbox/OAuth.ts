/** The vendor's authorization: a code for a device, its exchange, refresh, and a token of the application itself. */
import { Clock, Effect } from "effect"
import { json, type SandboxRequest, type SandboxResponse } from "../../../core/sdk-sandbox.ts"
import { confirmInDemo, sessionOf } from "./Demo.ts"
import { accessSeconds, beginCode, codeSeconds, type DeviceCode, open, refresh, type Session } from "./Granted.ts"
import { pagePath } from "./Page.ts"
import { refuseAuth } from "./Refusals.ts"
import type { AllegroState } from "./State.ts"
import { makeToken } from "./Token.ts"

/** Parameters stand in the form or in the query. */
const paramOf = ({ body, query }: SandboxRequest, name: string): string =>
  new URLSearchParams(body).get(name) ?? query.get(name) ?? ""

const isClient = ({ client }: AllegroState["granted"], { headers }: SandboxRequest): boolean =>
  headers.authorization === `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}`

export const badClient = refuseAuth(401, "invalid_client", "Bad client credentials")

export const handleAuth = Effect.fnUntraced(function* (state: AllegroState, request: SandboxRequest) {
  const now = yield* Clock.currentTimeMillis
  if (request.method !== "POST") return refuseAuth(405, "method_not_allowed", "Request method is not supported")
  if (!isClient(state.granted, request)) return badClient
  if (request.path.endsWith("/device")) return device(state, request, now)
  switch (paramOf(request, "grant_type")) {
    case "urn:ietf:params:oauth:grant-type:device_code":
      return exchange(state, paramOf(request, "device_code"), now)
    case "refresh_token":
      return renew(state, paramOf(request, "refresh_token"), now)
    case "client_credentials":
      return ownToken(state)
    default:
      return refuseAuth(400, "unsupported_grant_type", "Unsupported grant type")
  }
})

const device = ({ draw, granted }: AllegroState, request: SandboxRequest, now: number): SandboxResponse => {
  if (paramOf(request, "client_id") !== granted.client.id) return badClient
  const { deviceCode, interval, userCode } = beginCode(granted, draw, now)
  const page = `http://${request.headers.host}${pagePath}`
  return json({
    device_code: deviceCode,
    expires_in: codeSeconds,
    user_code: userCode,
    interval: interval / 1_000,
    verification_uri: page,
    verification_uri_complete: `${page}?code=${userCode}`
  })
}

/** Unknown, expired and used codes are refused alike. */
const invalidCode = refuseAuth(400, "invalid_request", "Invalid device code")

const exchange = (state: AllegroState, deviceCode: string, now: number): SandboxResponse => {
  const { draw, granted, switches } = state
  const code = granted.codes.get(deviceCode)
  if (code === undefined || code.isUsed || code.expiresAt <= now) return invalidCode
  if (isTooSoon(code, now)) return refuseAuth(400, "slow_down", "Polling too frequently.")
  confirmInDemo(state, code, now)
  if (code.decision === undefined) {
    return refuseAuth(400, "authorization_pending", "User has not authorized the device code yet.")
  }
  code.isUsed = true
  if (code.decision === "denied") return refuseAuth(400, "access_denied", "User denied the authorization.")
  return tokens(open(granted, draw, switches, code.decision, now))
}

/** RFC 8628, 3.5: the interval grows by five seconds. */
const isTooSoon = (code: DeviceCode, now: number): boolean => {
  const { askedAt } = code
  code.askedAt = now
  if (askedAt === undefined || now - askedAt >= code.interval) return false
  code.interval += 5_000
  return true
}

const renew = (state: AllegroState, token: string, now: number): SandboxResponse => {
  const { draw, granted, switches } = state
  sessionOf(state, "refresh", token, now)
  const session = refresh(granted, draw, switches, token, now)
  return session === undefined ? refuseAuth(400, "invalid_grant", `Invalid refresh token: ${token}`) : tokens(session)
}

const ownToken = ({ draw, granted }: AllegroState): SandboxResponse => {
  const token = makeToken(granted.key, { client_id: granted.client.id, jti: draw.uuid() })
  granted.own.add(token)
  return json({ access_token: token, token_type: "bearer", expires_in: accessSeconds, allegro_api: true })
}

/** The answer with both tokens. */
export const tokens = ({ accessToken, refreshToken, scope }: Session): SandboxResponse =>
  json({
    access_token: accessToken,
    token_type: "bearer",
    refresh_token: refreshToken,
    expires_in: accessSeconds,
    scope,
    allegro_api: true
  })
