/** The portal's address: a webhook's user and code in the path, then a method; and up to 50 methods in one request. */
import { Clock, Effect } from "effect"
import { json, type SandboxHandler, type SandboxResponse } from "../../../core/sdk-sandbox.ts"
import * as Meters from "./Meters.ts"
import { type Answer, type Called, methods } from "./Methods.ts"
import type { PortalState } from "./Model.ts"
import { isMap, listOf, type Params, paramsOf, parseQuery } from "./Params.ts"
import { Refused } from "./Refused.ts"

const refusal = (refused: Refused): SandboxResponse => json(refused.body, refused.status)

export const refusals = {
  unauthorized: json({ error: "INVALID_CREDENTIALS", error_description: "Invalid request credentials" }, 401),
  rateLimited: json({ error: "QUERY_LIMIT_EXCEEDED", error_description: "Too many requests" }, 503),
  licence: json({ error: "ACCESS_DENIED", error_description: "REST is available on commercial plans" }, 403)
}

const path = /^\/rest\/(\d+)\/([^/]+)\/([\w.]+?)(?:\.json)?\/?$/

export const makeHandler =
  (state: PortalState): SandboxHandler =>
  (request) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      const [, , code, method = ""] = path.exec(request.path) ?? []
      if (code !== state.code) return refusals.unauthorized
      const limited = Meters.enter(state, now)
      if (limited !== undefined) return refusal(limited)
      const called = { state, request, params: paramsOf(request), now }
      if (method === "batch") return json({ result: batch(called), time: { start: now / 1_000, finish: now / 1_000 } })
      const answer = call(called, method)
      return answer instanceof Refused ? refusal(answer) : json(answer)
    })

const call = (called: Called, method: string): (Answer & { readonly time: object }) | Refused => {
  const own = methods[method.toLowerCase()]
  if (own === undefined) return new Refused(404, "ERROR_METHOD_NOT_FOUND", "Method not found!")
  const limited = Meters.judge(called.state, method, called.now)
  if (limited !== undefined) return limited
  const answer = own(called)
  return answer instanceof Refused ? answer : { ...answer, time: Meters.work(called.state, method, called.now) }
}

/** In PHP a map without entries is a list. */
const phpMap = (entries: Params): unknown => (Object.keys(entries).length === 0 ? [] : entries)

const batch = (called: Called): unknown => {
  const commands = isMap(called.params.cmd)
    ? called.params.cmd
    : Object.fromEntries(listOf(called.params.cmd).entries())
  const [result, errors, totals, nexts, times]: [Params, Params, Params, Params, Params] = [{}, {}, {}, {}, {}]
  for (const [at, [name, command]] of Object.entries(commands).entries()) {
    const answer =
      at < 50
        ? inBatch(called, String(command), result)
        : new Refused(400, "ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded")
    if (answer instanceof Refused) {
      errors[name] = answer.body
      if (Number(called.params.halt ?? 0) === 1) break
      continue
    }
    result[name] = answer.result
    times[name] = answer.time
    if (answer.total !== undefined) totals[name] = answer.total
    if (answer.next !== undefined) nexts[name] = answer.next
  }
  return {
    result: phpMap(result),
    result_error: phpMap(errors),
    result_total: phpMap(totals),
    result_next: phpMap(nexts),
    result_time: phpMap(times)
  }
}

const inBatch = (called: Called, command: string, results: Params) => {
  const [method = "", query = ""] = command.split("?", 2)
  if (method === "batch")
    return new Refused(405, "ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage")
  const params = withReferences(parseQuery(query), results)
  return call({ ...called, params: isMap(params) ? params : {} }, method)
}

const reference = /^\$result((?:\[[^\]]*\])+)$/

/** A reference that leads nowhere is an empty text. */
const withReferences = (value: unknown, results: Params): unknown => {
  if (isMap(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withReferences(inner, results)]))
  }
  const [, path = ""] = typeof value === "string" ? (reference.exec(value) ?? []) : []
  if (path === "") return value
  let found: unknown = results
  for (const [, name = ""] of path.matchAll(/\[([^\]]*)\]/g)) {
    found = isMap(found) ? found[name] : Array.isArray(found) ? found[Number(name)] : undefined
  }
  return found ?? ""
}
