/**
 * The part of a JSON document around its array of records, read token by token as it passes. Lists and objects that do
 * not lead to the array are blanked out, because nobody needs them as values. Only short ones are kept, since totals,
 * flags and next pages are among them. So another list in the same answer costs no memory, however long it is.
 */
import { type Reason, reason } from "../../reason/Reason.ts"
import { stringEnd, unquote } from "./JsonSkipper.ts"
import { KeptText, maxKeptLength, SkippedValue } from "./SkippedValue.ts"

/** Matches the next token; for a string, its opening quote. A word at the end of the text may continue. */
const nextToken = /[ \t\n\r]*(?:(")|([[\]{},:])|([^ \t\n\r":,[\]{}]+))/y

/** A character of a word, such as a number. */
const wordCharacter = /[^ \t\n\r":,[\]{}]/

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
  #aside: SkippedValue | undefined
  /** The beginning of a name or a word; and its offset in the document. */
  #unread = ""
  #offset = 0
  readonly #kept = new KeptText()
  /** Why the text is not JSON, or exceeds a limit. */
  fault: Reason | undefined

  constructor(tokens: ReadonlyArray<string>) {
    this.#tokens = tokens
  }

  /**
   * The document read so far, with an empty array and with placeholders for long values; empty if the document is too
   * long.
   */
  get kept(): string {
    return this.#kept.text + this.#unread
  }

  /**
   * Returns the text to parse in place of the piece, with all positions unchanged. `entered`: where in the piece the
   * array begins.
   */
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
        // The placeholder would become part of the word.
        if (wordCharacter.test(text[begin - 1] ?? "")) this.fault ??= reason("answer.noJson", { offset: this.#offset })
        this.#aside = new SkippedValue(mark)
        at = this.#blank(text, begin, this.#aside)
        out += `0${" ".repeat(at - begin - 1)}`
        continue
      }
      // An incomplete name, or a word that may continue in the next piece.
      if (typeof end !== "number" || (bare !== undefined && end === text.length)) break
      const isEntry = this.#isEntry(mark)
      this.#step(quote === undefined ? undefined : text.slice(begin, end), mark)
      this.#kept.add(text.slice(begin, end))
      out += text.slice(begin, end)
      at = end
      if (!isEntry) continue
      this.#hadArray = true
      this.#offset += at - before
      return { text: out, entered: at - before }
    }
    this.#unread = text.slice(at)
    this.#offset += piece.length
    if (this.#unread.length > maxKeptLength) this.fault ??= reason("answer.longBeside", { limit: maxKeptLength })
    return { text: out }
  }

  /** Returns the text that was held back, at the end of the document. */
  end(): string {
    return this.#unread
  }

  /** Blanks as much of the value as has arrived; only a short value is kept. */
  #blank(text: string, from: number, aside: SkippedValue): number {
    const end = aside.read(text, from)
    if (aside.wrong) this.fault ??= reason("answer.noJson", { offset: this.#offset })
    if (aside.goesOn) return end
    this.#kept.add(aside.shown)
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

  /** Whether the token opens a list or an object that does not lead to the array. */
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
    } else if (key !== undefined && frame.object && frame.key === undefined) frame.key = unquote(key)
  }
}
