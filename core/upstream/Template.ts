/**
 * An entity's request as it is sent: `{name}` in path, query, headers and body is filled from the row of `forEach`,
 * dates are computed from the clock in the entity's timezone, `since` goes into its parameter. A path that cannot be
 * filled fails before anything is sent.
 */
import { DateTime, Duration, Effect, Option } from "effect"
import { HttpBody, HttpClientRequest } from "effect/http"
import { type DateValue, type Entity, entityId, type TemplateValue } from "../config/Entity.ts"
import type { Scalar } from "../config/schema/Scalars.ts"
import { formatDate } from "../config/values/DatePattern.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import { type ReadOptions, UpstreamError } from "./Source.ts"

type Params = Readonly<Record<string, Scalar>>
type Resolved = Scalar | ReadonlyArray<Resolved> | { readonly [key: string]: Resolved }

const placeholder = /\{([A-Za-z_]\w*)\}/g

/** The parameters that a path needs. */
export const parametersIn = (path: string): ReadonlyArray<string> =>
  [...path.matchAll(placeholder)].map(([, name = ""]) => name)
const dayMillis = 86_400_000

/** `Array.isArray` alone does not narrow a union with readonly arrays. */
const isList: (value: unknown) => value is ReadonlyArray<unknown> = Array.isArray

const isDate = (value: object): value is DateValue => "date" in value && "offset" in value && "sign" in value

/** Days are calendar days, so that a day with 23 hours does not move the boundary. */
const dateOf = ({ date, offset, sign, format }: DateValue, now: DateTime.Zoned): string => {
  const start = date === "today" ? DateTime.startOf(now, "day") : now
  const millis = Duration.toMillis(offset)
  const moved = DateTime.add(start, {
    days: sign * Math.floor(millis / dayMillis),
    milliseconds: sign * (millis % dayMillis)
  })
  return formatDate(moved, format)
}

/** A placeholder that is the whole text keeps the type of its value. */
const fill = (text: string, params: Params): Scalar => {
  const only = /^\{([A-Za-z_]\w*)\}$/.exec(text)?.[1]
  if (only !== undefined && Object.hasOwn(params, only)) return params[only] ?? null
  return text.replaceAll(placeholder, (whole, name: string) =>
    Object.hasOwn(params, name) ? String(params[name] ?? "") : whole
  )
}

const resolve = (value: TemplateValue, params: Params, now: DateTime.Zoned): Resolved => {
  if (typeof value === "string") return fill(value, params)
  if (value === null || typeof value !== "object") return value
  if (isList(value)) return value.map((item) => resolve(item, params, now))
  if (isDate(value)) return dateOf(value, now)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, params, now)]))
}

/** The query parameters: null omits a parameter, a list repeats it. */
const queryOf = (query: Readonly<Record<string, Resolved>>): ReadonlyArray<readonly [string, string]> =>
  Object.entries(query).flatMap(([name, value]) =>
    [value]
      .flat()
      .filter((item) => item !== null)
      .map((item) => [name, typeof item === "object" ? JSON.stringify(item) : String(item)] as const)
  )

const bodyOf = (body: Resolved, contentType: string | undefined): HttpBody.HttpBody =>
  contentType?.startsWith("application/x-www-form-urlencoded") &&
  typeof body === "object" &&
  body !== null &&
  !isList(body)
    ? HttpBody.urlParams(queryOf(body))
    : HttpBody.jsonUnsafe(body)

/**
 * Finds a placeholder in the path without text, or in a segment that becomes `.` or `..`: `/x/../sub` is `/sub`, whose
 * records would be stored as those of this row.
 */
const misleading = (path: string, params: Params): RegExpMatchArray | undefined => {
  const text = (name = "") => String(params[name] ?? "")
  return path
    .replace(/[?#].*$/s, "")
    .split("/")
    .flatMap((segment) => {
      const isStep = /^\.{1,2}$/.test(segment.replaceAll(placeholder, (_, name: string) => text(name)))
      return [...segment.matchAll(placeholder)].filter(([, name]) => isStep || text(name) === "")
    })[0]
}

export const requestOf = Effect.fnUntraced(function* (entity: Entity, options: ReadOptions) {
  const { method, path, query, headers, body } = entity.request
  const params = options.params ?? {}
  const invalid = (why: Reason) =>
    new UpstreamError({ kind: "Declaration", reason: reason("request.declaration", { entity: entityId(entity), why }) })

  const missing = parametersIn(path).find((name) => (params[name] ?? null) === null)
  if (missing !== undefined) return yield* invalid(reason("request.placeholder", { placeholder: `{${missing}}` }))
  const led = misleading(path, params)
  if (led !== undefined) {
    const [whole, name = ""] = led
    const value = JSON.stringify(params[name])
    return yield* invalid(reason("request.otherAddress", { placeholder: whole, value }))
  }
  const now = DateTime.setZoneNamed(yield* DateTime.now, entity.timezone)
  if (Option.isNone(now)) return yield* invalid(reason("request.timezone", { timezone: entity.timezone }))

  const filled = path.replaceAll(placeholder, (_, name: string) => encodeURIComponent(String(params[name])))
  const resolved = Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, resolve(value, params, now.value)])
  )
  const since =
    entity.incremental === undefined || options.since === undefined ? {} : { [entity.incremental.param]: options.since }
  const request = HttpClientRequest.make(method)(filled).pipe(
    HttpClientRequest.appendUrlParams(queryOf({ ...resolved, ...since }))
  )
  const filledHeaders = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(fill(value, params) ?? "")])
  )
  const unsendable = Object.entries(filledHeaders).find(([, value]) => !/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
  if (unsendable !== undefined) return yield* invalid(reason("request.header", { header: unsendable[0] }))
  const contentType = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1]
  return (
    body === undefined
      ? request
      : HttpClientRequest.setBody(request, bodyOf(resolve(body, params, now.value), contentType))
  ).pipe(HttpClientRequest.setHeaders(filledHeaders))
})
