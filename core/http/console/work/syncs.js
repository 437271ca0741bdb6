// @ts-check
/** Syncs that somebody started without waiting for them: those under way, and those that have ended. */
import { plural } from "../base/format.js"
import { badge } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { ago, by, changes } from "../base/parts.js"
import { endOf, stopTask } from "./tasks.js"

/** @import { SyncTask } from "../types.js" */

/** An address that programs ask for. */
export const path = "tasks?kind=sync&limit=20"

const what = (/** @type {SyncTask} */ { request }) => (request.selectors ?? ["*"]).join(" ")

export const startedSyncs = (/** @type {SyncTask[]} */ tasks, /** @type {() => unknown} */ refresh) => {
  const running = tasks.filter(({ state }) => state === "running")
  return running.length === 0
    ? nothing
    : html`<ul class="jobs" aria-label="Started syncs">${running.map((task) => item(task, refresh))}</ul>`
}

const item = (/** @type {SyncTask} */ task, /** @type {() => unknown} */ refresh) => {
  const { all, done, records } = task.progress
  const stop = () => stopTask(task.id, `The sync of ${what(task)}`, refresh)
  return html`<li class="card" data-task=${task.id}>
    <div class="title">
      <h2>Sync of ${what(task)}</h2>
      ${badge("running")}
      <div class="buttons">
        <button type="button" @click=${stop}>Stop<span class="sr"> the sync of ${what(task)}</span></button>
      </div>
    </div>
    <p class="dim">
      ${done} of ${plural(all, "run")} ended, ${plural(records, "record")} so far. Begun by
      ${by({ actor: task.createdBy, trigger: task.trigger })} ${ago(task.createdAt)}.
    </p>
  </li>`
}

export const endedSyncs = (/** @type {SyncTask[]} */ tasks) => {
  const ended = tasks.filter(({ state }) => state !== "running")
  if (ended.length === 0) return nothing
  return html`<details class="panel">
    <summary>${ended.length === 1 ? "1 started sync has" : `${ended.length} started syncs have`} ended</summary>
    <table class="stack">
      <thead>
        <tr><th scope="col">Sync</th><th scope="col">Outcome</th><th scope="col">Rows</th><th scope="col">Why</th><th scope="col">When</th></tr>
      </thead>
      <tbody>
        ${ended.map(
          (task) => html`<tr>
            <td>${what(task)}</td>
            <td>${badge(task.state)}</td>
            <td>${task.result === null ? "" : changes(sum(task.result.entities))}</td>
            ${endOf(task)}
          </tr>`
        )}
      </tbody>
    </table>
  </details>`
}

/** @param {NonNullable<SyncTask["result"]>["entities"]} entities */
const sum = (entities) => {
  const counts = { inserted: 0, updated: 0, deleted: 0, rejected: 0 }
  for (const entity of entities) {
    for (const name of /** @type {const} */ (["inserted", "updated", "deleted", "rejected"]))
      counts[name] += entity[name]
  }
  return counts
}
