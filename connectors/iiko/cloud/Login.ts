/** The logins of iikoCloud: by key, application and client secret, and the older one by a login alone. */
import { Duration, Option, type Redacted, Schema } from "effect"
import { HttpBody, HttpClientRequest } from "effect/http"
import { quote, TokenLogin, type Upstream } from "../../../core/sdk.ts"
import { iiko } from "../reasons.ts"
import type { CloudConfig } from "./Config.ts"

/** A little less than the hour for which a token is valid, for requests that are in progress when it expires. */
const tokenLifetime = Duration.minutes(55)

export interface CloudLogin {
  readonly path: string
  readonly given: TokenLogin.LoginFields
}

/** Undefined: nothing is to be read from iikoCloud. */
export const loginOf = ({ apiKey, apiLogin, appId, clientSecret }: CloudConfig): CloudLogin | undefined => {
  if (apiKey !== undefined && appId !== undefined && clientSecret !== undefined) {
    return { path: "/api/v2/access_token", given: { apiKey, appId, clientSecret } }
  }
  return apiLogin === undefined ? undefined : { path: "/api/1/access_token", given: { apiLogin } }
}

export const secretsOf = ({ given }: CloudLogin): ReadonlyArray<Redacted.Redacted> => TokenLogin.secretsIn(given)

const decodeToken = Schema.decodeUnknownOption(Schema.Struct({ token: Schema.NonEmptyString }))

export const logIn = (upstream: Upstream.Upstream, { given, path }: CloudLogin) =>
  TokenLogin.logIn(upstream, {
    request: HttpClientRequest.setBody(
      HttpClientRequest.post(path),
      HttpBody.jsonUnsafe(TokenLogin.revealSecrets(given))
    ),
    token: (answer) => Option.getOrUndefined(decodeToken(answer))?.token,
    lifetime: tokenLifetime,
    // Not quoted, unless it is a page.
    invalid: (subject, head) => {
      const found = /^\s*</.test(head)
        ? iiko("iiko.begins", { text: quote(subject, head) })
        : iiko("iiko.somethingElse", { count: head.length })
      return iiko("iiko.cloudToken", { found })
    }
  })
