/**
 * The rows of CSV, as RFC 4180 defines it and as people write it: any line ending, a first line `sep=;`, spaces around
 * quoted cells, quotation marks within unquoted cells. A malformed row ends at the end of its line and is reported.
 */
import { Data } from "effect"
import { type CsvForm, type Separator, separators } from "../../config/Entity.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import { longRecord, MemoryLimitExceeded, manyQuotes, manyValues, memoryLimits } from "../exchange/MemoryLimits.ts"

export interface CsvRow {
  readonly cells: ReadonlyArray<string>
  /** The line on which the row begins, counted from 1. */
  readonly line: number
  /** Whether a cell continues over the end of a line. */
  readonly spans: boolean
  /** Whether text follows the closing quote of a cell. */
  readonly broken: boolean
}

/** A fault after which the rest of the answer cannot be interpreted. */
export class CsvFault extends Data.TaggedError("CsvFault")<{ readonly reason: Reason }> {}

const [lf, cr, comma, mark] = [10, 13, 44, 0xfeff]

/**
 * State of the cell parser: before a cell, in an unquoted cell, in a quoted cell, after a quote in it, after the
 * closing quote, or after a fault.
 */
type State = "begin" | "plain" | "quoted" | "quote" | "closed" | "broken"

const sepLine = /^\uFEFF?[ \t]*"?sep=(.)"?[ \t]*$/i

/** The text up to the end of the first line, which shows the separator. */
class FirstLine {
  readonly #quote: string | undefined
  readonly #texts: Array<string> = []
  readonly #counts = new Map<string, number>(separators.map((one) => [one, 0]))
  #quoted = false
  #length = 0
  #seen = false

  constructor(quote: string | undefined) {
    this.#quote = quote
  }

