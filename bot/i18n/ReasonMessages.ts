/**
 * English messages of reasons, made of the templates in which core and connectors word them. A file in `locales/en` has
 * such a message only where a chat needs other words.
 */
import { messageKeyOf } from "../../core/plugin/chat/ReasonText.ts"
import { codes, partsOf } from "../../core/reason/Reason.ts"

type Part = ReturnType<typeof partsOf>[number]

/** Text that Fluent would read otherwise, such as a brace or a space at an end, is a string literal. */
const textOf = (text: string, isPlain: boolean): string =>
  isPlain && /^[^{}\n]+$/.test(text) ? text : `{"${text.replaceAll(/["\\]/g, "\\$&").replaceAll("\n", "\\u000A")}"}`

const variantOf = (word: string): string => textOf(word, word === word.trim())

const pieceOf = (part: Part, at: number, all: ReadonlyArray<Part>): string => {
  if (part._tag === "Param") return `{ $${part.name} }`
  if (part._tag === "Word") {
    return `{ $${part.name} ->\n    [one] ${variantOf(part.one)}\n   *[other] ${variantOf(part.other)}\n  }`
  }
  const isFramed = (at > 0 || !part.text.startsWith(" ")) && (at < all.length - 1 || !part.text.endsWith(" "))
  return textOf(part.text, isFramed)
}

/** Returns the message of a code as Fluent source. */
export const messageOf = (code: string): string => `${messageKeyOf(code)} = ${partsOf(code).map(pieceOf).join("")}`

const writtenKey = /^(reason-[\w-]+) *=/gm

/** Returns the messages of all codes defined so far that `source` does not word itself. Foreign text (`said`) has none. */
export const missingMessages = (source: string): string => {
  const written = new Set([...source.matchAll(writtenKey)].map(([, key]) => key))
  return codes()
    .filter((code) => code !== "said" && !written.has(messageKeyOf(code)))
    .map(messageOf)
    .join("\n")
}
