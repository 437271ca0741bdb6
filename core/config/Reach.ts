/**
 * What a file lets out: every secret and variable that it names, with every address that stands in it. Compared before and
 * after an edit that way, because who may edit a file from afar may not learn by it what the machine keeps. Nothing is
 * resolved, so nothing of this can quote a value.
 */
import { expand } from "./Matrix.ts"
import { Problems, type Source } from "./Problems.ts"
import { type Reference, referencesIn } from "./References.ts"
import { filterKeys, type Tree, type TreeMap } from "./Tree.ts"
import { parse } from "./Yaml.ts"

export interface Reach extends Reference {
  /** As it is written; absent: the file names none. */
  readonly host?: string
}

export const reachOf = (source: Source): ReadonlyArray<Reach> => {
  const parts = partsOf(source)
  const references = parts.flatMap(referencesIn)
  const hosts = [...new Set(parts.flatMap(hostsIn))]
  return references.flatMap(
    (one): ReadonlyArray<Reach> => (hosts.length === 0 ? [one] : hosts.map((host) => ({ ...one, host })))
  )
}

/** What the second file lets out and the first one does not. */
export const newReach = (before: Source | undefined, after: Source): ReadonlyArray<Reach> => {
  const idOf = ({ host, kind, name }: Reach) => JSON.stringify([kind, name, host])
  const known = new Set(before === undefined ? [] : reachOf(before).map(idOf))
  return reachOf(after).filter((one) => !known.has(idOf(one)))
}

/** All secrets that files name. */
export const secretNames = (sources: ReadonlyArray<Source>): ReadonlySet<string> =>
  new Set(
    sources
      .flatMap(partsOf)
      .flatMap((part) => referencesIn(part).flatMap(({ kind, name }) => (kind === "secret" ? name : [])))
  )

/** A matrix makes names and addresses, too. What is wrong with the file is told when it is loaded. */
const partsOf = (source: Source): ReadonlyArray<TreeMap> => {
  const problems = new Problems()
  const tree = parse(source, problems)
  if (tree === undefined) return []
  const entities = tree.entries.get("entities")?.value
  if (entities?._tag !== "Map") return [tree]
  const expanded = [...entities.entries].flatMap(([name, { key, value }]) =>
    value._tag === "Map" ? [value, ...expand(name, key, value, problems).map((one) => one.tree)] : []
  )
  return [filterKeys(tree, (key) => key !== "entities"), ...expanded]
}

/** With a scheme, with or without its slashes, or with slashes alone: as those who read addresses take them. */
const address = /(?:\b(?:https?|wss?|ftp|rediss?|postgres(?:ql)?):[\\/]*|[\\/]{2,})(?:[^\s\\/?#]*@)?([^\s\\/?#]+)/gi

const hostsIn = (tree: Tree): ReadonlyArray<string> => {
  switch (tree._tag) {
    case "Map":
      return [...tree.entries].flatMap(([, { value }]) => hostsIn(value))
    case "List":
      return tree.items.flatMap(hostsIn)
    case "Scalar":
      return typeof tree.value === "string"
        ? [...tree.value.replace(/[\t\r\n]/g, "").matchAll(address)].map(([, host = ""]) => host.toLowerCase())
        : []
    case "Secret":
      return []
  }
}
