/** The authorization of a request. */
import type { DateTime, Effect, Redacted } from "effect"
import type { HttpClientRequest } from "effect/http"

export interface Credential {
  /** Called for each attempt, once it may be sent: `now` is the time at which it is. */
  readonly apply: (
    request: HttpClientRequest.HttpClientRequest,
    now: DateTime.Utc
  ) => HttpClientRequest.HttpClientRequest
  /** The id of the account that it is of: its requests also enter the budget of that account. */
  readonly account?: string
  /** Removed from every text. */
  readonly secret: Redacted.Redacted
  /** Forgets this credential after a refusal, so that the next request gets a fresh one. Absent: a refusal is final. */
  readonly renew?: Effect.Effect<void>
}
