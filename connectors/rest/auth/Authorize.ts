/**
 * The authorization of a connector: none, one fixed credential, a signature of each request, or tokens that are renewed
 * before they expire.
 */
import { Effect, Redacted } from "effect"
import { HttpClientRequest } from "effect/http"
import { type Credential, SessionToken, type Upstream } from "../../../core/sdk.ts"
import type { Auth } from "./AuthYaml.ts"
import * as Hmac from "./Hmac.ts"
import { attachToken, logIn, secretsIn } from "./Login.ts"
import { issueToken } from "./OAuth.ts"

/** Secrets that an answer might repeat, beside the credential itself. */
export const secretsOf = (auth: Auth): ReadonlyArray<Redacted.Redacted> => {
  if (auth.type === "login") return secretsIn(auth)
  if (auth.type === "hmac") return Hmac.secretsIn(auth)
  if (auth.type !== "oauth2") return []
  return auth.refreshToken === undefined ? [auth.clientSecret] : [auth.clientSecret, auth.refreshToken]
}

const fixed = (upstream: Upstream.Upstream, secret: Redacted.Redacted, apply: Credential["apply"]) =>
  upstream.authorized(Effect.succeed({ secret, apply }))

export const withAuthorization = Effect.fnUntraced(function* (
  connector: string,
  upstream: Upstream.Upstream,
  auth: Auth
) {
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
    case "hmac":
      return upstream.authorized(
        Effect.succeed({
          secret: auth.secret,
          apply: (request, now) => Hmac.sign(auth, request, now),
          // A signature that was under way for too long is refused; the next one is of its own time.
          renew: Effect.void
        })
      )
    case "login":
      return upstream.authorized(
        yield* SessionToken.makeShared(connector, [JSON.stringify({ ...auth, lifetime: 0 }), ...secretsIn(auth)], {
          acquire: logIn(upstream, auth),
          apply: (request, token) => attachToken(auth, request, token)
        })
      )
    case "oauth2": {
      const { clientId, clientSecret, refreshToken = "", scope = "", tokenUrl } = auth
      return upstream.authorized(
        yield* SessionToken.makeShared(connector, [tokenUrl, clientId, clientSecret, refreshToken, scope], {
          acquire: issueToken(upstream, auth),
          apply: (request, token) => HttpClientRequest.bearerToken(request, token)
        })
      )
    }
  }
})
