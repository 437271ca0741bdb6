/**
 * Which places of records a read shows, of those that a declaration names beside `from`: in `where`, `deletedWhen`,
 * `drop` and the step `join`, and all that are personal. One that no record has is misspelled, or has another name in
 * the source by now, unless its absence is usual. A record in which something around the place is null or empty says
 * nothing about it.
 */

import type { Pointer } from "../../config/Column.ts"
import type { Condition } from "../../config/Condition.ts"
import { depthOf, type Entity } from "../../config/Entity.ts"
import { anyItem, pointerText } from "../../config/Pointer.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import { recordAround } from "./CellReader.ts"
import { holdsWithoutValue } from "./RecordConditions.ts"

type Tokens = ReadonlyArray<string>

export interface DeclaredPlace {
  /** What names it, and the place as `from` would: `drop: /customer/phone`. */
  readonly name: string
  /** The place in a record of the entity itself, as `from` would name it. */
  readonly field?: string
  /**
   * `odd`: reported at once. `usual`: records may lack it without a mistake, so it is reported only if the last whole
   * read showed it. `silent`: reported as a column, or by another entity.
   */
  readonly absence: "odd" | "usual" | "silent"
  /** Records that lack it may hold what is personal under another name. */
  readonly isPersonal: boolean
}

/** What a read shows of a place. */
export interface Sighting {
  readonly place: DeclaredPlace
  /** Whether a record had it. */
  readonly found: boolean
  /** The number of records that lacked it until then. */
  readonly lacked: number
}

/** Names of places that no record has. */
export interface PlaceFindings {
  /** Every record should have them. */
  readonly absentPlaces: ReadonlyArray<string>
  /** Records may be without them. */
  readonly unmetPlaces: ReadonlyArray<string>
}

type Presence = "there" | "lacking" | "unsaid"

interface WatchedPlace extends Sighting {
  readonly look: (record: SourceRecord, parent: SourceRecord | undefined) => Presence
  /** The column that joins it with other places. */
  readonly column?: string
  found: boolean
  lacked: number
}

export class DeclaredPlaces {
  readonly #judged: WatchList
  readonly #others: WatchList

  constructor(entity: Entity) {
    this.#judged = new WatchList(conditionsOf(entity))
    this.#others = new WatchList([...joinedOf(entity), ...personalOf(entity)])
  }

  /** Looks for the places of conditions, in a record that is judged. One that is gone often has only its key. */
  judge(record: SourceRecord, parent: SourceRecord | undefined, isGone: boolean): void {
    this.#judged.look(record, parent, isGone)
  }

  /** Looks for all others, in a record that counts. */
  see(record: SourceRecord, parent: SourceRecord | undefined): void {
    this.#others.look(record, parent)
  }

  get sightings(): ReadonlyArray<Sighting> {
    const watched = [...this.#judged.all, ...this.#others.all]
    // Of a column that joins nothing at all, the column is reported.
    const isJoined = new Set(watched.flatMap(({ column, found }) => (found && column !== undefined ? [column] : [])))
    return watched.filter(({ column }) => column === undefined || isJoined.has(column))
  }

  get findings(): PlaceFindings {
    const lost = this.sightings.flatMap(({ found, lacked, place }) => (found || lacked === 0 ? [] : [place]))
    const named = (absence: DeclaredPlace["absence"]) =>
      lost.flatMap((place) => (place.absence === absence ? [place.name] : []))
    return { absentPlaces: named("odd"), unmetPlaces: named("usual") }
  }

  reset(): void {
    this.#judged.reset()
    this.#others.reset()
  }
}

/** Places, each of which is looked for until a record has it. */
class WatchList {
  readonly all: ReadonlyArray<WatchedPlace>
  #sought: ReadonlyArray<WatchedPlace>

  constructor(all: ReadonlyArray<WatchedPlace>) {
    this.all = all
    this.#sought = all
  }

