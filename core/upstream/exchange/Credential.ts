/** The authorization of a request. */
import type { Effect, Redacted } from "effect"
import type { HttpClientRequest } from "effect/http"

export interface Credential {
  readonly apply: (request: HttpClientRequest.HttpClientRequest) => HttpClientRequest.HttpClientRequest
  /** Removed from every text. */
  readonly secret: Redacted.Redacted
  /** Forgets this credential after a refusal, so that the next request gets a fresh one. Absent: a refusal is final. */
  readonly renew?: Effect.Effect<void>
}
