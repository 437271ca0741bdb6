/**
 * Removes every known secret from the API's answers, whether a source, a person or a mistake put it there. It works
 * value by value, because cutting the finished text could also remove quotes.
 */
import { HttpBody, HttpServerResponse } from "effect/http"
import { redact } from "../observe/Secrets.ts"

/** An answer that many clients share is searched once: each gets the same body, in a response of its own. */
const seen = new WeakMap<HttpBody.HttpBody, HttpBody.HttpBody>()

export const withoutSecrets = (response: HttpServerResponse.HttpServerResponse) => {
  const { body } = response
  const looked = seen.get(body) ?? look(body)
  seen.set(body, looked)
  return looked === body ? response : HttpServerResponse.setBody(response, looked)
}

const look = (body: HttpBody.HttpBody): HttpBody.HttpBody => {
  if (body._tag !== "Uint8Array" || !/json/.test(body.contentType)) return body
  const text = body.text ?? new TextDecoder().decode(body.body)
  if (redact(text) === text) return body
  const redacted: unknown = JSON.parse(text, (_, value: unknown) => (typeof value === "string" ? redact(value) : value))
  return HttpBody.text(JSON.stringify(redacted), body.contentType)
}
