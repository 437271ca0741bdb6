/** The two tokens of an account: as the vendor grants them, and as a request carries one of them. */
import { DateTime, Effect, Redacted, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import {
  type AccountOperations,
  type Answer,
  ambiguityIn,
  type Credentials,
  failure,
  fromClearJson,
  type Grant,
  type UpstreamError
} from "../../../core/sdk.ts"
import { allegro } from "../reasons.ts"

export const mediaType = "application/vnd.allegro.public.v1+json"

const Tokens = Schema.Struct({
  access_token: Schema.NonEmptyString,
  refresh_token: Schema.NonEmptyString,
  expires_in: Schema.Finite
})
const decodeTokens = Schema.decodeUnknownEffect(fromClearJson(Tokens))

export const accessTokenOf = ({ accessToken = Redacted.make("") }: Credentials): Redacted.Redacted => accessToken

/** Runs a request for tokens. They count from before it, so that they are renewed rather too early than too late. */
export const grantOf = Effect.fnUntraced(function* (asking: Effect.Effect<Answer, UpstreamError>) {
  const askedAt = yield* DateTime.now
  const { head, subject } = yield* asking
  const tokens = yield* decodeTokens(head).pipe(
    // Neither the answer nor the schema's message: both may hold a token.
    Effect.mapError(() => failure(subject, "Format", ambiguityIn(head) ?? allegro("allegro.tokenAnswer")))
  )
  const grant: Grant = {
    credentials: {
      accessToken: Redacted.make(tokens.access_token),
      refreshToken: Redacted.make(tokens.refresh_token)
    },
    expiresAt: DateTime.add(askedAt, { seconds: tokens.expires_in })
  }
  return grant
})

/** A declared Accept stays, as beta resources want their own. */
const accepting = (request: HttpClientRequest.HttpClientRequest): HttpClientRequest.HttpClientRequest =>
  "accept" in request.headers ? request : HttpClientRequest.setHeader(request, "accept", mediaType)

export const credential: AccountOperations["credential"] = (credentials) => {
  const secret = accessTokenOf(credentials)
  return { secret, apply: (request) => accepting(HttpClientRequest.bearerToken(request, secret)) }
}
