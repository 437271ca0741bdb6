// @ts-check
/** Authorizations: those that wait for a person, with link and code for whoever asked, and those that have ended. */
import { badge } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { ago, by } from "../base/parts.js"
import { endOf, stopTask } from "../work/tasks.js"
import { nameOf } from "./account-card.js"

/** @import { AccountTask } from "../types.js" */

export const runningTasks = (/** @type {AccountTask[]} */ tasks, /** @type {() => unknown} */ refresh) => {
  const running = tasks.filter(({ state }) => state === "running")
  return running.length === 0 ? nothing : html`<ul class="jobs">${running.map((task) => item(task, refresh))}</ul>`
}

const item = (/** @type {AccountTask} */ task, /** @type {() => unknown} */ refresh) => {
  const { connector, error, expiresAt, id } = task
  const stop = () => stopTask(id, `The authorization of ${nameOf(task)}`, refresh)
  return html`<li class="card" data-task=${id}>
    <div class="title">
      <h2>${nameOf(task)}</h2>
      <span class="dim">${connector}</span>
      ${badge("running", "waits for its owner")}
      <div class="buttons">
        <button type="button" @click=${stop}>Stop<span class="sr"> the authorization of ${nameOf(task)}</span></button>
      </div>
    </div>
    ${confirmation(task)}
    <p class="dim">The code ends ${ago(expiresAt)}. Begun by ${by({ actor: task.createdBy, trigger: task.trigger })} ${ago(task.createdAt)}.</p>
    ${error === null ? nothing : html`<p class="dim">Last time the system did not answer: ${error}</p>`}
  </li>`
}

const confirmation = (/** @type {AccountTask} */ { link, userCode }) => {
  if (link === null) return html`<p>Link and code are shown to the person who began it.</p>`
  return html`<p>
    The owner opens <a href=${link} target="_blank" rel="noopener noreferrer">${link}</a> and confirms the code
    <code class="usercode">${userCode}</code>. This page notices when they have.
  </p>`
}

export const endedTasks = (/** @type {AccountTask[]} */ tasks) => {
  const ended = tasks.filter(({ state }) => state !== "running")
  if (ended.length === 0) return nothing
  return html`<details class="panel">
    <summary>${ended.length === 1 ? "1 authorization has" : `${ended.length} authorizations have`} ended</summary>
    <table class="stack">
      <thead>
        <tr><th scope="col">Account</th><th scope="col">Outcome</th><th scope="col">Why</th><th scope="col">When</th></tr>
      </thead>
      <tbody>
        ${ended.map(
          (task) => html`<tr>
            <td>${nameOf(task)} <span class="dim">${task.connector}</span></td>
            <td>${badge(task.state)}</td>
            ${endOf(task)}
          </tr>`
        )}
      </tbody>
    </table>
  </details>`
}
