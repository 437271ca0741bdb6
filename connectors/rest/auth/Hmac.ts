/** Signs each request: an HMAC over a text that is made of it and of the time. */
import { createHash, createHmac } from "node:crypto"
import { DateTime, Redacted } from "effect"
import { HttpClientRequest, UrlParams } from "effect/http"
import { formatDate } from "../../../core/sdk.ts"
import type { AuthOf } from "./AuthYaml.ts"

const bytesOf = ({ body }: HttpClientRequest.HttpClientRequest): Uint8Array =>
  body._tag === "Uint8Array" ? body.body : new Uint8Array()

/** RFC 9110, 5.6.7. */
const timestampOf = (format: string, now: DateTime.Utc): string =>
  format === "http"
    ? DateTime.toDateUtc(now).toUTCString()
    : formatDate(DateTime.setZoneNamedUnsafe(now, "UTC"), format)

const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? "") : place))

/** The request with the headers that show its signature; its body is already as it is sent. */
export const sign = (
  { algorithm, encoding, headers, secret, sign: template, timestamp }: AuthOf<"hmac">,
  request: HttpClientRequest.HttpClientRequest,
  now: DateTime.Utc
): HttpClientRequest.HttpClientRequest => {
  const url = new URL(request.url)
  const query = [url.search.slice(1), UrlParams.toString(request.urlParams)].filter((part) => part !== "").join("&")
  const bytes = bytesOf(request)
  const values = {
    method: request.method,
    host: url.host,
    path: url.pathname,
    query,
    target: query === "" ? url.pathname : `${url.pathname}?${query}`,
    timestamp: timestampOf(timestamp, now),
    body: new TextDecoder().decode(bytes),
    bodyHash: createHash(algorithm).update(bytes).digest(encoding)
  }
  const signature = createHmac(algorithm, Redacted.value(secret)).update(fill(template, values)).digest(encoding)
  return HttpClientRequest.setHeaders(
    request,
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value, { ...values, signature })]))
  )
}
