// @ts-check
/** The log of actions, newest first. */

import { get } from "../base/api.js"
import { errorOf } from "../base/errors.js"
import { html, nothing } from "../base/lit.js"
import { ago, by, empty, shown } from "../base/parts.js"
import { resource } from "../base/resource.js"
import { keep } from "../shell/route.js"
import { changed } from "../shell/store.js"
import { entryBadge, entryLink, statuses } from "./actionParts.js"

/** @import { Resource } from "../base/resource.js" */
/** @import { ActionEntry } from "../types.js" */

/** @typedef {{ entries: ActionEntry[], more: boolean }} Held */

const pageSize = 50

export const actionLog = (/** @type {URLSearchParams} */ query) => {
  const filter = { action: query.get("action") ?? "", status: query.get("status") ?? "" }

  /** @returns {Promise<ActionEntry[]>} */
  const fetchPage = async (/** @type {number | undefined} */ before = undefined) => {
    const wanted = Object.entries({ ...filter, before: before === undefined ? "" : String(before) })
    const search = new URLSearchParams(wanted.filter(([, value]) => value !== ""))
    search.set("limit", String(pageSize))
    return (await get(`action-log?${search}`)).entries
  }

  /** @type {Resource<Held>} */
  const held = resource(async () => joined(await fetchPage(), held.value))

  const set = (/** @type {Partial<typeof filter>} */ some) => {
    Object.assign(filter, some)
    keep(filter)
    Object.assign(held, { value: null, error: null })
    held.refresh()
    changed()
  }

  const older = async () => {
    const last = held.value?.entries.at(-1)
    if (last === undefined) return
    try {
      const page = await fetchPage(last.id)
      // The filter or the list may have changed meanwhile.
      if (held.value === null || held.value.entries.at(-1)?.id !== last.id) return
      held.value = { entries: [...held.value.entries, ...page], more: page.length === pageSize }
    } catch (error) {
      held.error = errorOf(error)
    }
    changed()
  }

  const draw = (/** @type {Held} */ { entries, more }) => {
    if (entries.length === 0) {
      return empty(filter.action + filter.status === "" ? "Nothing was ever sent." : "Nothing matches.")
    }
    return html`${table(entries)}
    ${more ? html`<button type="button" @click=${older}>Older entries</button>` : nothing}`
  }

  return {
    refresh: held.refresh,
    render: (/** @type {string[]} */ actions) =>
      html`<section class="panel" aria-label="Log" data-testid="action-log">
        <header>
          <h2>Log</h2>
          <div class="filters">
            ${choice("Action", "All actions", known(actions, held.value, filter.action), filter.action, (action) => set({ action }))}
            ${choice("Status", "Every status", statuses, filter.status, (status) => set({ status }))}
          </div>
        </header>
        ${shown(held, draw)}
      </section>`
  }
}

/** Joins a new first page with the older entries, unless entries between them may be missing. */
const joined = (/** @type {ActionEntry[]} */ page, /** @type {Held | null} */ before) => {
  const end = page.at(-1)
  if (end === undefined || page.length < pageSize) return { entries: page, more: false }
  const all = before?.entries ?? []
  const older = all.filter(({ id }) => id < end.id)
  if (before === null || older.length === 0 || older.length === all.length) return { entries: page, more: true }
  return { entries: [...page, ...older], more: before.more }
}

/** An action that is no longer declared still has its entries. */
const known = (/** @type {string[]} */ declared, /** @type {Held | null} */ held, /** @type {string} */ chosen) => {
  const logged = (held?.entries ?? []).map(({ action }) => action)
  return [...new Set([...declared, ...logged, ...(chosen === "" ? [] : [chosen])])]
}

/**
 * @param {string} label
 * @param {string} all
 * @param {ReadonlyArray<string>} values
 * @param {string} chosen
 * @param {(value: string) => void} choose
 */
const choice = (label, all, values, chosen, choose) => {
  const change = (/** @type {Event} */ event) => event.target instanceof HTMLSelectElement && choose(event.target.value)
  return html`<select aria-label=${label} @change=${change}>
    <option value="" ?selected=${chosen === ""}>${all}</option>
    ${values.map((value) => html`<option value=${value} ?selected=${value === chosen}>${value}</option>`)}
  </select>`
}

const table = (/** @type {ActionEntry[]} */ entries) =>
  html`<table class="stack sent">
    <thead>
      <tr>
        <th scope="col">Sent</th><th scope="col">Status</th><th scope="col">What</th><th scope="col">Action</th>
        <th scope="col">By</th>
      </tr>
    </thead>
    <tbody>${entries.map(row)}</tbody>
  </table>`

const row = (/** @type {ActionEntry} */ entry) =>
  html`<tr data-entry=${entry.id}>
    <td>${ago(entry.createdAt)}</td>
    <td>${entryBadge(entry.status)}</td>
    <td class="what">
      ${entryLink(entry, entry.what)}
      ${entry.error === null || entry.status === "done" ? nothing : html`<span class="note" title=${entry.error}>${entry.error}</span>`}
    </td>
    <td>${entry.action}</td>
    <td data-label="By">${by(entry)}</td>
  </tr>`