  look(record: SourceRecord, parent: SourceRecord | undefined, mayLack = false): void {
    let hasFound = false
    for (const watched of this.#sought) {
      const presence = watched.look(record, parent)
      if (presence === "lacking" && !mayLack) watched.lacked += 1
      else if (presence === "there") {
        watched.found = true
        hasFound = true
      }
    }
    if (hasFound) this.#sought = this.all.filter(({ found }) => !found)
  }

  reset(): void {
    for (const watched of this.all) {
      watched.found = false
      watched.lacked = 0
    }
    this.#sought = this.all
  }
}

/** `ways`: the places, of which one is enough. */
const watch = (entity: Entity, place: DeclaredPlace, ways: ReadonlyArray<Pointer>, column?: string): WatchedPlace => {
  const looks = ways.map(({ tokens, up }) => {
    const around = recordAround(up, depthOf(entity))
    return (record: SourceRecord, parent: SourceRecord | undefined) => presenceAt(around(record, parent), tokens)
  })
  const [only, ...more] = looks
  return {
    place,
    found: false,
    lacked: 0,
    look:
      only !== undefined && more.length === 0
        ? only
        : (record, parent) => strongest(looks.map((look) => look(record, parent))),
    ...(column === undefined ? {} : { column })
  }
}

const conditionsOf = (entity: Entity): ReadonlyArray<WatchedPlace> => {
  const { deletedWhen, where = [] } = entity
  const watched = (by: string, condition: Condition, absence: DeclaredPlace["absence"]) => {
    const { otherwise, pointer } = condition
    const ways = otherwise === undefined ? [pointer] : [pointer, otherwise]
    return watch(entity, { ...named(by, pointer), absence, isPersonal: false }, ways)
  }
  return [
    ...where.map((one) => watched("where", one, holdsWithoutValue(one, entity) ? "usual" : "odd")),
    // Living records need not say that they are not deleted.
    ...(deletedWhen?.conditions ?? []).map((one) => watched("deletedWhen", one, "usual"))
  ]
}

const joinedOf = (entity: Entity): ReadonlyArray<WatchedPlace> =>
  entity.columns.flatMap(({ name, optional, source }) =>
    source._tag !== "Joined" || optional === true
      ? []
      : source.pointers.map((pointer) =>
          watch(entity, { ...named("join", pointer), absence: "odd", isPersonal: false }, [pointer], name)
        )
  )

const personalOf = (entity: Entity): ReadonlyArray<WatchedPlace> => {
  const { drop = [], personal = [] } = entity
  return [...new Set([...drop, ...personal])].flatMap((one) => {
    if (one.optional === true) return []
    const ways = one.ways.map((tokens): Pointer => ({ up: 0, tokens }))
    const absence = drop.includes(one) ? "odd" : "silent"
    return ways.slice(0, 1).map((way) => watch(entity, { ...named(one.by, way), absence, isPersonal: true }, ways))
  })
}

const named = (by: string, { tokens, up }: Pointer): Pick<DeclaredPlace, "name" | "field"> => {
  const text = pointerText(tokens)
  return { name: `${by}: ${"../".repeat(up)}${text}`, ...(up === 0 ? { field: text } : {}) }
}

const index = /^\d+$/

/** Searches lists on the way item by item, as `followAll` does. */
const presenceAt = (value: unknown, tokens: Tokens, at = 0): Presence => {
  const token = tokens[at]
  if (token === undefined) return "there"
  if (value === null || value === undefined || value === "") return "unsaid"
  if (typeof value !== "object") return "lacking"
  if (token === anyItem) return strongest(Object.values(value).map((item) => presenceAt(item, tokens, at + 1)))
  if (Array.isArray(value) && (value.length === 0 || !index.test(token))) {
    return strongest(value.map((item) => presenceAt(item, tokens, at)))
  }
  const own = Object.getOwnPropertyDescriptor(value, token)
  return own === undefined ? "lacking" : presenceAt(own.value, tokens, at + 1)
}

const strongest = (found: ReadonlyArray<Presence>): Presence =>
  found.includes("there") ? "there" : found.includes("lacking") ? "lacking" : "unsaid"
