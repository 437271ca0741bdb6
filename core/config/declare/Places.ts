/** The places of records in the answers of an entity, and the keys of the objects that hold them. */
import { reason } from "../../reason/Reason.ts"
import type { Pointer } from "../Column.ts"
import type { Entity } from "../Entity.ts"
import type { Path } from "../files/Tree.ts"
import { anyItem, tokensOf } from "../Pointer.ts"
import { isKeyName, keyName, levelsOf, overlap, placeOf, type RecordPlace } from "../RecordPlaces.ts"
import { atValue, type EntityDraft, readerOf } from "./EntityDraft.ts"

/** `records` where only one pointer or path may be; a list is reported. */
export const onePointer = (declared: EntityDraft): string => {
  const { records = "" } = declared.yaml
  if (typeof records === "string") return records
  atValue(declared, ["records"], reason("records.list"))
  return records[0]
}

interface Places extends Pick<Entity, "records" | "places"> {
  /** Nothing is beside the records. */
  readonly isOnlyList: boolean
}

/** One pointer to an array has no places, so that it is read as the array. */
export const placesOf = (declared: EntityDraft, fallback: string | undefined): Places => {
  const { records = fallback ?? "" } = declared.yaml
  const pointers = typeof records === "string" ? [records] : records
  const places = pointers.map((pointer, index): RecordPlace => {
    const place = placeOf(pointer)
    if (place === undefined) {
      atValue(
        declared,
        ["records", index],
        reason("pointer.records", { pointer }),
        pointer.startsWith("/") ? undefined : reason("pointer.write", { pointer: `/${pointer}` })
      )
    }
    return place ?? { tokens: [anyItem], isArray: true }
  })
  const [only, second] = places
  if (second === undefined && only?.isArray === true) {
    const [pointer = ""] = pointers
    return { records: pointer, isOnlyList: pointer === "" }
  }
  places.forEach((place, index) => {
    const other = places.findIndex((one, at) => at < index && overlap(one, place))
    if (other < 0 || tokensOf(pointers[index] ?? "") === undefined) return
    const pair = { pointer: pointers[index] ?? "", other: pointers[other] ?? "" }
    atValue(declared, ["records", index], reason("records.overlap", pair))
  })
  return { records: pointers.join(", "), places, isOnlyList: places.some(({ tokens }) => tokens[0] === anyItem) }
}

/** The pointer to the records of a child in those of its parent. */
export const childPointer = ({ yaml: { records = "" } }: EntityDraft): string => {
  const [pointer = ""] = [records].flat()
  return pointer === "" || pointer.startsWith("/") ? pointer : `/${pointer}`
}

/** How many keys of objects the own records of an entity have. */
const keysOf = (declared: EntityDraft): number => {
  const { parent, records = "" } = declared.yaml
  const pointers = parent === undefined ? [records].flat() : [childPointer(declared)]
  const places = pointers.map(placeOf)
  return places.includes(undefined) ? 0 : levelsOf(places.filter((place) => place !== undefined))
}

/**
 * The place of the key of an object that a field or a condition means; undefined if it means none. Each `../` leads to the
 * key further out: first those of the own records, then those of the record around. A source may have a field of that
 * name, which `/#key` means.
 */
export const keyPlaceOf = (declared: EntityDraft, path: Path, from: string, report = atValue): Pointer | undefined => {
  const reader = readerOf(declared)
  if (!isKeyName(from) || reader === undefined || (reader.yaml.format ?? "json") !== "json") return undefined
  let level = (from.lastIndexOf("/") + 1) / "../".length
  for (const [up, one] of [declared, ...(declared.parents ?? [])].entries()) {
    const keys = keysOf(one)
    if (level < keys) return { up, tokens: [keyName(level)] }
    level -= Math.max(1, keys)
    if (level < 0) break
  }
  const example = reason("records.writeKey", { example: "records: /items/*" })
  report(declared, path, reason("records.noKey", { key: from }), example)
  return { up: 0, tokens: [from] }
}
