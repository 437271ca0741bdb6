/**
 * The names that an entity of XML, or a child of it, declares with a namespace prefix. They mean elements and attributes
 * of that prefix alone; all others are read without theirs.
 */
import { placesIn } from "../Condition.ts"
import type { Entity } from "../Entity.ts"
import { pointersOf } from "../Pointer.ts"
import { type BuiltEntity, readWith } from "./EntityDraft.ts"

const texts = (value: unknown): ReadonlyArray<string> =>
  typeof value === "string" ? [value] : Array.isArray(value) ? value.flatMap(texts) : []

/** The names in all places that an entity declares; the parameters of its pages are among them, and mean no place. */
const namesIn = (entity: Entity): ReadonlyArray<string> => {
  const { columns, drop, fail, incremental, page, records } = entity
  const pointers = [...columns.flatMap(({ source }) => pointersOf(source)), ...placesIn(entity)]
  const pointer = typeof fail === "object" ? fail.pointer : []
  const places = [pointers.map(({ tokens }) => tokens), Object.values(page), drop, incremental?.from, pointer]
  return [...records.split("/"), ...texts(places)]
}

export const withPrefixes = (built: ReadonlyArray<BuiltEntity>): ReadonlyArray<BuiltEntity> =>
  built.map((one) => {
    const { entity } = one
    if (entity.format !== "xml" || entity.parent !== undefined) return one
    const names = readWith(entity, built)
      .flatMap((other) => namesIn(other.entity))
      .filter((name) => name.includes(":"))
    return names.length === 0 ? one : { ...one, entity: { ...entity, prefixed: [...new Set(names)].toSorted() } }
  })
