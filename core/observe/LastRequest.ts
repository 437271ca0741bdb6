/** One of the last requests of a failed or partial run, as its audit row stores it, without secrets. */
import { Schema } from "effect"

export const LastRequest = Schema.Struct({
  at: Schema.String.annotate({ description: "When it was sent, ISO 8601." }),
  method: Schema.String,
  path: Schema.String.annotate({ description: "Below the connector's base URL, with its query; secrets are blanked." }),
  status: Schema.NullOr(Schema.Int).annotate({ description: "null: there was no answer, and `error` says why." }),
  ms: Schema.Int.annotate({ description: "Until the first MiB of the answer was there, or the failure." }),
  head: Schema.String.annotate({ description: "The first characters of the answer; secrets are blanked." }),
  error: Schema.NullOr(Schema.String)
}).annotate({ identifier: "LastRequest" })
export type LastRequest = typeof LastRequest.Type
