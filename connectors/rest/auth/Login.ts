/** A login by a request whose answer holds a token. */
import { Duration, Redacted } from "effect"
import { HttpClientRequest } from "effect/http"
import { follow, TokenLogin, tokensOf, type Upstream } from "../../../core/sdk.ts"
import type { AuthOf } from "./AuthYaml.ts"
import { withoutToken } from "./LoginAnswer.ts"

export const secretsIn = ({ body = {}, form = {} }: AuthOf<"login">): ReadonlyArray<Redacted.Redacted> =>
  TokenLogin.secretsIn({ ...body, ...form })

const requestOf = ({ body, form, method, path }: AuthOf<"login">): HttpClientRequest.HttpClientRequest => {
  const request = HttpClientRequest.make(method)(path)
  if (form !== undefined) {
    const fields = Object.entries(TokenLogin.revealSecrets(form)).filter(([, value]) => value !== null)
    return HttpClientRequest.bodyUrlParams(
      request,
      Object.fromEntries(fields.map(([name, value]) => [name, String(value)]))
    )
  }
  return body === undefined ? request : HttpClientRequest.bodyJsonUnsafe(request, TokenLogin.revealSecrets(body))
}

/** A text, or a number that means one. */
const textAt = (answer: unknown, pointer: string): string | undefined => {
  const found = follow(answer, tokensOf(pointer) ?? [])
  return typeof found === "string" || typeof found === "number" ? String(found) : undefined
}

/** Logs in; a token is used for nine tenths of the time for which it is valid. */
export const logIn = (upstream: Upstream.Upstream, auth: AuthOf<"login">) => {
  const { expiresIn } = auth
  return TokenLogin.logIn(upstream, {
    request: requestOf(auth),
    token: (answer) => textAt(answer, auth.token),
    ...(expiresIn === undefined ? {} : { seconds: (answer: unknown) => Number(textAt(answer, expiresIn)) }),
    lifetime: Duration.times(auth.lifetime, 0.9),
    invalid: (subject, _, answer) => withoutToken(subject, answer, JSON.stringify(auth.token))
  })
}

/** Shows the token as the vendor wants it. */
export const attachToken = (
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
