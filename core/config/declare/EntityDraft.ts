/** An entity on its way from YAML: what was written, what it decoded to, and how to speak of a place in it. */

import type { Reason } from "../../reason/Reason.ts"
import type { Problems, Span } from "../files/Problems.ts"
import { locate, type Path, type TreeMap } from "../files/Tree.ts"
import type { EntityYaml } from "../schema/EntityYaml.ts"

export interface EntityDraft {
  readonly connector: string
  readonly name: string
  readonly owner: Span
  readonly tree: TreeMap
  readonly yaml: EntityYaml
  readonly problems: Problems
}

/** Reports at the value that stands there; where the key was left out, at the name of the entity. */
export const atValue = (declared: EntityDraft, path: Path, why: Reason, hint?: Reason): void => {
  const found = locate(declared.tree, path)
  const span = found.value === declared.tree ? declared.owner : found.value.span
  declared.problems.report(span, why, hint)
}

/** Reports at the key itself. */
export const atKey = (declared: EntityDraft, path: Path, why: Reason, hint?: Reason): void =>
  declared.problems.report(locate(declared.tree, path).key ?? declared.owner, why, hint)

/** Whether a field was written at all, be it ever so broken: what refers to it is not a second problem. */
export const hasField = ({ tree }: EntityDraft, name: string): boolean => {
  const fields = tree.entries.get("fields")?.value
  return fields?._tag === "Map" && fields.entries.has(name)
}
