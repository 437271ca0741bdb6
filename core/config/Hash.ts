/** Fingerprints of a declaration: the same for the same meaning. */
import { createHash, createHmac, randomBytes } from "node:crypto"
import { Redacted } from "effect"
import type { Tree } from "./Tree.ts"

/** Without the values of secrets. `inherited` is what the declaration gets from elsewhere. */
export const hashOf = (tree: Tree, inherited: Readonly<Record<string, string>> = {}): string =>
  createHash("sha256")
    .update(canonical(tree))
    .update(JSON.stringify(Object.entries(inherited).toSorted()))
    .digest("hex")

const salt = randomBytes(32)

/** With the values of secrets, so that a rotated one is noticed; good within this process only, and no way back. */
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
