/** The entities that contain the records of a child, up to the one that is read. */
import { reason } from "../../reason/Reason.ts"
import type { Pointer } from "../Column.ts"
import { rowParameter } from "../Entity.ts"
import type { Path } from "../files/Tree.ts"
import { withNearest } from "../Nearest.ts"
import { atValue, type EntityDraft, readerOf } from "./EntityDraft.ts"

/** From the nearest on; the last one is unknown, or contains itself, if it names a parent. */
const chainOf = (child: EntityDraft, declared: ReadonlyArray<EntityDraft>): ReadonlyArray<EntityDraft> => {
  const chain: Array<EntityDraft> = []
  for (let one = child; one.yaml.parent !== undefined; ) {
    const parent = declared.find(({ name }) => name === one.yaml.parent)
    if (parent === undefined || chain.includes(parent)) return chain
    chain.push(parent)
    one = parent
  }
  return chain
}

/** Undefined if there are none, or if one of them is unknown or contains itself. */
export const parentsOf = (
  child: EntityDraft,
  declared: ReadonlyArray<EntityDraft>
): ReadonlyArray<EntityDraft> | undefined => {
  const chain = chainOf(child, declared)
  return chain.at(-1)?.yaml.parent === undefined && chain.length > 0 ? chain : undefined
}

export const checkParent = (
  child: EntityDraft,
  declared: ReadonlyArray<EntityDraft>,
  names: ReadonlyArray<string>
): void => {
  const { parent: wanted } = child.yaml
  if (wanted === undefined) return
  if (wanted === child.name) atValue(child, ["parent"], reason("parent.own"))
  else if (!names.includes(wanted)) {
    const others = names.filter((name) => name !== child.name)
    atValue(child, ["parent"], withNearest(reason("parent.unknown", { name: wanted }), wanted, others))
  } else if (chainOf(child, declared).includes(child)) atValue(child, ["parent"], reason("parent.circle"))
}

/** The conditions of an entity between are not asked for the children of its records. */
export const checkBetween = (declared: EntityDraft): void => {
  for (const { name, tree } of declared.parents?.slice(0, -1) ?? []) {
    const key = ["where", "deletedWhen"].find((one) => tree.entries.has(one))
    if (key === undefined) continue
    atValue(declared, ["parent"], reason("parent.selects", { name, key }), reason("parent.select", { key }))
  }
}

/** Reports a pointer that climbs out of the outermost record. */
export const checkClimb = (declared: EntityDraft, path: Path, { up }: Pointer, report = atValue): void => {
  const { parents = [], yaml } = declared
  if (up === 0 || (yaml.parent !== undefined && (parents.length === 0 || up <= parents.length))) return
  if (yaml.parent === undefined && up === 1) report(declared, path, reason("pointer.noParent"))
  else report(declared, path, reason("pointer.levels", { up, levels: parents.length }))
}

/** The parameter for a column of the row of `forEach`, to which `../` leads from the outermost record. */
export const rowColumn = (declared: EntityDraft, { tokens, up }: Pointer): string | undefined => {
  const [column, deeper] = tokens
  const reader = readerOf(declared)
  const isRow = reader?.yaml.forEach !== undefined && up === (declared.parents?.length ?? 0) + 1
  return isRow && column !== undefined && deeper === undefined ? rowParameter(column) : undefined
}
