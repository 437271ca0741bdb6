// @ts-check
/** Runs of actions that this page started, and their outcome. They continue while other views are open. */

import { announce } from "../base/announce.js"
import { Problem, post } from "../base/api.js"
import { now } from "../base/clock.js"
import { errorOf } from "../base/errors.js"
import { elapsed, plural } from "../base/format.js"
import { badge, icon } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { failure, warnings } from "../base/parts.js"
import { changed, refreshSoon, refreshUndecided } from "../shell/store.js"
import { json } from "./actionParts.js"

/** @import { ActionItem, ActionRun } from "../types.js" */

/** @typedef {{ dryRun: boolean, startedAt: number, endedAt: number | null, run: ActionRun | null, error: Error | null }} Begun */

/** @type {Map<string, Begun>} The last run of each action. */
const runs = new Map()

export const isRunning = (/** @type {string} */ id) => runs.get(id)?.endedAt === null

const lost = "The answer was lost. What was begun goes on in the daemon; the log below tells what was sent."

/**
 * @param {string} id One run of an action at a time.
 * @param {unknown} input
 * @param {boolean} dryRun
 * @param {() => unknown} then
 */
export const perform = async (id, input, dryRun, then) => {
  if (isRunning(id)) return
  /** @type {Begun} */
  const begun = { dryRun, startedAt: now(), endedAt: null, run: null, error: null }
  runs.set(id, begun)
  announce(dryRun ? `${id} is tried without sending.` : `${id} has begun.`, `action ${id}`)
  try {
    /** @type {ActionRun} */
    const run = await post(`actions/${encodeURIComponent(id)}`, { dryRun, ...(input === undefined ? {} : { input }) })
    begun.run = run
    announce(`${id}: ${run.summary}`, `action ${id}`)
  } catch (error) {
    // A proxy may also give up on a long run.
    const isLost = error instanceof Problem && [0, 502, 504].includes(error.status)
    begun.error = isLost && !dryRun ? new Error(lost) : errorOf(error)
    announce(`${id}: ${begun.error.message}`, `action ${id}`)
  }
  begun.endedAt = now()
  changed()
  if (dryRun) return
  await Promise.all([refreshUndecided().catch(() => {}), then()])
  refreshSoon()
}

const dismiss = (/** @type {string} */ id) => {
  runs.delete(id)
  changed()
}

export const runPanel = (/** @type {string} */ id) => {
  const begun = runs.get(id)
  if (begun === undefined) return nothing
  const { dryRun, endedAt, error, run, startedAt } = begun
  const took = elapsed(startedAt, endedAt)
  const title = dryRun ? `Tried ${id} without sending` : `Run of ${id}`
  return html`<section class="panel work" data-run=${id} data-ended=${endedAt !== null} aria-label=${title}>
    <header>
      <h4>${dryRun ? "Tried without sending" : "Run"}</h4>
      ${run === null ? nothing : badge(run.status)}
      <span class="dim">${endedAt === null ? html`${icon("run")} ${took}` : took}</span>
      ${endedAt === null ? nothing : html`<button type="button" @click=${() => dismiss(id)}>Close</button>`}
    </header>
    ${error === null ? nothing : failure(error)} ${run === null ? nothing : report(run)}
  </section>`
}

const report = (/** @type {ActionRun} */ { data, dryRun, items, notes, summary }) =>
  html`<p>${summary}</p>
    ${warnings(notes)}
    ${itemList(items, dryRun)}
    ${data === null ? nothing : html`<details><summary>What it found out</summary>${json("What it found out", data)}</details>`}`

const many = 12

/** A long list shows at first only what a person should look at. */
const itemList = (/** @type {ActionItem[]} */ items, /** @type {boolean} */ dryRun) => {
  if (items.length === 0) return nothing
  const list = (/** @type {ActionItem[]} */ some) => html`<ul class="items">${some.map(item)}</ul>`
  if (items.length <= many) return list(items)
  const isFine = (/** @type {ActionItem} */ { status }) =>
    status === "done" || status === "already" || status === "planned"
  const [fine, rest] = [items.filter(isFine), items.filter((one) => !isFine(one))]
  return html`${rest.length === 0 ? nothing : list(rest)}
    <details><summary>${plural(fine.length, "item")} ${dryRun ? "planned" : "done"}</summary>${list(fine)}</details>`
}

/** The label and the meaning of each status. @type {Record<ActionItem["status"], { word: string, means: string }>} */
const outcomes = {
  planned: { word: "planned", means: "would be sent" },
  done: { word: "done", means: "" },
  already: { word: "already", means: "sent before, not again" },
  failed: { word: "failed", means: "certainly not applied" },
  unknown: { word: "unknown", means: "perhaps applied; decide above" },
  busy: { word: "busy", means: "somebody else sends it just now" },
  skipped: { word: "skipped", means: "nothing to send" }
}

const item = (/** @type {ActionItem} */ { detail, key, status, what }) => {
  const { means, word } = outcomes[status]
  const explanation = [means, detail].filter((text) => text !== null && text !== "").join(": ")
  return html`<li data-item=${key} data-status=${status}>
    ${badge(status, word)}
    <span>${what}${explanation === "" ? nothing : html` <span class="dim">${explanation}</span>`}</span>
  </li>`
}
