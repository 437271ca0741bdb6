/**
 * Decides when columns that hold records as they came are not written. They leave out what is personal by its place, so
 * where no record has such a place, it may be in them under another name: misspelled in the declaration, or renamed by
 * the source. A read of what changed may have few records, which lack the place by themselves; it is doubted only if the
 * place was missing before, or fields came that are new.
 */
import type { Entity } from "../../config/Entity.ts"
import type { KnownFields } from "../../database/load/SourceFields.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import { formatNames } from "../map/FieldDrift.ts"
import type { FieldNames } from "../map/FieldNames.ts"

/** What is known of the source, and of this read. */
export interface ReadKnowledge {
  /** The fields of the source at the last whole read; null before it. */
  readonly fields: KnownFields | null
  /** Whether the read began at a cursor. */
  readonly isPartOnly: boolean
}

export interface WithheldReport {
  /** The names of the places that no record has. */
  readonly places: ReadonlyArray<string>
  /** The columns that keep what they had. */
  readonly columns: ReadonlyArray<string>
  /** The fields that are not declared, one of which may hold it. */
  readonly fields: ReadonlyArray<string>
}

/** Undefined if nothing is withheld. */
export const withheldFrom = (
  { columns }: Entity,
  fields: FieldNames,
  known: ReadKnowledge
): WithheldReport | undefined => {
  const missing = fields.declared.sightings.flatMap(({ found, lacked, place }) =>
    place.isPersonal && !found && lacked > 0 ? [place.name] : []
  )
  const places = isDoubted(fields, known) ? missing : missing.filter((name) => known.fields?.absent.includes(name))
  if (places.length === 0) return undefined
  return {
    places,
    columns: columns.flatMap(({ name, without }) => (without === undefined ? [] : [name])),
    fields: fields.undeclared
  }
}

/** Whether a place that no record has is doubted although the last whole read showed it. */
const isDoubted = ({ names, undeclared }: FieldNames, { fields, isPartOnly }: ReadKnowledge): boolean => {
  if (!isPartOnly || fields === null || fields.seen === null || names === undefined) return true
  const { appeared, seen } = fields
  return undeclared.some((name) => !seen.includes(name) || Object.hasOwn(appeared, name))
}

/** Reported by every run, as long as it is so. */
export const withheldReason = ({ columns, fields, places }: WithheldReport): ReadonlyArray<Reason> => {
  if (columns.length === 0) return []
  const what = { places: formatNames(places), columns: formatNames(columns) }
  return [
    fields.length === 0
      ? reason("field.withheld", what)
      : reason("field.withheldBeside", { ...what, fields: formatNames(fields) })
  ]
}
