/** Detects the format of a body that is not JSON, and where the records of an XML body are. */
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

const tags = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<(\/?)([^\s<>/?!]+)(?:\s[^<>]*?)?(\/?)>/g

/** The elements of which one parent holds the most; in a tie, those nearest to the root. Example: `shop/items/item`. */
export const recordsIn = (text: string): string | undefined => {
  const open: Array<{ readonly name: string; readonly children: Map<string, number> }> = []
  let best: { readonly path: string; readonly count: number; readonly depth: number } | undefined
  for (const [, closing, name, single] of text.matchAll(tags)) {
    if (name === undefined) continue
    if (closing === "/") {
      open.pop()
      continue
    }
    const parent = open.at(-1)
    if (parent !== undefined) {
      const count = (parent.children.get(name) ?? 0) + 1
      parent.children.set(name, count)
      const depth = open.length
      if (best === undefined || count > best.count || (count === best.count && depth < best.depth)) {
        best = { path: [...open.map((one) => one.name), name].join("/"), count, depth }
      }
    }
    if (single !== "/") open.push({ name, children: new Map() })
  }
  return best?.path
}
