/**
 * What stands around the array of records in a JSON document, read token by token as it passes. Lists and objects that are not
 * on the way to the array are blanked out, for nobody needs them as values; only short ones are kept, since totals, flags and
 * next pages are among them. So another list of the same answer costs no memory, however long it is.
 */
import { type Reason, reason } from "../reason/Reason.ts"

/** The next token; of a string where it begins. A word that touches the end may go on. */
const nextToken = /[ \t\n\r]*(?:(")|([[\]{},:])|([^ \t\n\r":,[\]{}]+))/y
const word = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/
/** What stands before the space: no string of JSON holds it unescaped. */
const unescaped = /[^ -\u{10ffff}]/u

/** Of a name, and of what is kept of a value: the longest cursors are shorter. */
const longest = 1 << 16
/** Of all that is kept. */
const most = 1 << 20

/** A string that is cut off: whether its next character is escaped. */
interface Cut {
  readonly escaped: boolean
}

/** Behind the quotation mark that ends a string, read from inside of it. Not by an expression, whose stack long ones exceed. */
const stringEnd = (text: string, from: number): number | Cut => {
  for (let at = from; ; ) {
    const quote = text.indexOf('"', at)
    const end = quote < 0 ? text.length : quote
    let slashes = end
    while (slashes > at && text[slashes - 1] === "\\") slashes--
    const escaped = (end - slashes) % 2 === 1
    if (quote < 0) return { escaped }
    at = quote + 1
    if (!escaped) return at
  }
}

interface Frame {
  readonly object: boolean
  key: string | undefined
  index: number
}

/** What may come next in a value that is blanked out; whoever reads the rest judges the rest. */
type Next = "value" | "value or end" | "name" | "name or end" | "colon" | "comma or end"

export class Around {
  readonly #tokens: ReadonlyArray<string>
  readonly #frames: Array<Frame> = []
  #hadArray = false
  /** Of a value that is blanked out: which of its brackets are open, objects as true; and what may come next in it. */
  readonly #aside: Array<boolean> = []
  #next: Next = "value"
  /** In a string of which nobody needs the rest. */
  #cut: Cut | undefined
  /** The beginning of a name or a word; and where in the document it stands. */
  #unread = ""
  #offset = 0
  /** The value that is being blanked out; null: it is long. */
  #hidden: string | null | undefined
  readonly #kept: Array<string> = []
  #size = 0
  /** Why this is no JSON, or more than is read. */
  fault: Reason | undefined

  constructor(tokens: ReadonlyArray<string>) {
    this.#tokens = tokens
  }

  /** The document as far as it was fed, with nothing in its array and null for what is long; unless all of it is too long. */
  get kept(): string | undefined {
    return this.#size > most ? undefined : this.#kept.join("") + this.#unread
  }

  /** What is to be read in place of the piece; nothing changes its place. `entered`: where in the piece the array begins. */
  feed(piece: string): { readonly text: string; readonly entered?: number } {
    const before = this.#unread.length
    const text = this.#unread + piece
    this.#unread = ""
    let out = ""
    let at = 0
    while (at < text.length) {
      if (this.#cut !== undefined) {
        const end = this.#goOn(text, at, this.#cut)
        out += " ".repeat(end - at)
        at = end
        continue
      }
      nextToken.lastIndex = at
      const match = nextToken.exec(text)
      const [whole = "", quote, mark, bare] = match ?? []
      const begin = at + whole.length - (quote ?? mark ?? bare ?? "").length
      out += match === null ? text.slice(at) : text.slice(at, begin)
      at = match === null ? text.length : begin
      if (match === null) break
      const end = quote === undefined ? begin + (mark ?? bare ?? "").length : stringEnd(text, begin + 1)
      if (typeof end !== "number") {
        if (this.#isName()) break
        out += this.#aside.length === 0 ? "0" : " "
        this.#value()
        this.#hide(text, begin, begin + 1)
        this.#cut = { escaped: false }
        at = begin + 1
        continue
      }
      // A word may go on in the next piece.
      if (bare !== undefined && end === text.length) break
      const isEntry = this.#isEntry(mark)
      const isFirst = this.#aside.length === 0
      if (isFirst && !this.#opensAside(mark)) {
        this.#step(quote === undefined ? undefined : text.slice(begin, end), mark)
        this.#keep(text.slice(begin, end))
        out += text.slice(begin, end)
      } else {
        this.#judge(mark, bare, quote === undefined ? undefined : text.slice(begin, end))
        this.#hide(text, begin, end)
        out += (isFirst ? "0" : " ") + " ".repeat(end - begin - 1)
      }
      at = end
      if (!isEntry) continue
      this.#hadArray = true
      this.#offset += at - before
      return { text: out, entered: at - before }
    }
    this.#unread = text.slice(at)
    this.#offset += piece.length
    if (this.#unread.length > longest) this.fault ??= reason("answer.longBeside", { limit: longest })
    return { text: out }
  }

  /** What was held back, when nothing comes any more. */
  end(): string {
    return this.#unread
  }

  /** Where the string that was cut off ends in this piece, if it does. */
  #goOn(text: string, at: number, { escaped }: Cut): number {
    const end = stringEnd(text, at + (escaped ? 1 : 0))
    const stop = typeof end === "number" ? end : text.length
    if (unescaped.test(text.slice(at, stop))) this.#wrong()
    this.#cut = typeof end === "number" ? undefined : end
    this.#hide(text, at, stop)
    return stop
  }

  #isName(): boolean {
    if (this.#aside.length > 0) return false
    const frame = this.#frames.at(-1)
    return frame?.object === true && frame.key === undefined
  }

  #onWay(): boolean {
    const frame = this.#frames.at(-1)
    if (frame === undefined) return true
    return (frame.object ? frame.key : String(frame.index)) === this.#tokens[this.#frames.length - 1]
  }

