// @ts-check
/** One entity: its status, its history, the problems of its last run, and its declaration. */
import { get } from "../base/api.js"
import "./chart.js"
import { count, plural } from "../base/format.js"
import { icon } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { ago, code, empty, failure, scroller, shown, warnings } from "../base/parts.js"
import { resource } from "../base/resource.js"
import { to } from "../shell/route.js"
import { changed, isAdmin, store } from "../shell/store.js"
import { planView } from "../work/plan.js"
import { progressText, workPanel } from "../work/progress.js"
import { begin, isBusy } from "../work/work.js"
import { badges } from "./entity-state.js"
import { rejectsOf } from "./rejects.js"
import { runTable } from "./runs.js"

/** @import { EntityDetail, RecentRun, Reject, Route, Run, RunResult, View } from "../types.js" */

const planRows = 100

/** @returns {View} */
export const entity = (/** @type {Route} */ { id }) => {
  const detail = resource(/** @returns {Promise<EntityDetail>} */ () => get(`entities/${encodeURIComponent(id)}`))
  const complaints = resource(
    /** @returns {Promise<{ run: Run, rejects: Reject[] }[]>} */ async () => {
      const last = detail.value?.history.findLast(({ rejected }) => rejected > 0)
      return last === undefined ? [] : [await get(`runs/${last.id}`)]
    }
  )
  /** @type {{ log: boolean | null }} null: chosen from the runs. */
  const charts = { log: null }
  const refresh = async () => {
    await detail.refresh()
    if (detail.value !== null) await complaints.refresh()
  }
  const draw = (/** @type {EntityDetail} */ entity) =>
    html`${facts(entity)} ${trouble(entity)} ${history(entity, charts)}
    ${shown(complaints, (runs) => runs.map(({ rejects, run }) => rejectsOf(run, rejects)))}
    ${declaration(entity)}`
  return {
    title: id,
    refresh,
    on: (event, data) => {
      if (event === "run" && data.entity === id && data.phase === "ended") refresh()
      if (event === "reload") refresh()
    },
    render: () =>
      html`<div class="title">
          <h1 tabindex="-1">${id}</h1>
          ${detail.value === null ? nothing : badges(detail.value)} ${isAdmin() ? actions(id) : nothing}
        </div>
        ${now(id)} ${workPanel(`sync ${id}`)} ${workPanel(`plan ${id}`, planView, false)} ${shown(detail, draw)}`
  }
}

const sentence = (/** @type {{ runs: RunResult[] }} */ { runs }) =>
  runs
    .map(
      (run) =>
        `${run.status}, ${count(run.inserted)} inserted, ${count(run.updated)} updated, ${count(run.deleted)} deleted`
    )
    .join("; ")

const actions = (/** @type {string} */ id) => {
  const sync = () => begin(`sync ${id}`, `Sync of ${id}`, "sync", { selectors: [id] }, sentence)
  const plan = () =>
    begin(`plan ${id}`, `Plan of ${id}`, "plan", { selectors: [id], rows: planRows }, () => "it is ready")
  return html`<div class="buttons">
    <button type="button" class="primary" ?disabled=${isBusy(`sync ${id}`)} @click=${sync}>Sync now</button>
    <button type="button" ?disabled=${isBusy(`plan ${id}`)} @click=${plan}>Plan</button>
  </div>`
}

/** A run that was started elsewhere: by a job, or another person. */
const now = (/** @type {string} */ id) => {
  const running = store.running.get(id)
  if (running === undefined || isBusy(`sync ${id}`) || isBusy(`plan ${id}`)) return nothing
  return html`<p class="notice" data-state="running">
    ${icon("run")} Running now${running.trigger === undefined ? "" : ` (${running.trigger})`}: ${progressText(running)}
  </p>`
}

const facts = (/** @type {EntityDetail} */ { expectedAt, freshAt, last, late, mode, nextFire, rows, table }) =>
  html`<dl class="facts">
    <div><dt>Fresh</dt><dd>${ago(freshAt)}</dd></div>
    ${late ? html`<div><dt>Expected</dt><dd>${ago(expectedAt)}</dd></div>` : nothing}
    <div><dt>Next</dt><dd>${ago(nextFire, "by hand only")}</dd></div>
    <div><dt>Rows</dt><dd>${rows === null ? "no table yet" : count(rows)}</dd></div>
    <div><dt>Table</dt><dd><code>${table}</code></dd></div>
    <div><dt>Mode</dt><dd>${mode}</dd></div>
    <div><dt>Last run</dt>
      <dd>${
        last === null
          ? "never"
          : html`<a href=${to("run", last.id)}>${ago(last.startedAt)}</a> by ${last.actor ?? last.trigger}`
      }</dd>
    </div>
  </dl>`

const trouble = (/** @type {EntityDetail} */ { last, pending }) => {
  if (last === null) return nothing
  return html`${last.error === null ? nothing : failure(new Error(last.error))}
  ${warnings(last.warnings)}
  ${
    pending === 0 ? nothing : html`<p><a href=${to("pending")}>Decide on ${plural(pending, "withheld delete")}</a></p>`
  }`
}

const history = (/** @type {EntityDetail} */ { history: runs }, /** @type {{ log: boolean | null }} */ charts) => {
  if (runs.length === 0) return empty("It has never run, so there is no history yet.")
  const log = charts.log ?? isSkewed(runs)
  const switched = () => {
    charts.log = !log
    changed()
  }
  return html`<section class="panel">
    <header>
      <h2>History</h2>
      <span class="dim">last ${plural(runs.length, "run")}; drag across a chart to look closer</span>
      <label class="check"><input type="checkbox" .checked=${log} @change=${switched} /> Logarithmic rows</label>
    </header>
    <div class="charts">
      <run-chart kind="duration" .runs=${runs}></run-chart>
      <run-chart kind="changes" .runs=${runs} .log=${log}></run-chart>
    </div>
    ${runTable(runs)}
  </section>`
}

/** A single large load, such as the first one, would flatten all other bars. */
const isSkewed = (/** @type {RecentRun[]} */ runs) => {
  const sizes = runs.map(({ inserted, updated }) => inserted + updated).sort((a, b) => a - b)
  return (sizes.at(-1) ?? 0) > 8 * (sizes[Math.floor(sizes.length * 0.9)] ?? 0)
}

const declaration = (/** @type {EntityDetail} */ { columns, declaration: yaml }) =>
  html`<section class="panel two">
    <div>
      <h2>Declaration</h2>
      ${code("Declaration in YAML", yaml)}
    </div>
    <div>
      <h2>Columns</h2>
      ${scroller(
        "Columns",
        html`<table class="rows">
          <thead><tr><th scope="col">Column</th><th scope="col">Type</th></tr></thead>
          <tbody>
            ${columns.map(({ name, type }) => html`<tr><td>${name}</td><td class="dim">${type}</td></tr>`)}
          </tbody>
        </table>`
      )}
    </div>
  </section>`
