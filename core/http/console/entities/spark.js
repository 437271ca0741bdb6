// @ts-check
/** The durations of an entity's last runs as small bars; a failed run is a cross on the baseline. */
import { duration } from "../base/format.js"
import { html, nothing } from "../base/lit.js"

/** @import { RecentRun } from "../types.js" */

const height = 22
const step = 5
const most = 20

/** @type {WeakMap<ReadonlyArray<RecentRun>, unknown>} */
const drawn = new WeakMap()

/** Drawn once for the same list: a page of 500 entities is redrawn every few seconds. */
export const spark = (/** @type {RecentRun[]} */ runs) => {
  const known = drawn.get(runs)
  if (known !== undefined) return known
  const made = draw(runs.slice(-most))
  drawn.set(runs, made)
  return made
}

const draw = (/** @type {RecentRun[]} */ runs) => {
  if (runs.length === 0) return nothing
  const durations = runs.map(({ durationMs }) => durationMs)
  const longest = Math.max(...durations, 1)
  const x = (/** @type {number} */ i) => (most - runs.length + i) * step
  const bar = (/** @type {RecentRun} */ { durationMs }, /** @type {number} */ i) => {
    const size = Math.max(2, (durationMs / longest) * height)
    return `M${x(i)} ${height}v${(-size).toFixed(1)}h3v${size.toFixed(1)}z`
  }
  const cross = (/** @type {number} */ i) => `M${x(i)} ${height - 4}l3.5 3.5m0 -3.5l-3.5 3.5`
  const ended = (/** @type {boolean} */ failed, /** @type {(run: RecentRun, i: number) => string} */ path) =>
    runs.map((run, i) => ((run.status === "failed") === failed ? path(run, i) : "")).join("")
  const label =
    `The last ${runs.length} runs took ${duration(Math.min(...durations))} to ${duration(longest)}, ` +
    `the latest ${duration(durations.at(-1) ?? 0)}`
  return html`<svg class="spark" viewBox="0 0 ${most * step} ${height}" role="img" aria-label=${label}>
    <title>${label}</title>
    <path class="bars" d=${ended(false, bar)}></path>
    <path class="crosses" d=${ended(true, (_, i) => cross(i))}></path>
  </svg>`
}
