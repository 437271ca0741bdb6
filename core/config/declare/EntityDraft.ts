/** An entity between YAML and engine: the tree, the decoded keys, and reports at a place in it. */

import type { Reason } from "../../reason/Reason.ts"
import { type Entity, readerName } from "../Entity.ts"
import type { Problems, Span } from "../files/Problems.ts"
import { locate, type Path, type TreeMap } from "../files/Tree.ts"
import { pageOf } from "../reference/Page.ts"
import { EntityYaml } from "../schema/EntityYaml.ts"

export interface EntityDraft {
  readonly connector: string
  readonly name: string
  readonly owner: Span
  readonly tree: TreeMap
  readonly yaml: EntityYaml
  readonly problems: Problems
  /** For a child: the entities whose records contain its own, the nearest first; absent if one of them is unknown. */
  readonly parents?: ReadonlyArray<EntityDraft>
}

export interface BuiltEntity {
  readonly declared: EntityDraft
  readonly entity: Entity
}

/** The entity whose request reads the records: the outermost parent, or the entity itself; undefined if it is unknown. */
export const readerOf = (declared: EntityDraft): EntityDraft | undefined =>
  declared.yaml.parent === undefined ? declared : declared.parents?.at(-1)

/** The entities whose records come with one read: the reader and its children. */
export const readWith = ({ connector, name }: Entity, built: ReadonlyArray<BuiltEntity>): ReadonlyArray<BuiltEntity> =>
  built.filter(({ entity }) => entity.connector === connector && readerName(entity) === name)

/** Where the reference describes a key that entities of all types have. */
const pageAt = (path: Path): string | undefined =>
  String(path[0]) in EntityYaml.fields ? pageOf("entity", EntityYaml.ast, path) : undefined

/** Reports a problem at a value; if the key is missing, at the name of the entity. */
export const atValue = (declared: EntityDraft, path: Path, why: Reason, hint?: Reason): void => {
  const found = locate(declared.tree, path)
  const span = found.value === declared.tree ? declared.owner : found.value.span
  declared.problems.report(span, why, hint, pageAt(path))
}

/** Reports a problem at the key itself. */
export const atKey = (declared: EntityDraft, path: Path, why: Reason, hint?: Reason): void =>
  declared.problems.report(locate(declared.tree, path).key ?? declared.owner, why, hint, pageAt(path))

/** Whether a field was declared, even if it is broken: then a reference to it is not a second problem. */
export const hasField = ({ tree }: EntityDraft, name: string): boolean => {
  const fields = tree.entries.get("fields")?.value
  return fields?._tag === "Map" && fields.entries.has(name)
}
