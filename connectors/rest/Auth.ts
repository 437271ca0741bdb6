/**
 * The authorization of a connector: none, one fixed credential, or OAuth tokens that are renewed before they expire.
 */

import { Duration, Effect, Redacted, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import { type Credential, failure, SessionToken, type Upstream } from "../../core/sdk.ts"
import type { Auth } from "./Config.ts"
import { rest } from "./reasons.ts"

/** Secrets that an answer might repeat, beside the credential itself. */
export const secretsOf = (auth: Auth): ReadonlyArray<Redacted.Redacted> =>
  auth.type === "oauth2" ? [auth.clientSecret] : []

const fixed = (upstream: Upstream.Upstream, secret: Redacted.Redacted, apply: Credential["apply"]) =>
  upstream.authorized(Effect.succeed({ secret, apply }))

export const authorized = Effect.fnUntraced(function* (connector: string, upstream: Upstream.Upstream, auth: Auth) {
  switch (auth.type) {
    case "none":
      return upstream
    case "bearer":
      return fixed(upstream, auth.token, HttpClientRequest.bearerToken(auth.token))
    case "basic":
      return fixed(upstream, auth.password, HttpClientRequest.basicAuth(auth.user, auth.password))
    case "apiKey":
      return fixed(
        upstream,
        auth.value,
        auth.in === "header"
          ? HttpClientRequest.setHeader(auth.name, Redacted.value(auth.value))
          : HttpClientRequest.setUrlParams({ [auth.name]: auth.value })
      )
    case "oauth2":
      return upstream.authorized(
        yield* SessionToken.shared(connector, [auth.tokenUrl, auth.clientId, auth.clientSecret, auth.scope ?? ""], {
          acquire: issueToken(upstream, auth),
          apply: (request, token) => HttpClientRequest.bearerToken(request, token)
        })
      )
  }
})

/** RFC 6749, 5.1; some servers send the seconds as text, and a missing value means an hour. */
const Token = Schema.Struct({
  access_token: Schema.NonEmptyString,
  expires_in: Schema.optionalKey(Schema.Union([Schema.Finite, Schema.FiniteFromString]))
})
const decodeToken = Schema.decodeUnknownEffect(Schema.fromJsonString(Token))

/** RFC 6749, 4.4: the client identifies itself by Basic authorization, which every server must support. */
const issueToken = Effect.fnUntraced(function* (
  upstream: Upstream.Upstream,
  auth: Extract<Auth, { readonly type: "oauth2" }>
) {
  const request = HttpClientRequest.post(auth.tokenUrl).pipe(
    HttpClientRequest.basicAuth(
      encodeURIComponent(auth.clientId),
      encodeURIComponent(Redacted.value(auth.clientSecret))
    ),
    HttpClientRequest.bodyUrlParams({
      grant_type: "client_credentials",
      ...(auth.scope === undefined ? {} : { scope: auth.scope })
    })
  )
  const { head, subject } = yield* upstream.send(request, { idempotent: true })
  const token = yield* decodeToken(head).pipe(
    // Neither the answer nor the schema's message: both may contain the token.
    Effect.mapError(() => failure(subject, "Format", rest("rest.tokenAnswer")))
  )
  return {
    token: Redacted.make(token.access_token),
    // A tenth earlier, so that no request is in progress when the token expires.
    lifetime: Duration.seconds((token.expires_in ?? 3600) * 0.9)
  }
}, Effect.scoped)
