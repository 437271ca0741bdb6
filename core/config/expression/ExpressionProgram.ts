/**
 * A parsed expression as a program for `Search`: steps that are taken one after the other, and forks between two. Short
 * texts are left to JavaScript, where its search cannot take long.
 */
import { type Reason, reason } from "../../reason/Reason.ts"
import { type Node, parseExpression } from "./Parse.ts"

export type Instruction =
  | { readonly op: "character"; readonly matches: (code: number) => boolean }
  | { readonly op: "assert"; readonly kind: (Node & { readonly _tag: "Assertion" })["kind"] }
  /** Goes to `first`, and to `second` if that leads nowhere. `number` counts the forks. */
  | { readonly op: "fork"; first: number; second: number; readonly number: number }
  | { readonly op: "jump"; readonly to: number }
  /** Notes the position in a slot: two of each group, its beginning and its end. */
  | { readonly op: "save"; readonly slot: number }
  /** Empties the slots from the first one to before the second. */
  | { readonly op: "clear"; readonly from: number; readonly to: number }
  | { readonly op: "done" }

export interface Program {
  readonly instructions: ReadonlyArray<Instruction>
  readonly forks: number
  readonly groups: number
  /** Whether it can match at the beginning of the text only. */
  readonly isAnchored: boolean
  readonly native: RegExp
  /** The length of the longest text that is searched by JavaScript. */
  readonly nativeLimit: number
}

/** `[a-z]{1000}` is a thousand instructions. */
const maxSize = 5_000

export const compileExpression = (source: string): Program | Reason => {
  const parsed = parseExpression(source)
  if ("code" in parsed) return parsed
  if (sizeOf(parsed.node) > maxSize) return reason("expression.large")
  const writer = new ProgramWriter()
  writer.write({ _tag: "Group", index: 0, node: parsed.node })
  writer.instructions.push({ op: "done" })
  const [, first] = writer.instructions
  const isAnchored = first?.op === "assert" && first.kind === "start"
  return {
    instructions: writer.instructions,
    forks: writer.forks,
    groups: parsed.groups,
    isAnchored,
    native: new RegExp(source, "gu"),
    nativeLimit: nativeLimit(parsed.node, isAnchored)
  }
}

/** The maximum number of ways through a text that JavaScript may try. */
const maxWays = 100_000

/**
 * JavaScript tries every length of every repetition, from every beginning: as many ways as the text has characters, to
 * the power of their number. Where one repetition stands in another, or a choice in one, there is no such limit.
 */
const nativeLimit = (node: Node, isAnchored: boolean): number => {
  const found = repetitionsIn(node, false)
  return Math.floor(maxWays ** (1 / Math.max(1, found + (isAnchored ? 0 : 1)))) - 1
}

/** The number of repetitions that may be of several lengths; endless if a way cannot be counted. */
const repetitionsIn = (node: Node, isRepeated: boolean): number => {
  const sum = (nodes: ReadonlyArray<Node>) => nodes.reduce((total, one) => total + repetitionsIn(one, isRepeated), 0)
  switch (node._tag) {
    case "Character":
    case "Assertion":
      return 0
    case "Sequence":
      return sum(node.nodes)
    case "Choice":
      return isRepeated ? Number.POSITIVE_INFINITY : sum(node.nodes) + 1
    case "Group":
      return repetitionsIn(node.node, isRepeated)
    case "Repeat": {
      const isVariable = node.least !== node.most
      if (isVariable && isRepeated) return Number.POSITIVE_INFINITY
      return (isVariable ? 1 : 0) + repetitionsIn(node.node, isRepeated || node.most > 1)
    }
  }
}

/** At least the number of instructions. */
const sizeOf = (node: Node): number => {
  switch (node._tag) {
    case "Character":
    case "Assertion":
      return 1
    case "Sequence":
    case "Choice":
      return node.nodes.reduce((sum, one) => sum + sizeOf(one) + 2, 0)
    case "Group":
      return sizeOf(node.node) + 2
    case "Repeat":
      return (sizeOf(node.node) + 3) * (node.most === Number.POSITIVE_INFINITY ? node.least + 1 : node.most)
  }
}

class ProgramWriter {
  readonly instructions: Array<Instruction> = []
  forks = 0

  write(node: Node): void {
    const { instructions } = this
    switch (node._tag) {
      case "Character":
        instructions.push({ op: "character", matches: node.matches })
        return
      case "Assertion":
        instructions.push({ op: "assert", kind: node.kind })
        return
      case "Sequence":
        for (const one of node.nodes) this.write(one)
        return
      case "Choice":
        this.#choice(node.nodes)
        return
      case "Group":
        instructions.push({ op: "save", slot: 2 * node.index })
        this.write(node.node)
        instructions.push({ op: "save", slot: 2 * node.index + 1 })
        return
      case "Repeat":
        this.#repeat(node)
    }
  }

  #choice(nodes: ReadonlyArray<Node>): void {
    const [first, ...others] = nodes
    if (first === undefined) return
    if (others.length === 0) {
      this.write(first)
      return
    }
    const fork = this.#fork()
    fork.first = this.instructions.length
    this.write(first)
    const leave = this.instructions.push({ op: "done" }) - 1
    fork.second = this.instructions.length
    this.#choice(others)
    this.instructions[leave] = { op: "jump", to: this.instructions.length }
  }

  #repeat({ groups: [from, to], isLazy, least, most, node }: Node & { readonly _tag: "Repeat" }): void {
    const once = () => {
      if (to > from) this.instructions.push({ op: "clear", from: 2 * from, to: 2 * to })
      this.write(node)
    }
    for (let n = 0; n < least; n++) once()
    const forks: Array<Instruction & { readonly op: "fork" }> = []
    const goOn = () => {
      const fork = this.#fork()
      forks.push(fork)
      fork[isLazy ? "second" : "first"] = this.instructions.length
      once()
    }
    if (most === Number.POSITIVE_INFINITY) {
      const again = this.instructions.length
      goOn()
      this.instructions.push({ op: "jump", to: again })
    } else for (let n = least; n < most; n++) goOn()
    for (const fork of forks) fork[isLazy ? "first" : "second"] = this.instructions.length
  }

  /** A fork whose ways are set as soon as they are known. */
  #fork(): Instruction & { readonly op: "fork" } {
    const fork = { op: "fork" as const, first: 0, second: 0, number: this.forks++ }
    this.instructions.push(fork)
    return fork
  }
}
