/** `incremental`: the cursor, where it comes from, how it is sent, and where it begins. */
import { Duration } from "effect"
import { reason } from "../../reason/Reason.ts"
import type { Column } from "../Column.ts"
import type { Incremental } from "../Entity.ts"
import { tokensOf } from "../Pointer.ts"
import { isDateFormat } from "../values/DatePattern.ts"
import { checkColumn } from "./CheckColumn.ts"
import { atKey, atValue, type EntityDraft } from "./EntityDraft.ts"
import { checkPath } from "./Request.ts"

const overlaps: Readonly<Record<string, Duration.Duration>> = {
  timestamp: Duration.minutes(5),
  date: Duration.days(1)
}

const numbers = new Set(["integer", "bigint", "decimal", "double"])
const orderable = new Set([...numbers, "date", "timestamp", "text", "uuid"])

export const incrementalOf = (declared: EntityDraft, columns: ReadonlyArray<Column>): Incremental | undefined => {
  const { incremental, query = {} } = declared.yaml
  if (incremental === undefined) return undefined
  const { cursor, initial, param } = incremental
  const from = givenCursor(declared, incremental)
  if (cursor !== undefined) checkColumn(declared, ["incremental", "cursor"], cursor, columns)
  const column = columns.find(({ name }) => name === cursor)
  const usual = column === undefined ? undefined : overlaps[column.type]
  if (
    column !== undefined &&
    (column.array || column.lookup !== undefined || !orderable.has(column.type) || column.source._tag !== "Pointer")
  ) {
    atValue(declared, ["incremental", "cursor"], reason("incremental.noHighest", { column: column.name }))
  }
  if (column?.transform !== undefined) {
    atValue(declared, ["incremental", "cursor"], reason("incremental.transformed", { column: column.name }))
  }
  if (column !== undefined) checkOverlap(declared, column, incremental)
  if (param !== undefined && param in query) atKey(declared, ["query", param], reason("incremental.param", { param }))
  const format = incremental.format ?? (usual === undefined ? "text" : column?.type === "date" ? "yyyy-MM-dd" : "iso")
  if (format !== "text" && !isDateFormat(format)) {
    atValue(declared, ["incremental", "format"], reason("incremental.format", { format }))
  }
  return {
    ...(cursor === undefined ? {} : { cursor }),
    ...(from === undefined ? {} : { from }),
    ...(param === undefined ? {} : { param }),
    overlap: incremental.overlap ?? usual ?? Duration.zero,
    format,
    ...(initial === undefined || initial === null ? {} : { initial: String(initial) }),
    ...startOf(declared, incremental),
    ...(incremental.maxAge === undefined ? {} : { maxAge: incremental.maxAge }),
    ...(incremental.ordered === true ? { ordered: true } : {})
  }
}

/** One request tells where all records begin, so it is not for lists that are read per parent. */
const startOf = (
  declared: EntityDraft,
  { initial, start }: NonNullable<EntityDraft["yaml"]["incremental"]>
): Pick<Incremental, "start"> => {
  if (start === undefined) return {}
  const at = ["incremental", "start"]
  if (declared.yaml.forEach !== undefined) atKey(declared, at, reason("incremental.startForEach"))
  if (initial !== undefined) atKey(declared, at, reason("incremental.startInitial"))
  checkPath(declared, [...at, "path"], start.path)
  const [place] = /\{[^{}]*\}/.exec(start.path) ?? []
  if (place !== undefined) atValue(declared, [...at, "path"], reason("place.unfilled", { place }))
  const pointer = tokensOf(start.pointer)
  if (pointer === undefined || pointer.length === 0) {
    const why = reason("pointer.none", { pointer: start.pointer })
    atValue(declared, [...at, "pointer"], why, reason("pointer.write", { pointer: "/latest/id" }))
  }
  return { start: { path: start.path, pointer: pointer ?? [] } }
}

/** The overlap must be of the cursor's kind; nothing can be subtracted from a cursor that is sent as it is stored. */
const checkOverlap = (
  declared: EntityDraft,
  { name: column, type }: Column,
  { format, overlap }: NonNullable<EntityDraft["yaml"]["incremental"]>
): void => {
  if (overlap === undefined) return
  const at = ["incremental", "overlap"]
  if (type in overlaps) {
    if (typeof overlap === "number") atValue(declared, at, reason("incremental.span", { column, type }))
    else if (format === "text") atKey(declared, at, reason("incremental.asStored"))
  } else if (!numbers.has(type)) atKey(declared, at, reason("incremental.noSpan", { column, type }))
  else if (typeof overlap !== "number") atValue(declared, at, reason("incremental.number", { column, type }))
}

/** A cursor comes either from the rows or from the source; no span of time can be subtracted from the latter. */
const givenCursor = (
  declared: EntityDraft,
  { cursor, format, from, ordered, overlap }: NonNullable<EntityDraft["yaml"]["incremental"]>
): ReadonlyArray<string> | undefined => {
  if ((cursor === undefined) === (from === undefined)) {
    atKey(declared, ["incremental"], reason("incremental.either", { key: "from" }))
  }
  if (from === undefined) return undefined
  const tokens = tokensOf(from)
  if (tokens === undefined || tokens.length === 0) {
    atValue(
      declared,
      ["incremental", "from"],
      reason("pointer.none", { pointer: from }),
      reason("pointer.write", { pointer: "/meta/next_since" })
    )
  }
  const { format: answers = "json" } = declared.yaml
  if (answers === "csv" || answers === "ndjson") {
    atKey(declared, ["incremental", "from"], reason("records.nothingBeside", { format: answers }))
  }
  if (overlap !== undefined) atKey(declared, ["incremental", "overlap"], reason("incremental.asItIs"))
  if (format !== undefined) atKey(declared, ["incremental", "format"], reason("incremental.asItIs"))
  // Records that are gone are deleted by the order of the records, too.
  if (ordered !== undefined && declared.yaml.deletedWhen === undefined) {
    atKey(declared, ["incremental", "ordered"], reason("incremental.atEnd"))
  }
  return tokens
}
