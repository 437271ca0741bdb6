// @ts-check
/** Small parts that every view uses. */

import { store } from "../shell/store.js"
import { absolute, count, relative, valueText } from "./format.js"
import { icon } from "./icon.js"
import { html, nothing } from "./lit.js"

/** @import { Resource } from "./resource.js" */

/** `12 min ago`, with the whole moment on hover. */
export const ago = (/** @type {string | null | undefined} */ iso, never = "never") =>
  iso == null
    ? html`<span class="dim">${never}</span>`
    : html`<time datetime=${iso} title=${absolute(iso)}>${relative(iso)}</time>`

/**
 * `+12 ~3 −1`, read out as words.
 * @param {{ inserted: number, updated: number, deleted: number, rejected: number }} counts
 */
export const changes = ({ deleted, inserted, rejected, updated }) => {
  const one = (/** @type {string} */ kind, /** @type {string} */ sign, /** @type {number} */ n) =>
    n === 0
      ? []
      : [
          html`<span class=${kind}
            ><span aria-hidden="true">${sign}${count(n)}</span><span class="sr">${count(n)} ${kind}</span></span
          >`
        ]
  const all = [
    ...one("inserted", "+", inserted),
    ...one("updated", "~", updated),
    ...one("deleted", "\u2212", deleted),
    ...(rejected === 0 ? [] : [html`<span class="rejected">${count(rejected)} rejected</span>`])
  ]
  if (all.length === 0) return html`<span class="dim">no change</span>`
  return html`<span class="changes">${all.map((part, i) => (i === 0 ? part : html` ${part}`))}</span>`
}

/**
 * Who caused it, and from where.
 * @param {{ actor: string | null, trigger: string }} caused
 */
export const by = ({ actor, trigger }) => (actor === null || actor === trigger ? trigger : `${actor} (${trigger})`)

/** A notice for each warning. */
export const warnings = (/** @type {ReadonlyArray<string>} */ texts) =>
  texts.map((text) => html`<div class="notice" data-state="warning">${icon("alert")}<p>${text}</p></div>`)

export const empty = (/** @type {unknown} */ text) => html`<p class="empty">${text}</p>`

export const loading = (what = "Loading") => html`<p class="empty" role="status">${icon("run")} ${what}…</p>`

export const failure = (/** @type {Error} */ error, /** @type {(() => unknown) | undefined} */ again = undefined) =>
  html`<div class="notice" data-state="failed" role="alert">
    ${icon("cross")}
    <p>${error.message}</p>
    ${again === undefined ? nothing : html`<button type="button" @click=${again}>Try again</button>`}
  </div>`

/**
 * The state of a resource: loading, failed, or drawn; a failed refresh is shown above the earlier content.
 * @template A
 * @param {Resource<A>} resource
 * @param {(value: A) => unknown} draw
 */
export const shown = ({ error, refresh, value }, draw) => {
  if (value === null) return error === null ? loading() : failure(error, refresh)
  // A lost connection is shown once, at the top.
  return html`${error === null || store.connection === "lost" ? nothing : failure(error, refresh)}${draw(value)}`
}

/** A box that scrolls sideways on its own, by keyboard too. */
export const scroller = (/** @type {string} */ label, /** @type {unknown} */ content) =>
  html`<div class="scroll" tabindex="0" role="group" aria-label=${label}>${content}</div>`

export const code = (/** @type {string} */ label, /** @type {unknown} */ text) =>
  html`<pre class="code" tabindex="0" role="group" aria-label=${label}><code>${text}</code></pre>`

export const cell = (/** @type {unknown} */ value) =>
  value === null || value === undefined
    ? html`<span class="null">null</span>`
    : value === ""
      ? html`<span class="null">empty text</span>`
      : valueText(value)

/**
 * Rows of a table; the columns `keys` come first.
 * @param {string} label
 * @param {ReadonlyArray<Record<string, unknown>>} rows
 */
export const rowTable = (label, rows, /** @type {string[]} */ keys = []) => {
  const columns = [...new Set([...keys, ...rows.flatMap((row) => Object.keys(row))])]
  return scroller(
    label,
    html`<table class="rows">
      <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
      <tbody>
        ${rows.map((row) => html`<tr>${columns.map((column) => html`<td>${cell(row[column])}</td>`)}</tr>`)}
      </tbody>
    </table>`
  )
}
