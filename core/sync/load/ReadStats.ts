/** The facts about one entity's read for the load statement or a failed run's audit row, and the statement's form. */

import { deletesMissing, hasTombstones } from "../../config/DeletePolicy.ts"
import { depthOf, type Entity, entityId } from "../../config/Entity.ts"
import type { LoadVariant } from "../../database/load/DiffSql.ts"
import type { ReadFacts } from "../../database/load/ReadFacts.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import type { Completeness } from "../../upstream/Source.ts"
import type { Mapper } from "../map/Mapper.ts"
import type { CursorWatch } from "../read/Cursor.ts"
import { doubtOf, type SecondRead } from "../read/DeleteConfirmation.ts"
import type { ReadSpent } from "../read/Receiver.ts"
import type { Target } from "../read/Target.ts"
import { commonestReasons, type RefusedRows } from "./RefusedRows.ts"
import { type WithheldReport, withheldReason } from "./Withheld.ts"

/** How the read ended; undefined while it continues. */
export type ReadEnd = Completeness | undefined

/** The outcome of the records. */
export interface ReadRecords {
  readonly entity: Entity
  readonly mapper: Mapper
  readonly refused: RefusedRows | undefined
  /** Present for an incremental read. */
  readonly watch: CursorWatch | undefined
  readonly pastRejected: boolean
  /** See `Withheld.ts`. */
  readonly personal: WithheldReport | undefined
  /** Whether the read stopped early on purpose. */
  readonly isLimited: boolean
  /** Duplicates folded, rows loaded, and statements that loaded them, by checkpoints. */
  readonly folded: number
  readonly before: number
  readonly loads: number
  /** Records that appeared again on another page. */
  readonly repeats: number
  /** Rows that were found only when their list was read again. */
  readonly filled: number
}

