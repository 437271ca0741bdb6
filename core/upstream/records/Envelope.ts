/**
 * The envelope of a JSON answer: the document with an empty array in place of the records. It is read
 * as the text passes, so totals and flags are known without holding the records.
 */

import type { Reason } from "../../reason/Reason.ts"
import { ambiguity } from "./DoubledNames.ts"
import { NumberRewriter, type RewriteOptions } from "./ExactNumbers.ts"
import { isJsonObject, type JsonObject } from "./Json.ts"
import { JsonEnvelope } from "./JsonEnvelope.ts"

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Parses a whole document and keeps every digit of its numbers; undefined if it is not an object. */
export const envelopeOf = (text: string): JsonObject | undefined => besideOf(text).envelope

/** The same; `ambiguous`: why it may mean two things. */
export const besideOf = (text: string): { readonly envelope?: JsonObject; readonly ambiguous?: Reason } => {
  const numbers = new NumberRewriter()
  const exact = numbers.feed(text.replace(/^\uFEFF/, "")) + numbers.end()
  const envelope = parsed(exact)
  if (!isJsonObject(envelope)) return {}
  const ambiguous = ambiguity(exact, envelope)
  return { envelope, ...(ambiguous === undefined ? {} : { ambiguous }) }
}

/** A rewriter of numbers that also keeps the document around the array at `tokens`. */
export class EnvelopeReader {
  private readonly numbers: NumberRewriter
  private readonly around: JsonEnvelope
  private inside = false
  private begun = false

  /** The envelope is kept without marks. */
  constructor(tokens: ReadonlyArray<string>, rewriting: RewriteOptions = {}) {
    this.numbers = new NumberRewriter(rewriting)
    this.around = new JsonEnvelope(tokens)
  }

  feed(chunk: string): string {
    if (this.inside) {
      const text = this.numbers.feed(chunk)
      const { closedAt } = this.numbers
      if (closedAt < 0) return text
      this.inside = false
      return text + this.feed(chunk.slice(closedAt))
    }
    // The decoder that reads the rest ignores the mark as well.
    const isMarked = !this.begun && chunk.startsWith("\uFEFF")
    this.begun ||= chunk !== ""
    const { entered, text } = this.around.feed(isMarked ? chunk.slice(1) : chunk)
    if (entered === undefined) return text
    this.numbers.watch()
    this.inside = true
    return text + this.feed(chunk.slice(entered + (isMarked ? 1 : 0)))
  }

  end(): string {
    return this.inside ? this.numbers.end() : this.around.end()
  }

  get over(): Reason | undefined {
    return this.around.fault ?? this.numbers.over
  }

  /** Known once the text has ended; empty if the document is not an object, or is much larger than an envelope. */
  envelope(): ReturnType<typeof besideOf> {
    return besideOf(this.around.kept)
  }
}
