/**
 * Detects the charset of an answer. A byte order mark has precedence; then the declaration, `Content-Type` and the XML
 * declaration count, else it is UTF-8. Undeclared UTF-16, and an answer that says UTF-16 and is not, would be decoded to
 * other text that may look like values: such an answer is not read.
 */
import { charsetNamed } from "../../config/values/CharsetName.ts"
import { type Reason, reason } from "../../reason/Reason.ts"

export interface Charset {
  /** The name that `TextDecoder` has for it; with a fault, the charset that shows most of the text. */
  readonly name: string
  /** Why the answer cannot be read. */
  readonly fault?: Reason
}

type WideCharset = "utf-16le" | "utf-16be" | "utf-32"

/** Longer marks first, because one begins like another. */
const marks: ReadonlyArray<readonly [name: string, mark: ReadonlyArray<number>]> = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-32", [0xff, 0xfe, 0, 0]],
  ["utf-32", [0, 0, 0xfe, 0xff]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]]
]

const markOf = (bytes: Uint8Array): string | undefined =>
  marks.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte))?.[0]

/** Text in any script has separators, digits and line endings, which are ASCII. */
const minShare = 1 / 64
const maxShare = 2

/**
 * Guesses the width of characters from the NUL bytes, which other text does not have. In UTF-16 every ASCII character has a
 * NUL, always on the same side of it; only a few characters, such as U+4E00, have one on the other side.
 */
const seemingOf = (bytes: Uint8Array): WideCharset | undefined => {
  const found = [0, 0, 0, 0]
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) found[at % 4] = (found[at % 4] ?? 0) + 1
  const [first = 0, second = 0, third = 0, fourth = 0] = found
  const quarter = Math.floor(bytes.length / 4)
  const isFour = (end: number, inner: number) => quarter > 0 && end === quarter && inner * 2 >= quarter
  // A body of only NULs is not text.
  if (bytes.some(Boolean) && (isFour(fourth, third) || isFour(first, second))) return "utf-32"
  const [before, behind] = [first + third, second + fourth]
  const isMost = (side: number, other: number) =>
    side >= Math.max(2, bytes.length * minShare) && side >= maxShare * other
  if (isMost(behind, before)) return "utf-16le"
  return isMost(before, behind) ? "utf-16be" : undefined
}

const isWide = (name: string): boolean => name.startsWith("utf-16")

/** The encoding that the XML declaration names; the declaration itself is ASCII. */
const inDeclaration = (bytes: Uint8Array, seeming: WideCharset | undefined): string | undefined => {
  const text = new TextDecoder(seeming === undefined || seeming === "utf-32" ? "latin1" : seeming).decode(
    bytes.subarray(0, 1024)
  )
  return /^\s*<\?xml[^>]*encoding=["']([\w.:-]+)/.exec(text)?.[1]
}

const inType = (type: string): string | undefined => /charset=["']?([\w.:-]+)/i.exec(type)?.[1]

/** `declared`: the charset in YAML, by its standard name. */
export const detectCharset = (bytes: Uint8Array, type = "", declared?: string): Charset => {
  const marked = markOf(bytes)
  const seeming = seemingOf(bytes)
  if (marked === "utf-32" || (marked === undefined && seeming === "utf-32")) {
    return { name: "utf-8", fault: reason("answer.utf32") }
  }
  if (marked !== undefined) return { name: marked }
  const header = declared ?? inType(type)
  const named = header ?? inDeclaration(bytes, seeming) ?? "utf-8"
  const name = charsetNamed(named)
  if (name === undefined) return { name: "utf-8", fault: reason("answer.noCharset", { charset: named }) }
  const other = (shown: string): Charset => ({
    name: shown,
    fault: reason("answer.otherCharset", { charset: shown, told: name })
  })
  if (isWide(name) && seeming !== undefined && seeming !== name) {
    // `utf-16` alone does not say which byte order.
    return named.toLowerCase() === name ? other(seeming) : { name: seeming }
  }
  if (declared !== undefined) return { name }
  if (seeming !== undefined && seeming !== name) return other(seeming)
  if (!isWide(name) || bytes.length === 0 || bytes.includes(0)) return { name }
  // A program that writes a document to a string first and encodes it later leaves UTF-16 in the declaration.
  return header === undefined ? { name: "utf-8" } : other("utf-8")
}
