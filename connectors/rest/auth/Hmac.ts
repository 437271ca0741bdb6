/** Signs each request: an HMAC over a text that is made of it and of the time, shown in headers or in the query. */
import { createHash, createHmac } from "node:crypto"
import { DateTime, Redacted } from "effect"
import { HttpClientRequest, UrlParams } from "effect/http"
import { formatDate, TokenLogin } from "../../../core/sdk.ts"
import type { AuthOf } from "./AuthYaml.ts"

type Texts = Readonly<Record<string, string>>
type QueryFields = NonNullable<AuthOf<"hmac">["query"]>

/** Keys beside the signature. */
export const secretsIn = ({ headers, query }: AuthOf<"hmac">): ReadonlyArray<Redacted.Redacted> =>
  TokenLogin.secretsIn({ ...headers, ...query })

const bytesOf = ({ body }: HttpClientRequest.HttpClientRequest): Uint8Array =>
  body._tag === "Uint8Array" ? body.body : new Uint8Array()

/** RFC 9110, 5.6.7. */
const timestampOf = (format: string, now: DateTime.Utc): string =>
  format === "http"
    ? DateTime.toDateUtc(now).toUTCString()
    : formatDate(DateTime.setZoneNamedUnsafe(now, "UTC"), format)

const fill = (text: string, values: Texts): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? "") : place))

const filled = (given: QueryFields, values: Texts): Texts =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      Redacted.isRedacted(value) ? Redacted.value(value) : fill(String(value), values)
    ])
  )

/** The parameters that are signed, and those that show the signature. */
const parted = (query: QueryFields): readonly [asked: QueryFields, shown: QueryFields] => {
  const isShown = (value: QueryFields[string]) => typeof value === "string" && value.includes("{signature}")
  const entries = Map.groupBy(Object.entries(query), ([, value]) => isShown(value))
  return [Object.fromEntries(entries.get(false) ?? []), Object.fromEntries(entries.get(true) ?? [])]
}

const queryOf = ({ url, urlParams }: Pick<HttpClientRequest.HttpClientRequest, "url" | "urlParams">): string =>
  [new URL(url).search.slice(1), UrlParams.toString(urlParams)].filter((part) => part !== "").join("&")

/** Without its own parameters, which the address of a next page may have of the request before. */
const without = (
  query: QueryFields,
  request: HttpClientRequest.HttpClientRequest
): HttpClientRequest.HttpClientRequest => {
  const names = Object.keys(query)
  if (names.length === 0) return request
  const url = new URL(request.url)
  const urlParams = names.reduce((params, name) => UrlParams.remove(params, name), request.urlParams)
  url.search = queryOf({ url: request.url, urlParams })
  return HttpClientRequest.setUrl(request, url)
}

/** The request with its signature; its body is already as it is sent. */
export const sign = (
  { algorithm, encoding, headers = {}, query: given = {}, secret, sign: template, timestamp }: AuthOf<"hmac">,
  request: HttpClientRequest.HttpClientRequest,
  now: DateTime.Utc
): HttpClientRequest.HttpClientRequest => {
  const [asked, shown] = parted(given)
  const time = timestampOf(timestamp, now)
  const timed = HttpClientRequest.appendUrlParams(without(given, request), filled(asked, { timestamp: time }))
  const url = new URL(timed.url)
  const query = queryOf(timed)
  const bytes = bytesOf(timed)
  const values = {
    method: timed.method,
    host: url.host,
    path: url.pathname,
    query,
    target: query === "" ? url.pathname : `${url.pathname}?${query}`,
    timestamp: time,
    body: new TextDecoder().decode(bytes),
    bodyHash: createHash(algorithm).update(bytes).digest(encoding)
  }
  const signature = createHmac(algorithm, Redacted.value(secret)).update(fill(template, values)).digest(encoding)
  return timed.pipe(
    HttpClientRequest.appendUrlParams(filled(shown, { ...values, signature })),
    HttpClientRequest.setHeaders(filled(headers, { ...values, signature }))
  )
}
