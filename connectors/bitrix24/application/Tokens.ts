/**
 * The tokens of an application: an access token for an hour, and a refresh token, which each refresh replaces.
 * Source: the vendor's "OAuth 2.0 protocol" and "Automatic renewal of tokens".
 */
import { DateTime, Effect, Redacted, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import {
  type AccountOperations,
  ambiguityIn,
  type Credentials,
  CredentialsRefused,
  confidential,
  failure,
  fromClearJson,
  type Grant,
  isJsonObject,
  type Upstream,
  UpstreamError
} from "../../../core/sdk.ts"
import type { CallAnswer } from "../portal/Envelope.ts"
import { Refusal } from "../portal/Refusals.ts"
import { bitrix24 } from "../reasons.ts"
import type { ApplicationSettings } from "./ApplicationYaml.ts"

const Pair = Schema.Struct({
  access_token: Schema.NonEmptyString,
  refresh_token: Schema.NonEmptyString,
  expires_in: Schema.Finite
})
const decodePair = Schema.decodeUnknownEffect(fromClearJson(Pair))

const refused = () => new CredentialsRefused({ reason: bitrix24("bitrix24.checkApplication") })

/** What may come of a token that is used up, of another application, or withdrawn. */
const refusals =
  /^(?:invalid_grant|invalid_token|expired_token|NO_AUTH_FOUND|WRONG_APPLICATION|APPLICATION_NOT_FOUND)$/i

const isRefusal = ({ cause, kind }: UpstreamError): boolean =>
  kind === "Unauthorized" || (cause instanceof Refusal && refusals.test(cause.code))

/** Requests carry the access token as a parameter. */
export const credential: AccountOperations["credential"] = ({ accessToken = Redacted.make("") }) => ({
  secret: accessToken,
  apply: HttpClientRequest.setUrlParam("auth", Redacted.value(accessToken))
})

/** `tokens`: sends to the vendor's server of tokens; `profile`: asks the portal who the caller is. */
export const operations = (
  tokens: Upstream.Upstream,
  { client, portal }: ApplicationSettings,
  profile: (credentials: Credentials) => Effect.Effect<CallAnswer, UpstreamError>
): AccountOperations => {
  /** Sent once: the vendor may have replaced the token although its answer is lost. */
  const exchange = Effect.fnUntraced(function* (params: Readonly<Record<string, string>>, secret: Redacted.Redacted) {
    // Tokens count from before the request, so that they are renewed rather too early than too late.
    const askedAt = yield* DateTime.now
    const request = HttpClientRequest.get("").pipe(
      HttpClientRequest.setUrlParams({
        ...params,
        client_id: Redacted.value(client.id),
        client_secret: Redacted.value(client.secret)
      })
    )
    const { head, subject } = yield* tokens
      .authorized(Effect.succeed({ secret, apply: (one) => one }))
      .send(request, { idempotent: false, despiteCircuit: true })
      .pipe(
        Effect.scoped,
        confidential,
        Effect.mapError((error) => (isRefusal(error) ? refused() : error))
      )
    const pair = yield* decodePair(head).pipe(
      // Neither the answer nor the schema's message: both may hold a token.
      Effect.mapError(() => failure(subject, "Format", ambiguityIn(head) ?? bitrix24("bitrix24.tokenAnswer")))
    )
    const grant: Grant = {
      credentials: {
        accessToken: Redacted.make(pair.access_token),
        refreshToken: Redacted.make(pair.refresh_token)
      },
      expiresAt: DateTime.add(askedAt, { seconds: pair.expires_in })
    }
    return grant
  })

  const refresh = ({ refreshToken }: Credentials) =>
    refreshToken === undefined
      ? Effect.fail(refused())
      : exchange({ grant_type: "refresh_token", refresh_token: Redacted.value(refreshToken) }, refreshToken)

  const redeem: NonNullable<AccountOperations["redeem"]> = (given) => {
    const { code, refreshToken } = given
    if (refreshToken !== undefined) return refresh(given)
    return code === undefined
      ? Effect.fail(new UpstreamError({ kind: "Declaration", reason: bitrix24("bitrix24.giveToken") }))
      : exchange({ grant_type: "authorization_code", code: Redacted.value(code) }, code)
  }

  const verify: AccountOperations["verify"] = (credentials) =>
    profile(credentials).pipe(
      Effect.map(({ result }) => {
        const { LAST_NAME: last = "", NAME: first = "" } = isJsonObject(result) ? result : {}
        const { host } = new URL(portal)
        // Whichever administrator authorizes it: the data are those of the portal.
        return { id: host, line: `${[first, last].join(" ").trim()} at ${host}` }
      }),
      Effect.mapError((error) => (isRefusal(error) ? refused() : error))
    )

  return { credential, verify, refresh, redeem }
}
