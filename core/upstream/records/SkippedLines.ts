/** Leaves out the first lines of a text that arrives in pieces, whatever their line ends and wherever they are cut. */
const [lf, cr] = [10, 13]

export class SkippedLines {
  #left: number
  /** Whether a line feed would belong to the end of the last line. */
  #afterCr = false
  #begun = false

  constructor(count: number) {
    this.#left = count
  }

  /** Whether text came, but not all of the lines. */
  get isShort(): boolean {
    return this.#left > 0 && this.#begun
  }

  /** The text after the lines. */
  behind(text: string): string {
    if (this.#left === 0 && !this.#afterCr) return text
    this.#begun ||= text !== ""
    let at = 0
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      const isSecond = this.#afterCr && code === lf
      this.#afterCr = false
      if (isSecond) continue
      if (this.#left === 0) break
      if (code !== cr && code !== lf) continue
      this.#left--
      this.#afterCr = code === cr
    }
    return text.slice(at)
  }
}
