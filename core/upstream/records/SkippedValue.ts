/** The part of a JSON document that is kept beside its records: the text, with placeholders for long values. */
import { JsonSkipper } from "./JsonSkipper.ts"

/** The maximum length of a name, and of a kept value: the longest cursors are shorter. */
export const maxKeptLength = 1 << 16

/**
 * A long value keeps its type: a cursor replaced by null would be the end of the list, and an error replaced by null
 * would be none.
 */
const longText = JSON.stringify("…".repeat(maxKeptLength))
const longList = '["…"]'
const longObject = '{"…":"…"}'

/** A value that nobody needs, read as it passes. */
export class SkippedValue {
  readonly #skipper = new JsonSkipper()
  readonly #long: string
  /** Its text; null: it is long. */
  #text: string | null = ""

  /** `mark`: the character that begins it. */
  constructor(mark: string | undefined) {
    this.#long = mark === "[" ? longList : mark === "{" ? longObject : longText
  }

  /** See `JsonSkipper.read`. */
  read(text: string, from: number): number {
    const end = this.#skipper.read(text, from)
    const isShort = this.#text !== null && this.#text.length + end - from <= maxKeptLength
    this.#text = isShort ? `${this.#text}${text.slice(from, end)}` : null
    return end
  }

  get goesOn(): boolean {
    return this.#skipper.goesOn
  }

  get wrong(): boolean {
    return this.#skipper.wrong
  }

  get shown(): string {
    return this.#text ?? this.#long
  }
}

/** The maximum length of everything that is kept. */
const maxCount = 1 << 20

/** The document without its records; empty if it is too long. */
export class KeptText {
  readonly #pieces: Array<string> = []
  #size = 0

  add(text: string): void {
    this.#size += text.length
    if (this.#size > maxCount) this.#pieces.length = 0
    else this.#pieces.push(text)
  }

  get text(): string {
    return this.#pieces.join("")
  }
}
