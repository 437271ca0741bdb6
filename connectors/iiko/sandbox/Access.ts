/**
 * Access to the Server: logins that take licence slots, the key by query, cookie or form, and the texts of refusals.
 */
import { createHash } from "node:crypto"
import { Effect } from "effect"
import type { SandboxRequest } from "../../../core/sdk-sandbox.ts"
import type { IikoState } from "./Model.ts"
import { type Endpoint, plainText, Refusal } from "./Responses.ts"

const apiModule = "28008806"

export const refusals = {
  licence: plainText(403, `License enhancement is required: no connections available for module ${apiModule}`),
  unauthorized: plainText(401, "Token is expired or invalid"),
  rateLimited: plainText(429, "Too Many Requests")
}

const unauthorized = (text: string) => new Refusal({ status: 401, text })

const form = (request: SandboxRequest): URLSearchParams =>
  request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")
    ? new URLSearchParams(request.body)
    : new URLSearchParams()

const keyOf = (request: SandboxRequest): string | undefined =>
  request.query.get("key") ??
  /(?:^|;\s*)key=([^;]+)/.exec(request.headers.cookie ?? "")?.[1] ??
  form(request).get("key") ??
  undefined

/** Fails with 401 unless the request carries a live token. */
export const authorize = Effect.fnUntraced(function* (request: SandboxRequest, state: IikoState, millis: number) {
  const key = keyOf(request)
  if (key === undefined) return yield* unauthorized("Parameter key is required")
  if (state.behaviour.starting || !state.sessions.isAlive(key, millis)) {
    return yield* unauthorized(String(refusals.unauthorized.body))
  }
})

/** The password arrives as the hex of its SHA-1, in lower case, without a salt. */
const sha1 = (text: string): string => createHash("sha1").update(text, "utf8").digest("hex")

export const login: Endpoint = Effect.fnUntraced(function* ({ request, query, state, millis }) {
  const given = request.method === "POST" ? form(request) : query
  const { behaviour, counters, sessions } = state
  if (behaviour.starting) return yield* unauthorized("Server is starting")
  if (given.get("login") !== behaviour.login || given.get("pass") !== sha1(behaviour.password)) {
    counters.refusedLogins++
    return yield* unauthorized(`Неверный логин или пароль: ${given.get("login") ?? ""}`)
  }
  const token = sessions.open(millis)
  if (token === undefined) {
    counters.refusedLogins++
    return refusals.licence
  }
  counters.logins++
  const answer = plainText(200, token)
  return { ...answer, headers: { ...answer.headers, "set-cookie": `key=${token}; Path=/resto` } }
})

export const logout: Endpoint = Effect.fnUntraced(function* ({ request, state }) {
  const key = keyOf(request)
  if (key === undefined || !state.sessions.close(key)) return yield* unauthorized(String(refusals.unauthorized.body))
  state.counters.logouts++
  return plainText(200, key)
})

/** Returns the free slots of the API module. */
export const licenceInfo: Endpoint = Effect.fnUntraced(function* ({ query, state, millis }) {
  const module = query.get("moduleId") ?? apiModule
  if (module !== apiModule) {
    return yield* new Refusal({ status: 403, text: `Module ${module} is blocked within current license` })
  }
  return plainText(200, String(Math.max(0, state.behaviour.slots - state.sessions.live(millis).length)))
})