export const readStatsOf = (
  {
    before,
    entity,
    filled,
    folded: foldedBefore,
    isLimited,
    loads,
    mapper,
    pastRejected,
    personal,
    refused,
    repeats,
    watch
  }: ReadRecords,
  {
    cost,
    ending,
    second
  }: { readonly ending: ReadEnd; readonly cost: ReadSpent; readonly second: SecondRead | undefined }
): ReadFacts => {
  const { containers, crossed, fetched, leftOut, loaded, mapped, repaired, tombstones } = mapper
  const { folded = 0, gone = 0 } = refused ?? {}
  const { changed = 0, count: again = 0 } = mapper.windows ?? {}
  const foldedHere = foldedBefore + folded
  const allFolded = Math.max(0, foldedHere - again)
  const { keysBeyond, protectedKeys, rejected, rejects, unreadableKeys } =
    refused?.with(mapper.rejections) ?? mapper.rejections
  const { continued } = mapper.rejections
  const listError = entity.fail === "none" ? undefined : mapper.rejections.listError
  const removes = deletesMissing(entity)
  // Where no record has the list, the guard knows what an empty source means.
  const lacked = removes && fetched > 0 && listError === undefined ? containers.lacked : 0
  const unnamed = lacked > 0 && containers.areUnnamed
  const tombs = hasTombstones(entity)
  // No second read will show which rows moved.
  const moving = removes && entity.guard.confirm === "next" && repeats > 0
  const withheld = removes || tombs ? refused?.withheld : undefined
  const warnings = [
    ...(ending?._tag === "Partial"
      ? [
          reason(removes ? (tombs && !isLimited ? "run.partialTold" : "run.partialKept") : "run.partial", {
            why: ending.reason
          })
        ]
      : []),
    ...(moving ? [reason("run.moving", { count: repeats })] : []),
    ...(withheld === undefined ? [] : [withheld]),
    ...doubtOf(second),
    ...(personal === undefined ? [] : withheldReason(personal)),
    ...(rejected > 0 ? [reason("run.rejected", { rejected, fetched, common: commonestReasons(rejects) })] : []),
    ...(unreadableKeys > 0 && removes ? [reason("run.keyless", { count: unreadableKeys })] : []),
    ...(continued && removes ? [reason("run.continued")] : []),
    ...(listError !== undefined && removes ? [reason("run.listError", { name: listError })] : []),
    ...(unnamed ? [reason("run.listAbsentAll", { count: lacked })] : []),
    ...(keysBeyond > 0 && removes ? [reason("run.keysBeyond", { count: keysBeyond })] : []),
    ...(repaired > 0 ? [reason("run.repaired", { count: repaired })] : []),
    ...(allFolded > 0 ? [reason("run.folded", { count: allFolded })] : []),
    ...(refused?.alike ?? []),
    ...(crossed === undefined ? [] : [reason("run.crossed", { ...crossed })]),
    ...(watch?.warnings(entityId(entity), pastRejected, rejected) ?? []),
    ...(ending?._tag === "Complete" && ending.warning ? [ending.warning] : [])
  ]
  const readAgain: ReadonlyArray<Reason> =
    watch === undefined || repeats === 0 ? [] : [reason("cursor.readAgain", { count: repeats, found: filled })]
  return {
    complete:
      ending?._tag === "Complete" &&
      second?.doubt === undefined &&
      !moving &&
      withheld === undefined &&
      !continued &&
      !unnamed &&
      listError === undefined,
    unreadableKeys: unreadableKeys + keysBeyond,
    rows: mapped - loaded.mapped - folded - gone,
    before,
    ...(again > foldedHere ? { again: again - foldedHere } : {}),
    loads,
    fetched,
    rejected,
    ...cost,
    warnings,
    notes: [
      ...(watch?.notes ?? []),
      ...readAgain,
      ...(lacked > 0 && !unnamed
        ? [reason(depthOf(entity) > 1 ? "run.listAbsentInside" : "run.listAbsent", { count: lacked })]
        : []),
      ...(containers.gone > 0 && !removes
        ? [reason("run.goneParents", { count: containers.gone, mode: entity.mode })]
        : []),
      ...(again > 0 ? [inWindows(again, changed)] : []),
      ...(leftOut > 0 ? [reason("run.leftOut", { count: leftOut })] : []),
      ...(ending?._tag === "Complete" && ending.note ? [ending.note] : [])
    ],
    since: watch?.since ?? false,
    // Rows that PostgreSQL refused to delete have to be requested again.
    cursors: withheld === undefined || pastRejected ? (watch?.moves(pastRejected) ?? []) : [],
    pastRejected,
    rejects: rejects.slice(loaded.rejects).map((one) => (personal === undefined ? one : { ...one, record: null })),
    protectedKeys:
      second === undefined ? protectedKeys : protectedKeys.map((keys, at) => [...keys, ...(second.found[at] ?? [])]),
    parents: containers.values,
    ...(tombs
      ? {
          tombstones: withheld === undefined && !isLimited ? tombstones : tombstones.map(() => []),
          ordered: watch?.isOrdered === true
        }
      : {}),
    ...(second === undefined || second.doubt !== undefined || withheld !== undefined ? {} : { missed: second.missing })
  }
}

const inWindows = (count: number, changed: number): Reason =>
  changed === 0 ? reason("run.inWindows", { count }) : reason("run.inWindowsChanged", { count, changed })

/**
 * Columns whose field was in no record, judged once the read is whole. In a read of changes, as few rows as the floor may
 * lose values anyway.
 */
export const absentColumns = (
  { entity }: Target,
  { absent, mapped }: Mapper,
  isPartOnly: boolean
): ReadonlyArray<string> => (entity.mode === "append" || mapped <= (isPartOnly ? entity.guard.floor : 0) ? [] : absent)

/** Selects the form of the statement. `duplicates`: two rows may have the same key. */
export const variantOf = (
  target: Target,
  mapper: Mapper,
  duplicates: boolean,
  ending: ReadEnd,
  second: SecondRead | undefined,
  isPartOnly: boolean,
  personal: WithheldReport | undefined
): LoadVariant => {
  const { cursor, entity, misses, within } = target
  const isWhole = ending?._tag === "Complete"
  return {
    fold: duplicates,
    within,
    cursor,
    confirm: second === undefined && entity.guard.confirm === "again" && isWhole && ending.pages > 1,
    misses,
    absent: isWhole ? absentColumns(target, mapper, isPartOnly) : [],
    ...(personal === undefined ? {} : { withheld: personal.columns })
  }
}
