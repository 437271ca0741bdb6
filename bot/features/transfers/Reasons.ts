/** Why the action left something where it was, in the language of the reader; words that nobody knows stay as they are. */
import type { Words } from "../../Words.ts"

const known: ReadonlyArray<readonly [RegExp, string]> = [
  [/^there is no such product, or it is deleted$/, "transfers-why-no-product"],
  [/^there are (?<what>\d+) products of this name$/, "transfers-why-several"],
  [/^it is owed in several units$/, "transfers-why-units"],
  [/^it has no unit, and "(?<what>.*)" is none$/, "transfers-why-no-unit"],
  [/^there is no store "(?<what>.*)"$/, "transfers-why-no-store"],
  [/^there is no store to give to$/, "transfers-why-no-taker"],
  [/^several stores are called "(?<what>.*)"$/, "transfers-why-several-stores"]
]

/** Plain text. */
export const reasonOf = (words: Words, why: string): string => {
  for (const [pattern, key] of known) {
    const match = pattern.exec(why)
    if (match !== null) return words.t(key, { what: match.groups?.what ?? "" })
  }
  return why
}
