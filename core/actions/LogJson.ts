/** JSON to and from the log: without secrets, and with every digit of its numbers. */
import { Schema } from "effect"
import { redact } from "../observe/Secrets.ts"
import type { Json } from "../plugin/Action.ts"
import { mapTexts, type Reason } from "../reason/Reason.ts"
import { NumberRewriter } from "../upstream/records/ExactNumbers.ts"

/** Removes secrets and characters that PostgreSQL cannot store, so that a vendor's odd answer still reaches the log. */
export const cleanText = (text: string): string => redact(text).toWellFormed().replaceAll("\0", "\ufffd")

export const cleanReason = (why: Reason): Reason => mapTexts(why, cleanText)

/** Cleans each string alone: a secret cut out of the whole text could take some of the JSON with it. */
const cleaned = (value: Json): Json => {
  if (typeof value === "string") return cleanText(value)
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map(cleaned)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [cleanText(name), cleaned(inner)]))
}

export const toText = (value: Json): string => JSON.stringify(cleaned(value))

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Json))

/** Reads JSON; a number that a double would alter becomes decimal text. */
export const fromText = (text: string) => {
  const rewriter = new NumberRewriter()
  return decode(rewriter.feed(text) + rewriter.end())
}
