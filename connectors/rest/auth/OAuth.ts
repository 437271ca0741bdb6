/** Tokens of OAuth 2.0, for the client itself or for a refresh token. */
import { Duration, Effect, Redacted, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import { ambiguityIn, failure, fromClearJson, type Upstream, UpstreamError } from "../../../core/sdk.ts"
import { rest } from "../reasons.ts"
import type { AuthOf } from "./AuthYaml.ts"

/** RFC 6749, 5.1; some servers send the seconds as text, and a missing value means an hour. */
const Token = Schema.Struct({
  access_token: Schema.NonEmptyString,
  expires_in: Schema.optionalKey(Schema.Union([Schema.Finite, Schema.FiniteFromString]))
})
const decodeToken = Schema.decodeUnknownEffect(fromClearJson(Token))

/** RFC 6749, 4.4 and 6. A refresh token that the answer may hold is not kept: the declared one is used each time. */
const grantOf = ({ grant, refreshToken, scope }: AuthOf<"oauth2">) => ({
  grant_type: grant,
  ...(refreshToken === undefined ? {} : { refresh_token: Redacted.value(refreshToken) }),
  ...(scope === undefined ? {} : { scope })
})

/** The client identifies itself by Basic authorization, which every server must support. */
export const issueToken = Effect.fnUntraced(function* (upstream: Upstream.Upstream, auth: AuthOf<"oauth2">) {
  const request = HttpClientRequest.post(auth.tokenUrl).pipe(
    HttpClientRequest.basicAuth(
      encodeURIComponent(auth.clientId),
      encodeURIComponent(Redacted.value(auth.clientSecret))
    ),
    HttpClientRequest.bodyUrlParams(grantOf(auth))
  )
  const { head, subject } = yield* upstream
    .send(request, { idempotent: true })
    .pipe(
      Effect.mapError((error) =>
        auth.grant === "refresh_token" && error.status === 400
          ? new UpstreamError({ ...error, reason: rest("rest.refreshRefused", { why: error.reason }) })
          : error
      )
    )
  const token = yield* decodeToken(head).pipe(
    // Neither the answer nor the schema's message: both may contain the token.
    Effect.mapError(() => failure(subject, "Format", ambiguityIn(head) ?? rest("rest.tokenAnswer")))
  )
  return {
    token: Redacted.make(token.access_token),
    // A tenth earlier, so that no request is in progress when the token expires.
    lifetime: Duration.seconds((token.expires_in ?? 3600) * 0.9)
  }
}, Effect.scoped)
