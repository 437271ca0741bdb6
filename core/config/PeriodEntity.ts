/**
 * An entity of which one period is read, in windows of its own step. It deletes nothing: rows of other times are not in the
 * read, and no column says which rows are of the period.
 */
import { Duration } from "effect"
import type { Entity } from "./Entity.ts"
import type { Bound, Span } from "./RequestTemplate.ts"

/** In the connector's time zone. */
export interface Period {
  readonly from: Bound
  readonly to: Bound
}

/** From the beginning of the day so long ago until now. */
export const lastPeriod = (span: Span): Period => ({
  from: { date: "today", sign: -1, format: "yyyy-MM-dd", ...span },
  to: { date: "now", sign: 1, format: "yyyy-MM-dd", offset: Duration.zero }
})

/** `entity` has windows. */
export const readPeriod = (entity: Entity, { from, to }: Period): Entity => ({
  ...entity,
  declared: entity,
  ...(entity.windows === undefined ? {} : { windows: { ...entity.windows, from, to } }),
  mode: entity.mode === "append" ? "append" : "upsert"
})
