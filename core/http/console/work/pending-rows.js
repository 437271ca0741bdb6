// @ts-check
/** The rows of one pending delete, page by page, with the current row of the table. */
import { get } from "../base/api.js"
import { count, plural } from "../base/format.js"
import { html, nothing } from "../base/lit.js"
import { cell, scroller, shown } from "../base/parts.js"
import { resource } from "../base/resource.js"
import { changed } from "../shell/store.js"

/** @import { Resource } from "../base/resource.js" */
/** @import { Pending, PendingRows } from "../types.js" */

const pageSize = 200

/** @type {Map<number, { offset: number, rows: Resource<PendingRows> }>} The open ones, by id. */
const opened = new Map()

export const isOpen = (/** @type {number} */ id) => opened.has(id)

const show = (/** @type {number} */ id, /** @type {number} */ offset) => {
  const rows = resource(() => get(`pending-deletes/${id}?offset=${offset}&limit=${pageSize}`))
  opened.set(id, { offset, rows })
  rows.refresh()
}

export const toggleRows = (/** @type {number} */ id) => {
  if (!opened.delete(id)) show(id, 0)
  changed()
}

export const exactRows = (/** @type {Pending} */ { id, rows: total }) => {
  const page = opened.get(id)
  if (page === undefined) return nothing
  const { offset, rows } = page
  const turn = (/** @type {number} */ by) => () => {
    show(id, offset + by)
    changed()
  }
  return html`<div class="exact">
    ${shown(rows, table)}
    ${
      total <= pageSize
        ? nothing
        : html`<div class="buttons">
            <button type="button" ?disabled=${offset === 0} @click=${turn(-pageSize)}>Earlier rows</button>
            <span>${count(offset + 1)}–${count(Math.min(total, offset + pageSize))} of ${count(total)}</span>
            <button type="button" ?disabled=${offset + pageSize >= total} @click=${turn(pageSize)}>Later rows</button>
          </div>`
    }
  </div>`
}

const table = (/** @type {PendingRows} */ { current, keyColumns, rowsPage }) => {
  const columns = [...new Set(current.flatMap((row) => Object.keys(row ?? {})))].filter(
    (column) => !keyColumns.includes(column)
  )
  const gone = current.filter((row) => row === null).length
  const row = (/** @type {Record<string, unknown>} */ key, /** @type {number} */ at) => {
    const now = current[at] ?? null
    return html`<tr>
      ${keyColumns.map((column) => html`<th scope="row">${cell(key[column])}</th>`)}
      ${
        now === null
          ? html`<td colspan=${Math.max(1, columns.length)} class="dim">gone from the table already</td>`
          : columns.map((column) => html`<td>${cell(now[column])}</td>`)
      }
    </tr>`
  }
  return html`${gone === 0 ? nothing : html`<p class="dim">${plural(gone, "row")} of this page gone already.</p>`}
  ${scroller(
    "The rows as they stand",
    html`<table class="rows">
      <thead>
        <tr>
          ${keyColumns.map((column) => html`<th scope="col">${column} <span class="dim">key</span></th>`)}
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>${rowsPage.map(row)}</tbody>
    </table>`
  )}`
}
