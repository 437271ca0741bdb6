/**
 * Parses a regular expression: the syntax of JavaScript with the flag `u`, less what no search in linear time can do
 * (references back, looking around). A character class is not parsed: JavaScript itself judges one character by it.
 */
import { foreignText, type Reason, reason } from "../../reason/Reason.ts"

export type Node =
  | { readonly _tag: "Character"; readonly matches: (code: number) => boolean }
  | { readonly _tag: "Assertion"; readonly kind: "start" | "end" | "boundary" | "noBoundary" }
  | { readonly _tag: "Sequence" | "Choice"; readonly nodes: ReadonlyArray<Node> }
  | { readonly _tag: "Group"; readonly index: number; readonly node: Node }
  | {
      readonly _tag: "Repeat"
      readonly node: Node
      readonly least: number
      readonly most: number
      readonly isLazy: boolean
      /** The groups inside, which each repetition empties: from the first one to before the second. */
      readonly groups: readonly [number, number]
    }

export interface ParsedExpression {
  readonly node: Node
  /** The number of groups, with the whole match as group 0. */
  readonly groups: number
}

export const maxLength = 1_000

export const parseExpression = (source: string): ParsedExpression | Reason => {
  if (source.length > maxLength) return reason("expression.long", { limit: maxLength })
  try {
    new RegExp(source, "u")
  } catch (error) {
    return reason("expression.invalid", { why: foreignText(error instanceof Error ? error.message : String(error)) })
  }
  try {
    return new ExpressionParser(source).parse()
  } catch (error) {
    if (error instanceof ParseFailure) return error.why
    throw error
  }
}

class ParseFailure {
  readonly why: Reason
  constructor(why: Reason) {
    this.why = why
  }
}

/** The properties of characters below this code are remembered: Latin, Greek and Cyrillic. */
const tableSize = 0x530

const classOf = (source: string): ((code: number) => boolean) => {
  const one = new RegExp(`^(?:${source})$`, "u")
  const table = new Array<boolean | undefined>(tableSize).fill(undefined)
  return (code) => {
    const known = table[code]
    if (known !== undefined) return known
    const matches = one.test(String.fromCodePoint(code))
    if (code < tableSize) table[code] = matches
    return matches
  }
}

/** Whether a node can match the empty text. */
const mayBeEmpty = (node: Node): boolean => {
  switch (node._tag) {
    case "Character":
      return false
    case "Assertion":
      return true
    case "Sequence":
      return node.nodes.every(mayBeEmpty)
    case "Choice":
      return node.nodes.some(mayBeEmpty)
    case "Group":
      return mayBeEmpty(node.node)
    case "Repeat":
      return node.least === 0 || mayBeEmpty(node.node)
  }
}

const isEndless = (node: Node): boolean => {
  switch (node._tag) {
    case "Character":
    case "Assertion":
      return false
    case "Sequence":
    case "Choice":
      return node.nodes.some(isEndless)
    case "Group":
      return isEndless(node.node)
    case "Repeat":
      return node.most === Number.POSITIVE_INFINITY || isEndless(node.node)
  }
}

/** Parses what JavaScript has already accepted, so every bracket is closed and every quantifier has its operand. */
class ExpressionParser {
  readonly #source: string
  readonly #classes = new Map<string, (code: number) => boolean>()
  #at = 0
  #groups = 1

  constructor(source: string) {
    this.#source = source
  }

  parse(): ParsedExpression {
    const node = this.#choice()
    return { node, groups: this.#groups }
  }

  #choice(): Node {
    const nodes = [this.#sequence()]
    while (this.#source[this.#at] === "|") {
      this.#at++
      nodes.push(this.#sequence())
    }
    const [only] = nodes
    return nodes.length === 1 && only !== undefined ? only : { _tag: "Choice", nodes }
  }

  #sequence(): Node {
    const nodes: Array<Node> = []
    while (this.#at < this.#source.length && !"|)".includes(this.#source[this.#at] ?? "")) {
      const from = this.#groups
      nodes.push(this.#quantified(this.#atom(), [from, this.#groups]))
    }
    return { _tag: "Sequence", nodes }
  }

  #quantified(node: Node, groups: readonly [number, number]): Node {
    const quantifier = /(?:[*+?]|\{(\d+)(,?)(\d*)\})(\??)/y
    quantifier.lastIndex = this.#at
    const found = quantifier.exec(this.#source)
    if (found === null) return node
    this.#at = quantifier.lastIndex
    const [text, count, comma, last, lazy] = found
    const least = count === undefined ? (text.startsWith("+") ? 1 : 0) : Number(count)
    const most =
      count === undefined
        ? text.startsWith("?")
          ? 1
          : Number.POSITIVE_INFINITY
        : comma === ""
          ? least
          : last === ""
            ? Number.POSITIVE_INFINITY
            : Number(last)
    if (mayBeEmpty(node)) throw new ParseFailure(reason("expression.empty", { text }))
    if (most > 1 && isEndless(node)) throw new ParseFailure(reason("expression.nested", { text }))
    return { _tag: "Repeat", node, least, most, isLazy: lazy === "?", groups }
  }

  #atom(): Node {
    const from = this.#at
    switch (this.#source[from]) {
      case "(":
        return this.#group()
      case "[": {
        let end = from + 1
        while (this.#source[end] !== "]") end += this.#source[end] === "\\" ? 2 : 1
        return this.#class(end + 1)
      }
      case ".":
        return this.#class(from + 1)
      case "^":
      case "$":
        this.#at++
        return { _tag: "Assertion", kind: this.#source[from] === "^" ? "start" : "end" }
      case "\\":
        return this.#escape()
      default: {
        const literal = this.#source.codePointAt(from) ?? 0
        this.#at += literal > 0xffff ? 2 : 1
        return { _tag: "Character", matches: (code) => code === literal }
      }
    }
  }

  #group(): Node {
    const [opening = "(", kind] = /^\((?:\?(:|<(?![=!])[^>]*>|.{1,2}))?/.exec(this.#source.slice(this.#at)) ?? []
    if (kind !== undefined && kind !== ":" && !kind.endsWith(">")) {
      const isLooking = /^<?[=!]/.test(kind)
      throw new ParseFailure(isLooking ? reason("expression.around") : reason("expression.flags"))
    }
    this.#at += opening.length
    const index = kind === ":" ? undefined : this.#groups++
    const node = this.#choice()
    this.#at++
    return index === undefined ? node : { _tag: "Group", index, node }
  }

  #escape(): Node {
    const rest = this.#source.slice(this.#at)
    const letter = rest[1] ?? ""
    if (letter === "b" || letter === "B") {
      this.#at += 2
      return { _tag: "Assertion", kind: letter === "b" ? "boundary" : "noBoundary" }
    }
    if (/[1-9k]/.test(letter)) throw new ParseFailure(reason("expression.back"))
    const escaped = /^\\(?:u\{[^}]*\}|u[dD][89abAB]..\\u[dD][c-fC-F]..|u.{4}|[pP]\{[^}]*\}|x..|c.|.)/u.exec(rest)
    return this.#class(this.#at + (escaped?.[0].length ?? 2))
  }

  #class(end: number): Node {
    const source = this.#source.slice(this.#at, end)
    this.#at = end
    const matches = this.#classes.get(source) ?? classOf(source)
    this.#classes.set(source, matches)
    return { _tag: "Character", matches }
  }
}
