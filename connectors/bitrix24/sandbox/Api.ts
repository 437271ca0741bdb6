/** The portal's address: a method alone, or up to 50 in one request, within both limits. */
import { Clock, Effect } from "effect"
import { json, type SandboxHandler, type SandboxRequest, type SandboxResponse } from "../../../core/sdk-sandbox.ts"
import { answerToken, entered, invalidCredentials, isTokenPath } from "./Access.ts"
import { batch, type Call } from "./Batch.ts"
import type { Called } from "./Called.ts"
import type { Publish } from "./Events.ts"
import { live } from "./Life.ts"
import * as Meters from "./Meters.ts"
import { methods } from "./Methods.ts"
import type { PortalState } from "./Model.ts"
import { paramsOf } from "./Params.ts"
import { Refused } from "./Refused.ts"

const answerOf = (refused: Refused): SandboxResponse => json(refused.body, refused.status)

export const refusals = {
  unauthorized: answerOf(invalidCredentials),
  rateLimited: json({ error: "QUERY_LIMIT_EXCEEDED", error_description: "Too many requests" }, 503),
  licence: json({ error: "ACCESS_DENIED", error_description: "REST is available on commercial plans" }, 403)
}

/** The front of a busy portal answers in HTML. */
const page: SandboxResponse = {
  status: 503,
  headers: { "content-type": "text/html; charset=UTF-8" },
  body: "<html><head><title>503 Service Temporarily Unavailable</title></head><body><h1>503</h1></body></html>"
}

const call: Call = (called, method) => {
  const own = methods[method.toLowerCase()]
  if (own === undefined) return new Refused(404, "ERROR_METHOD_NOT_FOUND", "Method not found!")
  const limited = Meters.judge(called, method) ?? told(called, method)
  if (limited !== undefined) return limited
  const answer = own(called)
  return answer instanceof Refused ? answer : { ...answer, time: Meters.work(called, method) }
}

/** A refusal that a test has asked for, also of a call within a batch. */
const told = ({ state }: Called, method: string): Refused | undefined => {
  const found = state.refusals.find((one) => one.method === method && one.times > 0)
  if (found === undefined) return undefined
  found.times--
  return new Refused(found.status, found.error, found.description)
}

const originOf = ({ headers }: SandboxRequest): string => `http://${headers.host}`

const respond = Effect.fnUntraced(function* (state: PortalState, publish: Publish, request: SandboxRequest) {
  const now = yield* Clock.currentTimeMillis
  const params = yield* paramsOf(request)
  if (params instanceof Refused) return answerOf(params)
  if (isTokenPath(request.path)) return answerToken(state, request, params, now)
  const who = entered(state, request, params, now)
  if (who instanceof Refused) return answerOf(who)
  const limited = Meters.enter(state, now)
  if (limited !== undefined) return state.switches.limitPage === "html" ? page : answerOf(limited)
  const called: Called = { state, request, params, now, caller: who.caller, changes: [...live(state, now)] }
  const answer = who.method.toLowerCase() === "batch" ? withTime(batch(called, call), now) : call(called, who.method)
  yield* publish(called.changes, originOf(request))
  return answer instanceof Refused ? answerOf(answer) : json(answer)
})

/** The batch itself costs no time of a method. */
const withTime = (answer: ReturnType<typeof batch>, now: number) =>
  answer instanceof Refused ? answer : { ...answer, time: Meters.timeOf(now) }

export const makeHandler =
  (state: PortalState, publish: Publish): SandboxHandler =>
  (request) =>
    respond(state, publish, request)
