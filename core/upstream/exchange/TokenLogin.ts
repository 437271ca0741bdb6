/** A login by a request whose answer holds a token, for `SessionToken`. */
import { Duration, Effect, Redacted, Result, Schema } from "effect"
import type { HttpClientRequest } from "effect/http"
import type { Scalar } from "../../config/schema/Scalars.ts"
import type { Reason } from "../../reason/Reason.ts"
import { ambiguityIn } from "../records/ClearJson.ts"
import type { UpstreamError } from "../Source.ts"
import { failure, type RequestLabel } from "./Failure.ts"
import type { Session } from "./SessionToken.ts"
import type { Upstream } from "./Upstream.ts"

/** The fields that a login sends: secrets and plain values, by name. */
export type LoginFields = Readonly<Record<string, Redacted.Redacted | Scalar>>

export const revealSecrets = (given: LoginFields): Readonly<Record<string, Scalar>> =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, Redacted.isRedacted(value) ? Redacted.value(value) : value])
  )

/** The secrets of a login, which its answer might repeat. */
export const secretsIn = (given: LoginFields): ReadonlyArray<Redacted.Redacted> =>
  Object.values(given).flatMap((value) => (Redacted.isRedacted(value) ? [value] : []))

export interface Options {
  readonly request: HttpClientRequest.HttpClientRequest
  /** Finds the token in the answer, which is parsed if it is JSON, else a text without surrounding space. */
  readonly token: (answer: unknown) => string | undefined
  /** Finds the seconds for which the token is valid. */
  readonly seconds?: (answer: unknown) => number | undefined
  /** How long the token is used if the answer does not say how long it is valid. */
  readonly lifetime: Duration.Duration
  /** The problem with an answer without a token. It must not quote the answer, which may contain the token elsewhere. */
  readonly invalid: (subject: RequestLabel, head: string, answer: unknown) => Reason
}

const decodeJson = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))

/** A token is used for nine tenths of the validity that the answer gives. */
export const logIn = Effect.fn("TokenLogin.logIn")(function* (
  upstream: Upstream,
  { invalid, lifetime, request, seconds, token }: Options
): Effect.fn.Return<Session, UpstreamError> {
  const { head, subject } = yield* Effect.scoped(upstream.send(request, { idempotent: true }))
  const ambiguous = ambiguityIn(head)
  if (ambiguous !== undefined) return yield* failure(subject, "Format", ambiguous)
  const parsed = decodeJson(head)
  const answer = Result.isSuccess(parsed) ? parsed.success : head.trim()
  const found = token(answer)
  if (found === undefined || found === "" || /[^\x20-\x7e]/.test(found)) {
    return yield* failure(subject, "Format", invalid(subject, head, answer))
  }
  const valid = seconds?.(answer) ?? Number.NaN
  return {
    token: Redacted.make(found),
    lifetime: valid > 0 ? Duration.times(Duration.seconds(valid), 0.9) : lifetime
  }
})
