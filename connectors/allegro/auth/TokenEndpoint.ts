/**
 * Requests to the authorization, each sent once: the exchange of a code and the use of a refresh token cannot be
 * repeated blindly, because the vendor may have granted what never arrived. They share the application's budget with the
 * API, but neither open nor heed its circuit.
 */
import { Effect, type Redacted } from "effect"
import { HttpClientRequest } from "effect/http"
import { type Answer, confidential, type Upstream, type UpstreamError } from "../../../core/sdk.ts"
import type { Config } from "../Config.ts"

/** Posts a form as the application. `secret`: what else an answer may repeat. The whole answer is in its `head`. */
export type PostForm = (
  path: "/device" | "/token",
  form: Readonly<Record<string, string>>,
  secret?: Redacted.Redacted
) => Effect.Effect<Answer, UpstreamError>

export const make =
  (upstream: Upstream.Upstream, { client }: Pick<Config, "client">): PostForm =>
  (path, form, secret = client.secret) =>
    upstream
      .authorized(Effect.succeed({ secret, apply: HttpClientRequest.basicAuth(client.id, client.secret) }))
      .send(HttpClientRequest.post(path).pipe(HttpClientRequest.bodyUrlParams(form)), {
        idempotent: false,
        despiteCircuit: true
      })
      .pipe(Effect.scoped, confidential)