  /** Returns whether the line has ended, or enough of it was read. */
  see(text: string): boolean {
    this.#texts.push(text)
    for (let at = 0; at < text.length; at++) {
      const char = text[at] ?? ""
      if (char === this.#quote) this.#quoted = !this.#quoted
      else if (this.#quoted) continue
      else if (char !== "\n" && char !== "\r") {
        this.#seen ||= char.trim() !== ""
        const count = this.#counts.get(char)
        if (count !== undefined) this.#counts.set(char, count + 1)
      } else if (this.#seen) return true
    }
    this.#length += text.length
    return this.#length > memoryLimits.firstLine
  }

  get text(): string {
    return this.#texts.join("")
  }

  has(separator: string): boolean {
    return (this.#counts.get(separator) ?? 0) > 0
  }

  /** The most frequent separator, on a tie the first in the order above; undefined if none occurs. */
  get likeliest(): Separator | undefined {
    let best: Separator | undefined
    for (const one of separators) {
      const count = this.#counts.get(one) ?? 0
      if (count > (best === undefined ? 0 : (this.#counts.get(best) ?? 0))) best = one
    }
    return best
  }
}

export class CsvRows {
  readonly #declared: Separator | undefined
  readonly #most: number
  /** The sign around cells; with none, a code that no character has. */
  readonly #quote: string
  readonly #quoteCode: number
  #first: FirstLine | undefined
  #separator: number = comma
  #state: State = "begin"
  #cell = ""
  #cells: Array<string> = []
  /** Characters of the row before the text that is being read. */
  #length = 0
  #quotes = 0
  #line: number
  #rowLine: number
  #quoteLine = 1
  /** A following line feed belongs to the preceding line ending; `#quotedCr` is the same within a quoted cell. */
  #afterCr = false
  #quotedCr = false

  /** `most`: the maximum length of one row, in characters. */
  constructor(declared: Separator | undefined, most: number, { quote = '"', skipRows = 0 }: CsvForm = {}) {
    this.#declared = declared
    this.#most = most
    this.#quote = quote === false ? "" : quote
    this.#quoteCode = this.#quote.charCodeAt(0)
    this.#line = this.#rowLine = skipRows + 1
    this.#first = new FirstLine(quote === false ? undefined : quote)
  }

  feed(text: string, out: Array<CsvRow>): void {
    if (this.#first === undefined) this.#read(text, out)
    else if (this.#first.see(text)) this.#begin(this.#first, out)
  }

  end(out: Array<CsvRow>): void {
    if (this.#first !== undefined) this.#begin(this.#first, out)
    if (this.#state === "quoted") throw new CsvFault({ reason: reason("answer.openQuote", { line: this.#quoteLine }) })
    if (this.#length > 0) this.#endRow(this.#length, out)
  }

  #begin(first: FirstLine, out: Array<CsvRow>): void {
    this.#first = undefined
    const { text } = first
    const end = text.search(/[\r\n]/)
    const separator = sepLine.exec(end < 0 ? text : text.slice(0, end))?.[1]
    if (separator !== undefined) {
      this.#separator = (this.#declared ?? separator).charCodeAt(0)
      const rest = end < 0 ? "" : text.slice(end).replace(/^\r?\n?/, "")
      this.#line = ++this.#rowLine
      this.#read(rest, out)
      return
    }
    const other = first.likeliest
    if (this.#declared !== undefined && other !== undefined && !first.has(this.#declared)) {
      throw new CsvFault({ reason: reason("answer.otherSeparator", { separator: JSON.stringify(other) }) })
    }
    this.#separator = (this.#declared ?? other ?? ",").charCodeAt(0)
    this.#read(text.startsWith("\uFEFF") ? text.slice(1) : text, out)
  }

  #read(text: string, out: Array<CsvRow>): void {
    const { length } = text
    let start = 0
    for (let at = 0; at < length; ) {
      if (this.#afterCr) {
        this.#afterCr = false
        if (text.charCodeAt(at) === lf) {
          at++
          if (this.#state === "begin") start = at
          continue
        }
      }
      at = this.#state === "quoted" ? this.#quotedTo(text, at) : this.#plainTo(text, at)
      if (at >= length) break
      const code = text.charCodeAt(at)
      if (code === cr || code === lf) {
        this.#endRow(this.#length + at - start, out)
        this.#afterCr = code === cr
        start = at + 1
      } else this.#meet(code)
      at++
    }
    this.#length += length - start
    this.#check(this.#length)
  }

  /** Reads to the end of an unquoted piece of a cell, or of the text skipped after a fault. */
  #plainTo(text: string, from: number): number {
    const [separator, quote] = [this.#separator, this.#quoteCode]
    let at = from
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === separator || code === quote || code === cr || code === lf) break
    }
    if (at === from) return at
    const piece = text.slice(from, at)
    if (this.#state === "begin" || this.#state === "plain") {
      this.#cell = this.#cell === "" ? piece : this.#cell + piece
      this.#state = "plain"
    } else if (this.#state !== "broken") this.#state = piece.trim() === "" ? "closed" : "broken"
    return at
  }

  #quotedTo(text: string, from: number): number {
    const found = text.indexOf(this.#quote, from)
    const end = found < 0 ? text.length : found
    if (end > from) {
      const piece = text.slice(from, end)
      this.#cell += piece
      for (let at = 0; at < piece.length; at++) {
        const code = piece.charCodeAt(at)
        if (code === cr || (code === lf && !this.#quotedCr)) this.#line++
        this.#quotedCr = code === cr
      }
    }
    return end
  }

  /** Handles a quotation mark or a separator. */
  #meet(code: number): void {
    if (code === this.#quoteCode) {
      if (++this.#quotes > memoryLimits.quotes)
        throw new MemoryLimitExceeded({ reason: manyQuotes(memoryLimits.quotes) })
      this.#quoteMet()
    } else if (this.#state === "broken") return
    else {
      this.#cells.push(this.#cell)
      this.#cell = ""
      this.#state = "begin"
      if (this.#cells.length > memoryLimits.values)
        throw new MemoryLimitExceeded({ reason: manyValues(memoryLimits.values) })
    }
  }

  #quoteMet(): void {
    switch (this.#state) {
      case "begin":
      case "plain":
        if (this.#cell.trim() !== "") {
          this.#cell += this.#quote
          return
        }
        this.#cell = ""
        this.#quoteLine = this.#line
        this.#quotedCr = false
        this.#state = "quoted"
        return
      case "quoted":
        this.#state = "quote"
        return
      case "quote":
        this.#cell += this.#quote
        this.#state = "quoted"
        return
      default:
        this.#state = "broken"
    }
  }

  #check(length: number): void {
    if (length <= this.#most) return
    const [limit, line] = [this.#most, this.#quoteLine]
    throw new MemoryLimitExceeded({
      reason: this.#state === "quoted" ? reason("answer.longQuote", { limit, line }) : longRecord(limit)
    })
  }

  #endRow(length: number, out: Array<CsvRow>): void {
    this.#check(length)
    if (length > 0) {
      this.#cells.push(this.#cell)
      const [first] = this.#cells
      // Concatenated files have a byte order mark before the first line of each.
      if (first?.charCodeAt(0) === mark) this.#cells[0] = first.slice(1)
      const [line, broken] = [this.#rowLine, this.#state === "broken"]
      out.push({ cells: this.#cells, line, spans: this.#line > line, broken })
    }
    this.#cells = []
    this.#cell = ""
    this.#length = 0
    this.#quotes = 0
    this.#state = "begin"
    this.#rowLine = ++this.#line
  }
}
