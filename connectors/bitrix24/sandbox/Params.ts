/** The parameters of a call as PHP reads them: from the address, a form or JSON, with brackets as nested maps. */
import type { SandboxRequest } from "../../../core/sdk-sandbox.ts"

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

export const parseQuery = (query: string): Params => {
  const params: Params = {}
  for (const [name, value] of new URLSearchParams(query)) put(params, name, value)
  return params
}

export const paramsOf = ({ body, headers, query }: SandboxRequest): Params => {
  const isJson = /^application\/json\b/.test(headers["content-type"] ?? "")
  const parsed: unknown = body === "" ? {} : isJson ? JSON.parse(body) : parseQuery(body)
  return { ...parseQuery(query.toString()), ...(isMap(parsed) ? parsed : {}) }
}

/** A list, or a map whose names are 0, 1, 2. */
export const listOf = (value: unknown): ReadonlyArray<unknown> => {
  if (Array.isArray(value)) return value
  return isMap(value) ? Object.values(value) : []
}
