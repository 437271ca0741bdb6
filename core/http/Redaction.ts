/**
 * Removes every known secret from the API's answers, whether a source, a person or a mistake put it there. It works
 * value by value, because cutting the finished text could also remove quotes.
 */
import { HttpServerResponse } from "effect/http"
import { redact } from "../observe/Secrets.ts"

/** An answer that many clients share is searched once. */
const seen = new WeakMap<HttpServerResponse.HttpServerResponse, HttpServerResponse.HttpServerResponse>()

export const withoutSecrets = (response: HttpServerResponse.HttpServerResponse) => {
  const known = seen.get(response)
  if (known !== undefined) return known
  const looked = look(response)
  seen.set(response, looked)
  return looked
}

const look = (response: HttpServerResponse.HttpServerResponse): HttpServerResponse.HttpServerResponse => {
  const { body } = response
  if (body._tag !== "Uint8Array" || !/json/.test(body.contentType)) return response
  const text = new TextDecoder().decode(body.body)
  if (redact(text) === text) return response
  const redacted: unknown = JSON.parse(text, (_, value: unknown) => (typeof value === "string" ? redact(value) : value))
  const { contentType } = body
  return HttpServerResponse.setHeaders(
    HttpServerResponse.text(JSON.stringify(redacted), {
      status: response.status,
      contentType,
      cookies: response.cookies
    }),
    withoutLength(response.headers)
  )
}

const withoutLength = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "content-length" && name !== "content-type"))
