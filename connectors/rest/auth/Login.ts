/** A login by a request whose answer holds a token. */
import { Duration, Effect, Redacted, Result, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import { failure, follow, type SessionToken, tokensOf, type Upstream, type UpstreamError } from "../../../core/sdk.ts"
import { rest } from "../reasons.ts"
import type { AuthOf } from "./AuthYaml.ts"

type Given = NonNullable<AuthOf<"login">["body"]>

const revealed = (given: Given) =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, Redacted.isRedacted(value) ? Redacted.value(value) : value])
  )

/** Secrets of the login, which its answer might repeat. */
export const secretsIn = ({ body = {}, form = {} }: AuthOf<"login">): ReadonlyArray<Redacted.Redacted> =>
  Object.values({ ...body, ...form }).flatMap((value) => (Redacted.isRedacted(value) ? [value] : []))

const requestOf = ({ body, form, method, path }: AuthOf<"login">): HttpClientRequest.HttpClientRequest => {
  const request = HttpClientRequest.make(method)(path)
  if (form !== undefined) {
    const fields = Object.entries(revealed(form)).filter(([, value]) => value !== null)
    return HttpClientRequest.bodyUrlParams(
      request,
      Object.fromEntries(fields.map(([name, value]) => [name, String(value)]))
    )
  }
  return body === undefined ? request : HttpClientRequest.bodyJsonUnsafe(request, revealed(body))
}

const decodeJson = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))

/** A text, or a number that means one. */
const textAt = (answer: unknown, pointer: string): string | undefined => {
  const found = follow(answer, tokensOf(pointer) ?? [])
  return (typeof found === "string" && found !== "") || typeof found === "number" ? String(found) : undefined
}

/** Logs in; a token is used for nine tenths of the time for which it is valid. */
export const logIn = Effect.fnUntraced(function* (
  upstream: Upstream.Upstream,
  auth: AuthOf<"login">
): Effect.fn.Return<SessionToken.Session, UpstreamError> {
  const { head, subject } = yield* Effect.scoped(upstream.send(requestOf(auth), { idempotent: true }))
  const parsed = decodeJson(head)
  const answer = Result.isSuccess(parsed) ? parsed.success : head.trim()
  const token = textAt(answer, auth.token)
  // Never with the answer, which may contain the token elsewhere.
  if (token === undefined || /[^\x20-\x7e]/.test(token)) {
    return yield* failure(subject, "Format", rest("rest.loginAnswer", { pointer: JSON.stringify(auth.token) }))
  }
  const seconds = auth.expiresIn === undefined ? Number.NaN : Number(textAt(answer, auth.expiresIn))
  return {
    token: Redacted.make(token),
    lifetime: Duration.times(seconds > 0 ? Duration.seconds(seconds) : auth.lifetime, 0.9)
  }
})

/** Shows the token as the vendor wants it. */
export const present = (
  {
    in: place,
    name,
    prefix = place === "header" && name.toLowerCase() === "authorization" ? "Bearer " : ""
  }: AuthOf<"login">,
  request: HttpClientRequest.HttpClientRequest,
  token: Redacted.Redacted
): HttpClientRequest.HttpClientRequest => {
  const value = `${prefix}${Redacted.value(token)}`
  return place === "header"
    ? HttpClientRequest.setHeader(request, name, value)
    : HttpClientRequest.setUrlParams(request, { [name]: value })
}
