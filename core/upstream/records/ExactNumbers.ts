/**
 * JSON text in which every number that a double would change is replaced by a string with its source text, so that a
 * decimal reaches its column digit by digit. Everything else, including invalid JSON, passes unchanged. A mark at its
 * start distinguishes such a string from text of the source, so that it becomes a number again where JSON is needed.
 */
import { Array as Arr, Cause, Channel, Effect, Pull } from "effect"
import { type Reason, reason } from "../../reason/Reason.ts"
import { longRecord, MemoryLimitExceeded, manyValues, memoryLimits } from "../exchange/MemoryLimits.ts"
import { stringEnd } from "./JsonSkipper.ts"
import type { PassedRecords } from "./PassedRecords.ts"

const QUOTE = 34
const LF = 10
const CR = 13
const COMMA = 44
const COLON = 58
const LBRACKET = 91
const RBRACKET = 93
const LBRACE = 123
const RBRACE = 125
const MINUS = 45

/** A double keeps any decimal of this many significant digits. */
const safeDigits = 15
const smallestNormal = 2.2250738585072014e-308

/** A noncharacter, which Unicode reserves for internal use by programs: no source sends text that begins with it. */
const mark = "\ufdd0"
const markCode = mark.charCodeAt(0)
const markedNumber = /(?<=^|[:,[])"\ufdd0(-?[\d.]+(?:[eE][+-]?\d+)?)"(?=$|[,\]}])/g

/** Returns the digits of a marked number, and any other value unchanged. */
export const unmark = (value: unknown): unknown =>
  typeof value === "string" && value.charCodeAt(0) === markCode ? value.slice(1) : value

/** Turns the marked numbers back into numbers in the output of `JSON.stringify`. */
export const withNumbers = (json: string): string => (json.includes(mark) ? json.replace(markedNumber, "$1") : json)

const isDigit = (c: number): boolean => c >= 48 && c <= 57
const isNumberPart = (c: number): boolean => isDigit(c) || c === 46 || c === 101 || c === 69 || c === 43 || c === MINUS

const grammar = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Whether `JSON.parse` would change the digits or the magnitude of a number. */
export const losesDigits = (source: string): boolean => {
  const significand = source.replace(/[eE].*$/, "").replace(/^[-0.]+|\./g, "")
  if (significand.length > safeDigits) return true
  const magnitude = Math.abs(Number(source))
  return significand.length > 0 && (magnitude < smallestNormal || magnitude === Number.POSITIVE_INFINITY)
}

export interface MarkOptions {
  readonly marks?: boolean | undefined
}

export interface RewriteOptions extends MarkOptions {
  /**
   * The separator of records: commas in the array that is the whole document, or line ends. Absent: nothing does until
   * `watch`.
   */
  readonly parts?: "array" | "lines" | undefined
  /** How many characters of a record, or of a page that is read as a whole, may be held. Absent: no limit. */
  readonly most?: number | undefined
  /** Receives each record that is an object or a list. */
  readonly passed?: PassedRecords | undefined
}

/** Rewrites numbers chunk by chunk; strings and numbers may be cut anywhere. */
export class NumberRewriter {
  private inString = false
  private escaped = false
  /** A number at the end of its chunk, which may continue in the next. */
  private carry = ""
  private depth = 0
  private watching = false
  private closed = -1
  /** The text written before the digits. */
  private readonly opening: string
  private readonly lines: boolean
  private readonly most: number | undefined
  /** The depth at which commas separate records; NaN: none. */
  private level: number
  private readonly passed: PassedRecords | undefined
  /** The depth at which records begin and end; NaN: there are none. */
  private base: number
  /** The offset of the current chunk, and of the record that is still open at its end. */
  private offset = 0
  private begun = 0
  /**
   * The values in that record; then the highest value count and the greatest length of the records that ended in the
   * chunk.
   */
  private values = 0
  private peak = 0
  private longest = 0
  /** The exceeded limit, set with the chunk in which it was exceeded. */
  over: Reason | undefined

  constructor({ marks = false, most, parts, passed }: RewriteOptions = {}) {
    this.opening = marks ? `"${mark}` : '"'
    this.lines = parts === "lines"
    this.level = parts === "array" ? 1 : Number.NaN
    this.most = most
    this.passed = passed
    this.base = this.lines ? 0 : this.level
  }

  /**
   * From here on looks for the bracket that closes the current array. The rest of the piece after that bracket is not
   * read.
   */
  watch(): void {
    this.watching = true
    this.depth = 0
    this.closed = -1
    this.level = this.base = 0
    this.part(this.offset)
  }

  /** The position of that bracket in the last chunk; -1: not found yet. */
  get closedAt(): number {
    return this.closed
  }

  feed(chunk: string): string {
    const text = this.rewrite(chunk)
    this.offset += chunk.length
    if (this.most !== undefined) this.over ??= this.judge(this.most)
    return text
  }

