/** How FinTablo refuses: a text from its closed vocabulary, usually the same status in the body as in HTTP. */
import { Schema } from "effect"

export class Refusal extends Schema.TaggedError<Refusal>()("Refusal", {
  status: Schema.Int,
  statusText: Schema.String,
  /** The HTTP status where it differs from the body's. */
  http: Schema.optionalKey(Schema.Int)
}) {}

export const badRequest = (statusText: string) => new Refusal({ status: 400, statusText })
export const unprocessable = (statusText: string) => new Refusal({ status: 422, statusText })
export const invalidChoice = (field: string) => badRequest(`Invalid ${field === "group" ? "group" : "type"}`)
/** There is no 404. */
export const notFound = unprocessable("No item found")
