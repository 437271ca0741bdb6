/**
 * Every secret and variable that a file names, and every address to which the file sends data. They are compared before
 * and after a remote edit, because an edit must not reveal what the machine stores. Nothing is resolved, so no report
 * can quote a value.
 */

import { expand } from "../declare/Matrix.ts"
import { type Address, addressesOf, keysIn, type Shape, typeIn } from "./Addresses.ts"
import { Problems, type Source, type Span } from "./Problems.ts"
import { type Reference, referencesIn } from "./References.ts"
import { filterKeys, type TreeMap, toValue } from "./Tree.ts"
import { parse } from "./Yaml.ts"

/** A thing that an edit would disclose: a secret, a variable, or the requests themselves, to a proxy. */
export interface Disclosure {
  readonly kind: Reference["kind"] | "proxy"
  /** Of the secret or the variable; of a proxy its host, or the name of what holds its address. */
  readonly name: string
  readonly span: Span
  /** As it is written; absent: the usual address of its type, or the file names no address. */
  readonly host?: string
}

/** Everything that only the second file sends, and where it leads requests. */
export const newDisclosures = (before: Source | undefined, after: Source): ReadonlyArray<Disclosure> => {
  const [old, now] = [before === undefined ? [] : partsOf(before), partsOf(after)]
  return [...newSecrets(before, old, now), ...newProxies(old, now)]
}

/** The operator of a proxy could also answer for a vendor that asks for no secret. */
const newProxies = (old: ReadonlyArray<Part>, now: ReadonlyArray<Part>): ReadonlyArray<Disclosure> => {
  const known = new Set(old.flatMap(proxiesIn).map(({ id }) => id))
  return now.flatMap(proxiesIn).flatMap(({ id, ...proxy }) => (known.has(id) ? [] : proxy))
}

const proxiesIn = ({ place, tree }: Part): ReadonlyArray<Disclosure & { readonly id: string }> => {
  const written = place === "" ? tree.entries.get("proxy")?.value : undefined
  if (written === undefined) return []
  const alone = { ...tree, entries: new Map([["proxy", { key: written.span, value: written }]]) }
  const addresses = addressesOf(alone, "").map(({ host, id }) => ({ name: host, id }))
  const named = referencesIn({ place: "", tree: alone }).map(({ kind, name }) => ({ name, id: `${kind} ${name}` }))
  const found = [...named, ...addresses]
  const all = found.length > 0 ? found : [{ name: "?", id: JSON.stringify(toValue(written)) }]
  return all.map((one) => ({ kind: "proxy", span: written.span, ...one }))
}

const newSecrets = (
  before: Source | undefined,
  old: ReadonlyArray<Part>,
  now: ReadonlyArray<Part>
): ReadonlyArray<Disclosure> => {
  const [oldShape, shape] = [shapeOf(old), shapeOf(now)]
  const known = new Set(old.flatMap(referencesIn).map(idOf))
  const isOther = before !== undefined && oldShape.type !== shape.type
  const hosts = [...new Set(newAddresses(oldShape, shape).map(({ host }) => host))]
  const reached = hosts.length > 0 ? hosts : [shape.addresses[0]?.host]
  return now
    .flatMap(referencesIn)
    .filter((one) => isOther || hosts.length > 0 || !known.has(idOf(one)))
    .flatMap((one) => reached.map((host): Disclosure => (host === undefined ? one : { ...one, host })))
}

/**
 * A reference at another place is another reference: a password belongs to its own server, even if the file names other
 * servers.
 */
const idOf = ({ kind, name, place }: Reference): string => JSON.stringify([kind, name, place])

/**
 * The addresses that are new at their places. An entity or an export does not determine the server of its connector, so
 * there any address that the file already has is accepted. If an address was removed, the usual one of the type takes
 * its place.
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

/** All secrets that the files name. */
export const secretNames = (sources: ReadonlyArray<Source>): ReadonlySet<string> =>
  new Set(
    sources
      .flatMap(partsOf)
      .flatMap((part) => referencesIn(part).flatMap(({ kind, name }) => (kind === "secret" ? name : [])))
  )

/** A part of a file, and its place there. */
interface Part {
  readonly place: string
  readonly tree: TreeMap
}

const shapeOf = (parts: ReadonlyArray<Part>): Shape => ({
  type: parts.filter(({ place }) => place === "").map(({ tree }) => typeIn(tree))[0],
  addresses: parts.flatMap(({ place, tree }) => addressesOf(tree, place)),
  keys: new Set(parts.flatMap(({ place, tree }) => keysIn(tree, place)))
})

/** Expands matrices, which may make names and addresses. Problems of the file are reported when it is loaded. */
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
