/** JSON on its way to the log and back: without secrets, and every number digit by digit. */
import { Schema } from "effect"
import { redact } from "../observe/Secrets.ts"
import type { Json } from "../plugin/Action.ts"
import { mapTexts, type Reason } from "../reason/Reason.ts"
import { NumberRewriter } from "../upstream/ExactNumbers.ts"

/** Without secrets and without what PostgreSQL has no text for: a vendor's odd answer must not keep it from the log. */
export const plain = (text: string): string => redact(text).toWellFormed().replaceAll("\0", "\ufffd")

export const plainReason = (why: Reason): Reason => mapTexts(why, plain)

/** String by string: cut out of the text as a whole, a secret could take the JSON around it along. */
const cleaned = (value: Json): Json => {
  if (typeof value === "string") return plain(value)
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map(cleaned)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [plain(name), cleaned(inner)]))
}

export const toText = (value: Json): string => JSON.stringify(cleaned(value))

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Json))

/** A number that a double would change comes as decimal text. */
export const fromText = (text: string) => {
  const rewriter = new NumberRewriter()
  return decode(rewriter.feed(text) + rewriter.end())
}
