/** What `type:` of a file names, among the types there are. */
import { suggest } from "./Nearest.ts"
import type { Problems } from "./Problems.ts"
import type { TreeMap } from "./Tree.ts"

/** `undefined`: it is missing or no text, which its schema tells, or there is none of that name, which is told here. */
export const typeOf = <T extends { readonly type: string }>(
  tree: TreeMap,
  types: ReadonlyArray<T>,
  what: "connector" | "plugin",
  problems: Problems
): T | undefined => {
  const written = tree.entries.get("type")?.value
  if (written?._tag !== "Scalar" || typeof written.value !== "string") return undefined
  const found = types.find(({ type }) => type === written.value)
  if (found !== undefined) return found
  const names = types.map(({ type }) => type)
  const message = `there is no ${what} type "${written.value}"${suggest(written.value, names)}`
  problems.report(written.span, message, `the types are ${names.join(", ")}`)
  return undefined
}