  #isEntry(mark: string | undefined): boolean {
    const isThere = this.#aside.length === 0 && this.#frames.length === this.#tokens.length && this.#onWay()
    return mark === "[" && !this.#hadArray && isThere
  }

  /** Whether a list or an object begins that does not lead to the array. */
  #opensAside(mark: string | undefined): boolean {
    if ((mark !== "[" && mark !== "{") || this.#isEntry(mark)) return false
    return this.#frames.length >= this.#tokens.length || !this.#onWay()
  }

  #step(key: string | undefined, mark: string | undefined): void {
    const frame = this.#frames.at(-1)
    if (mark === "[" || mark === "{") this.#frames.push({ object: mark === "{", key: undefined, index: 0 })
    else if (mark === "]" || mark === "}") this.#frames.pop()
    else if (frame === undefined) return
    else if (mark === ",") {
      frame.key = undefined
      frame.index++
    } else if (key !== undefined && frame.object && frame.key === undefined) frame.key = unquoted(key)
  }

  /** One token of what is blanked out: nobody else will see whether it may stand there. */
  #judge(mark: string | undefined, bare: string | undefined, string: string | undefined): void {
    const inObject = this.#aside.at(-1) === true
    const isClosing = mark === "]" || mark === "}"
    if (mark === "[" || mark === "{") {
      if (this.#aside.length > 0) this.#value()
      this.#aside.push(mark === "{")
      this.#next = mark === "{" ? "name or end" : "value or end"
    } else if (isClosing) {
      this.#expect(inObject === (mark === "}"), "comma or end", inObject ? "name or end" : "value or end")
      this.#aside.pop()
      this.#next = "comma or end"
    } else if (mark === ",") {
      this.#expect(true, "comma or end")
      this.#next = inObject ? "name" : "value"
    } else if (mark === ":") {
      this.#expect(true, "colon")
      this.#next = "value"
    } else if (string !== undefined && (this.#next === "name" || this.#next === "name or end")) {
      this.#next = "colon"
    } else this.#value()
    if (bare !== undefined && !word.test(bare)) this.#wrong()
    const isOdd = string !== undefined && (string.includes("\\") || unescaped.test(string))
    if (isOdd && unquoted(string) === undefined) this.#wrong()
  }

  /** A value begins, and of a list or an object that is asked again at its end. */
  #value(): void {
    if (this.#aside.length === 0) return
    this.#expect(true, "value", "value or end")
    this.#next = "comma or end"
  }

  #expect(fits: boolean, ...allowed: ReadonlyArray<Next>): void {
    if (!fits || !allowed.includes(this.#next)) this.#wrong()
  }

  #wrong(): void {
    this.fault ??= reason("answer.noJson", { offset: this.#offset })
  }

  #hide(text: string, from: number, to: number): void {
    const hidden = this.#hidden === undefined ? "" : this.#hidden
    this.#hidden = hidden === null || hidden.length + to - from > longest ? null : hidden + text.slice(from, to)
    if (this.#aside.length > 0 || this.#cut !== undefined) return
    this.#keep(this.#hidden ?? "null")
    this.#hidden = undefined
  }

  #keep(text: string): void {
    this.#size += text.length
    if (this.#size > most) this.#kept.length = 0
    else this.#kept.push(text)
  }
}

const unquoted = (key: string): string | undefined => {
  try {
    return String(JSON.parse(key))
  } catch {
    return undefined
  }
}
