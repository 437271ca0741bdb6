/** Detects the format of a body that is not JSON. */
import type { Format } from "../../config/Entity.ts"

const named: ReadonlyArray<readonly [RegExp, Exclude<Format, "json">]> = [
  [/\b(?:csv|tab-separated-values)\b/, "csv"],
  [/\b(?:ndjson|jsonl|jsonlines|json-seq|stream\+json)\b/, "ndjson"],
  [/[/+]xml\b/, "xml"]
]

/** Detects by the beginning of the text, else by its Content-Type. Returns nothing if it could be anything. */
export const formatOf = (text: string, type = ""): Exclude<Format, "json"> | undefined =>
  byBeginning(text) ??
  (/^\s*<(?:!doctype html|html)/i.test(text) ? undefined : named.find(([name]) => name.test(type.toLowerCase()))?.[1])

const byBeginning = (text: string): Exclude<Format, "json"> | undefined => {
  const [first = "", second = ""] = text.trimStart().split(/\r?\n/, 2)
  if (/^<(?!!doctype html|html)/i.test(first)) return "xml"
  if (/^\{.*\}$/.test(first) && /^\{/.test(second)) return "ndjson"
  return /^[^<{[]*[,;\t|][^<{[]*$/.test(first) && second !== "" ? "csv" : undefined
}
