/** The request that a person typed: the name of its entity, its YAML, the parameters that paging may use. */
import { tokenText } from "../../config/Pointer.ts"

export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [name: string]: Json }

/** One value of a request. `param`: how `page` names its place, a query parameter or a JSON Pointer into the body. */
export interface RequestValue {
  readonly param: string
  readonly name: string
  readonly value: string | number | boolean
}

export type Query = Readonly<Record<string, string | ReadonlyArray<string>>>

/** At most one of `body`, `form` and `graphql`. */
export interface DiscoveryRequest {
  readonly method: "GET" | "POST"
  readonly path: string
  readonly query: Query
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Json
  readonly form?: Query
  readonly graphql?: { readonly query: string; readonly variables: { readonly [name: string]: Json } }
}

/** Returns a name from the last part of the path that differs from the connector's existing entities. */
export const nameOf = (given: string, taken: ReadonlySet<string>): string => {
  const last = (given.split("?")[0] ?? "").split("/").findLast((part) => part !== "" && part !== "list") ?? ""
  const plain =
    last
      .replace(/\.(?:json|csv|xml|txt|tsv|ndjson|php|aspx?)$/i, "")
      .replaceAll(/[^\p{L}\d]+/gu, "_")
      .replaceAll(/^[_\d]+|_+$/g, "")
      .toLowerCase() || "entity"
  const name = (n: number) => (n === 1 ? plain : `${plain}_${n}`)
  let n = 1
  while (taken.has(name(n))) n++
  return name(n)
}

/** The parameters of a query; a repeated one keeps all its values. */
export const queryOf = (text: string): Query => {
  const parameters = new URLSearchParams(text)
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => {
      const [first = "", ...others] = parameters.getAll(name)
      return [name, others.length === 0 ? first : [first, ...others]] as const
    })
  )
}

/** Moves parameters from the path to `query`. */
export const splitPath = (given: string) => {
  const at = given.indexOf("?")
  return { path: at < 0 ? given : given.slice(0, at), query: queryOf(at < 0 ? "" : given.slice(at + 1)) }
}

/** The variables that a GraphQL query declares. */
const declaredIn = (query: string): ReadonlyArray<string> => [
  ...new Set([...query.matchAll(/\$(\w+)\s*:/g)].map(([, name = ""]) => name))
]

/**
 * The values of the request that paging may change. Variables that a GraphQL query declares count although they have no
 * value.
 */
export const requestValuesOf = ({ body, form = {}, graphql, query }: DiscoveryRequest): ReadonlyArray<RequestValue> => {
  const variables = graphql?.variables ?? {}
  const unset = declaredIn(graphql?.query ?? "").filter((name) => !Object.hasOwn(variables, name))
  return [
    ...single(query).map(([name, value]) => ({ param: name, name, value })),
    ...single(form).map(([name, value]) => ({ param: `/${tokenText(name)}`, name, value })),
    ...leavesIn(body ?? null, ""),
    ...leavesIn(variables, "/variables"),
    ...unset.map((name) => ({ param: `/variables/${tokenText(name)}`, name, value: "" }))
  ]
}

/** The content that a parameter could be put into; a GraphQL query has to declare it first. */
export type Content = "body" | "form" | "graphql"

export const contentOf = ({ body, form, graphql }: DiscoveryRequest): Content | undefined => {
  if (graphql !== undefined) return "graphql"
  if (form !== undefined) return "form"
  return typeof body === "object" && body !== null && !Array.isArray(body) ? "body" : undefined
}

/** The names of values that are dates, and so are the same in every run. */
export const dateNames = (request: DiscoveryRequest): ReadonlyArray<string> => {
  const listed = [request.body ?? null, request.graphql?.variables ?? null].flatMap((value) =>
    leavesIn(value, "", true)
  )
  const dated = [...requestValuesOf(request), ...listed].flatMap(({ name, value }) =>
    /^(?:\d{4}-\d\d-\d\d|\d\d\.\d\d\.\d{4}$)/.test(String(value)) ? [name] : []
  )
  return [...new Set(dated)]
}

const single = (query: Query): ReadonlyArray<readonly [string, string]> =>
  Object.entries(query).flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : []))

/** Those inside lists are no parameters of paging. */
const leavesIn = (value: Json, pointer: string, isListed = false): ReadonlyArray<RequestValue> => {
  if (typeof value !== "object" || value === null || (Array.isArray(value) && !isListed)) return []
  return Object.entries(value).flatMap(([name, inner]: [string, Json]) => {
    const param = `${pointer}/${tokenText(name)}`
    // Null is how a request says that it has no cursor yet.
    return typeof inner === "object" && inner !== null
      ? leavesIn(inner, param, isListed)
      : [{ param, name, value: inner ?? "" }]
  })
}

/** The request's YAML without the parameters that the pager sends itself. */
export const requestYaml = (request: DiscoveryRequest, own: ReadonlyArray<string>) => {
  const { body, form, graphql, headers, method, query } = request
  const kept = (params: Query, param: (name: string) => string) =>
    Object.fromEntries(Object.entries(params).filter(([name]) => !own.includes(param(name))))
  const left = kept(query, (name) => name)
  const hasBody = body !== undefined || form !== undefined || graphql !== undefined
  return {
    ...(method === (hasBody ? "POST" : "GET") ? {} : { method }),
    ...(Object.keys(left).length === 0 ? {} : { query: left }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(body === undefined ? {} : { body: without(body, "", own) ?? {} }),
    ...(form === undefined ? {} : { form: kept(form, (name) => `/${tokenText(name)}`) }),
    ...(graphql === undefined
      ? {}
      : { graphql: { query: graphql.query, variables: without(graphql.variables, "/variables", own) ?? {} } })
  }
}

/** Removes values, and objects of which nothing is left. */
const without = (value: Json, pointer: string, own: ReadonlyArray<string>): Json | undefined => {
  if (own.includes(pointer)) return undefined
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).flatMap(([name, inner]: [string, Json]) => {
    const left = without(inner, `${pointer}/${tokenText(name)}`, own)
    return left === undefined ? [] : [[name, left] as const]
  })
  return entries.length === 0 && Object.keys(value).length > 0 ? undefined : Object.fromEntries(entries)
}
