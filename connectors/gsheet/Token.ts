/**
 * Access tokens of a service account: an assertion signed with its key is exchanged for a token of an hour (RFC 7523).
 */

import { sign } from "node:crypto"
import { Clock, Duration, Effect, Redacted, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import { ambiguityIn, failure, fromClearJson, redactor, requestLabelOf, type Upstream } from "../../core/sdk.ts"
import type { Config } from "./Config.ts"
import { gsheet } from "./reasons.ts"

/** Reads need no write permission. */
export const readScope = "https://www.googleapis.com/auth/spreadsheets.readonly"

/** Requested only for writes. */
export const writeScope = "https://www.googleapis.com/auth/spreadsheets"

/** The audience of an assertion, whatever address the connector uses. */
const audience = "https://oauth2.googleapis.com/token"

const lineEnds = /\\n|\r?\n/

/** An answer may repeat a part of the key, in any form. */
export const secretsOf = ({ privateKey }: Config): ReadonlyArray<Redacted.Redacted> =>
  Redacted.value(privateKey)
    .split(lineEnds)
    .map((line) => line.trim())
    .filter((line) => !line.startsWith("-----"))
    .map((line) => Redacted.make(line))

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url")

/** Makes a signed assertion. Throws if the key is invalid. */
const assertion = ({ email, privateKey }: Config, scope: string, now: number): string => {
  const claims = { iss: email, scope, aud: audience, iat: now, exp: now + 3_600 }
  const content = `${base64({ alg: "RS256", typ: "JWT" })}.${base64(claims)}`
  const pem = Redacted.value(privateKey).split(lineEnds).join("\n")
  return `${content}.${sign("RSA-SHA256", Buffer.from(content), pem).toString("base64url")}`
}

const Token = Schema.Struct({ access_token: Schema.NonEmptyString, expires_in: Schema.Finite })
const decodeToken = Schema.decodeUnknownEffect(fromClearJson(Token))

export const issue = Effect.fnUntraced(function* (upstream: Upstream.Upstream, config: Config, scope: string) {
  const request = HttpClientRequest.post(config.tokenUrl)
  const seconds = Math.floor((yield* Clock.currentTimeMillis) / 1_000)
  const signed = yield* Effect.try({
    try: () => assertion(config, scope, seconds),
    // Without the reason, which may quote the key.
    catch: () =>
      failure(
        requestLabelOf(upstream.name, request, redactor(secretsOf(config))),
        "Declaration",
        gsheet("gsheet.noKey", { begin: "-----BEGIN", dashes: "-----" })
      )
  })
  const form = { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: signed }
  const { head, subject } = yield* upstream.send(HttpClientRequest.bodyUrlParams(request, form), { idempotent: true })
  const token = yield* decodeToken(head).pipe(
    // Neither the answer nor the schema's message: both may contain the token.
    Effect.mapError(() => failure(subject, "Format", ambiguityIn(head) ?? gsheet("gsheet.tokenAnswer")))
  )
  // A minute earlier, so that no request is in progress when the token expires.
  const lifetime = Duration.seconds(Math.max(token.expires_in - 60, 1))
  return { token: Redacted.make(token.access_token), lifetime }
}, Effect.scoped)
