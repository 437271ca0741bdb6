/**
 * iikoCloud behind its own login: a token for an hour, and a budget and a circuit apart from the Server's, because a
 * slow or unavailable cloud says nothing about the Server.
 */

import { Duration, Effect, Redacted, Schema } from "effect"
import { HttpBody, HttpClientRequest } from "effect/http"
import {
  type Answer,
  type ConnectorSettings,
  failure,
  quote,
  SessionToken,
  Upstream,
  UpstreamError
} from "../../../core/sdk.ts"
import { iiko } from "../reasons.ts"
import type { CloudConfig } from "./Config.ts"

/** A little less than the hour for which a token is valid, for requests that are in progress when it expires. */
const tokenLifetime = Duration.minutes(55)

export const post = (path: string, body: object) =>
  HttpClientRequest.setBody(HttpClientRequest.post(path), HttpBody.jsonUnsafe(body))

export const make = Effect.fn("IikoCloud.make")(function* (
  declaration: Pick<ConnectorSettings, "name" | "limits" | "retry">,
  { apiLogin, baseUrl, organizations }: CloudConfig & { readonly apiLogin: Redacted.Redacted }
) {
  const anonymous = yield* Upstream.make({ declaration, group: "cloud", baseUrl, secrets: [apiLogin] })
  const logIn = anonymous
    .send(post("/api/1/access_token", { apiLogin: Redacted.value(apiLogin) }), { idempotent: true })
    .pipe(Effect.flatMap(tokenOf), Effect.scoped)
  const session = yield* SessionToken.shared(anonymous.name, [baseUrl, apiLogin], {
    acquire: Effect.map(logIn, (token) => ({ token, lifetime: tokenLifetime })),
    apply: HttpClientRequest.bearerToken
  })
  const upstream = anonymous.authorized(session)

  const probe = Effect.gen(function* () {
    const ids = Object.keys(organizations)
    const text = yield* Upstream.text(upstream, post("/api/1/organizations", {}), { idempotent: true })
    const found = yield* Effect.mapError(
      decodeOrganizations(text),
      () => new UpstreamError({ kind: "Format", reason: iiko("iiko.cloudNoList", { connector: anonymous.name }) })
    )
    const known = found.organizations.map(({ id }) => id.toLowerCase())
    const strange = ids.filter((id) => !known.includes(id.toLowerCase()))
    if (strange.length > 0) {
      return yield* new UpstreamError({
        kind: "Declaration",
        reason: iiko("iiko.cloudStrange", { connector: anonymous.name, organisations: strange.join(", ") })
      })
    }
    return `iikoCloud: ${ids.length} of ${known.length} organisations`
  })

  return { upstream, probe }
})

const Token = Schema.fromJsonString(Schema.Struct({ token: Schema.NonEmptyString }))
const decodeToken = Schema.decodeUnknownEffect(Token)

const Organizations = Schema.fromJsonString(
  Schema.Struct({ organizations: Schema.Array(Schema.Struct({ id: Schema.String })) })
)
const decodeOrganizations = Schema.decodeUnknownEffect(Organizations)

/** An invalid answer is not quoted, since it may contain a token, unless it is a page. */
const tokenOf = ({ head, subject }: Answer) =>
  decodeToken(head).pipe(
    Effect.map(({ token }) => Redacted.make(token)),
    Effect.mapError(() => {
      const found = /^\s*</.test(head)
        ? iiko("iiko.begins", { text: quote(subject, head) })
        : iiko("iiko.somethingElse", { count: head.length })
      return failure(subject, "Format", iiko("iiko.cloudToken", { found }))
    })
  )
