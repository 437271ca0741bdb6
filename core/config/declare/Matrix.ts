/** Expands one declaration over values: an entity for every combination, with each `{name}` in its texts replaced. */
import { reason } from "../../reason/Reason.ts"
import type { Problems, Span } from "../files/Problems.ts"
import { type Entry, filterKeys, type Tree, type TreeMap } from "../files/Tree.ts"
import { withNearest } from "../Nearest.ts"
import { snakeCase } from "../Pointer.ts"
import { decode } from "../schema/Decode.ts"
import { MatrixYaml } from "../schema/EntityYaml.ts"

export interface ExpandedEntity {
  readonly name: string
  /** The place of the entity's name. */
  readonly owner: Span
  readonly tree: TreeMap
}

/** A larger number is a mistake, not a family of entities. */
const maxCombinations = 500

export const expand = (name: string, owner: Span, tree: TreeMap, problems: Problems): ReadonlyArray<ExpandedEntity> => {
  const matrix = tree.entries.get("matrix")
  if (matrix === undefined) return [{ name, owner, tree }]
  const template = filterKeys(tree, (key) => key !== "matrix")
  const values = decode(MatrixYaml, matrix.value, problems)
  if (values === undefined || matrix.value._tag !== "Map") return []
  // A value that was reported and dropped would be reported again as a {name} without value.
  if (Object.keys(values).length < matrix.value.entries.size) return []
  for (const [variable, { key }] of matrix.value.entries) {
    if (!mentions(template, `{${variable}}`)) {
      problems.report(key, reason("matrix.unused", { place: `{${variable}}` }), reason("matrix.same"))
    }
  }
  checkLeft(template, values, problems)
  const combinations = Object.entries(values).reduce<ReadonlyArray<Readonly<Record<string, string>>>>(
    (all, [variable, each]) =>
      all.length > maxCombinations
        ? all
        : all.flatMap((chosen) => each.map((value) => ({ ...chosen, [variable]: String(value) }))),
    [{}]
  )
  if (combinations.length > maxCombinations) {
    problems.report(matrix.key, reason("matrix.many", { limit: maxCombinations }))
    return []
  }
  return combinations.map((chosen) => ({
    name: [name, ...Object.values(chosen).map(snakeCase)].join("_"),
    owner,
    tree: substituteMap(template, chosen)
  }))
}

/** Checked with the request itself, which `forEach` may fill. */
const requested = new Set(["path", "query", "headers", "body", "form", "graphql", "forEach"])

/**
 * Reports names that are not in the matrix: in a constant, a scope or a range they would remain unchanged in every
 * copy.
 */
const checkLeft = (template: TreeMap, values: Readonly<Record<string, unknown>>, problems: Problems): void => {
  const known = [...Object.keys(values), ...filledLater(template)]
  const check = (text: string, span: Span) => {
    for (const [, name = ""] of text.matchAll(/\{([A-Za-z_][\w.-]*)\}/g)) {
      if (known.includes(name)) continue
      problems.report(span, withNearest(reason("place.unfilled", { place: `{${name}}` }), name, known))
    }
  }
  const walk = (tree: Tree): void => {
    if (tree._tag === "Scalar" && typeof tree.value === "string") check(tree.value, tree.span)
    if (tree._tag === "List") tree.items.forEach(walk)
    if (tree._tag !== "Map") return
    for (const [name, { key, value }] of tree.entries) {
      check(name, key)
      walk(value)
    }
  }
  walk(filterKeys(template, (key) => !requested.has(key) && key !== "examples" && key !== "fields"))
  const fields = template.entries.get("fields")?.value
  for (const [name, { key, value }] of fields?._tag === "Map" ? fields.entries : []) {
    check(name, key)
    // Regular expressions have braces of their own: `\p{L}`.
    walk(value._tag === "Map" ? filterKeys(value, (one) => one !== "transform") : value)
  }
}

/** The parameters of `forEach`, which are checked once the entity is expanded. */
const filledLater = (template: TreeMap): ReadonlyArray<string> => {
  const forEach = template.entries.get("forEach")?.value
  if (forEach?._tag !== "Map") return []
  const [params, as] = [forEach.entries.get("params")?.value, forEach.entries.get("as")?.value]
  const names = params?._tag === "Map" ? [...params.entries.keys()] : []
  return as?._tag === "Scalar" ? [...names, String(as.value)] : names
}

const mentions = (tree: Tree, placeholder: string): boolean => {
  switch (tree._tag) {
    case "Map":
      return [...tree.entries].some(([name, { value }]) => name.includes(placeholder) || mentions(value, placeholder))
    case "List":
      return tree.items.some((item) => mentions(item, placeholder))
    case "Scalar":
      return typeof tree.value === "string" && tree.value.includes(placeholder)
    case "Secret":
      return false
  }
}

type MatrixValues = Readonly<Record<string, string>>

const fill = (text: string, chosen: MatrixValues): string =>
  text.replace(/\{([^{}]+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(chosen, name) ? (chosen[name] ?? placeholder) : placeholder
  )

const substituteMap = (tree: TreeMap, chosen: MatrixValues): TreeMap => ({
  ...tree,
  entries: new Map<string, Entry>(
    [...tree.entries].map(([name, { key, value }]) => [fill(name, chosen), { key, value: substitute(value, chosen) }])
  )
})

const substitute = (tree: Tree, chosen: MatrixValues): Tree => {
  switch (tree._tag) {
    case "Map":
      return substituteMap(tree, chosen)
    case "List":
      return { ...tree, items: tree.items.map((item) => substitute(item, chosen)) }
    case "Scalar":
      return typeof tree.value === "string" ? { ...tree, value: fill(tree.value, chosen) } : tree
    case "Secret":
      return tree
  }
}
