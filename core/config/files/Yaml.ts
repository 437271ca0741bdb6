/**
 * Parses YAML text to a `Tree`, or reports problems. Aliases share one subtree and are counted by their expansion, so
 * that a few lines cannot become a billion values. Keys are unique texts; there is one document, and it is a map.
 */
import {
  Composer,
  type CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  Parser,
  type YAMLError,
  YAMLParseError
} from "yaml"
import { foreignText, type Reason, reason } from "../../reason/Reason.ts"
import { lineAt, type Problems, type Source, type Span, wholeFile } from "./Problems.ts"
import { type Entry, emptyMap, type Tree, type TreeMap } from "./Tree.ts"

/** How many values the aliases of one file may expand to; the largest real file has some thousands. */
const maxAliasedValues = 50_000

/** The maximum number of lexemes in one file, which decides how long parsing takes; the largest shipped file has 4,200. */
export const maxPieces = 100_000

/** The maximum nesting of lists and maps; declarations need about ten levels, and an example's record adds its own. */
export const maxDepth = 200

/** Where a text exceeds a limit, and which one. */
interface Excess {
  readonly at: number
  readonly why: Reason
  readonly hint?: Reason
}

/**
 * Tokenizes a text up to the first limit that it exceeds. The composer takes seconds for some thousands of levels, and then
 * overflows its stack; and parsing blocks the event loop.
 */
class Tokens {
  excess: Excess | undefined;

  *of(text: string): Generator<CST.Token> {
    const parser = new Parser()
    // The document itself adds a level, and the scalar in the innermost collection another.
    const most = maxDepth + 2
    let pieces = 0
    for (const lexeme of new Lexer().lex(text)) {
      const at = parser.offset
      yield* parser.next(lexeme)
      if (parser.stack.length > most) this.excess = { at, why: reason("yaml.deep", { limit: maxDepth }) }
      if (++pieces > maxPieces) {
        this.excess = { at, why: reason("yaml.pieces", { limit: maxPieces }), hint: reason("yaml.split") }
      }
      if (this.excess !== undefined) return
    }
    yield* parser.end()
  }
}

