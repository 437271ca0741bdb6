/**
 * What a file lets out: every secret and variable that it names, with every address that stands in it. Compared before and
 * after an edit that way, because who may edit a file from afar may not learn by it what the machine keeps. Nothing is
 * resolved, so nothing of this can quote a value.
 */

import { expand } from "../declare/Matrix.ts"
import { type Address, addressesOf, keysIn, type Shape, typeIn } from "./Addresses.ts"
import { Problems, type Source } from "./Problems.ts"
import { type Reference, referencesIn } from "./References.ts"
import { filterKeys, type TreeMap } from "./Tree.ts"
import { parse } from "./Yaml.ts"

export interface SecretReach extends Reference {
  /** As it is written; absent: the usual one of its type, or the file names none. */
  readonly host?: string
}

/** What the second file lets out and the first one does not. */
export const newReach = (before: Source | undefined, after: Source): ReadonlyArray<SecretReach> => {
  const [old, now] = [before === undefined ? [] : partsOf(before), partsOf(after)]
  const [oldShape, shape] = [shapeOf(old), shapeOf(now)]
  const known = new Set(old.flatMap(referencesIn).map(idOf))
  const isOther = before !== undefined && oldShape.type !== shape.type
  const hosts = [...new Set(newAddresses(oldShape, shape).map(({ host }) => host))]
  const reached = hosts.length > 0 ? hosts : [shape.addresses[0]?.host]
  return now
    .flatMap(referencesIn)
    .filter((one) => isOther || hosts.length > 0 || !known.has(idOf(one)))
    .flatMap((one) => reached.map((host): SecretReach => (host === undefined ? one : { ...one, host })))
}

/** One that was somewhere else goes somewhere else: a password is for its own server, though the file names another one too. */
const idOf = ({ kind, name, place }: Reference): string => JSON.stringify([kind, name, place])

/**
 * The addresses that were not where they are. Nothing of an entity or an export says whom a connector asks, so there any
 * that the file has already will do. Where one was and is none, the usual one of the type takes its place.
 */
const newAddresses = (before: Shape, after: Shape): ReadonlyArray<Partial<Pick<Address, "host">>> => {
  const places = new Set(before.addresses.map(({ id, place }) => JSON.stringify([place, id])))
  const hosts = new Set(before.addresses.map(({ host }) => host))
  const added = after.addresses.filter(({ host, id, inItem, place }) =>
    inItem ? !hosts.has(host) : !places.has(JSON.stringify([place, id]))
  )
  const left = before.addresses.filter(
    ({ inItem, place }) =>
      !inItem &&
      after.keys.has(place.split(".").slice(0, -1).join(".")) &&
      !after.addresses.some((address) => address.place === place)
  )
  return [...added, ...left.map(() => ({}))]
}

/** All secrets that files name. */
export const secretNames = (sources: ReadonlyArray<Source>): ReadonlySet<string> =>
  new Set(
    sources
      .flatMap(partsOf)
      .flatMap((part) => referencesIn(part).flatMap(({ kind, name }) => (kind === "secret" ? name : [])))
  )

/** A part of a file, and where in it that stands. */
interface Part {
  readonly place: string
  readonly tree: TreeMap
}

const shapeOf = (parts: ReadonlyArray<Part>): Shape => ({
  type: parts.filter(({ place }) => place === "").map(({ tree }) => typeIn(tree))[0],
  addresses: parts.flatMap(({ place, tree }) => addressesOf(tree, place)),
  keys: new Set(parts.flatMap(({ place, tree }) => keysIn(tree, place)))
})

/** A matrix makes names and addresses, too. What is wrong with the file is told when it is loaded. */
const partsOf = (source: Source): ReadonlyArray<Part> => {
  const problems = new Problems()
  const tree = parse(source, problems)
  if (tree === undefined) return []
  const entities = tree.entries.get("entities")?.value
  if (entities?._tag !== "Map") return [{ place: "", tree }]
  const expanded = [...entities.entries].flatMap(([name, { key, value }]) =>
    value._tag === "Map" ? [value, ...expand(name, key, value, problems).map((one) => one.tree)] : []
  )
  const rest = filterKeys(tree, (key) => key !== "entities")
  return [{ place: "", tree: rest }, ...expanded.map((one) => ({ place: "entities.*", tree: one }))]
}
