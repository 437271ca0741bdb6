/**
 * Removes from a text the values whose name marks them as secret, and those that look like a credential themselves: in
 * a query, in JSON (incomplete, or a string inside JSON), in XML, in a header that is echoed.
 */
import { redactedText } from "../../observe/Secrets.ts"

/** Names of parameters and headers. */
export const secretNames = [
  /(?:key|token|password|passwd|passphrase|pwd|secret|signature|credentials?|jwt|sess(?:ion)?_?id)$/i,
  /^(?:.*[_-])?(?:pass|sig|auth|authorization|cookie|sid)$/i
]

/** In a text the name may be a part of a word, but prose has keys of its own: `duplicate key: 7`. */
const words =
  "(?:api|access|private|secret|auth|client|license|service)[_-]?key|token|password|passwd|passphrase|pwd|secret|signature|credentials?|jwt|sess(?:ion)?_?id"
const alone = "pass|sig|auth|authorization|cookie|sid"
const names = `(?:${words}|(?<![a-z0-9])(?:${alone})|(?<=["'?&])key)`

const named = new RegExp(`(${names})(?:\\\\*["'])?\\s*(?:=>|[:=])\\s*`, "gi")
const element = new RegExp(`(<(?:\\w+:)?[\\w.-]{0,64}(?:${words}|${alone})(?:\\s[^<>]*)?>)([^<]|<!\\[CDATA\\[)+`, "gi")

/** The value of such a header is the whole line. */
const isHeader = /(?:authorization|cookie)$/i

const kept = /^(?:null|true|false)\b/i

/**
 * Credentials that are recognised by their form: after their scheme, signed tokens, the user and password of an
 * address.
 */
const proofs: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b(Bearer|Basic|Digest|Negotiate)\s+[\w.~+/=-]{4,}/gi, `$1 ${redactedText}`],
  [/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, redactedText],
  [/(:\/\/)[^\s/@"'<>]+@/g, `$1${redactedText}@`]
]

export const withoutNamed = (text: string): string => {
  let out = ""
  let from = 0
  named.lastIndex = 0
  for (let match = named.exec(text); match !== null; match = named.exec(text)) {
    const value = valueAt(text, named.lastIndex, match[1] ?? "")
    if (value.end === value.start || kept.test(text.slice(value.start, value.end))) continue
    out += text.slice(from, value.start) + redactedText
    from = value.end
    named.lastIndex = value.end
  }
  const rest = (out + text.slice(from)).replace(element, `$1${redactedText}`)
  return proofs.reduce((cleaned, [pattern, blank]) => cleaned.replace(pattern, blank), rest)
}

interface Place {
  readonly start: number
  readonly end: number
}

const opening = /\\*["']/y
const bare = /[^\s"'&,;<>{}\]\\]*/y
const line = /[^\r\n"'<>{}\\]*/y

const match = (pattern: RegExp, text: string, at: number): string => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ""
}

/** Finds the value of a name; an incomplete value ends with the text. */
const valueAt = (text: string, at: number, name: string): Place => {
  const quote = match(opening, text, at)
  if (quote !== "") return { start: at + quote.length, end: quoteEnd(text, at + quote.length, quote) }
  if (text[at] === "{" || text[at] === "[") return { start: at, end: bracketEnd(text, at) }
  return { start: at, end: at + match(isHeader.test(name) ? line : bare, text, at).length }
}

/** The closing quote is the next one like the opening quote, unless it is escaped once more. */
const quoteEnd = (text: string, from: number, quote: string): number => {
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 1)) {
    let slashes = 0
    while (text[at - 1 - slashes] === "\\") slashes++
    if (quote.length === 1 ? slashes % 2 === 0 : slashes === 0) return at
  }
  return text.length
}

const inBrackets = /"(?:[^"\\]|\\.)*"?|[[\]{}]/g

const bracketEnd = (text: string, from: number): number => {
  let depth = 0
  inBrackets.lastIndex = from
  for (let found = inBrackets.exec(text); found !== null; found = inBrackets.exec(text)) {
    if (found[0] === "{" || found[0] === "[") depth++
    else if (found[0] === "}" || found[0] === "]") depth--
    if (depth === 0) return inBrackets.lastIndex
  }
  return text.length
}
