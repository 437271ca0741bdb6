/** Up to 50 calls in one request, one after the other, whose parameters may refer to earlier results. */
import type { Answer, Called } from "./Called.ts"
import { isMap, isYes, listOf, type Params, parseQuery } from "./Params.ts"
import { Refused } from "./Refused.ts"

const maxLength = 50

/** PHP writes a map whose keys are 0, 1, 2 as a list, and so one without any. */
export const phpArray = (entries: Params): unknown =>
  Object.keys(entries).every((name, at) => name === String(at)) ? Object.values(entries) : entries

export type Call = (called: Called, method: string) => (Answer & { readonly time: object }) | Refused

const commandsOf = ({ params }: Called): Params =>
  isMap(params.cmd) ? params.cmd : Object.fromEntries(listOf(params.cmd).entries())

/** The result, unless the request as a whole is refused. */
export const batch = (called: Called, call: Call): Refused | { readonly result: unknown } => {
  const commands = commandsOf(called)
  const { batchExcess } = called.state.switches
  const excess = new Refused(400, "ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded")
  if (Object.keys(commands).length > maxLength && batchExcess === "request") return excess
  const [result, errors, totals, nexts, times]: [Params, Params, Params, Params, Params] = [{}, {}, {}, {}, {}]
  for (const [at, [name, command]] of Object.entries(commands).entries()) {
    const answer = at < maxLength ? one(called, call, String(command), result) : excess
    if (answer instanceof Refused) {
      errors[name] = answer.body
      if (isYes(called.params.halt)) break
      continue
    }
    result[name] = answer.result
    times[name] = answer.time
    if (answer.total !== undefined) totals[name] = answer.total
    if (answer.next !== undefined) nexts[name] = answer.next
  }
  return {
    result: {
      result: phpArray(result),
      result_error: phpArray(errors),
      result_total: phpArray(totals),
      result_next: phpArray(nexts),
      result_time: phpArray(times)
    }
  }
}

const one = (called: Called, call: Call, command: string, results: Params) => {
  const [, method = "", query = ""] = /^([^?]*)\??(.*)$/s.exec(command) ?? []
  if (method.toLowerCase() === "batch") {
    return new Refused(405, "ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage")
  }
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
