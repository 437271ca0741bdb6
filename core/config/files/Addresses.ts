/** Finds the addresses in a file, each with its place, as the code that sends something there would read them. */
import { placeBelow, referenceName, verbatimKeys } from "./References.ts"
import type { Tree, TreeMap } from "./Tree.ts"

export interface Address {
  readonly host: string
  /**
   * The target and the way to it: the same host without encryption is another address, and so is one that a variable
   * may replace.
   */
  readonly id: string
  /** The keys on the path to it, with `*` for names of the user's own. */
  readonly place: string
  /** Whether it is inside an entity or an export. */
  readonly inItem: boolean
}

/** The parts of a file about its connector or plugin. */
export interface Shape {
  readonly type: string | undefined
  readonly addresses: ReadonlyArray<Address>
  /** The places of all its maps. */
  readonly keys: ReadonlySet<string>
}

/** `type:` as it is written. */
export const typeIn = (tree: TreeMap): string | undefined => {
  const type = tree.entries.get("type")?.value
  return type?._tag === "Scalar" && typeof type.value === "string" ? type.value : undefined
}

export const keysIn = (tree: Tree, place: string): ReadonlyArray<string> => {
  if (tree._tag === "List") return tree.items.flatMap((item) => keysIn(item, place))
  if (tree._tag !== "Map") return []
  return [place, ...[...tree.entries].flatMap(([name, { value }]) => keysIn(value, placeBelow(place, name)))]
}

export const addressesOf = (tree: Tree, place: string, variable = ""): ReadonlyArray<Address> => {
  switch (tree._tag) {
    case "Map": {
      const env = referenceName(tree, "env") ?? variable
      return [...tree.entries].flatMap(([name, { value }]) =>
        verbatimKeys.has(name)
          ? []
          : [
              ...(isHostHeader(place, name) ? headerHost(value, placeBelow(place, name)) : []),
              ...addressesOf(value, env === variable ? placeBelow(place, name) : place, env)
            ]
      )
    }
    case "List":
      return tree.items.flatMap((item) => addressesOf(item, place, variable))
    case "Scalar":
      return typeof tree.value === "string"
        ? hostsIn(tree.value).map(({ host, scheme }) => addressAt(place, host, `${variable} ${scheme}`))
        : []
    case "Secret":
      return []
  }
}

const addressAt = (place: string, host: string, how: string): Address => ({
  host,
  id: `${how} ${host}`,
  place,
  inItem: /^(?:entities|exports)\./.test(place)
})

/** With a scheme, with or without its slashes, or with slashes alone, as URL parsers accept them. */
const address = /(?:\b((?:https?|wss?|ftp|rediss?|postgres(?:ql)?):)[\\/]*|[\\/]{2,})([^\\/?#]+)/gi

/**
 * Text before the last @ is a user, whose name may contain spaces; without a user, the host ends at the first space.
 */
const hostsIn = (text: string): ReadonlyArray<{ readonly host: string; readonly scheme: string }> =>
  [...text.replace(/[\t\r\n]/g, "").matchAll(address)].map(([, scheme = "", authority = ""]) => ({
    host: (authority.split("@").at(-1) ?? "").trim().split(/\s/)[0]?.toLowerCase() ?? "",
    scheme: scheme.toLowerCase()
  }))

/** Proxies and networks that serve many names route by these headers, whatever host was connected to. */
const hostHeaders = new Set(["host", "forwarded", "x-forwarded-host", "x-original-host", "x-host"])

const isHostHeader = (place: string, name: string): boolean =>
  /(?:^|\.)headers$/.test(place) && hostHeaders.has(name.toLowerCase())

const headerHost = (value: Tree, place: string): ReadonlyArray<Address> =>
  value._tag === "Scalar" && typeof value.value === "string" && hostsIn(value.value).length === 0
    ? [addressAt(place, value.value.trim().toLowerCase(), "header")]
    : []
