/**
 * What the requests of one read come to together: whole when each was. One parent of `forEach` that the source knows no
 * longer, as between two reads of the parents, does not take away what was read of the others, and neither does one whose
 * values make no request.
 */
import { Effect } from "effect"
import type { Entity } from "../../config/Entity.ts"
import { reason, render } from "../../reason/Reason.ts"
import { type Completeness, completeIn, partial, UpstreamError } from "../../upstream/Source.ts"
import type { Params } from "../map/Cells.ts"
import type { Parents } from "./Parents.ts"

export interface PartResult {
  readonly end: Completeness
  /** Its parent was passed over. */
  readonly skipped?: UpstreamError
  /** The parent, as it is told, whose values make no request. */
  readonly refused?: string
}

/** The parent of this request is no longer there, and that is nothing to fail for. */
const isGone = ({ forEach }: Entity, error: UpstreamError): boolean =>
  forEach?.onStatus !== "fail" && error.kind === "Status" && (error.status === 404 || error.status === 410)

/** The read goes on without the parent of this request. */
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

/** When the source knows none of the parents, it is the path that it does not know. */
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

/** Told together, by the first one. */
const refusedOf = (parts: ReadonlyArray<PartResult>): ReadonlyArray<Completeness> => {
  const refused = parts.filter(({ refused }) => refused !== undefined)
  const [first] = refused
  if (first?.skipped === undefined || first.refused === undefined) return []
  const why = first.skipped.reason
  return [partial(reason("read.parentRefused", { count: refused.length, parent: first.refused, why }))]
}

/** Told together, by the first one: of each the source says the same. */
const goneOf = (parts: ReadonlyArray<PartResult>): ReadonlyArray<Completeness> => {
  const [first, ...others] = parts.filter(({ refused, skipped }) => refused === undefined && skipped !== undefined)
  if (first?.skipped === undefined) return []
  return others.length === 0
    ? [first.end]
    : [partial(reason("read.parentsGone", { why: first.skipped.reason, others: others.length }))]
}

const whole = (ends: ReadonlyArray<Completeness>): Completeness => {
  // Many requests often fail to prove the same: each sentence once.
  const reasons = new Map(ends.flatMap((end) => (end._tag === "Partial" ? [[render(end.reason), end.reason]] : [])))
  const [first, ...others] = [...reasons.values()].slice(0, 3)
  if (first === undefined) {
    return completeIn(ends.reduce((pages, end) => pages + (end._tag === "Complete" ? end.pages : 0), 0))
  }
  return partial(others.length === 0 ? first : reason("several", { whys: [first, ...others] }))
}
