/**
 * What stands around the array of records in a JSON document, read token by token as it passes. Lists and objects that are not
 * on the way to the array are blanked out, for nobody needs them as values; only short ones are kept, since totals, flags and
 * next pages are among them. So another list of the same answer costs no memory, however long it is.
 */
import { type Reason, reason } from "../reason/Reason.ts"
import { JsonSkipper, stringEnd, unquoted } from "./JsonSkipper.ts"

/** The next token; of a string where it begins. A word that touches the end may go on. */
const nextToken = /[ \t\n\r]*(?:(")|([[\]{},:])|([^ \t\n\r":,[\]{}]+))/y

/** Of a name, and of what is kept of a value: the longest cursors are shorter. */
const maxLength = 1 << 16
/** What is long stays what it is: a cursor that were null would be the end of the list, and an error none. */
const longText = JSON.stringify("…".repeat(maxLength))
const longList = '["…"]'
const longObject = '{"…":"…"}'
/** Of all that is kept. */
const maxCount = 1 << 20

interface Frame {
  readonly object: boolean
  key: string | undefined
  index: number
}

export class JsonEnvelope {
  readonly #tokens: ReadonlyArray<string>
  readonly #frames: Array<Frame> = []
  #hadArray = false
  /** The value that is being blanked out. */
  #aside: JsonSkipper | undefined
  /** The beginning of a name or a word; and where in the document it stands. */
  #unread = ""
  #offset = 0
  /** What stands in its place if it is long. */
  #long = longText
  /** Its text; null: it is long. */
  #hidden: string | null = ""
  readonly #kept: Array<string> = []
  #size = 0
  /** Why this is no JSON, or more than is read. */
  fault: Reason | undefined

  constructor(tokens: ReadonlyArray<string>) {
    this.#tokens = tokens
  }

  /** The document as far as it was fed, with nothing in its array, and no more of what is long than that it is; nothing of one that is too long. */
  get kept(): string {
    return this.#kept.join("") + this.#unread
  }

  /** What is to be read in place of the piece; nothing changes its place. `entered`: where in the piece the array begins. */
  feed(piece: string): { readonly text: string; readonly entered?: number } {
    const before = this.#unread.length
    const text = this.#unread + piece
    this.#unread = ""
    let out = ""
    let at = 0
    while (at < text.length) {
      if (this.#aside !== undefined) {
        const end = this.#blank(text, at, this.#aside)
        out += " ".repeat(end - at)
        if (end === at) break
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
      if (this.#opensAside(mark) || (typeof end !== "number" && !this.#isName())) {
        this.#aside = new JsonSkipper()
        this.#long = mark === "[" ? longList : mark === "{" ? longObject : longText
        at = this.#blank(text, begin, this.#aside)
        out += `0${" ".repeat(at - begin - 1)}`
        continue
      }
      // A name that is cut off, or a word that may go on in the next piece.
      if (typeof end !== "number" || (bare !== undefined && end === text.length)) break
      const isEntry = this.#isEntry(mark)
      this.#step(quote === undefined ? undefined : text.slice(begin, end), mark)
      this.#keep(text.slice(begin, end))
      out += text.slice(begin, end)
      at = end
      if (!isEntry) continue
      this.#hadArray = true
      this.#offset += at - before
      return { text: out, entered: at - before }
    }
    this.#unread = text.slice(at)
    this.#offset += piece.length
    if (this.#unread.length > maxLength) this.fault ??= reason("answer.longBeside", { limit: maxLength })
    return { text: out }
  }

  /** What was held back, when nothing comes any more. */
  end(): string {
    return this.#unread
  }

  /** As much of the value as there is: only what is short is kept. */
  #blank(text: string, from: number, aside: JsonSkipper): number {
    const end = aside.read(text, from)
    if (aside.wrong) this.fault ??= reason("answer.noJson", { offset: this.#offset })
    const isShort = this.#hidden !== null && this.#hidden.length + end - from <= maxLength
    this.#hidden = isShort ? `${this.#hidden}${text.slice(from, end)}` : null
    if (aside.goesOn) return end
    this.#keep(this.#hidden ?? this.#long)
    this.#hidden = ""
    this.#aside = undefined
    return end
  }

  #isName(): boolean {
    const frame = this.#frames.at(-1)
    return frame?.object === true && frame.key === undefined
  }

  #onWay(): boolean {
    const frame = this.#frames.at(-1)
    if (frame === undefined) return true
    return (frame.object ? frame.key : String(frame.index)) === this.#tokens[this.#frames.length - 1]
  }

  #isEntry(mark: string | undefined): boolean {
    return mark === "[" && !this.#hadArray && this.#frames.length === this.#tokens.length && this.#onWay()
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

  #keep(text: string): void {
    this.#size += text.length
    if (this.#size > maxCount) this.#kept.length = 0
    else this.#kept.push(text)
  }
}
