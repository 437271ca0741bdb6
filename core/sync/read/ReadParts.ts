/**
 * Combines the requests of one read: it is whole if each was. A parent of `forEach` that the source no longer knows,
 * deleted since the parents were read, does not spoil what was read for the others; neither does one whose values make
 * no request. One that is skipped as declared does not even make the read partial, where its rows are known by their key.
 */
import { Effect } from "effect"
import { deletesMissing } from "../../config/DeletePolicy.ts"
import type { Entity } from "../../config/Entity.ts"
import { combineReasons as joined, type Reason, reason, render } from "../../reason/Reason.ts"
import { type Completeness, completeIn, partial, UpstreamError } from "../../upstream/Source.ts"
import type { Params } from "../map/CellReader.ts"
import type { Parents } from "./ParentState.ts"
import type { ReadGroup } from "./ReadGroup.ts"

export interface PartResult {
  readonly end: Completeness
  /** Present if the parent was skipped. */
  readonly skipped?: UpstreamError
  /** Its rows are known and stay, so that the rows of others can be judged. */
  readonly isKept?: true
  /** The source has nothing for it, which is no failure. */
  readonly isAbsent?: true
  /** When that was asked for; milliseconds since 1970. */
  readonly readAt?: number
  /** The parent whose values make no request, as it is reported. */
  readonly refused?: string
}

/** What the answer means for the parent of this request; undefined if it fails the read. */
const meaningOf = ({ forEach }: Entity, { kind, status = 0 }: UpstreamError): "gone" | "skip" | "empty" | undefined => {
  if (kind !== "Status") return undefined
  const declared = forEach?.onStatus?.[status]
  if (declared !== undefined) return declared === "fail" ? undefined : declared
  return status === 404 || status === 410 ? "gone" : undefined
}

/**
 * Whether the read continues without the parent of this request. After records of it came, a refusal means that only where
 * it is declared to skip the parent.
 */
export const isPassedOver = (
  reader: Entity,
  error: { readonly _tag: string },
  records: number
): error is UpstreamError => {
  if (reader.forEach === undefined || !(error instanceof UpstreamError)) return false
  const meaning = meaningOf(reader, error)
  return records > 0 ? meaning === "skip" : error.kind === "Declaration" || meaning !== undefined
}

export const endWithout = (
  { reader, targets }: ReadGroup,
  params: Params | undefined,
  error: UpstreamError
): PartResult => {
  if (error.kind === "Declaration") {
    const refused = Object.entries(params ?? {})
      .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
      .join(", ")
    return { end: partial(error.reason), skipped: error, refused }
  }
  const meaning = meaningOf(reader, error)
  if (meaning === "empty") return { end: completeIn(0), isAbsent: true }
  const left = { end: partial(reason("read.parentGone", { why: error.reason })), skipped: error }
  const isKnown = targets.every(({ entity, parentKey }) => !deletesMissing(entity) || parentKey.length > 0)
  return meaning === "skip" && isKnown ? { ...left, isKept: true } : left
}

/** If the source knows none of the parents, it is the path that it does not know. */
export const combineParts = (
  parts: ReadonlyArray<PartResult>,
  { doubt, note }: Parents = {}
): Effect.Effect<Completeness, UpstreamError> => {
  const [first] = parts
  if (first?.skipped !== undefined && parts.every(({ skipped }) => skipped !== undefined)) {
    const { skipped } = first
    if (parts.some(({ isKept }) => isKept !== true)) return skipped
    return new UpstreamError({ ...skipped, reason: reason("read.allSkipped", { why: skipped.reason }) })
  }
  const asked = parts.filter(({ skipped }) => skipped === undefined).map(({ end }) => end)
  const end = whole([...refusedOf(parts), ...goneOf(parts), ...asked, ...(doubt === undefined ? [] : [partial(doubt)])])
  const notes = [keptOf(parts), note].filter((one) => one !== undefined)
  return Effect.succeed(end._tag === "Complete" && notes.length > 0 ? { ...end, note: joined(notes) } : end)
}

const keptOf = (parts: ReadonlyArray<PartResult>): Reason | undefined => {
  const kept = parts.flatMap(({ isKept, skipped }) => (isKept === true && skipped !== undefined ? [skipped] : []))
  const [first] = kept
  return first && reason("read.parentsSkipped", { count: kept.length, parents: parts.length, why: first.reason })
}

/** Reports them together, with the first as the example. */
const refusedOf = (parts: ReadonlyArray<PartResult>): ReadonlyArray<Completeness> => {
  const refused = parts.filter(({ refused }) => refused !== undefined)
  const [first] = refused
  if (first?.skipped === undefined || first.refused === undefined) return []
  const why = first.skipped.reason
  return [partial(reason("read.parentRefused", { count: refused.length, parent: first.refused, why }))]
}

/** Reports them together, with the first as the example: the source gives the same answer for each. */
const goneOf = (parts: ReadonlyArray<PartResult>): ReadonlyArray<Completeness> => {
  const [first, ...others] = parts.filter(
    ({ isKept, refused, skipped }) => refused === undefined && skipped !== undefined && isKept !== true
  )
  if (first?.skipped === undefined) return []
  return others.length === 0
    ? [first.end]
    : [partial(reason("read.parentsGone", { why: first.skipped.reason, others: others.length }))]
}

const whole = (ends: ReadonlyArray<Completeness>): Completeness => {
  // Many requests often fail to prove the same, so each sentence appears once.
  const reasons = new Map(ends.flatMap((end) => (end._tag === "Partial" ? [[render(end.reason), end.reason]] : [])))
  const [first, ...others] = [...reasons.values()].slice(0, 3)
  if (first === undefined) {
    return completeIn(ends.reduce((pages, end) => pages + (end._tag === "Complete" ? end.pages : 0), 0))
  }
  return partial(others.length === 0 ? first : reason("several", { whys: [first, ...others] }))
}
