/** Explains an issue of a schema to the person who edits YAML: what was expected, what was found, what to write. */
import { SchemaAST, SchemaIssue } from "effect"
import { redact } from "../../observe/Secrets.ts"
import { combineReasons, foreignText, type Reason, reason } from "../../reason/Reason.ts"
import type { Span } from "../files/Problems.ts"
import type { Path, Tree } from "../files/Tree.ts"
import { withSuggestion } from "../Nearest.ts"
import { likelyName } from "../Synonyms.ts"
import { reasonIn } from "./Expected.ts"

/** How many characters of a value a problem quotes. */
const maxFound = 200

export interface Finding {
  readonly path: Path
  readonly issue: SchemaIssue.Issue
  /** The reason that the schema itself gives. */
  readonly why: Reason | undefined
}

/**
 * The leaves of an issue. For a union only the branch that matched furthest is reported, never all of them; if a map is
 * none of its maps, what the union expects.
 */
export const flatten = (issue: SchemaIssue.Issue, path: Path, why?: Reason): ReadonlyArray<Finding> => {
  switch (issue._tag) {
    case "Filter":
      return flatten(issue.issue, path, why ?? ofCheck(issue))
    case "Encoding":
      return flatten(issue.issue, path, why)
    case "Pointer":
      return flatten(issue.issue, [...path, ...issue.path], why)
    case "Composite":
      return issue.issues.flatMap((inner) => flatten(inner, path, why))
    case "AnyOf": {
      const branches = issue.issues.map((inner) => flatten(inner, path, why))
      const depth = (findings: ReadonlyArray<Finding>) => Math.max(...findings.map((finding) => finding.path.length))
      const maps = branches.filter((findings) => depth(findings) > path.length)
      const isUnion = issue.ast.annotations?.expected !== undefined && maps.length > 1
      if (isUnion && maps.every((findings) => isStrange(findings, path))) return [{ path, issue, why }]
      const [best] = branches.toSorted(
        (a, b) => depth(b) - depth(a) || Number(isStrange(a, path)) - Number(isStrange(b, path))
      )
      return best ?? [{ path, issue, why }]
    }
    default:
      return [{ path, issue, why }]
  }
}

/** Whether a map has a key that resembles none of the branch. */
const isStrange = (findings: ReadonlyArray<Finding>, path: Path): boolean =>
  findings.some(({ issue, path: at }) => {
    if (issue._tag !== "UnexpectedKey" || at.length !== path.length + 1 || issue.ast._tag !== "Objects") return false
    const known = issue.ast.propertySignatures.map(({ name }) => String(name))
    return likelyName(String(at.at(-1)), known) === undefined
  })

/** The reason of the check itself, or the one it gave for this value. */
const ofCheck = (issue: SchemaIssue.Filter): Reason | undefined => {
  const own = reasonIn(issue.filter.annotations)
  const ofValue = issue.issue._tag === "InvalidValue" ? reasonIn(issue.issue.annotations) : undefined
  const text = SchemaIssue.defaultCheckHook(issue)
  return own ?? ofValue ?? (text === undefined ? undefined : foreignText(text))
}

interface Explanation {
  readonly span: Span
  readonly why: Reason
  readonly hint?: Reason | undefined
}

export const explain = ({ issue, why }: Finding, tree: Tree): Explanation => {
  const { span } = tree
  const found = describe(tree)
  if (why !== undefined) return { span, why: reason("value.found", { why, found }) }
  const ast = issue._tag === "InvalidType" || issue._tag === "AnyOf" ? issue.ast : undefined
  if (ast === undefined) return { span, why: reason("value.impossible", { found }) }
  const literals = literalsOf(ast)
  if (literals.length > 0) return { span, why: notOneOf(literals, tree, ast) }
  const kinds = tree._tag === "Map" ? discriminants(ast) : []
  if (tree._tag === "Map" && kinds.length > 0) {
    const kind = tree.entries.get("type")?.value
    if (kind === undefined) return { span, why: reason("key.typeMissing", { names: kinds.join(", ") }) }
    return { span: kind.span, why: notOneOf(kinds, kind) }
  }
  const expected = expects(ast)
  return { span, why: reason("value.found", { why: expected, found }), hint: hintFor(ast, tree) }
}

/** The refusal of a value that is not in a file: only the reason, because the sender knows the value. */
export const refusal = ({ issue, path, why }: Finding): Reason => {
  if (why !== undefined) return why
  const name = String(path.at(-1) ?? "")
  if (issue._tag === "MissingKey") return reason("key.missing", { name })
  if (issue._tag === "UnexpectedKey") {
    const known =
      issue.ast._tag === "Objects" ? issue.ast.propertySignatures.map((property) => String(property.name)) : []
    return unknownKey(name, known)
  }
  if (issue._tag !== "InvalidType" && issue._tag !== "AnyOf") return reason("value.unfit")
  const literals = issue.ast.annotations?.expected === undefined ? literalsOf(issue.ast) : []
  return literals.length > 0 ? oneOf(literals) : expects(issue.ast)
}

