/**
 * Changes in the fields of a source, reported once when they begin and once when they end. The first whole read records
 * the fields of the source. From then on, a new undeclared field and a declared field that is in no record any more are
 * reported; a place that something else names (`drop`, say) already by the first read. Any read proves presence; only a
 * whole read proves absence.
 */
import { DateTime } from "effect"
import type { Entity } from "../../config/Entity.ts"
import { placeOf } from "../../config/Pointer.ts"
import type { ReadFacts } from "../../database/load/ReadFacts.ts"
import type { KnownFields } from "../../database/load/SourceFields.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import type { Completeness } from "../../upstream/Source.ts"
import type { Target } from "../read/Target.ts"
import type { DeclaredPlace, Sighting } from "./DeclaredPlaces.ts"
import type { FieldNames } from "./FieldNames.ts"
import type { Mapper } from "./Mapper.ts"

/** The findings of one read. */
interface FieldsOfRead {
  readonly entity: Entity
  /** Columns whose field is in no record. */
  readonly absent: ReadonlyArray<string>
  readonly undeclared: ReadonlyArray<string>
  /** The declared places beside those of columns. */
  readonly places: ReadonlyArray<Sighting>
  /** The most records that may lack a place without its counting as absent. */
  readonly tolerance: number
  /** See `KnownFields.source`. */
  readonly source: string
  /** Undefined if there are too many to be fields. */
  readonly names: ReadonlyArray<string> | undefined
  readonly stateOf: FieldNames["stateOf"]
  /** Whether records came, and all of them. */
  readonly isWhole: boolean
  /** ISO 8601. */
  readonly at: string
}

export interface Drift {
  /** The state to store; absent if it has not changed. */
  readonly next?: KnownFields
  /** Undeclared fields that are new, and those that have disappeared. */
  readonly appeared: ReadonlyArray<string>
  readonly gone: ReadonlyArray<string>
  /** Columns whose field is in no record any more, and places that are in none; those that are back. */
  readonly vanished: ReadonlyArray<string>
  readonly returned: ReadonlyArray<string>
}

export const noDrift: Drift = { appeared: [], gone: [], vanished: [], returned: [] }

const driftOf = (known: KnownFields | null, shown: FieldsOfRead): Drift => {
  const { absent, at, isWhole, names, places, source, stateOf, tolerance, undeclared } = shown
  const lost = places.flatMap(({ found, lacked, place }) => (found || lacked <= tolerance ? [] : [place]))
  if (known === null || known.source !== source) {
    const reported = lost.flatMap((place) => (place.absence === "odd" ? [place.name] : []))
    const next: KnownFields = {
      source,
      seen: names ?? null,
      absent: [...absent, ...namesOf(lost)],
      appeared: {},
      vanished: since({}, reported, at)
    }
    return { ...noDrift, vanished: reported, ...(isWhole ? { next } : {}) }
  }
  const now = new Set(names)
  const before = new Set(known.seen)
  // An object that was not looked into before shows nothing new.
  const seenIn = new Set(["", ...[...before].map(placeOf)])
  const appeared =
    known.seen === null ? [] : undeclared.filter((name) => !before.has(name) && seenIn.has(placeOf(name)))
  const isOver = (name: string) => isWhole && names !== undefined && !now.has(name)
  const open = Object.keys(known.appeared).filter((name) => stateOf(name) === "undeclared")
  const unfound = namesOf(places.flatMap(({ found, place }) => (found ? [] : [place])))
  const isAbsent = new Set([...absent, ...unfound])
  const isKnown = (name: string) => known.absent.includes(name)
  const newlyLost = lost.filter(({ name }) => !isKnown(name))
  const vanished = [
    ...(isWhole ? absent.filter((name) => !isKnown(name)) : []),
    ...namesOf(newlyLost.filter((place) => isNews(known, place)))
  ]
  const declared = new Map(shown.entity.columns.map((column) => [column.name, column]))
  const next: KnownFields = {
    source,
    seen:
      names === undefined
        ? null
        : isWhole || known.seen === null
          ? names
          : [...new Set([...before, ...now])].toSorted(),
    absent: [
      ...(isWhole ? [...absent, ...unfound.filter(isKnown)] : known.absent.filter((name) => isAbsent.has(name))),
      ...namesOf(newlyLost)
    ],
    appeared: since(known.appeared, [...open.filter((name) => !isOver(name)), ...appeared], at),
    vanished: since(
      known.vanished,
      [...Object.keys(known.vanished).filter((name) => isAbsent.has(name)), ...vanished],
      at
    )
  }
  return {
    ...(isSame(known, next) ? {} : { next }),
    appeared,
    gone: open.filter(isOver),
    vanished,
    returned: Object.keys(known.vanished).filter(
      // What is no longer declared, or is optional now, was ended by the operator.
      (name) =>
        !isAbsent.has(name) &&
        (places.some(({ place }) => place.name === name) ||
          (declared.has(name) && declared.get(name)?.optional !== true))
    )
  }
}

