// @ts-check
/** Small parts of the views of actions. */
import { badge } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { ago, by, code } from "../base/parts.js"
import { to } from "../shell/route.js"

/** @import { ActionEntry } from "../types.js" */

const words = { sending: "being sent", done: "done", failed: "failed", unknown: "unknown" }

export const statuses = /** @type {const} */ (["unknown", "failed", "sending", "done"])

export const entryBadge = (/** @type {ActionEntry["status"]} */ status) => badge(status, words[status])

export const json = (/** @type {string} */ label, /** @type {unknown} */ value) =>
  code(label, JSON.stringify(value, null, 2))

export const entryLink = (/** @type {ActionEntry} */ { id }, /** @type {unknown} */ content) =>
  html`<a href=${to("action-entry", id)}>${content}</a>`

/** The details of an entry, and the result of the lookup in the system. */
export const story = (/** @type {ActionEntry} */ { detail, error, status }) => {
  const unseen = "It could not be looked for yet, or the system cannot be asked."
  const seen = detail ?? (status === "unknown" ? unseen : null)
  return html`${error === null ? nothing : html`<p class=${status === "failed" ? "error-text" : "warning-text"}>${error}</p>`}
  ${seen === null ? nothing : html`<p>${seen}</p>`}`
}

export const facts = (/** @type {ActionEntry} */ entry) =>
  html`<dl class="facts">
    <div><dt>Action</dt><dd>${entry.action}</dd></div>
    <div><dt>Key</dt><dd><code>${entry.key}</code></dd></div>
    <div><dt>Sent</dt><dd>${ago(entry.createdAt)} by ${by(entry)}</dd></div>
    ${entry.attempts > 1 ? html`<div><dt>Attempts</dt><dd>${entry.attempts}</dd></div>` : nothing}
    ${entry.finishedAt === null ? nothing : html`<div><dt>Ended</dt><dd>${ago(entry.finishedAt)}</dd></div>`}
    ${entry.resolvedBy === null ? nothing : html`<div><dt>Decided by</dt><dd>${entry.resolvedBy}</dd></div>`}
  </dl>`
