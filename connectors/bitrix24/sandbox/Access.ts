/** Who calls: a webhook, whose code is in the path, or an application with a token that lasts an hour. */
import { type Draw, json, type SandboxRequest, type SandboxResponse } from "../../../core/sdk-sandbox.ts"
import type { Called } from "./Called.ts"
import type { PortalState } from "./Model.ts"
import type { Params } from "./Params.ts"
import { Refused } from "./Refused.ts"

const accessSeconds = 3_600

/** A pair of tokens, as after an installation. */
export const grant = ({ application, draw }: PortalState, now: number) => {
  const [accessToken, refreshToken] = [tokenOf(draw), tokenOf(draw)]
  application.access.set(accessToken, now + accessSeconds * 1_000)
  application.refresh.add(refreshToken)
  return { accessToken, refreshToken }
}

export const tokenOf = ({ uuid }: Draw): string => uuid().replaceAll("-", "")

export const invalidCredentials = new Refused(401, "INVALID_CREDENTIALS", "Invalid request credentials")

const hook = /^\/rest\/(\d+)\/([^/]+)\/([\w.]+?)(?:\.json)?\/?$/
/** Clients put a slash behind an endpoint that ends with one. */
const ofApplication = /^\/rest\/+([\w.]+?)(?:\.json)?\/?$/

/** The method, and who calls it. */
export const entered = (
  { application, code }: PortalState,
  { path }: SandboxRequest,
  { auth }: Params,
  now: number
): Refused | { readonly method: string; readonly caller: Called["caller"] } => {
  const [, user, given, method] = hook.exec(path) ?? []
  if (method !== undefined) return given === code && user === "1" ? { method, caller: "webhook" } : invalidCredentials
  const [, called] = ofApplication.exec(path) ?? []
  if (called === undefined || auth === undefined) {
    return new Refused(401, "NO_AUTH_FOUND", "Wrong authorization data")
  }
  const until = application.access.get(String(auth))
  if (until === undefined) return new Refused(401, "invalid_token", "Unable to get application by token")
  if (until <= now) return new Refused(401, "expired_token", "The access token provided has expired.")
  return { method: called, caller: "application" }
}

export const isTokenPath = (path: string): boolean => /^\/oauth\/token\/?$/.test(path)

const refuse = (error: string, description: string) => json({ error, error_description: description }, 400)

/** The vendor's own server of tokens, here at the portal's address. */
export const answerToken = (
  state: PortalState,
  request: SandboxRequest,
  params: Params,
  now: number
): SandboxResponse => {
  const { application } = state
  if (params.client_id !== application.clientId || params.client_secret !== application.clientSecret) {
    return refuse("invalid_client", "Invalid client")
  }
  if (params.grant_type !== "refresh_token") return refuse("invalid_request", "Invalid grant type")
  if (!application.refresh.delete(String(params.refresh_token))) return refuse("invalid_grant", "Invalid refresh token")
  const { accessToken, refreshToken } = grant(state, now)
  const portal = `http://${request.headers.host}/rest/`
  return json({
    access_token: accessToken,
    expires: Math.floor(now / 1_000) + accessSeconds,
    expires_in: accessSeconds,
    scope: "crm,lists,user",
    domain: request.headers.host,
    server_endpoint: portal,
    client_endpoint: portal,
    status: "L",
    member_id: state.memberId,
    user_id: 1,
    refresh_token: refreshToken
  })
}
