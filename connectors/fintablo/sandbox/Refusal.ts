/** FinTablo's refusals: a text from its closed vocabulary, usually with the same status in the body as in HTTP. */
import { Schema } from "effect"

export class Refusal extends Schema.TaggedError<Refusal>()("Refusal", {
  status: Schema.Int,
  statusText: Schema.String,
  /** The HTTP status, if it differs from the body's. */
  http: Schema.optionalKey(Schema.Int)
}) {}

export const badRequest = (statusText: string) => new Refusal({ status: 400, statusText })
export const unprocessable = (statusText: string) => new Refusal({ status: 422, statusText })
export const invalidChoice = (field: string) => badRequest(`Invalid ${field === "group" ? "group" : "type"}`)
/** The vendor has no 404. */
export const notFound = unprocessable("No item found")
