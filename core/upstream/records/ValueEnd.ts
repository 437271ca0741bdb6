/** Finds the end of a JSON value as it passes. Its validity is left to the parser that reads it. */
import { type CutString, stringEnd } from "./JsonSkipper.ts"

const QUOTE = 34
const LBRACKET = 91
const RBRACKET = 93
const LBRACE = 123
const RBRACE = 125

const wordEnd = /[ \t\n\r,[\]{}]/g

export class ValueEnd {
  #depth = 0
  #cut: CutString | undefined
  #isWord = false
  /** Whether the end was found. */
  isOver = false

  /** Reads from the beginning of the value, or from where the piece begins. Returns where the value or the piece ends. */
  read(text: string, from: number): number {
    let at = from
    if (this.#isWord) return this.#word(text, at)
    if (this.#cut !== undefined) {
      at = this.#string(text, from + (this.#cut.escaped ? 1 : 0))
      if (this.isOver) return at
    }
    while (at < text.length) {
      const c = text.charCodeAt(at)
      if (c === QUOTE) at = this.#string(text, at + 1)
      else if (c === LBRACKET || c === LBRACE) {
        this.#depth++
        at++
      } else if (c === RBRACKET || c === RBRACE) {
        this.isOver = --this.#depth === 0
        at++
      } else if (this.#depth === 0) {
        this.#isWord = true
        return this.#word(text, at)
      } else at++
      if (this.isOver) return at
    }
    return text.length
  }

  #string(text: string, from: number): number {
    const end = stringEnd(text, from)
    if (typeof end !== "number") {
      this.#cut = { escaped: end.escaped || from > text.length }
      return text.length
    }
    this.#cut = undefined
    this.isOver = this.#depth === 0
    return end
  }

  #word(text: string, from: number): number {
    wordEnd.lastIndex = from
    const found = wordEnd.exec(text)
    this.isOver = found !== null
    return found?.index ?? text.length
  }
}
