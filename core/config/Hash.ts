/** A fingerprint of a declaration: the same for the same meaning, and without the values of secrets. */
import { createHash } from "node:crypto"
import type { Tree } from "./Tree.ts"

/** `inherited` is what the declaration gets from elsewhere. */
export const hashOf = (tree: Tree, inherited: Readonly<Record<string, string>> = {}): string =>
  createHash("sha256")
    .update(canonical(tree))
    .update(JSON.stringify(Object.entries(inherited).toSorted()))
    .digest("hex")

/** JSON with sorted keys: the order of keys means nothing. */
const canonical = (tree: Tree): string => {
  switch (tree._tag) {
    case "Map": {
      const entries = [...tree.entries].map(([name, { value }]) => `${JSON.stringify(name)}:${canonical(value)}`)
      return `{${entries.toSorted().join(",")}}`
    }
    case "List":
      return `[${tree.items.map(canonical).join(",")}]`
    case "Secret":
      return `{"secret":${JSON.stringify(tree.name)}}`
    case "Scalar":
      return JSON.stringify(tree.value)
  }
}
