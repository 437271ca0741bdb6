/**
 * Decodes a tree with a closed schema: every issue becomes a problem at its line and column. Unknown keys do not
 * prevent the rest from being decoded, so that later checks still run.
 */
import { Result, type Schema, SchemaAST, type SchemaIssue, SchemaParser } from "effect"
import { foreignText, type Reason, reason } from "../../reason/Reason.ts"
import type { Problems, Span } from "../files/Problems.ts"
import { locate, type Path, secretsOf, type Tree, toValue, withoutPath } from "../files/Tree.ts"
import { withSuggestion } from "../Nearest.ts"
import { pageOf } from "../reference/Page.ts"
import { likelyName } from "../Synonyms.ts"
import { reasonIn } from "./Expected.ts"
import { allKeys, explain, flatten, isSecretAst, isSecretIssue } from "./Explain.ts"

export interface DecodeOptions {
  /** Keys of the same map that another schema decodes; they are listed among the known keys if a key is unknown. */
  readonly otherKeys?: ReadonlyArray<string>
  /** Where a missing key of the outermost map is reported. */
  readonly owner?: Span
  /** The title of the section of the reference about the schema. */
  readonly section?: string
}

/** Where a place in a value of the schema is described. */
type PageOf = (path: Path) => string | undefined

export const decode = <T>(
  schema: Schema.ConstraintDecoder<T>,
  tree: Tree,
  problems: Problems,
  options: DecodeOptions = {}
): T | undefined => {
  const page: PageOf = (path) => (options.section === undefined ? undefined : pageOf(options.section, schema.ast, path))
  for (const [path, secret] of secretsOf(tree)) {
    if (takesSecret(schema.ast, path)) continue
    problems.report(
      secret.span,
      reason("secret.misplaced"),
      reason("secret.value", { example: `{ env: ${secret.name} }` }),
      page(path)
    )
  }
  const parse = SchemaParser.decodeUnknownResult(schema, { errors: "all" })
  const strict = parse(toValue(tree), { onExcessProperty: "error" })
  if (Result.isSuccess(strict)) return strict.success
  report(strict.failure, tree, problems, options, page)
  return salvage(parse, tree)
}

type Parse<T> = (value: unknown) => Result.Result<T, SchemaIssue.Issue>

/** The decoded value without the parts that have problems; `undefined` if the whole is invalid without them. */
const salvage = <T>(parse: Parse<T>, tree: Tree): T | undefined => {
  const parsed = parse(toValue(tree))
  if (Result.isSuccess(parsed)) return parsed.success
  const paths = flatten(parsed.failure, []).map(({ issue, path }) =>
    issue._tag === "MissingKey" ? path.slice(0, -1) : path
  )
  return paths.some((path) => path.length === 0) ? undefined : salvage(parse, paths.reduce(withoutPath, tree))
}

const report = (
  failure: SchemaIssue.Issue,
  tree: Tree,
  problems: Problems,
  options: DecodeOptions,
  page: PageOf
): void => {
  const findings = flatten(failure, [])
  /** A misspelt key is not also reported as missing. */
  const misspelt = new Set<string>()
  for (const { issue, path } of findings) {
    if (issue._tag !== "UnexpectedKey") continue
    const name = String(path.at(-1))
    const known = keysOf(issue.ast, path.length === 1 ? options.otherKeys : [])
    const found = likelyName(name, known)
    if (found !== undefined) misspelt.add(JSON.stringify([...path.slice(0, -1), found]))
    const at = locate(tree, path)
    const hint = found === undefined && known.length > 0 ? allKeys(known) : undefined
    problems.report(at.key ?? at.value.span, withSuggestion(reason("key.unknown", { name }), found), hint, page(path))
  }
  for (const finding of findings) {
    const { issue, path } = finding
    const at = locate(tree, path)
    // A misplaced secret is reported above; one that a check refuses, such as a short one, is not.
    const isReported = at.value._tag === "Secret" && finding.why === undefined
    if (issue._tag === "UnexpectedKey" || misspelt.has(JSON.stringify(path)) || isReported) continue
    if (issue._tag === "MissingKey" && at.value._tag === "List") {
      problems.report(at.value.span, reason("value.emptyList"), undefined, page(path))
    } else if (issue._tag === "MissingKey") {
      const span = (path.length === 1 ? options.owner : at.key) ?? firstKey(at.value)
      problems.report(span, reason("key.missing", { name: String(path.at(-1)) }), meaningOf(issue), page(path))
    } else if (problems.has(at.value.span)) {
      // The value already has a problem, such as an unset variable.
    } else if (isSecretIssue(issue)) {
      const name = at.value._tag === "Scalar" ? at.value.variable : undefined
      const hint = reason("secret.write", { name: name ?? "NAME", example: `{ secret: ${name ?? "NAME"} }` })
      problems.reportMasked(at.value.span, reason("secret.inFile"), hint, page(path))
    } else {
      const { hint, span, why } = explain(finding, at.value)
      problems.report(span, why, hint, page(path))
    }
  }
}

/** The meaning of a key according to its schema. */
const meaningOf = ({ annotations }: SchemaIssue.MissingKey): Reason | undefined => {
  const text = annotations?.description
  return reasonIn(annotations) ?? (typeof text === "string" ? foreignText(text) : undefined)
}

/** A missing key is reported at the map that lacks it. */
const firstKey = (tree: Tree): Span => {
  const first = tree._tag === "Map" ? tree.entries.values().next().value : undefined
  return first?.key ?? tree.span
}

const keysOf = (ast: SchemaAST.AST, others: ReadonlyArray<string> = []): ReadonlyArray<string> =>
  ast._tag === "Objects" ? [...ast.propertySignatures.map(({ name }) => String(name)), ...others] : others

/** Whether a schema accepts a secret there; a map of optional keys would silently drop one. */
const takesSecret = (ast: SchemaAST.AST, path: Path): boolean => {
  const encoded = SchemaAST.toEncoded(ast)
  if (encoded._tag === "Union") return encoded.types.some((member) => takesSecret(member, path))
  if (encoded._tag === "Suspend") return takesSecret(encoded.thunk(), path)
  const [step, ...rest] = path
  if (step === undefined) return isSecretAst(encoded)
  if (encoded._tag === "Arrays") {
    const item = encoded.elements[Number(step)] ?? encoded.rest[0]
    return item !== undefined && takesSecret(item, rest)
  }
  if (encoded._tag !== "Objects") return false
  const property = encoded.propertySignatures.find(({ name }) => name === step)
  if (property !== undefined) return takesSecret(property.type, rest)
  return encoded.indexSignatures.some((signature) => takesSecret(signature.type, rest))
}