/** Adds the probably intended key, or the valid keys. */
const unknownKey = (name: string, known: ReadonlyArray<string>): Reason => {
  const why = reason("key.unknown", { name })
  const found = likelyName(name, known)
  return found === undefined && known.length > 0 ? combineReasons([why, allKeys(known)]) : withSuggestion(why, found)
}

const shownKeys = 12

/** The valid keys of a map, only the first if there are many. */
export const allKeys = (known: ReadonlyArray<string>): Reason => {
  const names = known.slice(0, shownKeys).join(", ")
  const more = known.length - shownKeys
  return more > 0 ? reason("key.knownMore", { names, more }) : reason("key.known", { names })
}

const oneOf = (names: ReadonlyArray<string>): Reason => {
  const [only = ""] = names
  const what =
    names.length === 1 ? reason("value.only", { name: only }) : reason("value.oneOf", { names: names.join(", ") })
  return reason("value.expected", { what })
}

/** Uses the text of the schema, if it has one. */
const notOneOf = (names: ReadonlyArray<string>, tree: Tree, ast?: SchemaAST.AST): Reason => {
  const expected = ast?.annotations?.expected === undefined ? oneOf(names) : expects(ast)
  const why = reason("value.found", { why: expected, found: describe(tree) })
  return withSuggestion(why, tree._tag === "Scalar" ? likelyName(String(tree.value), names) : undefined)
}

const hintFor = (ast: SchemaAST.AST, tree: Tree): Reason | undefined => {
  if (tree._tag !== "Scalar" || tree.value === null) return undefined
  if (tree.variable !== undefined) {
    return reason("value.variableType", { example: `{ env: ${tree.variable}, default: 1 }` })
  }
  const isPlain = ast.annotations?.expected === undefined && saidByCheck(ast) === undefined
  return isPlain && SchemaAST.toEncoded(ast)._tag === "String" ? reason("value.quotes") : undefined
}

/** Secrets go first: half of one would not be recognised. */
const cut = (text: string): string => {
  if (text.length <= maxFound) return text
  return `${redact(text).slice(0, maxFound).toWellFormed()}…`
}

const describe = (tree: Tree): Reason => {
  switch (tree._tag) {
    case "Map":
      return reason("value.map")
    case "List":
      return reason("value.list")
    case "Secret":
      return reason("value.secret")
    case "Scalar":
      if (tree.value === null) return reason("value.nothing")
      return reason("value.written", {
        text: typeof tree.value === "string" ? JSON.stringify(cut(tree.value)) : String(tree.value)
      })
  }
}

/** A check says more than the type: a duration is a text, but of a certain form. */
const saidByCheck = (ast: SchemaAST.AST): Reason | undefined => {
  const why = reasonIn(SchemaAST.toEncoded(ast).checks?.[0].annotations)
  return why?.code === "value.expected" ? why : undefined
}

const expects = (ast: SchemaAST.AST): Reason => {
  const annotated = ast.annotations?.expected
  if (typeof annotated === "string") {
    return reason("value.expected", { what: reasonIn(ast.annotations) ?? foreignText(annotated) })
  }
  return saidByCheck(ast) ?? reason("value.expected", { what: kindOf(SchemaAST.toEncoded(ast)) })
}

const kindOf = (ast: SchemaAST.AST): Reason => {
  switch (ast._tag) {
    case "String":
      return reason("value.text")
    case "Number":
      return reason("value.number")
    case "Boolean":
      return reason("value.boolean")
    case "Arrays":
      return reason("value.list")
    case "Objects":
      return mapOf(ast.propertySignatures.map(({ name }) => String(name)))
    default:
      return reason("value.other")
  }
}

/** Describes a map with enough of its keys to recognise it. */
const mapOf = (keys: ReadonlyArray<string>): Reason => {
  const names = keys.slice(0, 3).join(", ")
  return keys.length === 0 ? reason("value.map") : reason("value.mapOf", { names })
}

const literalsOf = (ast: SchemaAST.AST): ReadonlyArray<string> => {
  if (ast._tag === "Literal") return [String(ast.literal)]
  if (ast._tag !== "Union") return []
  const all = ast.types.map(literalsOf)
  return all.every((one) => one.length > 0) ? all.flat() : []
}

/** The values of `type` that distinguish the members of a union. */
const discriminants = (ast: SchemaAST.AST): ReadonlyArray<string> => {
  if (ast._tag !== "Union") return []
  return ast.types.flatMap((member) => {
    const encoded = SchemaAST.toEncoded(member)
    if (encoded._tag !== "Objects") return []
    const type = encoded.propertySignatures.find(({ name }) => name === "type")
    return type === undefined ? [] : literalsOf(type.type)
  })
}

export const isSecretIssue = (issue: SchemaIssue.Issue): boolean =>
  issue._tag === "InvalidType" && isSecretAst(SchemaAST.toEncoded(issue.ast))

export const isSecretAst = (ast: SchemaAST.AST): boolean =>
  SchemaAST.isDeclaration(ast) && ast.annotations?.expected === "Redacted"
