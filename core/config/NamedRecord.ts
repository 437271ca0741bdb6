/**
 * Whether a child's key tells the record around it from others. Only then may a read of some records delete children: of a
 * key that holds a part of the outer key, or another field, several records would be meant.
 */
import type { Column } from "./Column.ts"
import { depthOf, type Entity } from "./Entity.ts"

/** Whether the key of a child holds the whole key of the outermost record around it, as it came. */
export const namesRecord = (child: Entity, outermost: Pick<Entity, "columns" | "key">): boolean => {
  const owns = child.columns.filter(({ name }) => child.key.includes(name))
  return outermost.columns.every(
    (of) => !outermost.key.includes(of.name) || owns.some((own) => isCopy(own, of, depthOf(child)))
  )
}

/** A text keeps apart whatever the other type does. */
const isCopy = (own: Column, of: Column, up: number): boolean => {
  if (own.transform !== undefined || of.transform !== undefined) return false
  if (own.type !== of.type && own.type !== "text") return false
  if (of.source._tag !== "Pointer") return JSON.stringify(own.source) === JSON.stringify(of.source)
  return (
    own.source._tag === "Pointer" &&
    own.source.pointer.up === up &&
    of.source.pointer.up === 0 &&
    JSON.stringify(own.source.pointer.tokens) === JSON.stringify(of.source.pointer.tokens)
  )
}
