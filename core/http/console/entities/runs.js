// @ts-check
/** Runs of one entity as a table, newest first. */
import { duration, plural } from "../base/format.js"
import { badge } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { ago, changes } from "../base/parts.js"
import { to } from "../shell/route.js"

/** @import { RecentRun } from "../types.js" */

const few = 8

const row = (/** @type {RecentRun} */ run) =>
  html`<tr data-run=${run.id}>
    <td><a href=${to("run", run.id)}>${ago(run.startedAt)}</a></td>
    <td>${badge(run.status)}</td>
    <td class="number">${duration(run.durationMs)}</td>
    <td>${changes(run)}</td>
  </tr>`

const table = (/** @type {RecentRun[]} */ runs, /** @type {string} */ caption) =>
  html`<table class="runs">
    <caption class="sr">${caption}</caption>
    <thead>
      <tr>
        <th scope="col">Started</th>
        <th scope="col">Status</th>
        <th scope="col" class="number">Took</th>
        <th scope="col">Changes</th>
      </tr>
    </thead>
    <tbody>${runs.map(row)}</tbody>
  </table>`

/** `runs` come oldest first. */
export const runTable = (/** @type {RecentRun[]} */ runs) => {
  const newest = runs.toReversed()
  const older = newest.slice(few)
  return html`${table(newest.slice(0, few), "The latest runs")}
  ${
    older.length === 0
      ? nothing
      : html`<details>
          <summary>${plural(older.length, "older run")}</summary>
          ${table(older, "Older runs")}
        </details>`
  }`
}
