/** A schema's issue in words for the person who edits YAML: what was expected, what stands there, what to type. */
import { SchemaAST, SchemaIssue } from "effect"
import { suggest } from "./Nearest.ts"
import type { Span } from "./Problems.ts"
import type { Path, Tree } from "./Tree.ts"

export interface Finding {
  readonly path: Path
  readonly issue: SchemaIssue.Issue
  /** What the schema itself says. */
  readonly message: string | undefined
}

/** The leaves of an issue. Of a union only the branch that came furthest speaks, never all of them. */
export const flatten = (issue: SchemaIssue.Issue, path: Path, message?: string): ReadonlyArray<Finding> => {
  switch (issue._tag) {
    case "Filter":
      return flatten(issue.issue, path, message ?? SchemaIssue.defaultCheckHook(issue))
    case "Encoding":
      return flatten(issue.issue, path, message)
    case "Pointer":
      return flatten(issue.issue, [...path, ...issue.path], message)
    case "Composite":
      return issue.issues.flatMap((inner) => flatten(inner, path, message))
    case "AnyOf": {
      const branches = issue.issues.map((inner) => flatten(inner, path, message))
      const depth = (findings: ReadonlyArray<Finding>) => Math.max(...findings.map((finding) => finding.path.length))
      const [best] = branches.toSorted((a, b) => depth(b) - depth(a))
      return best ?? [{ path, issue, message }]
    }
    default:
      return [{ path, issue, message }]
  }
}

interface Explanation {
  readonly span: Span
  readonly text: string
  readonly hint?: string | undefined
}

export const explain = ({ issue, message }: Finding, tree: Tree): Explanation => {
  const { span } = tree
  if (message !== undefined) return { span, text: `${message}, found ${describe(tree)}` }
  const ast = issue._tag === "InvalidType" || issue._tag === "AnyOf" ? issue.ast : undefined
  if (ast === undefined) return { span, text: `not a value that can stand here: ${describe(tree)}` }
  const literals = ast.annotations?.expected === undefined ? literalsOf(ast) : []
  if (literals.length > 0) return { span, text: notOneOf(literals, tree) }
  const kinds = tree._tag === "Map" ? discriminants(ast) : []
  if (tree._tag === "Map" && kinds.length > 0) {
    const kind = tree.entries.get("type")?.value
    if (kind === undefined) return { span, text: `"type" is missing: one of ${kinds.join(", ")}` }
    return { span: kind.span, text: notOneOf(kinds, kind) }
  }
  const expected = expectation(ast)
  return { span, text: `expected ${expected}, found ${describe(tree)}`, hint: hintFor(expected, tree) }
}

const notOneOf = (names: ReadonlyArray<string>, tree: Tree): string => {
  const written = tree._tag === "Scalar" ? String(tree.value) : ""
  const expected = names.length === 1 ? names[0] : `one of ${names.join(", ")}`
  return `expected ${expected}, found ${describe(tree)}${suggest(written, names)}`
}

const hintFor = (expected: string, tree: Tree): string | undefined => {
  if (tree._tag !== "Scalar" || tree.value === null) return undefined
  if (tree.variable !== undefined) {
    return `a variable is a text unless its default says otherwise: { env: ${tree.variable}, default: 1 }`
  }
  return expected === "a text" ? "put it in quotes" : undefined
}

const describe = (tree: Tree): string => {
  switch (tree._tag) {
    case "Map":
      return "a map"
    case "List":
      return "a list"
    case "Secret":
      return "a secret"
    case "Scalar":
      if (tree.value === null) return "nothing"
      return typeof tree.value === "string" ? JSON.stringify(tree.value) : String(tree.value)
  }
}

const expectation = (ast: SchemaAST.AST): string => {
  const annotated = ast.annotations?.expected
  if (typeof annotated === "string") return annotated
  const encoded = SchemaAST.toEncoded(ast)
  // A check says more than the type: a duration is a text, but which.
  const checked = encoded.checks?.[0].annotations?.message
  if (typeof checked === "string") return checked.replace(/^expected /, "")
  switch (encoded._tag) {
    case "String":
      return "a text"
    case "Number":
      return "a number"
    case "Boolean":
      return "true or false"
    case "Arrays":
      return "a list"
    case "Objects":
      return "a map"
    default:
      return "another value"
  }
}

const literalsOf = (ast: SchemaAST.AST): ReadonlyArray<string> => {
  if (ast._tag === "Literal") return [String(ast.literal)]
  if (ast._tag !== "Union") return []
  const all = ast.types.map(literalsOf)
  return all.every((one) => one.length > 0) ? all.flat() : []
}

/** The values of `type` that tell the members of a union apart. */
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
