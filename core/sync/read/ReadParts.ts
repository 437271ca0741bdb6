/**
 * Combines the requests of one read: it is whole if each was. A parent of `forEach` that the source no longer knows,
 * deleted since the parents were read, does not spoil what was read for the others; neither does one whose values make
 * no request.
 */
import { Effect } from "effect"
import type { Entity } from "../../config/Entity.ts"
import { reason, render } from "../../reason/Reason.ts"
import { type Completeness, completeIn, partial, UpstreamError } from "../../upstream/Source.ts"
import type { Params } from "../map/Cells.ts"
import type { Parents } from "./Parents.ts"

export interface PartResult {
  readonly end: Completeness
  /** Present if the parent was skipped. */
  readonly skipped?: UpstreamError
  /** The parent whose values make no request, as it is reported. */
  readonly refused?: string
}

/** Whether the parent of this request no longer exists and `onStatus` allows that. */
const isGone = ({ forEach }: Entity, error: UpstreamError): boolean =>
  forEach?.onStatus !== "fail" && error.kind === "Status" && (error.status === 404 || error.status === 410)

/** Whether the read continues without the parent of this request. */
export const isPassedOver = (reader: Entity, error: { readonly _tag: string }): error is UpstreamError =>
  reader.forEach !== undefined &&
  error instanceof UpstreamError &&
  (error.kind === "Declaration" || isGone(reader, error))

export const endWithout = ({ forEach }: Entity, params: Params | undefined, error: UpstreamError): PartResult => {
  if (error.kind === "Declaration") {
    const refused = Object.entries(params ?? {})
      .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
      .join(", ")
    return { end: partial(error.reason), skipped: error, refused }
  }
  return forEach?.onStatus === "empty"
    ? { end: completeIn(0) }
    : { end: partial(reason("read.parentGone", { why: error.reason })), skipped: error }
}

/** If the source knows none of the parents, it is the path that it does not know. */
export const together = (
  parts: ReadonlyArray<PartResult>,
  { doubt, note }: Parents = {}
): Effect.Effect<Completeness, UpstreamError> => {
  const [first] = parts
  if (first?.skipped !== undefined && parts.every(({ skipped }) => skipped !== undefined)) return first.skipped
  const asked = parts.filter(({ skipped }) => skipped === undefined).map(({ end }) => end)
  const end = whole([...refusedOf(parts), ...goneOf(parts), ...asked, ...(doubt === undefined ? [] : [partial(doubt)])])
  return Effect.succeed(end._tag === "Complete" && note !== undefined ? { ...end, note } : end)
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
  const [first, ...others] = parts.filter(({ refused, skipped }) => refused === undefined && skipped !== undefined)
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
