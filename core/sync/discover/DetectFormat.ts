/** What a body is that is no JSON, for whoever does not know yet: its format, and where the records of XML are. */
import type { Format } from "../../config/Entity.ts"

const named: ReadonlyArray<readonly [RegExp, Exclude<Format, "json">]> = [
  [/\b(?:csv|tab-separated-values)\b/, "csv"],
  [/\b(?:ndjson|jsonl|jsonlines|json-seq|stream\+json)\b/, "ndjson"],
  [/[/+]xml\b/, "xml"]
]

/** By how it begins, else by what its Content-Type says; nothing where it could be anything. */
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

/** The elements of which one parent holds the most, the nearest to the root of those that are as many: `shop/items/item`. */
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
