/** The places of records in the answers of an entity, and the keys of the objects that hold them. */
import { reason } from "../../reason/Reason.ts"
import type { Entity } from "../Entity.ts"
import type { Path } from "../files/Tree.ts"
import { tokensOf } from "../Pointer.ts"
import { anyItem, isKeyName, keyName, levelsOf, overlap, placeOf, type RecordPlace } from "../RecordPlaces.ts"
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

/** How many keys of objects the own records of an entity have. */
const levels = ({ yaml }: EntityDraft): number => {
  const { format = "json", records = "" } = yaml
  if (format !== "json") return 0
  const places = [records].flat().map(placeOf)
  return places.includes(undefined) ? 0 : levelsOf(places.filter((place) => place !== undefined))
}

/**
 * The name under which records hold the key that a field means; undefined if the field means none of its own record. A
 * source may have a field of that name, which `/#key` means.
 */
export const keyNameOf = (declared: EntityDraft, path: Path, from: string): string | undefined => {
  const { format = "json", parent } = readerOf(declared)?.yaml ?? declared.yaml
  if (!isKeyName(from) || format !== "json" || parent !== undefined) return undefined
  const reader = readerOf(declared) ?? declared
  const depth = declared.parents?.length ?? 0
  const known = Array.from({ length: levels(reader) }, (_, level) => keyName(level + depth))
  if (!known.includes(from)) {
    const example = reason("records.writeKey", { example: "records: /items/*" })
    atValue(declared, path, reason("records.noKey", { key: from }), example)
  }
  // A child climbs to it.
  return depth === 0 ? from : undefined
}
