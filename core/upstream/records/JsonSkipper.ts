/**
 * Skips a JSON value that nobody needs as it passes: finds where it ends and whether it is valid. It holds only the
 * stack of open brackets.
 */

/** An incomplete string: whether its next character is escaped. */
export interface CutString {
  readonly escaped: boolean
}

const BACKSLASH = 92

/**
 * Finds the position after the closing quote of a string, starting inside it. The native search is several times as
 * fast as a loop, and escaped quotes are rare; a regular expression would overflow its stack on long strings.
 */
export const stringEnd = (text: string, from: number): number | CutString => {
  for (let at = from; ; ) {
    const quote = text.indexOf('"', at)
    const end = quote < 0 ? text.length : quote
    let slashes = end
    while (slashes > at && text.charCodeAt(slashes - 1) === BACKSLASH) slashes--
    const escaped = (end - slashes) % 2 === 1
    if (quote < 0) return { escaped }
    at = quote + 1
    if (!escaped) return at
  }
}

/** Characters below the space, which a JSON string never holds unescaped. */
const unescaped = /[^ -\u{10ffff}]/u

/** The text of a quoted string; undefined if it is invalid. */
export const unquote = (string: string): string | undefined => {
  if (!string.includes("\\") && !unescaped.test(string)) return string.slice(1, -1)
  try {
    return String(JSON.parse(string))
  } catch {
    return undefined
  }
}

const escapeSequence = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y
const cutEscape = /^\\(?:u[\da-fA-F]{0,3})?$/

/** Checks a piece of a string. Returns the escape sequence that its end cuts, or undefined if the piece is invalid. */
const checkPiece = (text: string): string | undefined => {
  if (unescaped.test(text)) return undefined
  for (let at = text.indexOf("\\"); at >= 0; at = text.indexOf("\\", escapeSequence.lastIndex)) {
    escapeSequence.lastIndex = at
    if (escapeSequence.test(text)) continue
    const rest = text.slice(at)
    return cutEscape.test(rest) ? rest : undefined
  }
  return ""
}

const bare = /[^ \t\n\r":,[\]{}]+/y
const word = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/

/** The tokens that may come next, as bits. */
const [value, name, colon, comma, close] = [1, 2, 4, 8, 16]

export class JsonSkipper {
  /** The open brackets; true for an object. */
  readonly #open: Array<boolean> = []
  #next = value
  /** Within a string that the last piece cut: the beginning of the escape sequence that it cut as well, or nothing. */
  #cut: string | undefined
  /** Whether the text is not JSON. */
  wrong = false

  /** Whether the value continues. */
  get goesOn(): boolean {
    return this.#open.length > 0 || this.#cut !== undefined
  }

  /**
   * Reads from the beginning of the value, or from where the last call stopped. Returns where it stopped: after the end
   * of the value, or before an incomplete word.
   */
  read(text: string, from: number): number {
    let at = from
    if (this.#cut !== undefined) at = this.#string(text, at, this.#cut)
    while (at < text.length && (at === from || this.goesOn)) {
      const c = text[at] ?? ""
      if (c === " " || c === "\n" || c === "\r" || c === "\t") at++
      else if (c === '"') {
        this.#expect(this.#next & name ? name : value, this.#next & name ? colon : comma | close)
        at = this.#string(text, at + 1, "")
      } else {
        const end = this.#mark(c) ? at + 1 : this.#word(text, at)
        if (end < 0) return at
        at = end
      }
    }
    return at
  }

  /** Reads on within a string, behind `cut`. */
  #string(text: string, from: number, cut: string): number {
    const end = stringEnd(text, cut === "\\" ? from + 1 : from)
    const isCut = typeof end !== "number"
    const rest = checkPiece(cut + text.slice(from, isCut ? undefined : end - 1))
    this.wrong ||= rest === undefined || (!isCut && rest !== "")
    this.#cut = isCut ? (rest ?? "") : undefined
    return isCut ? text.length : end
  }

  #mark(c: string): boolean {
    const inObject = this.#open.at(-1) === true
    switch (c) {
      case "{":
      case "[":
        this.#expect(value, c === "{" ? name | close : value | close)
        this.#open.push(c === "{")
        return true
      case "}":
      case "]":
        this.#expect(close, comma | close)
        this.wrong ||= inObject !== (c === "}")
        this.#open.pop()
        return true
      case ",":
        this.#expect(comma, inObject ? name : value)
        return true
      case ":":
        this.#expect(colon, value)
        return true
      default:
        return false
    }
  }

  /** -1: the word may continue in the next piece. */
  #word(text: string, at: number): number {
    bare.lastIndex = at
    const [found = ""] = bare.exec(text) ?? []
    const end = at + found.length
    if (end === text.length) return -1
    this.#expect(value, comma | close)
    this.wrong ||= !word.test(found)
    return end
  }

  #expect(what: number, next: number): void {
    this.wrong ||= (this.#next & what) === 0
    this.#next = next
  }
}
