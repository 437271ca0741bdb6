/** How a text may be spelled where it does not stand as it is: in a URL, in JSON, in HTML, in Base64. */

const html: Readonly<Record<string, ReadonlyArray<string>>> = {
  "&": ["&amp;", "&#38;"],
  "<": ["&lt;", "&#60;"],
  ">": ["&gt;", "&#62;"],
  '"': ["&quot;", "&#34;"],
  "'": ["&#39;", "&#x27;", "&apos;"]
}

const json: Readonly<Record<string, string>> = { "\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f" }

/** Hexadecimal digits are written in either case. */
const hex = (digits: string): string =>
  digits.replace(/[a-f]/gi, (digit) => `[${digit.toLowerCase()}${digit.toUpperCase()}]`)

const percent = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `%(?:25)*${hex(byte.toString(16).padStart(2, "0"))}`).join("")

/** One character in every spelling; JSON inside JSON repeats the backslashes. */
const character = (one: string): string => {
  if (/[A-Za-z0-9]/.test(one)) return one
  const units = Array.from({ length: one.length }, (_, at) => one.charCodeAt(at).toString(16).padStart(4, "0"))
  const control = json[one]
  const spellings = [
    percent(one),
    units.map((unit) => `\\\\+u${hex(unit)}`).join(""),
    ...(one === " " ? ["\\+"] : []),
    ...(control === undefined ? [] : [`\\\\+${control}`]),
    ...(html[one] ?? []),
    // Last, because others begin with it: a percent sign is `%25`.
    one === "\\" ? "\\\\+" : `\\\\*${RegExp.escape(one)}`
  ]
  return `(?:${spellings.join("|")})`
}

/** Shorter than this it must stand by itself: `1234` is also a part of many numbers. */
const conspicuous = 8

/** How to find a spelling. */
export interface Spelling {
  readonly pattern: string
  /** Stands as it is in every text that the pattern matches: looking for it costs next to nothing. */
  readonly anchor: string
}

/** Letters and digits are spelled in one way only. */
const anchorOf = (text: string): string =>
  (text.match(/[A-Za-z0-9]+/g) ?? []).reduce((longest, run) => (run.length > longest.length ? run : longest), "")

export const spelled = (text: string): Spelling => {
  const whole = [...text].map(character).join("")
  const pattern = text.length < conspicuous ? `(?<![A-Za-z0-9])${whole}(?![A-Za-z0-9])` : whole
  return { pattern, anchor: anchorOf(text) }
}

export const spelledPattern = (text: string): string => spelled(text).pattern

const base64 = "[A-Za-z0-9+/_-]"

/** Fewer characters of Base64 are in many a word. */
const fewest = 8

/**
 * Any Base64 that holds the text, whatever stands before and after it there, such as the user of basic authentication:
 * three bytes are four characters, so a text looks one of three ways. The whole word is meant.
 */
export const encoded = (text: string): ReadonlyArray<Spelling> =>
  [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.from(text).subarray((3 - before) % 3)
    const core = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString("base64")
    // Within an address, or JSON inside JSON.
    const either = core.replace(/[+/]/g, (one) => (one === "+" ? "(?:[+-]|%2[bB])" : "(?:[/_]|%2[fF]|\\\\+/)"))
    const pattern = `(?<!${base64})${base64}*${either}${base64}*={0,2}`
    return core.length < fewest ? [] : [{ pattern, anchor: anchorOf(core) }]
  })
