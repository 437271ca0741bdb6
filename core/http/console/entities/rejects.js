// @ts-check
/** Records that could not become rows: the field, the reason, and what the source sent. */
import { count, keyText, plural } from "../base/format.js"
import { html, nothing } from "../base/lit.js"
import { ago, cell, code } from "../base/parts.js"

/** @import { Reject, Run } from "../types.js" */

/** JSON is indented; anything else stays unchanged. */
const pretty = (/** @type {string} */ record) => {
  try {
    return JSON.stringify(JSON.parse(record), null, 2)
  } catch {
    return record
  }
}

const item = (/** @type {Reject} */ { field, key, position, reason, record, value }) =>
  html`<li>
    <p>
      <strong>${field ?? "record"}</strong> ${reason}${field === null ? nothing : html`: <code>${cell(value)}</code>`}
      <span class="dim">record ${count(position)}, ${key === null ? "its key is unreadable" : keyText(key)}</span>
    </p>
    ${
      record === null
        ? nothing
        : html`<details>
            <summary>The record as it came</summary>
            ${code(`Record ${position} as it came`, pretty(record))}
          </details>`
    }
  </li>`

export const rejectsOf = (/** @type {Run} */ run, /** @type {Reject[]} */ rejects) =>
  rejects.length === 0
    ? nothing
    : html`<section class="panel" data-testid="rejects">
        <header>
          <h2>${plural(Math.max(run.rejected, rejects.length), "rejected record")}</h2>
          <span class="dim"
            >run of ${ago(run.startedAt)}${
              run.rejected > rejects.length ? `, the first ${count(rejects.length)}` : ""
            }</span
          >
        </header>
        <ul class="rejects">${rejects.map(item)}</ul>
      </section>`
