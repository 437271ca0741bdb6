/**
 * What an answer in JSON says beside its records: the document with the array of records left empty, read along as the
 * text passes, so that totals and flags are known without holding the records.
 */

import { type Marking, NumberRewriter } from "./ExactNumbers.ts"
import { isJsonObject, type JsonObject } from "./Json.ts"

/** The next token; a string that is cut off does not match, so its rest is waited for. */
const nextToken = /[\s:\uFEFF]*(?:("[^"\\]*(?:\\.[^"\\]*)*")|([[\]{},])|([^\s":,[\]{}\uFEFF]+))/y

interface Frame {
  readonly object: boolean
  key: string | undefined
  index: number
}

/** Follows a pointer through a document that arrives in pieces, to the bracket that opens the array there. */
class ArrayFinder {
  private readonly tokens: ReadonlyArray<string>
  private readonly frames: Array<Frame> = []
  /** How deep in a value that is not on the way. */
  private aside = 0

  constructor(tokens: ReadonlyArray<string>) {
    this.tokens = tokens
  }

  /** Reads on in `text`, which begins behind the last token read, as far as its tokens are whole. */
  find(text: string): { readonly read: number; readonly found: boolean } {
    for (let read = 0; ; read = nextToken.lastIndex) {
      nextToken.lastIndex = read
      const match = nextToken.exec(text)
      if (match === null) return { read, found: false }
      const [, key, mark] = match
      if (mark === "[" && this.aside === 0 && this.frames.length === this.tokens.length && this.onWay()) {
        return { read: nextToken.lastIndex, found: true }
      }
      this.step(key, mark)
    }
  }

  private onWay(): boolean {
    const frame = this.frames.at(-1)
    if (frame === undefined) return true
    return (frame.object ? frame.key : String(frame.index)) === this.tokens[this.frames.length - 1]
  }

  private step(key: string | undefined, mark: string | undefined): void {
    const frame = this.frames.at(-1)
    if (mark === "[" || mark === "{") {
      if (this.aside > 0 || this.frames.length === this.tokens.length || !this.onWay()) this.aside++
      else this.frames.push({ object: mark === "{", key: undefined, index: 0 })
    } else if (mark === "]" || mark === "}") {
      if (this.aside > 0) this.aside--
      else this.frames.pop()
    } else if (this.aside > 0 || frame === undefined) {
      return
    } else if (mark === ",") {
      frame.key = undefined
      frame.index++
    } else if (key !== undefined && frame.object && frame.key === undefined) {
      frame.key = unquoted(key)
    }
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const unquoted = (key: string): string => String(parsed(key) ?? "")

/** A whole document, with every digit of its numbers; nothing where it is no object. */
export const envelopeOf = (text: string): JsonObject | undefined => {
  const numbers = new NumberRewriter()
  const value = parsed(numbers.feed(text.replace(/^\uFEFF/, "")) + numbers.end())
  return isJsonObject(value) ? value : undefined
}

/** An envelope is small; of a larger one, as of another long list beside the records, nothing is known. */
export const maxEnvelope = 4 << 20

/** A rewriter of numbers that keeps what stands around the array at `tokens`. */
export class EnvelopeReader {
  private readonly numbers: NumberRewriter
  private readonly finder: ArrayFinder
  private place: "before" | "inside" | "after" = "before"
  /** Begins in the middle of a token. */
  private unread = ""
  private readonly kept: Array<string> = []
  private size = 0

  /** What is kept aside has no marks. */
  constructor(tokens: ReadonlyArray<string>, marking: Marking = {}) {
    this.numbers = new NumberRewriter(marking)
    this.finder = new ArrayFinder(tokens)
  }

  feed(chunk: string): string {
    switch (this.place) {
      case "before":
        return this.feedBefore(chunk)
      case "inside": {
        const text = this.numbers.feed(chunk)
        if (this.numbers.closedAt >= 0) {
          this.place = "after"
          this.keep(chunk.slice(this.numbers.closedAt))
        }
        return text
      }
      case "after":
        this.keep(chunk)
        return this.numbers.feed(chunk)
    }
  }

  end(): string {
    return this.numbers.end()
  }

  /** Known once the text has ended; nothing where the document is no object, or much larger than an envelope is. */
  envelope(): JsonObject | undefined {
    return this.size > maxEnvelope ? undefined : envelopeOf(this.kept.join("") + this.unread)
  }

  private feedBefore(chunk: string): string {
    const text = this.unread + chunk
    const { found, read } = this.finder.find(text)
    this.keep(text.slice(0, read))
    if (!found) {
      this.unread = text.slice(read)
      return this.numbers.feed(chunk)
    }
    const cut = read - this.unread.length
    this.unread = ""
    const before = this.numbers.feed(chunk.slice(0, cut))
    this.numbers.watch()
    this.place = "inside"
    return before + this.feed(chunk.slice(cut))
  }

  private keep(text: string): void {
    this.size += text.length
    if (this.size > maxEnvelope) this.kept.length = 0
    else if (text !== "") this.kept.push(text)
  }
}
