/** Who may ask the API: an application within its limit, that names itself, with the token of a seller. */
import type { SandboxRequest, SandboxResponse } from "../../../core/sdk-sandbox.ts"
import { sessionOf } from "./Demo.ts"
import type { Seller } from "./Model.ts"
import { accessDenied, bearerOf, blocked, invalidToken, mediaType, rateLimited, refuse } from "./Refusals.ts"
import type { AllegroState } from "./State.ts"

/** One limit for the application over all sellers; a request during the block prolongs it. */
const isOverLimit = ({ budget, switches }: AllegroState, now: number): boolean => {
  const minute = Math.floor(now / 60_000)
  if (budget.minute !== minute) {
    budget.minute = minute
    budget.count = 0
  }
  budget.count++
  if (now >= budget.blockedUntil && budget.count <= switches.requestsPerMinute) return false
  budget.blockedUntil = now + switches.blockSeconds * 1_000
  return true
}

const named = /^([^\s/()]+)\/[^\s/()]+ \(\+https?:\/\/[^\s()]+\)/

const isNamed = ({ switches }: AllegroState, { headers }: SandboxRequest): boolean => {
  const [, name] = named.exec(headers["user-agent"] ?? "") ?? []
  return name !== undefined && (switches.application === "" || switches.application === name)
}

const scopeOf = (path: string): string => `allegro:api:${path === "/me" ? "profile" : "orders"}:read`

/** An application without a seller; the vendor fails on it in one place. */
const withoutSeller = (path: string): SandboxResponse =>
  path === "/me" ? refuse(500, "INTERNAL_SERVER_ERROR", "An error has occurred") : accessDenied

/** The seller whose token it is, or the refusal. */
export const sellerOf = (state: AllegroState, request: SandboxRequest, now: number): Seller | SandboxResponse => {
  const { granted, switches } = state
  if (isOverLimit(state, now)) return rateLimited(switches.blockBody)
  if (!isNamed(state, request)) return blocked
  const token = bearerOf(request) ?? ""
  if (granted.own.has(token)) return withoutSeller(request.path)
  const session = sessionOf(state, "access", token, now)
  if (session === undefined || session.accessEndsAt <= now) return invalidToken(request)
  if (!session.scope.split(" ").includes(scopeOf(request.path))) return accessDenied
  if (!(request.headers.accept ?? "").includes(mediaType)) {
    const message = "Not acceptable representation requested. Please check 'Accept' request header"
    return refuse(406, "NotAcceptableException", message, request.path)
  }
  return session.seller
}