/**
 * Returns the drift of a read that has ended, from its mapper. A read that continues, or has no records, shows nothing.
 * `isPartOnly`: it started at a cursor.
 */
export const driftOfRead = (
  { fields: known, isPartOnly }: { readonly fields: KnownFields | null; readonly isPartOnly: boolean },
  { entity, source }: Target,
  { absent, fields, fetched, mapped }: Mapper,
  ending: Completeness | undefined,
  now: number
): Drift => {
  const places = fields.declared.sightings
  // Conditions may have left out all records, for want of the places that they look at.
  return ending === undefined || (fetched === 0 && places.every(({ lacked }) => lacked === 0))
    ? noDrift
    : driftOf(known, {
        absent,
        undeclared: fields.undeclared,
        places,
        tolerance: isPartOnly ? entity.guard.floor : 0,
        entity,
        source,
        names: fetched === 0 ? (known?.seen ?? undefined) : fields.names,
        stateOf: (name) => fields.stateOf(name),
        isWhole: ending._tag === "Complete" && !isPartOnly && mapped > 0,
        at: DateTime.formatIso(DateTime.makeUnsafe(now))
      })
}

const namesOf = (places: ReadonlyArray<DeclaredPlace>): ReadonlyArray<string> => places.map(({ name }) => name)

/** Whether a place that no record has is reported now. */
const isNews = ({ seen }: KnownFields, { absence, field }: DeclaredPlace): boolean =>
  absence === "odd" || (absence === "usual" && field !== undefined && seen?.includes(field) === true)

const since = (known: KnownFields["appeared"], names: ReadonlyArray<string>, at: string): KnownFields["appeared"] =>
  Object.fromEntries(names.toSorted().map((name) => [name, Object.hasOwn(known, name) ? (known[name] ?? at) : at]))

/** Whether a record of an earlier read had the column's field. */
export const wasSeen = (known: KnownFields | null, name: string): boolean =>
  known !== null && (!known.absent.includes(name) || Object.hasOwn(known.vanished, name))

/** PostgreSQL returns the keys of an object in another order. */
const isSame = (left: KnownFields, right: KnownFields): boolean =>
  JSON.stringify(sorted(left)) === JSON.stringify(sorted(right))

const sorted = ({ absent, appeared, seen, vanished }: KnownFields) => [
  seen?.toSorted(),
  absent.toSorted(),
  ...[appeared, vanished].map((names) => Object.entries(names).toSorted(([one], [other]) => (one < other ? -1 : 1)))
]

/** Adds the drift to the facts of a read. More is reported about the `judged` columns and places. */
export const withDrift = (facts: ReadFacts, drift: Drift, judged: ReadonlyArray<string>): ReadFacts => ({
  ...facts,
  warnings: [...facts.warnings, ...driftWarnings(drift, judged)],
  notes: [...(facts.notes ?? []), ...endedIn(drift)],
  vanished: drift.vanished,
  ...(drift.next === undefined ? {} : { fields: drift.next })
})

export const countsOf = ({ appeared, gone, returned, vanished }: Drift) => ({
  appeared: appeared.length,
  gone: gone.length,
  vanished: vanished.length,
  returned: returned.length
})

const maxNames = 10

/** Formats a list as `a, b, c`; a long one ends with the number of the rest. */
export const formatNames = (names: ReadonlyArray<string>): string => {
  const more = names.length - maxNames
  return `${names.slice(0, maxNames).join(", ")}${more > 0 ? `, … (+${more})` : ""}`
}

/** Returns the warnings about the drift. More is reported about the `judged` columns and places. */
export const driftWarnings = (
  { appeared, vanished }: Pick<Drift, "appeared" | "vanished">,
  judged: ReadonlyArray<string> = []
): ReadonlyArray<Reason> => [
  ...reasonsOf(appeared, (count, fields) => reason("field.appeared", { count, fields })),
  ...reasonsOf(
    vanished.filter((name) => !judged.includes(name) && !isPlace(name)),
    (count, columns) => reason("field.vanished", { count, columns })
  ),
  ...reasonsOf(
    vanished.filter((name) => !judged.includes(name) && isPlace(name)),
    (count, places) => reason("field.lost", { count, places })
  )
]

/** A column is not called so. */
const isPlace = (name: string): boolean => /^(?:where|deletedWhen|drop|join): ./.test(name)

const endedIn = ({ gone, returned }: Drift): ReadonlyArray<Reason> => [
  ...reasonsOf(gone, (count, fields) => reason("field.gone", { count, fields })),
  ...reasonsOf(returned, (count, columns) => reason("field.returned", { count, columns }))
]

const reasonsOf = (
  names: ReadonlyArray<string>,
  make: (count: number, names: string) => Reason
): ReadonlyArray<Reason> => (names.length === 0 ? [] : [make(names.length, formatNames(names))])
