/**
 * An entity's request as it is sent: placeholders in path, query, headers and body are filled from the row of `forEach`,
 * from the clock in the entity's timezone and with the cursor, and each page puts its own values in their places. A path
 * that cannot be filled fails before anything is sent.
 */
import { DateTime, Effect, Option } from "effect"
import { HttpBody, HttpClientRequest } from "effect/http"
import { type Entity, entityId } from "../config/Entity.ts"
import { tokensOf } from "../config/Pointer.ts"
import type { DateValue, RequestTemplate, TemplateValue } from "../config/RequestTemplate.ts"
import type { Scalar } from "../config/schema/Scalars.ts"
import { formatMoment, momentOf } from "../config/values/Moments.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import type { PageRequest } from "./pages/Pager.ts"
import { withNumbers } from "./records/ExactNumbers.ts"
import { type ReadOptions, UpstreamError } from "./Source.ts"

type Params = Readonly<Record<string, Scalar>>
type ResolvedValue = Scalar | ReadonlyArray<ResolvedValue> | { readonly [key: string]: ResolvedValue }
type ResolvedMap = Readonly<Record<string, ResolvedValue>>

/** A name, or a moment with its format: `{id}`, `{today-30d}`, `{now:dd.MM.yyyy HH:mm}`. */
const placeholder = /\{([A-Za-z_]\w*(?:[+-]\d+[a-z]+)?)(?::([^{}]*))?\}/g

type DeclaredRequest = Pick<Entity, "forEach" | "incremental" | "request" | "windows">

/** The names that have a value without a row of `forEach`. */
const isBuiltIn = (name: string, { incremental, windows }: DeclaredRequest): boolean =>
  momentOf(name) !== undefined ||
  (name === "cursor" && incremental !== undefined) ||
  ((name === "from" || name === "to") && windows !== undefined)

/** The parameters of `forEach` that the path of an entity needs. */
export const parametersIn = (entity: DeclaredRequest): ReadonlyArray<string> =>
  [...entity.request.path.matchAll(placeholder)].flatMap(([, name = "", format]) => {
    const isParameter = entity.forEach !== undefined && Object.hasOwn(entity.forEach.params, name)
    return format === undefined && (isParameter || !isBuiltIn(name, entity)) ? [name] : []
  })

/** `Array.isArray` alone does not narrow a union with readonly arrays. */
const isList: (value: unknown) => value is ReadonlyArray<unknown> = Array.isArray

const isMap = (value: ResolvedValue | undefined): value is ResolvedMap =>
  typeof value === "object" && value !== null && !isList(value)

const isDate = (value: object): value is DateValue => "date" in value && "offset" in value && "sign" in value

/** The values of placeholders in one read. */
interface Values {
  readonly params: Params
  readonly now: DateTime.Zoned
  /** Undefined if the entity is not read from a cursor. */
  readonly cursor: string | null | undefined
}

/** The value of one placeholder; undefined if it has none, and is text. A parameter comes before a moment of its name. */
const placeholderValue = (
  { cursor, now, params }: Values,
  name: string,
  format: string | undefined
): Scalar | undefined => {
  if (format === undefined && Object.hasOwn(params, name)) return params[name] ?? null
  if (format === undefined && name === "cursor") return cursor
  const moment = momentOf(name, format)
  return moment === undefined ? undefined : formatMoment(moment, now)
}

/** A placeholder that is the whole text keeps the type of its value. */
const fill = (text: string, values: Values): Scalar => {
  const [only] = text.matchAll(placeholder)
  if (only?.[0] === text) {
    const value = placeholderValue(values, only[1] ?? "", only[2])
    return value === undefined ? text : value
  }
  return text.replaceAll(placeholder, (whole, name: string, format: string | undefined) => {
    const value = placeholderValue(values, name, format)
    return value === undefined ? whole : String(value ?? "")
  })
}

const resolve = (value: TemplateValue, values: Values): ResolvedValue => {
  if (typeof value === "string") return fill(value, values)
  if (value === null || typeof value !== "object") return value
  if (isList(value)) return value.map((item) => resolve(item, values))
  if (isDate(value)) return formatMoment(value, values.now)
  return resolveMap(value, values)
}

const resolveMap = (map: Readonly<Record<string, TemplateValue>>, values: Values): ResolvedMap =>
  Object.fromEntries(Object.entries(map).map(([key, item]) => [key, resolve(item, values)]))

/** The query parameters: null omits a parameter, a list repeats it. */
const queryOf = (query: ResolvedMap): ReadonlyArray<readonly [string, string]> =>
  Object.entries(query).flatMap(([name, value]) =>
    [value]
      .flat()
      .filter((item) => item !== null)
      .map((item) => [name, typeof item === "object" ? JSON.stringify(item) : String(item)] as const)
  )

/** The body before it is written, and how. */
interface Content {
  readonly value: ResolvedValue
  readonly write: (value: ResolvedValue) => HttpBody.HttpBody
}

