/**
 * Whether an object within a record may state a name twice, judged from the text as it passes: to count the names of
 * the parsed objects would take several times as long. Equal names are always suspected, others seldom.
 */

const BACKSLASH = 92
const slots = 1 << 10
/** Names that are nested more deeply are all suspected. */
const maxLevels = 8

export class NestedNames {
  /** For each level: the last object with a name of that hash. At one level, one object is open at a time. */
  readonly #seen = Array.from({ length: maxLevels }, () => new Int32Array(slots))
  readonly #objects = new Int32Array(maxLevels)
  #count = 0
  isSuspected = false

  /** An object or a list begins. */
  open(level: number): void {
    if (level < maxLevels) this.#objects[level] = ++this.#count
  }

  /** `from` and `to`: the name without its quotes. A name that is cut, or has escape sequences, may equal another. */
  name(text: string, from: number, to: number, level: number): void {
    const seen = this.#seen[level]
    if (seen === undefined || from < 0) {
      this.isSuspected = true
      return
    }
    let hash = to - from
    for (let at = from; at < to; at++) {
      const c = text.charCodeAt(at)
      if (c === BACKSLASH) this.isSuspected = true
      hash = Math.imul(hash ^ c, 0x01000193)
    }
    const slot = (hash ^ (hash >>> 15)) & (slots - 1)
    const object = this.#objects[level] ?? 0
    if (seen[slot] === object) this.isSuspected = true
    seen[slot] = object
  }
}
