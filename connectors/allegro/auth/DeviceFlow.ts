/**
 * The authorization of an account by a code for a device (RFC 8628): a person confirms it on the vendor's page. The
 * exchange uses the code up, even if its answer is lost: asked again, the vendor calls the code invalid.
 */
import { DateTime, Duration, Effect, Redacted, Schema } from "effect"
import {
  type AuthorizationAnswer,
  ambiguityIn,
  type DeviceAuthorization,
  failure,
  fromClearJson,
  type PendingAuthorization,
  type Reason,
  type UpstreamError
} from "../../../core/sdk.ts"
import type { Config } from "../Config.ts"
import { codeOf } from "../Refusals.ts"
import { allegro } from "../reasons.ts"
import type { PostForm } from "./TokenEndpoint.ts"
import { grantOf } from "./Tokens.ts"

/** Without an interval five seconds count (RFC 8628, 3.2). */
const DeviceAnswer = Schema.Struct({
  device_code: Schema.NonEmptyString,
  user_code: Schema.NonEmptyString,
  verification_uri: Schema.NonEmptyString,
  verification_uri_complete: Schema.optionalKey(Schema.NonEmptyString),
  expires_in: Schema.Finite,
  interval: Schema.optionalKey(Schema.Finite)
})
const decodeDevice = Schema.decodeUnknownEffect(fromClearJson(DeviceAnswer))

const start = Effect.fnUntraced(function* (post: PostForm, client: Config["client"]) {
  const askedAt = yield* DateTime.now
  const { head, subject } = yield* post("/device", { client_id: Redacted.value(client.id) })
  const device = yield* decodeDevice(head).pipe(
    Effect.mapError(() => failure(subject, "Format", ambiguityIn(head) ?? allegro("allegro.deviceAnswer")))
  )
  const pending: PendingAuthorization = {
    link: device.verification_uri_complete ?? device.verification_uri,
    userCode: device.user_code,
    deviceCode: Redacted.make(device.device_code),
    interval: Duration.seconds(device.interval ?? 5),
    expiresAt: DateTime.add(askedAt, { seconds: device.expires_in })
  }
  return pending
})

const pending = (slowDown: boolean): AuthorizationAnswer => ({ _tag: "Pending", slowDown })
const refused = (reason: Reason): AuthorizationAnswer => ({ _tag: "Refused", reason })

/** What the vendor answers before a code becomes tokens; undefined for a failure that says nothing about the code. */
const verdictOf = (error: UpstreamError): AuthorizationAnswer | undefined => {
  switch (codeOf(error)) {
    case "authorization_pending":
      return pending(false)
    case "slow_down":
      return pending(true)
    case "access_denied":
      return refused(allegro("allegro.denied"))
    case "invalid_request":
    case "invalid_grant":
    case "expired_token":
      return refused(allegro("allegro.codeSpent"))
    default:
      return undefined
  }
}

const ask = (post: PostForm, deviceCode: Redacted.Redacted) =>
  grantOf(
    post(
      "/token",
      { grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: Redacted.value(deviceCode) },
      deviceCode
    )
  ).pipe(
    Effect.map((grant): AuthorizationAnswer => ({ _tag: "Granted", grant })),
    Effect.catchTag("UpstreamError", (error) => {
      const verdict = verdictOf(error)
      return verdict === undefined ? Effect.fail(error) : Effect.succeed(verdict)
    })
  )

export const deviceFlow = (post: PostForm, client: Config["client"]): DeviceAuthorization => ({
  start: start(post, client),
  ask: (deviceCode) => ask(post, deviceCode)
})
