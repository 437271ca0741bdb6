/**
 * iikoCloud behind its own login: a token for an hour, and a budget and a circuit apart from the Server's, because a
 * slow or unavailable cloud says nothing about the Server.
 */

import { Effect, Schema } from "effect"
import { HttpBody, HttpClientRequest } from "effect/http"
import {
  ambiguityIn,
  type ConnectorSettings,
  fromClearJson,
  SessionToken,
  Upstream,
  UpstreamError
} from "../../../core/sdk.ts"
import { iiko } from "../reasons.ts"
import type { CloudConfig } from "./Config.ts"
import { type CloudLogin, logIn, secretsOf } from "./Login.ts"

export const post = (path: string, body: object) =>
  HttpClientRequest.setBody(HttpClientRequest.post(path), HttpBody.jsonUnsafe(body))

export const make = Effect.fn("IikoCloud.make")(function* (
  declaration: Pick<ConnectorSettings, "name" | "limits" | "retry" | "proxy">,
  { baseUrl, organizations }: Pick<CloudConfig, "baseUrl" | "organizations">,
  login: CloudLogin
) {
  const secrets = secretsOf(login)
  const anonymous = yield* Upstream.make({ declaration, group: "cloud", baseUrl, secrets })
  const session = yield* SessionToken.makeShared(anonymous.name, [baseUrl, login.path, ...secrets], {
    acquire: logIn(anonymous, login),
    apply: HttpClientRequest.bearerToken
  })
  const upstream = anonymous.authorized(session)

  const probe = Effect.gen(function* () {
    const ids = Object.keys(organizations)
    const text = yield* Upstream.text(upstream, post("/api/1/organizations", {}), { idempotent: true })
    const found = yield* Effect.mapError(
      decodeOrganizations(text),
      () =>
        new UpstreamError({
          kind: "Format",
          reason: ambiguityIn(text) ?? iiko("iiko.cloudNoList", { connector: anonymous.name })
        })
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

const Organizations = fromClearJson(
  Schema.Struct({ organizations: Schema.Array(Schema.Struct({ id: Schema.String })) })
)
const decodeOrganizations = Schema.decodeUnknownEffect(Organizations)