const asJson = (value: ResolvedValue) => HttpBody.text(withNumbers(JSON.stringify(value)), "application/json")
const asForm = (value: ResolvedValue) => HttpBody.urlParams(queryOf(isMap(value) ? value : {}))

const contentOf = ({ body, form, graphql, headers }: RequestTemplate, values: Values): Content | undefined => {
  // The braces of a query are its own.
  if (graphql !== undefined) {
    return { value: { query: graphql.query, variables: resolveMap(graphql.variables, values) }, write: asJson }
  }
  if (form !== undefined) return { value: resolveMap(form, values), write: asForm }
  if (body === undefined) return undefined
  const value = resolve(body, values)
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1]
  const isForm = type?.startsWith("application/x-www-form-urlencoded") === true && isMap(value)
  return { value, write: isForm ? asForm : asJson }
}

/** Sets the value at a place in the body; maps on the way that are missing are made. */
const withValue = (body: ResolvedValue | undefined, tokens: ReadonlyArray<string>, value: Scalar): ResolvedValue => {
  const [token, ...rest] = tokens
  if (token === undefined) return value
  const map = isMap(body) ? body : {}
  return { ...map, [token]: withValue(Object.hasOwn(map, token) ? map[token] : undefined, rest, value) }
}

const withValues = (body: ResolvedValue, places: Readonly<Record<string, Scalar>>): ResolvedValue =>
  Object.entries(places).reduce((made, [pointer, value]) => withValue(made, tokensOf(pointer) ?? [], value), body)

/**
 * Finds a placeholder in the path without text, or in a segment that becomes `.` or `..`: `/x/../sub` is `/sub`, whose
 * records would be stored as those of this row.
 */
const misleading = (path: string, values: Values): RegExpMatchArray | undefined => {
  const text = (name = "", format?: string) => String(placeholderValue(values, name, format) ?? "")
  return path
    .replace(/[?#].*$/s, "")
    .split("/")
    .flatMap((segment) => {
      const filled = segment.replaceAll(placeholder, (_, name: string, format?: string) => text(name, format))
      const isStep = /^\.{1,2}$/.test(filled)
      return [...segment.matchAll(placeholder)].filter(([, name, format]) => isStep || text(name, format) === "")
    })[0]
}

/** The cursor goes into its parameter, if it has one; a place in the body begins with a slash. */
const sinceIn = ({ incremental }: Entity, since: string | undefined): Readonly<Record<string, string>> =>
  incremental?.param === undefined || since === undefined ? {} : { [incremental.param]: since }

/** The request of each page of one read. Moments are those of the first. */
export const requestsOf = Effect.fnUntraced(function* (entity: Entity, options: ReadOptions) {
  const { headers, method, path, query } = entity.request
  const params = options.params ?? {}
  const invalid = (why: Reason) =>
    new UpstreamError({ kind: "Declaration", reason: reason("request.declaration", { entity: entityId(entity), why }) })

  const missing = parametersIn(entity).find((name) => (params[name] ?? null) === null)
  if (missing !== undefined) return yield* invalid(reason("request.placeholder", { placeholder: `{${missing}}` }))
  const now = DateTime.setZoneNamed(yield* DateTime.now, entity.timezone)
  if (Option.isNone(now)) return yield* invalid(reason("request.timezone", { timezone: entity.timezone }))
  const cursor = entity.incremental === undefined ? undefined : (options.since ?? null)
  const values: Values = { params, now: now.value, cursor }
  const led = misleading(path, values)
  if (led !== undefined) {
    const [whole, name = ""] = led
    const value = JSON.stringify(params[name] ?? "")
    return yield* invalid(reason("request.otherAddress", { placeholder: whole, value }))
  }

  const filled = path.replaceAll(placeholder, (_, name: string, format?: string) =>
    encodeURIComponent(String(placeholderValue(values, name, format)))
  )
  const since = Object.entries(sinceIn(entity, options.since))
  const sent = since.filter(([name]) => !name.startsWith("/"))
  const base = HttpClientRequest.make(method)(filled).pipe(
    HttpClientRequest.appendUrlParams(queryOf({ ...resolveMap(query, values), ...Object.fromEntries(sent) }))
  )
  const filledHeaders = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(fill(value, values) ?? "")])
  )
  const unsendable = Object.entries(filledHeaders).find(([, value]) => !/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
  if (unsendable !== undefined) return yield* invalid(reason("request.header", { header: unsendable[0] }))
  const content = contentOf(entity.request, values)
  const inBody = Object.fromEntries(since.filter(([name]) => name.startsWith("/")))

  return ({ body = {}, query: ofPage, url }: PageRequest): HttpClientRequest.HttpClientRequest => {
    const request =
      content === undefined
        ? base
        : HttpClientRequest.setBody(base, content.write(withValues(content.value, { ...inBody, ...body })))
    // An address that the vendor named replaces everything, a parameter of the page that of the request.
    return (url === undefined ? request : HttpClientRequest.setUrl(request, new URL(url))).pipe(
      HttpClientRequest.setUrlParams(ofPage),
      HttpClientRequest.setHeaders(filledHeaders)
    )
  }
})
