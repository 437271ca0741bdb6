/** The parameters of a call as PHP reads them: from the address, a form or JSON, with brackets as nested maps. */
import { Effect } from "effect"
import type { SandboxRequest } from "../../../core/sdk-sandbox.ts"
import { Refused } from "./Refused.ts"

export type Params = { [name: string]: unknown }

export const isMap = (value: unknown): value is Params =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Names come from tests and are trusted. */
const put = (into: Params, name: string, value: string): void => {
  const [first = "", ...rest] = name.split("[").map((part) => part.replace(/\]$/, ""))
  let map = into
  const path = [first, ...rest]
  for (const part of path.slice(0, -1)) {
    const next = isMap(map[part]) ? map[part] : {}
    map[part] = next
    map = next
  }
  const last = path.at(-1) ?? ""
  map[last === "" ? String(Object.keys(map).length) : last] = value
}

const nested = (pairs: Iterable<readonly [name: string, value: string]>): Params => {
  const params: Params = {}
  for (const [name, value] of pairs) put(params, name, value)
  return params
}

export const parseQuery = (query: string): Params => nested(new URLSearchParams(query))

const parts = ({ bytes }: SandboxRequest, type: string) =>
  Effect.promise(async () => {
    const form = await new Response(Uint8Array.from(bytes), { headers: { "content-type": type } }).formData()
    return nested([...form].flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : [])))
  })

const unreadable = new Refused(400, "INVALID_REQUEST", "Request body is not readable")

const bodyOf = (request: SandboxRequest, type: string): Effect.Effect<unknown> => {
  if (request.body === "") return Effect.succeed({})
  if (type.startsWith("multipart/form-data")) return parts(request, type)
  if (!/^application\/json\b/.test(type)) return Effect.succeed(parseQuery(request.body))
  return Effect.try({ try: (): unknown => JSON.parse(request.body), catch: () => unreadable }).pipe(
    Effect.catch(Effect.succeed)
  )
}

export const paramsOf = Effect.fnUntraced(function* (request: SandboxRequest) {
  const parsed = yield* bodyOf(request, request.headers["content-type"] ?? "")
  if (parsed instanceof Refused) return parsed
  return { ...parseQuery(request.query.toString()), ...(isMap(parsed) ? parsed : {}) }
})

/** Older methods take `FIELDS` and `fields`. */
export const paramOf = (params: Params, name: string): unknown =>
  params[name] ?? params[name.toUpperCase()] ?? params[name.toLowerCase()]

export const isYes = (value: unknown): boolean => ["Y", "1", "true"].includes(String(value))

/** A list, or a map whose names are 0, 1, 2. */
export const listOf = (value: unknown): ReadonlyArray<unknown> => {
  if (Array.isArray(value)) return value
  return isMap(value) ? Object.values(value) : []
}
