// @ts-check
/** The last two weeks of every job: a row per job, a mark per fire. For a busy job, a mark covers a few hours. */
import { now } from "../base/clock.js"
import { dayOf, duration, moment, plural } from "../base/format.js"
import { badge } from "../base/icon.js"
import { html } from "../base/lit.js"
import { changed } from "../shell/store.js"

/** @import { Job, JobRun, Status } from "../types.js" */

export const daysShown = 14

const day = 86_400_000
const bucket = 4 * 3_600_000
/** More marks than this cannot be distinguished. */
const most = 90

/** The worst first. */
const worst = /** @type {Status[]} */ (["missed", "failed", "running", "warning", "skipped", "ok"])

/** @typedef {{ at: number, status: Status, words: string, detail: string }} Mark */

/** @type {{ job: string, mark: Mark } | null} The selected mark. */
let looked = null

const timed = (/** @type {JobRun} */ run) =>
  run.startedAt === null || run.finishedAt === null
    ? ""
    : `, took ${duration(Date.parse(run.finishedAt) - Date.parse(run.startedAt))}`

/** @returns {Mark} */
const single = (/** @type {JobRun} */ run) => ({
  at: Date.parse(run.scheduledAt),
  status: run.status,
  words: `${moment(run.scheduledAt)}${timed(run)}${run.actor === null ? "" : `, by ${run.actor}`}`,
  detail: run.detail ?? ""
})

/** @returns {Mark} */
const several = (/** @type {number} */ from, /** @type {JobRun[]} */ runs) => {
  const found = worst.filter((status) => runs.some((run) => run.status === status))
  const counts = found.map((status) => `${runs.filter((run) => run.status === status).length} ${status}`)
  const bad = runs.find((run) => run.status === found[0])
  return {
    at: from + bucket / 2,
    status: found[0] ?? "ok",
    words: `${plural(runs.length, "fire")} in 4 hours from ${moment(new Date(from).toISOString())}: ${counts.join(", ")}`,
    detail: found[0] === "ok" ? "" : (bad?.detail ?? "")
  }
}

/** @returns {Mark[]} */
const marksOf = (/** @type {JobRun[]} */ runs) => {
  if (runs.length <= most) return runs.map(single)
  const groups = Map.groupBy(runs, ({ scheduledAt }) => Math.floor(Date.parse(scheduledAt) / bucket) * bucket)
  return [...groups].map(([from, some]) => several(from, some))
}

/** @type {WeakMap<JobRun[], Map<string, Mark[]>>} */
const known = new WeakMap()

const marksByJob = (/** @type {JobRun[]} */ runs) => {
  const made =
    known.get(runs) ?? new Map([...Map.groupBy(runs, ({ job }) => job)].map(([job, some]) => [job, marksOf(some)]))
  known.set(runs, made)
  return made
}

/** Each row is one stop of the Tab key; arrows move from mark to mark. */
const onKey = (/** @type {KeyboardEvent} */ event) => {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (by === undefined || !(event.target instanceof HTMLElement)) return
  const next = by < 0 ? event.target.previousElementSibling : event.target.nextElementSibling
  event.preventDefault()
  if (next instanceof HTMLElement) next.focus()
}

const look = (/** @type {string} */ job, /** @type {Mark} */ mark) => () => {
  looked = { job, mark }
  changed()
}

const markDetails = () =>
  looked === null
    ? html`<p class="lane-details dim">Point at a mark, or move through a row with the arrow keys, to see what happened.</p>`
    : html`<p class="lane-details">
        ${badge(looked.mark.status)} <strong>${looked.job}</strong> ${looked.mark.words}
        <span class="dim lines">${looked.mark.detail}</span>
      </p>`

const row = (/** @type {string} */ job, /** @type {Mark[]} */ marks, /** @type {number} */ from) => {
  const stop = marks.find(({ at }) => looked?.job === job && looked.mark.at === at) ?? marks.at(-1)
  return html`<div class="lane" data-lane=${job}>
    <p class="lane-name">${job}</p>
    <div class="lane-marks" role="group" aria-label="Fires of ${job}" @keydown=${onKey}>
      ${marks.map(
        (mark) =>
          html`<button
            type="button"
            class="mark"
            data-status=${mark.status}
            style="left: ${(((mark.at - from) / (daysShown * day)) * 100).toFixed(2)}%"
            tabindex=${mark === stop ? 0 : -1}
            aria-label="${mark.status}, ${mark.words}${mark.detail === "" ? "" : `: ${mark.detail}`}"
            @focus=${look(job, mark)}
            @mouseenter=${look(job, mark)}
          ></button>`
      )}
    </div>
  </div>`
}

const legend = () =>
  html`<p class="legend" aria-hidden="true">
    ${["ok", "warning", "failed", "missed", "skipped"].map(
      (status) => html`<span><i class="mark" data-status=${status}></i> ${status}</span>`
    )}
  </p>`

export const timeline = (/** @type {Job[]} */ jobs, /** @type {JobRun[]} */ runs) => {
  // The scale moves once an hour, so that marks do not move while a person reads them.
  const to = Math.ceil(now() / (day / 24)) * (day / 24)
  const from = to - daysShown * day
  const marks = marksByJob(runs)
  const missed = runs.filter(({ status }) => status === "missed").length
  return html`<section class="panel timeline">
    <header>
      <h2>Last ${daysShown} days</h2>
      <span class="dim">${missed === 0 ? "no fire was missed" : `${plural(missed, "fire")} missed`}</span>
      ${legend()}
    </header>
    ${jobs.map(({ name }) =>
      row(
        name,
        (marks.get(name) ?? []).filter(({ at }) => at >= from),
        from
      )
    )}
    <div class="days" aria-hidden="true">
      ${[0, 2, 4, 6, 8, 10, 12].map(
        (n) => html`<span style="left: ${((n / daysShown) * 100).toFixed(2)}%">${dayOf(from + n * day)}</span>`
      )}
    </div>
    ${markDetails()}
  </section>`
}
