// @ts-check
/** Jobs with their last and next fire, what fired in the last two weeks, and syncs that were started without waiting. */
import { announce } from "../base/announce.js"
import { get, post } from "../base/api.js"
import { errorOf } from "../base/errors.js"
import { moment, ownZone } from "../base/format.js"
import { badge } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { ago, empty, shown } from "../base/parts.js"
import { resource } from "../base/resource.js"
import { changed, isAdmin } from "../shell/store.js"
import { workPanel } from "../work/progress.js"
import { endedSyncs, startedSyncs, path as startedSyncsPath } from "../work/syncs.js"
import { begin, isBusy } from "../work/work.js"
import { daysShown, timeline } from "./timeline.js"

/** @import { Fire, Job, JobRun, SyncTask, View } from "../types.js" */

/** @returns {View} */
export const jobs = () => {
  const list = resource(/** @returns {Promise<Job[]>} */ async () => (await get("jobs")).jobs)
  const fires = resource(/** @returns {Promise<JobRun[]>} */ async () => (await get(`job-runs?days=${daysShown}`)).runs)
  const syncs = resource(
    /** @returns {Promise<SyncTask[]>} */ async () => (isAdmin() ? (await get(startedSyncsPath)).tasks : [])
  )
  const refresh = () => Promise.all([list.refresh(), fires.refresh(), syncs.refresh()])
  const soon = calmly(refresh)
  const draw = (/** @type {Job[]} */ all) =>
    all.length === 0
      ? empty(html`No job is declared. Add one to <code>config/jobs.yaml</code>.`)
      : html`${shown(fires, (runs) => timeline(all, runs))}
          <ul class="jobs">${all.map((job) => item(job, refresh))}</ul>`
  return {
    title: "Jobs",
    refresh,
    on: (event, data) => {
      const ended = event === "run" && data.phase === "ended" && ["job", "api", "console"].includes(data.trigger)
      if (event === "job" || event === "reload" || ended) soon()
    },
    render: () => html`<h1 tabindex="-1">Jobs</h1>
      ${shown(syncs, (tasks) => startedSyncs(tasks, refresh))} ${shown(list, draw)} ${shown(syncs, endedSyncs)}`
  }
}

const pause = 2000

/** The entities of a job end one after the other; those that end within the pause cause one refresh. */
const calmly = (/** @type {() => unknown} */ refresh) => {
  let due = false
  return () => {
    if (due) return
    due = true
    setTimeout(() => {
      due = false
      refresh()
    }, pause)
  }
}

const item = (/** @type {Job} */ job, /** @type {() => unknown} */ refresh) => {
  const { enabled, lastFire, name, paused, schedule, steps, timezone } = job
  return html`<li class="card" data-job=${name}>
    <div class="title">
      <h2>${name}</h2>
      ${paused ? badge("paused") : nothing} ${enabled ? nothing : badge("never", "not enabled")}
      ${isAdmin() ? actions(job, refresh) : nothing}
    </div>
    <dl class="facts">
      <div><dt>Schedule</dt><dd><code>${schedule}</code> <span class="dim">${timezone}</span></dd></div>
      <div><dt>Next</dt><dd>${next(job)}</dd></div>
      <div><dt>Last</dt>
        <dd>${
          lastFire === null
            ? "never"
            : html`${badge(lastFire.status)} ${moment(lastFire.scheduledAt)}, ${ago(lastFire.scheduledAt)}`
        }</dd>
      </div>
    </dl>
    ${lastFire?.detail == null ? nothing : html`<p class="dim lines">${lastFire.detail}</p>`}
    ${workPanel(`job ${name}`, ended)}
    <details>
      <summary>${steps.length === 1 ? "1 step" : `${steps.length} steps`}</summary>
      <ol class="steps">${steps.map((step) => html`<li>${step}</li>`)}</ol>
    </details>
  </li>`
}

/** In the time zone of the screen, and in the job's own if that differs. */
const next = (/** @type {Job} */ { nextFire, paused, timezone }) => {
  if (nextFire === null) return html`<span class="dim">${paused ? "when it is resumed" : "not by itself"}</span>`
  const there = moment(nextFire, timezone)
  return html`${moment(nextFire)}, ${ago(nextFire)}
  ${timezone === ownZone || there === moment(nextFire) ? nothing : html`<span class="dim">(${there} there)</span>`}`
}

const ended = (/** @type {Fire} */ fire) => html`<p class="lines">${badge(fire.status)} ${fire.detail ?? ""}</p>`

const actions = (/** @type {Job} */ { name, paused }, /** @type {() => unknown} */ refresh) => {
  const path = (/** @type {string} */ what) => `jobs/${encodeURIComponent(name)}/${what}`
  const run = async () => {
    await begin(`job ${name}`, `Run of ${name}`, path("run"), undefined, (fire) => fire.detail ?? fire.status)
    refresh()
  }
  const pause = async () => {
    try {
      await post(path(paused ? "resume" : "pause"))
      announce(paused ? `${name} fires again.` : `${name} is paused: it fires no more by itself.`)
    } catch (error) {
      announce(errorOf(error).message)
    }
    refresh()
    changed()
  }
  return html`<div class="buttons">
    <button type="button" class="primary" ?disabled=${isBusy(`job ${name}`)} @click=${run}>
      Run <span class="sr">${name} </span>now
    </button>
    <button type="button" @click=${pause}>${paused ? "Resume" : "Pause"}<span class="sr"> ${name}</span></button>
  </div>`
}
