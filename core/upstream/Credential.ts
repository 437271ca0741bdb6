/** What lets a request in. */
import type { Effect, Redacted } from "effect"
import type { HttpClientRequest } from "effect/http"

export interface Credential {
  readonly apply: (request: HttpClientRequest.HttpClientRequest) => HttpClientRequest.HttpClientRequest
  /** Cut out of every text. */
  readonly secret: Redacted.Redacted
  /** After a refusal: forgets this credential, so that the next one asked for is fresh. Absent: a refusal is final. */
  readonly renew?: Effect.Effect<void>
}
