// @ts-check
/** The progress of a long call: one line per entity. */
import { count, duration, elapsed, plural } from "../base/format.js"
import { badge, icon } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { changes, failure } from "../base/parts.js"
import { to } from "../shell/route.js"
import { dismiss, workOf } from "./work.js"

/** @import { Progress, RunResult } from "../types.js" */

const waits = {
  rate: "waiting for the rate limit",
  concurrency: "waiting for a free slot",
  vendor: "waiting because the vendor asked to",
  retry: "waiting before another try"
}

const phases = { reading: "reading", loading: "loading into the table", ended: "ended" }

/** `reading · 3 540 rows · 4 requests · waiting for the rate limit`. */
export const progressText = (/** @type {Progress} */ { phase, requests, rows, waitingFor }) =>
  [
    phases[phase],
    plural(rows, "row"),
    plural(requests, "request"),
    ...(waitingFor == null ? [] : [waits[waitingFor]])
  ].join(" · ")

/** The outcome of a run, with all its messages. */
export const outcome = (/** @type {RunResult} */ result) =>
  html`<span class="outcome">
    ${badge(result.status)} ${changes(result)}
    <span class="dim">${count(result.fetched)} fetched, ${duration(result.durationMs)}</span>
    ${result.error === null ? nothing : html`<span class="error-text">${result.error}</span>`}
    ${result.warnings.map((warning) => html`<span class="warning-text">${warning}</span>`)}
    ${result.notes.map((note) => html`<span class="dim">${note}</span>`)}
  </span>`

const line = (/** @type {Progress} */ progress) =>
  html`<li data-entity=${progress.entity} data-phase=${progress.phase}>
    <a href=${to("entity", progress.entity)}>${progress.entity}</a>
    ${progress.result === null ? html`<span>${icon("run")} ${progressText(progress)}</span>` : outcome(progress.result)}
  </li>`

const many = 8

/** At the end, a long list shows at first only the entities that had problems. */
const lines = (/** @type {Progress[]} */ all, /** @type {boolean} */ ended) => {
  const list = (/** @type {Progress[]} */ some) => html`<ul class="progress">${some.map(line)}</ul>`
  if (!ended || all.length <= many) return list(all)
  const well = all.filter(({ result }) => result?.status === "ok")
  const rest = all.filter(({ result }) => result?.status !== "ok")
  return html`${rest.length === 0 ? nothing : list(rest)}
    <details><summary>${plural(well.length, "entity", "entities")} ok</summary>${list(well)}</details>`
}

/**
 * The panel of a call that this page started; `after` draws its outcome.
 * @param {string} key
 * @param {(outcome: any) => unknown} [after]
 * @param {boolean} [keep] Whether the lines stay once there is an outcome.
 */
export const workPanel = (key, after = () => nothing, keep = true) => {
  const work = workOf(key)
  if (work === undefined) return nothing
  const { endedAt, entities, error, outcome: came, startedAt, title } = work
  const took = elapsed(startedAt, endedAt)
  return html`<section class="panel work" data-work=${key} data-ended=${endedAt !== null} aria-label=${title}>
    <header>
      <h2>${title}</h2>
      <span class="dim">${endedAt === null ? html`${icon("run")} ${took}` : took}</span>
      ${endedAt === null ? nothing : html`<button type="button" @click=${() => dismiss(key)}>Close</button>`}
    </header>
    ${entities.size === 0 && endedAt === null ? html`<p class="dim">Waiting for the first answer…</p>` : nothing}
    ${entities.size === 0 || (came !== null && !keep) ? nothing : lines([...entities.values()], endedAt !== null)}
    ${error === null ? nothing : failure(error)} ${came === null ? nothing : after(came)}
  </section>`
}