  /** Records that a record ended at this offset. */
  private part(at: number): void {
    this.longest = Math.max(this.longest, at - this.begun)
    this.peak = Math.max(this.peak, this.values)
    this.begun = at
    this.values = 0
  }

  private judge(most: number): Reason | undefined {
    const length = Math.max(this.longest, this.offset - this.begun)
    const values = Math.max(this.peak, this.values)
    this.longest = this.peak = 0
    if (this.carry.length > memoryLimits.digits) return reason("answer.longNumber", { limit: memoryLimits.digits })
    const isPage = Number.isNaN(this.level) && !this.lines
    if (length > most) return isPage ? reason("answer.longPage", { limit: most }) : longRecord(most)
    const limit = isPage ? memoryLimits.page : memoryLimits.values
    return values > limit ? manyValues(limit) : undefined
  }

  private rewrite(chunk: string): string {
    const carried = this.carry.length
    const text = this.carry === "" ? chunk : this.carry + chunk
    const length = text.length
    let out = ""
    let copied = 0
    // The last string, without its quotes; -1: it began in another chunk.
    let stringFrom = -1
    let i = this.inString ? this.skipString(text, 0) : 0
    let stringTo = i - 1
    while (i < length) {
      const c = text.charCodeAt(i)
      if (c === QUOTE) {
        stringFrom = i + 1
        i = this.skipString(text, stringFrom)
        stringTo = i - 1
      } else if (isDigit(c) || c === MINUS) {
        const start = i++
        let plain = true
        for (; i < length; i++) {
          const d = text.charCodeAt(i)
          if (isDigit(d) || d === 46) continue
          if (!isNumberPart(d)) break
          plain = false
        }
        if (i === length) {
          this.carry = text.slice(start)
          if (this.depth > this.base) this.passed?.hold(text, start)
          return out + text.slice(copied, start)
        }
        if (plain && i - start <= safeDigits) continue
        const source = text.slice(start, i)
        if (!grammar.test(source) || !losesDigits(source)) continue
        out += `${text.slice(copied, start)}${this.opening}${source}"`
        copied = i
      } else {
        if (c === COLON) this.passed?.name(text, stringFrom, stringTo, this.depth - this.base - 1)
        else if (c === LBRACKET || c === LBRACE) {
          this.passed?.open(this.depth - this.base, i)
          this.depth++
          this.values++
        } else if (c === COMMA) {
          if (this.depth === this.level) this.part(this.offset + i - carried)
          else this.values++
        } else if (c === RBRACKET || c === RBRACE) {
          if (--this.depth === this.base) this.passed?.close(text, i + 1)
          else if (this.depth === -1 && this.watching) {
            this.close(i - carried)
            return out + text.slice(copied, i)
          }
        } else if (this.lines && (c === LF || c === CR)) this.part(this.offset + i - carried)
        i++
      }
    }
    this.carry = ""
    if (this.depth > this.base) this.passed?.hold(text, length)
    return copied === 0 ? text : out + text.slice(copied)
  }

  /** Returns the text that was held back; a number at the end of the text is a document of its own. */
  end(): string {
    const source = this.carry
    this.carry = ""
    return grammar.test(source) && losesDigits(source) ? `${this.opening}${source}"` : source
  }

  private close(at: number): void {
    this.carry = ""
    this.watching = false
    this.closed = at
    this.part(this.offset + at)
  }

  /** Reads from inside a string to after its closing quote, or to the end of the chunk. */
  private skipString(text: string, from: number): number {
    const start = this.escaped ? from + 1 : from
    const end = stringEnd(text, start)
    this.inString = typeof end !== "number"
    this.escaped = typeof end !== "number" && (end.escaped || start > text.length)
    return typeof end === "number" ? end : text.length
  }
}

/** The rewriter, or a reader with the same interface, as a step of a decoding pipeline. */
export const exactNumbers = <E = never, Done = unknown>(
  make: () => Pick<NumberRewriter, "feed" | "end" | "over"> = () => new NumberRewriter()
): Channel.Channel<
  Arr.NonEmptyReadonlyArray<string>,
  E | MemoryLimitExceeded,
  Done,
  Arr.NonEmptyReadonlyArray<string>,
  E,
  Done
> =>
  Channel.fromTransform((upstream, _scope) =>
    Effect.sync(() => {
      const rewriter = make()
      const feed = (text: string) => rewriter.feed(text)
      let ended: Pull.Pull<never, never, Done> | undefined
      const pull = Pull.matchEffect(upstream, {
        onSuccess: (texts) => {
          const rewritten = Arr.map(texts, feed)
          const { over } = rewriter
          return over === undefined ? Effect.succeed(rewritten) : Effect.fail(new MemoryLimitExceeded({ reason: over }))
        },
        onFailure: Effect.failCause,
        onDone: (done) => {
          ended = Cause.done(done)
          const last = rewriter.end()
          return last === "" ? ended : Effect.succeed(Arr.of(last))
        }
      })
      return Effect.suspend(() => ended ?? pull)
    })
  )
