/**
 * Parses YAML text to a `Tree`, or reports problems. Aliases share one subtree and are counted by their expansion, so
 * that a few lines cannot become a billion values or characters. Keys are unique texts; there is one document, and it is a map.
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

/** How many characters the aliases of one file may expand to: as many as the file itself may have. */
const maxAliasedCharacters = 1_000_000

/** The maximum number of lexemes in one file, which decides how long parsing takes; the largest shipped file has 4,200. */
export const maxPieces = 100_000

/** The maximum nesting of lists and maps; declarations need about ten levels, and an example's record adds its own. */
export const maxDepth = 200

/** How much a subtree repeats where an alias stands. */
interface Extent {
  readonly values: number
  readonly characters: number
}

const sum = (one: Extent, other: Extent): Extent => ({
  values: one.values + other.values,
  characters: one.characters + other.characters
})

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
  readonly #extents = new WeakMap<Tree, Extent>()
  #aliased: Extent = { values: 0, characters: 0 }

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
      let extent: Extent = { values: 1, characters: 0 }
      for (const { key, value } of node.items) {
        // `stringKeys` allows only scalar keys.
        if (!isScalar(key)) continue
        const keySpan = this.#span(key)
        const name = String(key.value)
        const entry = { key: keySpan, value: value === null ? nothing(keySpan) : this.read(value) }
        extent = sum(extent, { values: 0, characters: name.length })
        extent = sum(extent, this.#extent(entry.value))
        const first = entries.get(name)
        if (name === "<<") {
          this.#problems.report(keySpan, reason("yaml.merge"), reason("yaml.noMerge"))
        } else if (first !== undefined) {
          const line = lineAt(this.#source, first.key.start)
          this.#problems.report(keySpan, reason("yaml.duplicate", { name, line }))
        } else entries.set(name, entry)
      }
      return this.#remember({ _tag: "Map", span, entries }, extent)
    }
    if (isSeq<Node | null>(node)) {
      const items = node.items.map((item) => (item === null ? nothing(span) : this.read(item)))
      const extent = items.reduce<Extent>((all, item) => sum(all, this.#extent(item)), { values: 1, characters: 0 })
      return this.#remember({ _tag: "List", span, items }, extent)
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
    const before = excessOf(this.#aliased)
    this.#aliased = sum(this.#aliased, this.#extent(target))
    const excess = excessOf(this.#aliased)
    if (excess === undefined) return target
    if (before === undefined) this.#problems.report(span, excess)
    return nothing(span)
  }

  #remember(tree: Tree, extent: Extent): Tree {
    this.#extents.set(tree, extent)
    return tree
  }

  #extent(tree: Tree): Extent {
    const characters = tree._tag === "Scalar" && typeof tree.value === "string" ? tree.value.length : 0
    return this.#extents.get(tree) ?? { values: 1, characters }
  }

  #span(node: Node): Span {
    const [start, end] = node.range ?? [0, 0, 0]
    return { source: this.#source, start, end }
  }
}

const excessOf = ({ characters, values }: Extent): Reason | undefined => {
  if (values > maxAliasedValues) return reason("yaml.tooMany", { limit: maxAliasedValues })
  if (characters > maxAliasedCharacters) return reason("yaml.tooLong", { limit: maxAliasedCharacters })
  return undefined
}

const nothing = (span: Span): Tree => ({ _tag: "Scalar", span, value: null })
