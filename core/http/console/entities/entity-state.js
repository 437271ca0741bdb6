// @ts-check
/** The state of an entity, and its other problems. Problems come first everywhere. */
import { now } from "../base/clock.js"
import { count, plural } from "../base/format.js"
import { badge } from "../base/icon.js"

/** @import { Entity } from "../types.js" */

/**
 * In order of urgency, each with its label in the counts at the top.
 * @type {Record<Entity["state"], string>}
 */
export const stateLabels = {
  failed: "failed",
  late: "late",
  withheld: "withheld",
  warning: "with warnings",
  never: "never synced",
  fresh: "fresh"
}

/** @typedef {Entity["state"]} Standing */

const ranks = Object.keys(stateLabels)

/** For sorting; entities of one rank keep their order. */
export const urgency = (/** @type {Entity} */ { state }) => ranks.indexOf(state)

/** Every badge of an entity, the worst first. */
export const badges = (/** @type {Entity} */ { expectedAt, last, late, pending }) => {
  const overdue = expectedAt === null ? "late" : `late by ${plural(hoursSince(expectedAt), "hour")}`
  return [
    last === null ? badge("never", "never synced") : badge(last.status),
    ...(late ? [badge("late", overdue)] : []),
    ...(pending > 0 ? [badge("withheld", `${count(pending)} withheld`)] : [])
  ]
}

const hoursSince = (/** @type {string} */ iso) => Math.max(1, Math.round((now() - Date.parse(iso)) / 3_600_000))
