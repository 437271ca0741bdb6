/**
 * What the requests of one read come to together: whole when each was. One parent of `forEach` that the source knows no
 * longer, as between two reads of the parents, does not take away what was read of the others.
 */
import { Effect } from "effect"
import type { Entity } from "../config/Entity.ts"
import { reason, render } from "../reason/Reason.ts"
import { type Completeness, completeIn, partial, UpstreamError } from "../upstream/Source.ts"

export interface Ended {
  readonly end: Completeness
  /** Its parent was passed over. */
  readonly skipped?: UpstreamError
}

/** The parent of this request is no longer there, and that is nothing to fail for. */
export const isGone = ({ forEach }: Entity, error: { readonly _tag: string }): error is UpstreamError =>
  forEach !== undefined &&
  forEach.onStatus !== "fail" &&
  error instanceof UpstreamError &&
  error.kind === "Status" &&
  (error.status === 404 || error.status === 410)

export const endOfGone = ({ forEach }: Entity, gone: UpstreamError): Ended =>
  forEach?.onStatus === "empty"
    ? { end: completeIn(0) }
    : { end: partial(reason("read.parentGone", { why: gone.reason })), skipped: gone }

/** When the source knows none of the parents, it is the path that it does not know. */
export const together = (parts: ReadonlyArray<Ended>): Effect.Effect<Completeness, UpstreamError> => {
  const [first] = parts
  if (first?.skipped !== undefined && parts.every(({ skipped }) => skipped !== undefined)) return first.skipped
  return Effect.succeed(whole(parts.map(({ end }) => end)))
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
