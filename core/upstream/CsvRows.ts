/**
 * The rows of CSV, as RFC 4180 has it and as people write it: any end of line, a first line `sep=;`, spaces around quoted
 * cells, quotation marks within cells that are not quoted. A row that cannot be taken apart ends with its line and is told.
 */
import { Data } from "effect"
import { type Separator, separators } from "../config/Entity.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import { longRecord, MemoryLimitExceeded, manyQuotes, manyValues, memoryLimits } from "./MemoryLimits.ts"

export interface CsvRow {
  readonly cells: ReadonlyArray<string>
  /** Where it begins, counted from 1. */
  readonly line: number
  /** A cell of it goes on over the end of a line. */
  readonly spans: boolean
  /** Something stands behind the end of a quoted cell. */
  readonly broken: boolean
}

/** Of which the rest of an answer makes no sense. */
export class CsvFault extends Data.TaggedError("CsvFault")<{ readonly reason: Reason }> {}

const [lf, cr, quote, comma] = [10, 13, 34, 44]

/** What parses a cell: not begun, without quotes, within quotes, behind a quote there, behind its end, or behind a fault. */
type State = "begin" | "plain" | "quoted" | "quote" | "closed" | "broken"

const sepLine = /^\uFEFF?[ \t]*"?sep=(.)"?[ \t]*$/i

/** The text until the first line ends, which shows what separates cells. */
class FirstLine {
  readonly #texts: Array<string> = []
  readonly #counts = new Map<string, number>(separators.map((one) => [one, 0]))
  #quoted = false
  #length = 0
  #seen = false

  /** Whether the line has ended, or has shown enough. */
  see(text: string): boolean {
    this.#texts.push(text)
    for (let at = 0; at < text.length; at++) {
      const char = text[at] ?? ""
      if (char === '"') this.#quoted = !this.#quoted
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

  /** The one that it has most of, the first of those in the order above; nothing where it has none. */
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
  #first: FirstLine | undefined = new FirstLine()
  #separator: number = comma
  #state: State = "begin"
  #cell = ""
  #cells: Array<string> = []
  /** Characters of the row before the text that is being read. */
  #length = 0
  #quotes = 0
  #line = 1
  #rowLine = 1
  #quoteLine = 1
  /** A line feed that comes next belongs to the end of line before it; the same within a quoted cell. */
  #afterCr = false
  #quotedCr = false

  /** `most`: characters of one row. */
  constructor(declared: Separator | undefined, most: number) {
    this.#declared = declared
    this.#most = most
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
    const said = sepLine.exec(end < 0 ? text : text.slice(0, end))?.[1]
    if (said !== undefined) {
      this.#separator = (this.#declared ?? said).charCodeAt(0)
      const rest = end < 0 ? "" : text.slice(end).replace(/^\r?\n?/, "")
      this.#line = this.#rowLine = 2
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

  /** Up to what ends a piece of a cell without quotes, or of what is passed over behind a fault. */
  #plainTo(text: string, from: number): number {
    const separator = this.#separator
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
    const found = text.indexOf('"', from)
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

  /** A quotation mark or a separator. */
  #meet(code: number): void {
    if (code === quote) {
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
          this.#cell += '"'
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
        this.#cell += '"'
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