/** The parser reports each fault as an Error; capturing stack traces that nobody reads would take most of the time. */
const withoutTraces = <A>(work: () => A): A => {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return work()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** Composes the first document of a text; a second one is a fault. */
const documentOf = (text: string, tokens: Tokens) => {
  const composer = new Composer({ prettyErrors: false, stringKeys: true, uniqueKeys: false })
  const [document, second] = withoutTraces(() => {
    const [first, next] = composer.compose(tokens.of(text), true, text.length)
    return [first, next]
  })
  if (second !== undefined) {
    document?.errors.push(new YAMLParseError([second.range[0], second.range[1]], "MULTIPLE_DOCS", "a second document"))
  }
  return document
}

/** The map in a file; a file with only comments is an empty map. `undefined`: problems were reported. */
export const parse = (source: Source, problems: Problems): TreeMap | undefined => {
  const tokens = new Tokens()
  const document = documentOf(source.text, tokens)
  if (tokens.excess !== undefined) {
    const { at, hint, why } = tokens.excess
    problems.report({ source, start: at, end: at + 1 }, why, hint)
    return undefined
  }
  if (document === undefined) return emptyMap(wholeFile(source))
  const faults = [...document.errors, ...document.warnings]
  for (const fault of firstPerLine(source, faults)) {
    problems.report({ source, start: fault.pos[0], end: fault.pos[1] }, ...explain(fault))
  }
  if (faults.length > 0) return undefined
  if (document.contents === null) return emptyMap(wholeFile(source))
  const tree = new Reader(source, problems).read(document.contents)
  if (tree._tag === "Map") return tree
  problems.report(tree.span, reason("value.expected", { what: reason("value.keys") }), reason("yaml.begins"))
  return undefined
}

/** One mistake causes several parser errors on the same line. */
const firstPerLine = (source: Source, faults: ReadonlyArray<YAMLError>): ReadonlyArray<YAMLError> => {
  const seen = new Set<number>()
  return faults.filter((fault) => {
    const line = lineAt(source, fault.pos[0])
    return !seen.has(line) && seen.add(line)
  })
}

/** Explains frequent faults in our own words, and the rare rest in those of the parser. */
const explain = (fault: YAMLError): readonly [why: Reason, hint?: Reason] => {
  switch (fault.code) {
    case "TAB_AS_INDENT":
      return [reason("yaml.tab"), reason("yaml.spaces")]
    case "MULTIPLE_DOCS":
      return [reason("yaml.secondDocument"), reason("yaml.oneDocument")]
    case "NON_STRING_KEY":
      return [reason("yaml.key"), reason("yaml.quoteKey")]
    case "BAD_ALIAS":
      return [reason("yaml.alias"), reason("yaml.quoteAlias")]
    case "BAD_INDENT":
      return [reason("yaml.indent"), reason("yaml.spaces")]
    case "MISSING_CHAR":
      return [reason("yaml.missing")]
    case "BLOCK_AS_IMPLICIT_KEY":
    case "BLOCK_IN_FLOW":
    case "MULTILINE_IMPLICIT_KEY":
      return [reason("yaml.nested"), reason("yaml.quote")]
    case "BAD_SCALAR_START":
    case "UNEXPECTED_TOKEN":
      return [reason("yaml.unexpected"), reason("yaml.quote")]
    case "BAD_DQ_ESCAPE":
      return [reason("yaml.escape")]
    default:
      return [reason("yaml.invalid", { why: foreignText(fault.message) })]
  }
}

class Reader {
  readonly #source: Source
  readonly #problems: Problems
  readonly #anchors = new Map<string, Tree | "open">()
  readonly #sizes = new WeakMap<Tree, number>()
  #aliased = 0

  constructor(source: Source, problems: Problems) {
    this.#source = source
    this.#problems = problems
  }

  read(node: Node): Tree {
    const anchor = isAlias(node) ? undefined : node.anchor
    if (anchor !== undefined) this.#anchors.set(anchor, "open")
    const tree = this.#convert(node)
    if (anchor !== undefined) this.#anchors.set(anchor, tree)
    return tree
  }

  #convert(node: Node): Tree {
    const span = this.#span(node)
    if (isMap<unknown, Node | null>(node)) {
      const entries = new Map<string, Entry>()
      let size = 1
      for (const { key, value } of node.items) {
        // `stringKeys` allows only scalar keys.
        if (!isScalar(key)) continue
        const keySpan = this.#span(key)
        const name = String(key.value)
        const entry = { key: keySpan, value: value === null ? nothing(keySpan) : this.read(value) }
        size += this.#size(entry.value)
        const first = entries.get(name)
        if (name === "<<") {
          this.#problems.report(keySpan, reason("yaml.merge"), reason("yaml.noMerge"))
        } else if (first !== undefined) {
          const line = lineAt(this.#source, first.key.start)
          this.#problems.report(keySpan, reason("yaml.duplicate", { name, line }))
        } else entries.set(name, entry)
      }
      return this.#sized({ _tag: "Map", span, entries }, size)
    }
    if (isSeq<Node | null>(node)) {
      const items = node.items.map((item) => (item === null ? nothing(span) : this.read(item)))
      const size = items.reduce((sum, item) => sum + this.#size(item), 1)
      return this.#sized({ _tag: "List", span, items }, size)
    }
    if (isAlias(node)) return this.#alias(node.source, span)
    return isScalar(node) ? this.#scalar(node.value, span) : nothing(span)
  }

  #scalar(value: unknown, span: Span): Tree {
    if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
      this.#problems.report(span, reason("yaml.longNumber"), reason("value.quotes"))
    }
    const known = typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null
    return { _tag: "Scalar", span, value: known ? value : String(value) }
  }

  #alias(name: string, span: Span): Tree {
    const target = this.#anchors.get(name)
    if (target === "open") {
      this.#problems.report(span, reason("yaml.recursive", { name }))
      return nothing(span)
    }
    if (target === undefined) {
      this.#problems.report(span, reason("yaml.unknownAlias", { name }))
      return nothing(span)
    }
    const before = this.#aliased
    this.#aliased += this.#size(target)
    if (this.#aliased <= maxAliasedValues) return target
    if (before <= maxAliasedValues) {
      this.#problems.report(span, reason("yaml.tooMany", { limit: maxAliasedValues }))
    }
    return nothing(span)
  }

  #sized(tree: Tree, size: number): Tree {
    this.#sizes.set(tree, size)
    return tree
  }

  #size(tree: Tree): number {
    return this.#sizes.get(tree) ?? 1
  }

  #span(node: Node): Span {
    const [start, end] = node.range ?? [0, 0, 0]
    return { source: this.#source, start, end }
  }
}

const nothing = (span: Span): Tree => ({ _tag: "Scalar", span, value: null })
