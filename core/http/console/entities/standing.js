// @ts-check
/** The status of an entity in one word, and its other problems. Problems come first everywhere. */
import { now } from "../base/clock.js"
import { count, plural } from "../base/format.js"
import { badge } from "../base/icon.js"

/** @import { Entity } from "../types.js" */

/** In order of urgency, each with its label in the counts at the top. */
export const standings = {
  failed: "failed",
  late: "late",
  withheld: "withheld",
  warning: "with warnings",
  never: "never synced",
  fresh: "fresh"
}

/** @typedef {keyof typeof standings} Standing */

const ranks = Object.keys(standings)

/** @returns {Standing} */
export const standing = (/** @type {Entity} */ { last, late, pending }) => {
  if (last?.status === "failed") return "failed"
  if (late) return "late"
  if (pending > 0) return "withheld"
  if (last === null) return "never"
  return last.status === "warning" ? "warning" : "fresh"
}

/** For sorting; entities of one rank keep their order. */
export const urgency = (/** @type {Entity} */ entity) => ranks.indexOf(standing(entity))

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
