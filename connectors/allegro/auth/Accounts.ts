/** What the vault asks of Allegro about the tokens of an account. */
import { Effect, Redacted, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import {
  type AccountOperations,
  ambiguityIn,
  CredentialsRefused,
  failure,
  fromClearJson,
  type Upstream
} from "../../../core/sdk.ts"
import type { Config } from "../Config.ts"
import { codeOf, MissingRight } from "../Refusals.ts"
import { allegro } from "../reasons.ts"
import { deviceFlow } from "./DeviceFlow.ts"
import type { PostForm } from "./TokenEndpoint.ts"
import { credential, grantOf } from "./Tokens.ts"

const Me = Schema.Struct({ id: Schema.NonEmptyString, login: Schema.NonEmptyString })
const decodeMe = Schema.decodeUnknownEffect(fromClearJson(Me))

const refused = () => new CredentialsRefused({ reason: allegro("allegro.refused") })

const verify = (upstream: Upstream.Upstream): AccountOperations["verify"] =>
  Effect.fnUntraced(function* (credentials) {
    const { head, subject } = yield* upstream
      .authorized(Effect.succeed(credential(credentials)))
      .send(HttpClientRequest.get("/me"))
      .pipe(
        Effect.scoped,
        Effect.mapError((error) => {
          if (error.cause instanceof MissingRight) return new CredentialsRefused({ reason: error.reason })
          return error.kind === "Unauthorized" ? refused() : error
        })
      )
    const { id, login } = yield* decodeMe(head).pipe(
      Effect.mapError(() => failure(subject, "Format", ambiguityIn(head) ?? allegro("allegro.meAnswer")))
    )
    return { id, line: login }
  })

/** `invalid_token`: of the other environment, or damaged. */
const refusals = ["invalid_grant", "invalid_token"]

const refresh = (post: PostForm): NonNullable<AccountOperations["refresh"]> =>
  Effect.fnUntraced(function* ({ refreshToken }) {
    if (refreshToken === undefined) return yield* refused()
    const form = { grant_type: "refresh_token", refresh_token: Redacted.value(refreshToken) }
    return yield* grantOf(post("/token", form, refreshToken)).pipe(
      Effect.mapError((error) => (refusals.includes(codeOf(error) ?? "") ? refused() : error))
    )
  })

export const accounts = (upstream: Upstream.Upstream, post: PostForm, { client }: Config): AccountOperations => ({
  credential,
  verify: verify(upstream),
  refresh: refresh(post),
  authorization: deviceFlow(post, client)
})
