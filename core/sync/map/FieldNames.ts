/**
 * Collects the fields of one entity's records, and those among them that are not declared. Records of a source are
 * alike, so each is compared with the names of an earlier one, in order; only other names are looked up.
 */
import { placesIn } from "../../config/Condition.ts"
import { ancestorsOf, type Entity, entityId, waysOf } from "../../config/Entity.ts"
import { anyItem, follow, ownTokens, placeOf, pointersOf, pointerText, tokensOf } from "../../config/Pointer.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import { DeclaredPlaces, type PlaceFindings } from "./DeclaredPlaces.ts"

/** The differences between a declaration and the records that were read. */
export interface FieldFindings extends PlaceFindings {
  /** Columns whose field is in no record. */
  readonly absent: ReadonlyArray<string>
  /** Fields that are not declared, written as in `from`. */
  readonly undeclared: ReadonlyArray<string>
}

type Tokens = ReadonlyArray<string>

/** More names than this are data, such as dates, and not fields. */
const maxCount = 500

/** The record itself, or an object in it that contains declared fields. */
interface Place {
  readonly tokens: Tokens
  readonly declared: ReadonlySet<string>
  readonly names: Set<string>
  /** The names of the last record that had a new one. */
  last: ReadonlyArray<string>
}

/** The place of the list, or of the object whose values are the records. */
const listOf = ({ records }: Entity): Tokens => {
  const tokens = tokensOf(records) ?? []
  return tokens.slice(0, tokens.includes(anyItem) ? tokens.indexOf(anyItem) : undefined)
}

/**
 * The fields that children take from this entity's records, as their records or through `../`: they count as declared.
 */
export const takenByChildren = (entity: Entity, all: ReadonlyArray<Entity>): ReadonlyArray<Tokens> =>
  all.flatMap((child): ReadonlyArray<Tokens> => {
    const level = ancestorsOf(child, all).findIndex((one) => entityId(one) === entityId(entity)) + 1
    if (level === 0) return []
    const places = [...child.columns.flatMap(({ source }) => pointersOf(source)), ...placesIn(child)]
    const above = places.flatMap(({ tokens, up }) => (up === level ? [tokens] : []))
    return level === 1 ? [listOf(child), ...above] : above
  })

const placesOf = (pointers: ReadonlyArray<Tokens>): ReadonlyArray<Place> => {
  const whole = new Set(pointers.map((tokens) => JSON.stringify(tokens)))
  const places = new Map<string, { readonly tokens: Tokens; readonly declared: Set<string> }>()
  places.set("[]", { tokens: [], declared: new Set() })
  for (const pointer of pointers) {
    for (const [depth, name] of pointer.entries()) {
      const tokens = pointer.slice(0, depth)
      const id = JSON.stringify(tokens)
      // A field that is declared as a whole contains nothing undeclared.
      if (depth > 0 && whole.has(id)) break
      const place = places.get(id) ?? { tokens, declared: new Set() }
      place.declared.add(name)
      places.set(id, place)
    }
  }
  return [...places.values()].map((place) => ({ ...place, names: new Set(), last: [] }))
}

const placeText = (tokens: Tokens): string => (tokens.length === 0 ? "" : placeOf(pointerText([...tokens, ""])))

export class FieldNames {
  readonly #places: ReadonlyArray<Place>
  /** The places that are declared beside those of columns. */
  readonly declared: DeclaredPlaces
  #count = 0

  /** `taken` are the fields that child entities take from its records. */
  constructor(entity: Entity, taken: ReadonlyArray<Tokens> = []) {
    const judged = placesIn(entity).flatMap(({ tokens, up }) => (up === 0 ? [tokens] : []))
    this.#places = placesOf([...ownTokens(entity.columns), ...judged, ...waysOf(entity.drop), ...taken])
    this.declared = new DeclaredPlaces(entity)
  }

  see(record: SourceRecord, parent: SourceRecord | undefined): void {
    this.declared.see(record, parent)
    if (this.#count > maxCount) return
    for (const place of this.#places) {
      if (place.tokens.length === 0) {
        this.#look(place, record)
        continue
      }
      const value = follow(record, place.tokens)
      if (typeof value === "object" && value !== null && !Array.isArray(value)) this.#look(place, value)
    }
  }

  /** The names, written as in `from`; undefined if there are too many to be fields. */
  get names(): ReadonlyArray<string> | undefined {
    return this.#count > maxCount ? undefined : this.#named(() => true)
  }

  get undeclared(): ReadonlyArray<string> {
    return this.#count > maxCount ? [] : this.#named((name, { declared }) => !declared.has(name))
  }

  get findings(): Omit<FieldFindings, "absent"> {
    return { undeclared: this.undeclared, ...this.declared.findings }
  }

  /** Whether a name is declared now. It is unseen if its object is not looked into. */
  stateOf(name: string): "declared" | "undeclared" | "unseen" {
    const place = this.#places.find(({ tokens }) => placeText(tokens) === placeOf(name))
    if (place === undefined) return "unseen"
    return [...place.declared].some((one) => pointerText([...place.tokens, one]) === name) ? "declared" : "undeclared"
  }

  reset(): void {
    this.#count = 0
    this.declared.reset()
    for (const place of this.#places) {
      place.names.clear()
      place.last = []
    }
  }

  #named(wanted: (name: string, place: Place) => boolean): ReadonlyArray<string> {
    return this.#places
      .flatMap((place) =>
        [...place.names].flatMap((name) => (wanted(name, place) ? [pointerText([...place.tokens, name])] : []))
      )
      .toSorted()
  }

  #look(place: Place, value: object): void {
    const { last, names } = place
    const found = Object.keys(value)
    for (let at = 0; at < found.length; at++) {
      const name = found[at]
      if (last[at] !== name && name !== undefined && !names.has(name)) {
        this.#learn(place, value)
        return
      }
    }
  }

  #learn(place: Place, value: object): void {
    place.last = Object.keys(value)
    for (const name of place.last) {
      if (place.names.has(name)) continue
      place.names.add(name)
      this.#count += 1
    }
  }
}
