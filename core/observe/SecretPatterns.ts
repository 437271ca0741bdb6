/** The possible spellings of a text in a URL, in JSON, in HTML and in Base64. */

const html: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;"
}

/** A character by its number, which some templates write for every sign; HTML in HTML escapes the ampersand again. */
const numbered = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  return `&(?:amp;)*#(?:0*${code}|[xX]0*${hex(code.toString(16))});?`
}

const json: Readonly<Record<string, string>> = { "\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f" }

/** Matches hexadecimal digits in either case. */
const hex = (digits: string): string =>
  digits.replace(/[a-f]/gi, (digit) => `[${digit.toLowerCase()}${digit.toUpperCase()}]`)

const percent = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `%(?:25)*${hex(byte.toString(16).padStart(2, "0"))}`).join("")

/** Matches one character in every spelling; JSON inside JSON repeats the backslashes. */
const character = (one: string): string => {
  if (/[A-Za-z0-9]/.test(one)) return one
  const units = Array.from({ length: one.length }, (_, at) => one.charCodeAt(at).toString(16).padStart(4, "0"))
  const control = json[one]
  const spellings = [
    percent(one),
    units.map((unit) => `\\\\+u${hex(unit)}`).join(""),
    ...(one === " " ? ["\\+"] : []),
    ...(control === undefined ? [] : [`\\\\+${control}`]),
    ...(html[one] === undefined ? [] : [html[one]]),
    numbered(one),
    // Last, because other spellings begin with it: a percent sign is `%25`.
    one === "\\" ? "\\\\+" : `\\\\*${RegExp.escape(one)}`
  ]
  return `(?:${spellings.join("|")})`
}

/** A shorter text must be a whole word: `1234` is also part of many numbers. */
const conspicuous = 8

/** The pattern of a spelling. */
export interface SecretPattern {
  readonly pattern: string
  /** A literal part of every text that the pattern matches; searching for it costs almost nothing. */
  readonly anchor: string
}

/** The longest run of letters and digits, which have only one spelling. */
const anchorOf = (text: string): string =>
  (text.match(/[A-Za-z0-9]+/g) ?? []).reduce((longest, run) => (run.length > longest.length ? run : longest), "")

export const secretPattern = (text: string): SecretPattern => {
  const whole = [...text].map(character).join("")
  const pattern = text.length < conspicuous ? `(?<![A-Za-z0-9])${whole}(?![A-Za-z0-9])` : whole
  return { pattern, anchor: anchorOf(text) }
}

export const patternText = (text: string): string => secretPattern(text).pattern

const base64 = "[A-Za-z0-9+/_-]"

/** Fewer characters of Base64 appear in many words. */
const fewest = 8

/**
 * Matches any Base64 that contains the text, whatever is before and after it, such as the user of basic authentication.
 * Three bytes are four characters, so a text has three possible forms. The pattern covers the whole Base64 word.
 */
export const base64Patterns = (text: string): ReadonlyArray<SecretPattern> =>
  [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.from(text).subarray((3 - before) % 3)
    const core = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString("base64")
    // The spellings inside a URL, or JSON inside JSON.
    const either = core.replace(/[+/]/g, (one) => (one === "+" ? "(?:[+-]|%2[bB])" : "(?:[/_]|%2[fF]|\\\\+/)"))
    const pattern = `(?<!${base64})${base64}*${either}${base64}*={0,2}`
    return core.length < fewest ? [] : [{ pattern, anchor: anchorOf(core) }]
  })

const quote = `(?:\\\\*["']|&quot;|&#34;|%22)?`
const becomes = `${quote}\\s*(?:[:=]|=>|%3[aAdD])\\s*${quote}`

interface GrantedForm {
  /** Part of every text that the pattern matches; searching for it costs almost nothing. */
  readonly anchor: RegExp
  readonly pattern: RegExp
  /** What stays, from the groups of the pattern. */
  readonly kept: string
}

/**
 * Credentials that a vendor grants by the thousand, by their form: signed tokens, what follows `Bearer`, and the fields that
 * hold them. A list of them all would make every text slow. Short values are words, as in "a bearer token".
 */
export const grantedForms: ReadonlyArray<GrantedForm> = [
  { anchor: /eyJ/, pattern: /eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, kept: "" },
  { anchor: /earer|EARER/, pattern: /(\bBearer(?:\s|%20|\+){1,4})[\w.~+/-]{16,}={0,2}/gi, kept: "$1" },
  {
    anchor: /oken|OKEN|evice|EVICE/,
    pattern: new RegExp(`((?:(?:access|refresh|id)[_-]?token|device[_-]?code)${becomes})[\\w.~+/%-]{12,}={0,2}`, "gi"),
    kept: "$1"
  }
]
