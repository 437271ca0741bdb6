/**
 * Columns that hold a bound of the window in which a record was read: `from: ../from`, or `value: "{from}"`. In the key,
 * the bound must name the same window in every read.
 */
import { Duration } from "effect"
import { reason } from "../../reason/Reason.ts"
import type { Column } from "../Column.ts"
import type { Entity } from "../Entity.ts"
import type { Path } from "../files/Tree.ts"
import { pointersOf } from "../Pointer.ts"
import { boundName, type WindowBound, windowBounds } from "../RecordPlaces.ts"
import type { FieldYaml } from "../schema/EntityYaml.ts"
import { isOfDays } from "../values/Moments.ts"
import { atKey, atValue, type BuiltEntity, type EntityDraft, readerOf, readWith } from "./EntityDraft.ts"

/** The bounds that columns of an entity may take; also if the declaration of the windows is invalid. */
export const boundsFor = (declared: EntityDraft): ReadonlyArray<WindowBound> =>
  readerOf(declared)?.tree.entries.has("windows") === true ? windowBounds : []

/** The bound that a field takes, if it takes one. */
export const boundTaken = (declared: EntityDraft, { from, value }: FieldYaml): WindowBound | undefined => {
  const up = "../".repeat((declared.parents?.length ?? 0) + 1)
  return boundsFor(declared).find((bound) => (value === undefined ? from === `${up}${bound}` : value === `{${bound}}`))
}

interface Taken extends Pick<Column, "name" | "type" | "array"> {
  readonly bound: WindowBound
  readonly field: FieldYaml
  readonly isKey: boolean
}

export const boundColumn = (declared: EntityDraft, { array, bound, field, isKey, name, type }: Taken): Column => {
  const path = ["fields", name]
  if (array || (type !== "date" && type !== "timestamp")) atKey(declared, path, reason("windows.columnType"))
  for (const key of ["format", "transform", "default", "lookup", "true", "false"] as const) {
    if (field.value === undefined && field[key] !== undefined) {
      atKey(declared, [...path, key], reason("windows.columnNeedsNo", { key }))
    }
  }
  if (readerOf(declared)?.yaml.windows?.split !== undefined) atKey(declared, path, reason("windows.splitBound"))
  if (isKey) checkKeyed(declared, ["key"], bound)
  const pointer = { up: declared.parents?.length ?? 0, tokens: [boundName(bound)] }
  const required = isKey || field.required === true
  return { name, type, array, source: { _tag: "Pointer", pointer }, required }
}

const checkKeyed = (declared: EntityDraft, path: Path, bound: WindowBound): void => {
  const windows = readerOf(declared)?.yaml.windows
  if (windows === undefined) return
  if (bound === "to") {
    atValue(declared, path, reason("windows.toInKey"), reason("windows.fromInKey", { place: "{from}" }))
  } else if (!("day" in windows.from)) {
    const { format = "yyyy-MM-dd", step } = windows
    const isDaily = isOfDays(format) && step.months === undefined && Duration.toDays(step.offset) === 1
    const { mode = "mirror" } = declared.yaml
    const example = "windows: { from: 2024-01-01, step: 1mo }"
    if (!isDaily) atValue(declared, path, reason("windows.keyMoves"), reason("windows.fixed", { example }))
    else if (mode === "mirror" || mode === "replace") {
      atValue(declared, path, reason("windows.keyDeletes", { mode }), reason("windows.keep"))
    }
  }
}

/** The entity, and in its windows the bounds that its columns or those of its children take. */
export const withBoundsTaken = (entity: Entity, built: ReadonlyArray<BuiltEntity>): Entity => {
  const { windows } = entity
  if (windows === undefined) return entity
  const columns = readWith(entity, built).flatMap((one) => one.entity.columns)
  const taken = new Set(columns.flatMap(({ source }) => pointersOf(source).map(({ tokens }) => tokens[0])))
  const kept = windowBounds.filter((bound) => taken.has(boundName(bound)))
  return kept.length === 0 ? entity : { ...entity, windows: { ...windows, kept } }
}
