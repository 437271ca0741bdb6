/** Where `docs/reference.md` describes a place of the configuration; the same walk as its sections, over the schema. */
import { SchemaAST } from "effect"
import type { Path } from "../files/Tree.ts"

export const referenceFile = "docs/reference.md"

/** As GitHub makes it of the heading. */
export const anchorOf = (title: string): string => title.toLowerCase().replaceAll(" ", "-")

export const sectionPage = (title: string): string => `${referenceFile}#${anchorOf(title)}`

/** The section about variables and secrets, which stand in the place of any value. */
export const valuesTitle = "Variables and secrets"
export const valuesPage = sectionPage(valuesTitle)

/** The maps with known keys that a value may be, or hold as an item of a list or a map by name. */
const mapsIn = (ast: SchemaAST.AST, seen: Set<SchemaAST.AST> = new Set()): ReadonlyArray<SchemaAST.Objects> => {
  if (seen.has(ast)) return []
  seen.add(ast)
  switch (ast._tag) {
    case "Suspend":
      return mapsIn(ast.thunk(), seen)
    case "Union":
      return ast.types.flatMap((type) => mapsIn(type, seen))
    case "Arrays":
      return [...ast.elements, ...ast.rest].flatMap((type) => mapsIn(type, seen))
    case "Objects":
      return ast.propertySignatures.length > 0 ? [ast] : ast.indexSignatures.flatMap(({ type }) => mapsIn(type, seen))
    default:
      return []
  }
}

/** The possible values: a member of a union, or what a recursive schema is. */
const membersOf = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> => {
  if (ast._tag === "Suspend") return membersOf(ast.thunk())
  return ast._tag === "Union" ? ast.types.flatMap(membersOf) : [ast]
}

/** The schemas of a key, of an item of a list, or of what a map by name holds. */
const stepInto = (asts: ReadonlyArray<SchemaAST.AST>, step: PropertyKey) => {
  const keyed: Array<SchemaAST.AST> = []
  const named: Array<SchemaAST.AST> = []
  for (const ast of asts.flatMap(membersOf)) {
    if (ast._tag === "Arrays") named.push(...[ast.elements[Number(step)] ?? ast.rest[0] ?? []].flat())
    if (ast._tag !== "Objects") continue
    const property = ast.propertySignatures.find(({ name }) => name === step)
    if (property === undefined) named.push(...ast.indexSignatures.map(({ type }) => type))
    else keyed.push(property.type)
  }
  return { keyed, named }
}

/** `root` is the title of the section about the whole schema. */
export const pageOf = (root: string, ast: SchemaAST.AST, path: Path): string => {
  // Once, because a recursive schema would be another one each time.
  const encoded = SchemaAST.toEncoded(ast)
  let title = root
  let asts: ReadonlyArray<SchemaAST.AST> = [encoded]
  const open = new Set(mapsIn(encoded))
  for (const step of path) {
    const { keyed, named } = stepInto(asts, step)
    asts = keyed.length > 0 ? keyed : named
    const maps = keyed.flatMap((one) => mapsIn(one)).filter((map) => !open.has(map))
    if (maps.length === 0) continue
    title = `${title} ${String(step)}`
    for (const map of maps) open.add(map)
  }
  return sectionPage(title)
}
