/**
 * A parsed YAML document in which every value knows its position, so that references and matrices can be resolved and a
 * problem found at any later stage still has its line and column.
 */
import type { Redacted } from "effect"
import type { Scalar } from "../schema/Scalars.ts"
import type { Span } from "./Problems.ts"

export interface Entry {
  readonly key: Span
  readonly value: Tree
}

export interface TreeMap {
  readonly _tag: "Map"
  readonly span: Span
  readonly entries: ReadonlyMap<string, Entry>
}

export interface TreeList {
  readonly _tag: "List"
  readonly span: Span
  readonly items: ReadonlyArray<Tree>
}

export interface TreeScalar {
  readonly _tag: "Scalar"
  readonly span: Span
  readonly value: Scalar
  /** The variable from which it was read. */
  readonly variable?: string
}

export interface TreeSecret {
  readonly _tag: "Secret"
  readonly span: Span
  readonly name: string
  readonly value: Redacted.Redacted
}

export type Tree = TreeMap | TreeList | TreeScalar | TreeSecret

export type Path = ReadonlyArray<PropertyKey>

export const emptyMap = (span: Span): TreeMap => ({ _tag: "Map", span, entries: new Map() })

/** The input of a schema: plain values, with secrets already redacted. */
export const toValue = (tree: Tree): unknown => {
  switch (tree._tag) {
    case "Map":
      return Object.fromEntries([...tree.entries].map(([name, entry]) => [name, toValue(entry.value)]))
    case "List":
      return tree.items.map(toValue)
    default:
      return tree.value
  }
}

/** A map with some of its keys. */
export const filterKeys = (tree: TreeMap, keep: (name: string) => boolean): TreeMap => ({
  ...tree,
  entries: new Map([...tree.entries].filter(([name]) => keep(name)))
})

/** The value at a path, or the nearest one around it; `key` is the key that holds it. */
export const locate = (tree: Tree, path: Path): { readonly key?: Span; readonly value: Tree } => {
  let at: { readonly key?: Span; readonly value: Tree } = { value: tree }
  for (const step of path) {
    const { value } = at
    if (value._tag === "Map") {
      const entry = value.entries.get(String(step))
      if (entry === undefined) return at
      at = entry
    } else if (value._tag === "List") {
      const item = value.items[Number(step)]
      if (item === undefined) return at
      at = { value: item }
    } else return at
  }
  return at
}

/** The tree without the value at a path; for an item of a list, the whole list and its key are removed. */
export const withoutPath = (tree: Tree, path: Path): Tree => {
  const [step, ...rest] = path
  if (tree._tag !== "Map" || step === undefined) return tree
  const name = String(step)
  const entry = tree.entries.get(name)
  if (entry === undefined) return tree
  if (rest.length === 0 || entry.value._tag !== "Map") return filterKeys(tree, (key) => key !== name)
  return { ...tree, entries: new Map([...tree.entries, [name, { ...entry, value: withoutPath(entry.value, rest) }]]) }
}

/** Every secret with its path. */
export const secretsOf = (tree: Tree, path: Path = []): ReadonlyArray<readonly [Path, TreeSecret]> => {
  switch (tree._tag) {
    case "Map":
      return [...tree.entries].flatMap(([name, entry]) => secretsOf(entry.value, [...path, name]))
    case "List":
      return tree.items.flatMap((item, index) => secretsOf(item, [...path, index]))
    case "Secret":
      return [[path, tree]]
    case "Scalar":
      return []
  }
}
