/** Finds the type that `type:` of a file names. */
import { reason } from "../../reason/Reason.ts"
import type { Problems } from "../files/Problems.ts"
import type { TreeMap } from "../files/Tree.ts"
import { withNearest } from "../Nearest.ts"
import { sectionPage } from "../reference/Page.ts"

/**
 * `undefined`: `type` is missing or not a text, which its schema reports, or no type has that name, which is reported
 * here.
 */
export const resolveType = <T extends { readonly type: string }>(
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
  const name = written.value
  const [why, page] =
    what === "connector"
      ? [reason("type.noConnector", { name }), sectionPage("connector")]
      : [reason("type.noPlugin", { name }), undefined]
  problems.report(written.span, withNearest(why, name, names), reason("type.known", { names: names.join(", ") }), page)
  return undefined
}
