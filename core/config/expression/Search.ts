/**
 * Searches a text for an expression, with the outcome that JavaScript would have, in time proportional to its length:
 * what once led nowhere from a fork at a position is never tried again, by this search or by those after it.
 */
import type { Instruction, Program } from "./ExpressionProgram.ts"

export interface Match {
  readonly index: number
  /** The texts of the groups, with the whole match as the first; undefined: the group took no part. */
  readonly groups: ReadonlyArray<string | undefined>
}

/** The searches of one text, each for the first match that begins at a position or behind it. */
export interface TextSearch {
  readonly from: (position: number) => Match | undefined
}

/** The text must not be longer than `maxSearched`. */
export const makeSearch = (program: Program, text: string): TextSearch =>
  text.length <= program.nativeLimit ? new NativeSearch(program, text) : new Search(program, text)

class NativeSearch implements TextSearch {
  readonly #expression: RegExp
  readonly #text: string

  constructor({ native }: Program, text: string) {
    this.#expression = native
    this.#text = text
  }

  from(position: number): Match | undefined {
    this.#expression.lastIndex = position
    const groups = this.#expression.exec(this.#text)
    return groups === null ? undefined : { index: groups.index, groups }
  }
}

/** The maximum number of attempts of a search, and of remembered ones, a bit for each: a second at worst. */
const maxBits = 1 << 20

/** The longest text that is searched for an expression. */
export const maxSearched = ({ forks }: Program): number => Math.floor(maxBits / Math.max(1, forks)) - 1

const isWord = (code: number | undefined): boolean =>
  code !== undefined &&
  ((code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122))

/** The same in time proportional to the text, whatever the expression is. */
export class Search implements TextSearch {
  readonly #program: Program
  readonly #text: string
  /** A bit for each fork at each position: whether it was tried in vain. */
  readonly #vain: Uint32Array
  /** The remaining attempts, in threes: instruction, position, and length of the path; or a slot to restore. */
  readonly #left: Array<number> = []
  /** The forks on the current path, as the numbers of their bits. */
  readonly #path: Array<number> = []

  constructor(program: Program, text: string) {
    this.#program = program
    this.#text = text
    this.#vain = new Uint32Array(((program.forks * (text.length + 1)) >>> 5) + 1)
  }

  from(position: number): Match | undefined {
    const { groups, isAnchored } = this.#program
    const text = this.#text
    const slots = new Array<number>(2 * groups).fill(-1)
    for (let at = position; at <= text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) {
      if (isAnchored && at > 0) return undefined
      if (this.#begins(at, slots)) return this.#found(slots)
    }
    return undefined
  }

  /** Two slots of each group hold its beginning and its end; -1: the group took no part. */
  #found(slots: ReadonlyArray<number>): Match {
    const groups = Array.from({ length: slots.length / 2 }, (_, group) => {
      const from = slots[2 * group] ?? -1
      return from < 0 ? undefined : this.#text.slice(from, slots[2 * group + 1])
    })
    return { index: slots[0] ?? 0, groups }
  }

  /** Whether a match begins at a position; the slots are as before if none does. */
  #begins(start: number, slots: Array<number>): boolean {
    const [left, path] = [this.#left, this.#path]
    left.length = path.length = 0
    left.push(0, start, 0)
    while (left.length > 0) {
      const length = left.pop() ?? 0
      const position = left.pop() ?? 0
      const instruction = left.pop() ?? 0
      if (instruction < 0) slots[-1 - instruction] = position
      else {
        path.length = length
        if (this.#follow(instruction, position, slots)) {
          for (const bit of path) this.#forget(bit)
          return true
        }
      }
    }
    return false
  }

  /** Continues until the way ends; returns whether it ends in a match. */
  #follow(first: number, start: number, slots: Array<number>): boolean {
    const { instructions } = this.#program
    const text = this.#text
    let [at, position] = [first, start]
    for (;;) {
      // Every way through a program ends in `done`.
      const instruction = instructions[at] as Instruction
      switch (instruction.op) {
        case "character": {
          const code = text.codePointAt(position)
          if (code === undefined || !instruction.matches(code)) return false
          position += code > 0xffff ? 2 : 1
          at++
          break
        }
        case "fork": {
          const bit = instruction.number * (text.length + 1) + position
          if (this.#isVain(bit)) return false
          this.#left.push(instruction.second, position, this.#path.push(bit))
          at = instruction.first
          break
        }
        case "jump":
          at = instruction.to
          break
        case "save":
          this.#set(slots, instruction.slot, position)
          at++
          break
        case "clear":
          for (let slot = instruction.from; slot < instruction.to; slot++) this.#set(slots, slot, -1)
          at++
          break
        case "assert":
          if (!this.#holds(instruction.kind, position)) return false
          at++
          break
        case "done":
          return true
      }
    }
  }

  #set(slots: Array<number>, slot: number, position: number): void {
    this.#left.push(-1 - slot, slots[slot] ?? -1, 0)
    slots[slot] = position
  }

  #holds(kind: (Instruction & { readonly op: "assert" })["kind"], position: number): boolean {
    const text = this.#text
    if (kind === "start") return position === 0
    if (kind === "end") return position === text.length
    const isBoundary = isWord(text.charCodeAt(position - 1)) !== isWord(text.charCodeAt(position))
    return isBoundary === (kind === "boundary")
  }

  #isVain(bit: number): boolean {
    const word = this.#vain[bit >>> 5] ?? 0
    if ((word & (1 << (bit & 31))) !== 0) return true
    this.#vain[bit >>> 5] = word | (1 << (bit & 31))
    return false
  }

  #forget(bit: number): void {
    this.#vain[bit >>> 5] = (this.#vain[bit >>> 5] ?? 0) & ~(1 << (bit & 31))
  }
}
