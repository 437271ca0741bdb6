// @ts-check
/** One run, with everything the audit holds about it. */
import { get } from "../base/api.js"
import { count, duration, moment, plural } from "../base/format.js"
import { badge } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { ago, by, changes, failure, shown, warnings } from "../base/parts.js"
import { resource } from "../base/resource.js"
import { to } from "../shell/route.js"
import { rejectsOf } from "./rejects.js"
import { requestsOf } from "./requests.js"

/** @import { LastRequest, Reject, Route, Run, View } from "../types.js" */

/** @returns {View} */
export const run = (/** @type {Route} */ { id }) => {
  const detail = resource(
    /** @returns {Promise<{ run: Run, rejects: Reject[], lastRequests: LastRequest[] }>} */ () =>
      get(`runs/${encodeURIComponent(id)}`)
  )
  return { title: `Run ${id}`, refresh: detail.refresh, render: () => shown(detail, draw) }
}

const draw = (
  /** @type {{ run: Run, rejects: Reject[], lastRequests: LastRequest[] }} */ { lastRequests, rejects, run }
) => {
  const id = `${run.connector}.${run.entity}`
  return html`<div class="title">
      <h1 tabindex="-1">Run of <a href=${to("entity", id)}>${id}</a></h1>
      ${badge(run.status)}
    </div>
    <dl class="facts">
      <div><dt>Started</dt><dd>${moment(run.startedAt)}, ${ago(run.startedAt)}</dd></div>
      <div><dt>Took</dt><dd>${run.finishedAt === null ? "not ended" : duration(Date.parse(run.finishedAt) - Date.parse(run.startedAt))}</dd></div>
      <div><dt>By</dt><dd>${by(run)}</dd></div>
      ${run.account === null ? nothing : html`<div><dt>Account</dt><dd>${run.accountName ?? run.account}</dd></div>`}
      <div><dt>Fetched</dt><dd>${count(run.fetched)} in ${plural(run.requests, "request")}, ${plural(run.bytes, "byte")}</dd></div>
      <div><dt>Changes</dt><dd>${changes(run)}, ${count(run.unchanged)} unchanged</dd></div>
    </dl>
    ${run.error === null ? nothing : failure(new Error(run.error))}
    ${warnings(run.warnings)}
    ${run.notes.map((note) => html`<p class="dim">${note}</p>`)}
    ${requestsOf(lastRequests)} ${rejectsOf(run, rejects)}`
}
