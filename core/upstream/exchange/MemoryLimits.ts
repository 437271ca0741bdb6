/**
 * How much of an answer is held at a time. Streamed text costs nothing. A record, and a page that is read as a whole,
 * are held, and some of their characters cost thirty times their length as values.
 */
import { Channel, Data, Effect } from "effect"
import { type Reason, reason } from "../../reason/Reason.ts"
import type { UpstreamError } from "../Source.ts"

/** The answer exceeds what may be held, or what can be read without delaying everything else. */
export class MemoryLimitExceeded extends Data.TaggedError("TooMuch")<{ readonly reason: Reason }> {}

export const memoryLimits = {
  /** Values in one record: brackets and commas of JSON, elements of XML, cells of CSV. */
  values: 1 << 18,
  /** The same for a page that is read as a whole. */
  page: 1 << 21,
  /** Digits of a number: no column holds as many. */
  digits: 1 << 15,
  /** Attributes of one element. */
  attributes: 1 << 14,
  /** Characters in one piece of XML before the root: a decoder reads the piece again once it knows where it ends. */
  prolog: 1 << 20,
  /** Characters of the first line of CSV that show the separator: they are read twice, the second time all at once. */
  firstLine: 1 << 18,
  /** Quotation marks in one row of CSV: a decoder keeps a piece of the cell between any two of them. */
  quotes: 1 << 20
}

export const longRecord = (limit: number): Reason => reason("answer.longRecord", { limit })
export const manyQuotes = (limit: number): Reason => reason("answer.manyQuotes", { limit })
export const manyValues = (limit: number): Reason => reason("answer.manyValues", { limit })

/** Inspects the text of an answer on its way to the decoder, and reports an exceeded limit. */
export interface MemoryGauge {
  readonly see: (text: string) => Reason | undefined
}

type Texts = readonly [string, ...ReadonlyArray<string>]

export const withGauge = (
  gauge: MemoryGauge
): Channel.Channel<Texts, UpstreamError | MemoryLimitExceeded, void, Texts, UpstreamError, void> =>
  Channel.fromTransform((upstream, _scope) =>
    Effect.succeed(
      Effect.flatMap(upstream, (texts) => {
        for (const text of texts) {
          const over = gauge.see(text)
          if (over !== undefined) return Effect.fail(new MemoryLimitExceeded({ reason: over }))
        }
        return Effect.succeed(texts)
      })
    )
  )

/** Limits the part of XML before the root. */
export class PrologGauge implements MemoryGauge {
  #length = 0
  #isBehind = false

  see(text: string): Reason | undefined {
    if (this.#isBehind) return undefined
    this.#length += text.length
    return this.#length > memoryLimits.prolog ? longRecord(memoryLimits.prolog) : undefined
  }

  /** Reports that a piece has ended, or that the root has begun. */
  ended(hasRoot: boolean): void {
    this.#length = 0
    this.#isBehind ||= hasRoot
  }
}

/** Limits the attributes of an XML element. Only a tag that continues from one chunk to the next can have too many. */
export class TagGauge implements MemoryGauge {
  /** Whether the text after the last `<` is still in a tag; and the quote that is open in it. */
  #open = false
  #quote = ""
  #attributes = 0
  readonly #next = /[>"']/g

  see(text: string): Reason | undefined {
    const last = text.lastIndexOf("<")
    if (last >= 0) {
      this.#open = !/^[!?/]/.test(text.slice(last + 1, last + 2))
      this.#quote = ""
      this.#attributes = 0
    }
    for (let at = last + 1; this.#open && at < text.length; ) {
      const end = this.#quote === "" ? this.#mark(text, at) : text.indexOf(this.#quote, at)
      if (end < 0) break
      const mark = text[end] ?? ""
      if (mark === ">" && this.#quote === "") this.#open = false
      else if (this.#quote === "") this.#quote = mark
      else {
        this.#quote = ""
        this.#attributes++
      }
      at = end + 1
    }
    return this.#attributes > memoryLimits.attributes ? manyValues(memoryLimits.attributes) : undefined
  }

  #mark(text: string, at: number): number {
    this.#next.lastIndex = at
    return this.#next.exec(text)?.index ?? -1
  }
}
