/** Hashes of declarations: equal meaning gives an equal hash. */
import { createHash, createHmac, randomBytes } from "node:crypto"
import { Redacted } from "effect"
import { withoutAccount } from "./AccountEntity.ts"
import type { Entity } from "./Entity.ts"
import type { Tree } from "./files/Tree.ts"

/** The hash without the values of secrets. `inherited` holds what the declaration gets from elsewhere. */
export const hashOf = (tree: Tree, inherited: Readonly<Record<string, string>> = {}): string =>
  createHash("sha256")
    .update(canonical(tree))
    .update(JSON.stringify(Object.entries(inherited).toSorted()))
    .digest("hex")

/**
 * The hash of everything that determines which records a target gets and which rows they become: stored cursors are
 * valid only for the same hash. What only affects paging, order, guards or overlap is left out, and so is the account:
 * each has cursors of its own.
 */
export const readingHash = (reader: Entity, target: Entity): string => {
  const { forEach } = withoutAccount(reader)
  const { charset, csv, format, incremental, own, records, request, separator, timezone } = reader
  const { maxAge: _maxAge, ordered: _ordered, overlap: _overlap, start: _start, ...asked } = incremental ?? {}
  const { columns, key, mode, scope, table } = withoutAccount(target)
  const children = childrenOf(target)
  const read = [request, own ?? null, format, records, parentsOf(forEach), asked, timezone]
  if (separator !== undefined) read.push(separator)
  if (charset !== undefined) read.push({ charset })
  if (csv !== undefined) read.push({ csv })
  if (reader.prefixed !== undefined) read.push({ prefixed: reader.prefixed })
  if (reader.windows !== undefined) read.push(reader.windows)
  read.push(...selectedBy(target))
  return createHash("sha256")
    .update(JSON.stringify([read, children, table, columns, key, mode, scope], sorted))
    .digest("hex")
}

/**
 * The hash of everything that determines which fields the records of a target have, independent of the declared ones.
 */
export const sourceHash = (reader: Entity, target: Entity): string => {
  const { forEach, format, own, records, request } = reader
  const read = [request, own ?? null, format, records, parentsOf(forEach), childrenOf(target), ...selectedBy(target)]
  return createHash("sha256").update(JSON.stringify(read, sorted)).digest("hex")
}

/** What tells parents apart. Which there are does not matter: each has a cursor of its own. */
const parentsOf = (forEach: Entity["forEach"]) => {
  if (forEach === undefined) return null
  const { onStatus: _onStatus, ...parents } = forEach
  return "values" in parents ? { ...parents, values: [] } : parents
}

/** The conditions that a record of the target fulfils. */
const selectedBy = ({ above, deletedWhen, where }: Entity): ReadonlyArray<object> =>
  where === undefined && deletedWhen === undefined && above === undefined ? [] : [{ where, deletedWhen, above }]

/** Where the records of a child are in those that are read. */
const childrenOf = ({ between, parent, records }: Entity) =>
  parent === undefined ? null : between === undefined ? records : [...between, records]

const sorted = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)))
    : value

const salt = randomBytes(32)

/**
 * Includes the values of secrets, so that a rotated one is noticed. Valid within this process only, and not reversible.
 */
export const fingerprintOf = (tree: Tree, inherited: Readonly<Record<string, string>> = {}): string =>
  createHmac("sha256", salt)
    .update(canonical(tree, (value) => Redacted.value(value)))
    .update(JSON.stringify(Object.entries(inherited).toSorted()))
    .digest("hex")

/** JSON with sorted keys: the order of keys means nothing. */
const canonical = (tree: Tree, reveal: (secret: Redacted.Redacted) => string = () => ""): string => {
  switch (tree._tag) {
    case "Map": {
      const entries = [...tree.entries].map(
        ([name, { value }]) => `${JSON.stringify(name)}:${canonical(value, reveal)}`
      )
      return `{${entries.toSorted().join(",")}}`
    }
    case "List":
      return `[${tree.items.map((item) => canonical(item, reveal)).join(",")}]`
    case "Secret":
      return `{"secret":${JSON.stringify([tree.name, reveal(tree.value)])}}`
    case "Scalar":
      return JSON.stringify(tree.value)
  }
}
