// @ts-check
/** Deletes that a guard withheld: the exact rows, and one decision each. */
import { announce } from "../base/announce.js"
import { get, post } from "../base/api.js"
import { confirm } from "../base/confirm.js"
import { errorOf } from "../base/errors.js"
import { count, plural } from "../base/format.js"
import { badge } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { ago, empty, failure, loading, shown } from "../base/parts.js"
import { resource } from "../base/resource.js"
import { to } from "../shell/route.js"
import { isAdmin, refresh as refreshAll, refreshPending, store } from "../shell/store.js"
import { exactRows, isOpen, toggleRows } from "./pending-rows.js"

/** @import { Decided, Pending, View } from "../types.js" */

/** @returns {View} */
export const pending = () => {
  const decided = resource(
    /** @returns {Promise<Decided[]>} */ async () => (await get("pending-deletes?status=decided")).pending
  )
  const refresh = () => Promise.all([refreshPending().catch(() => {}), decided.refresh()])
  return {
    title: "Pending deletes",
    refresh,
    on: (event, data) => {
      if (event === "alert" || (event === "run" && data.phase === "ended")) refresh()
    },
    render: () => html`<h1 tabindex="-1">Pending deletes</h1>${open(refresh)}${shown(decided, decidedTable)}`
  }
}

const open = (/** @type {() => unknown} */ refresh) => {
  if (store.pending === null) return store.error === null ? loading() : failure(store.error, refresh)
  if (store.pending.length === 0) return empty("No deletes wait for a decision.")
  return html`<ul class="pending">${store.pending.map((one) => item(one, refresh))}</ul>`
}

const item = (/** @type {Pending} */ one, /** @type {() => unknown} */ refresh) => {
  const id = `${one.connector}.${one.entity}`
  return html`<li class="card" data-pending=${one.id}>
    <div class="title">
      <h2><a href=${to("entity", id)}>${id}</a>${one.account === null ? nothing : ` (${one.accountName ?? one.account})`}</h2>
      ${badge("withheld", plural(one.rows, "row"))}
      <span class="dim">withheld ${ago(one.createdAt)}</span>
    </div>
    <p>${one.reason}</p>
    <div class="buttons">
      <button type="button" aria-expanded=${isOpen(one.id)} @click=${() => toggleRows(one.id)}>
        ${isOpen(one.id) ? "Hide the rows" : "Show the rows"}
      </button>
      ${isAdmin() ? decisions(one, refresh) : nothing}
    </div>
    ${isOpen(one.id) ? exactRows(one) : nothing}
  </li>`
}

const decisions = (/** @type {Pending} */ one, /** @type {() => unknown} */ refresh) => {
  const rows = plural(one.rows, "row")
  const apply = async () => {
    const yes = await confirm({
      title: `Delete ${rows}?`,
      text: `${rows} will be deleted from ${one.table}: exactly those listed, unless they have come back since. This cannot be taken back.`,
      yes: `Delete ${rows}`,
      danger: true
    })
    if (yes) await decide(one, "apply", refresh)
  }
  const drop = async () => {
    const yes = await confirm({
      title: `Keep ${rows}?`,
      text: `${rows} stay in ${one.table}. If the source still lacks them, the next sync will withhold their delete again.`,
      yes: `Keep ${rows}`
    })
    if (yes) await decide(one, "drop", refresh)
  }
  return html`<button type="button" class="danger" @click=${apply}>
      Delete ${rows}<span class="sr"> of ${one.table}</span>…
    </button>
    <button type="button" @click=${drop}>
      Keep them<span class="sr"> in ${one.table}</span>…
    </button>`
}

const decide = async (
  /** @type {Pending} */ one,
  /** @type {"apply" | "drop"} */ decision,
  /** @type {() => unknown} */ refresh
) => {
  try {
    const { deleted, total } = await post(`pending-deletes/${one.id}`, { decision })
    announce(decision === "drop" ? `Kept ${plural(total, "row")} of ${one.table}.` : outcomeText(one, deleted, total))
  } catch (error) {
    announce(`Nothing was decided: ${errorOf(error).message}`)
  }
  refresh()
  refreshAll()
}

const outcomeText = (/** @type {Pending} */ one, /** @type {number} */ deleted, /** @type {number} */ total) =>
  deleted === total
    ? `Deleted ${plural(total, "row")} of ${one.table}.`
    : `Deleted ${count(deleted)} of ${plural(total, "row")} of ${one.table}; the others were gone already or have come back.`

const outcomes = { applied: "rows deleted", dropped: "rows kept", superseded: "replaced by a later run" }

const decidedTable = (/** @type {Decided[]} */ list) => {
  if (list.length === 0) return nothing
  return html`<section class="panel">
    <h2>Decided</h2>
    <table class="stack">
      <thead>
        <tr>
          <th scope="col">Entity</th><th scope="col" class="number">Rows</th><th scope="col">Decision</th>
          <th scope="col" class="number">Deleted</th><th scope="col">By</th><th scope="col">When</th>
        </tr>
      </thead>
      <tbody>
        ${list.map(
          (one) => html`<tr>
            <td><a href=${to("entity", `${one.connector}.${one.entity}`)}>${one.connector}.${one.entity}</a></td>
            <td class="number" data-label="Rows">${count(one.rows)}</td>
            <td>${badge(one.status, outcomes[one.status])}</td>
            <td class="number" data-label="Deleted">${count(one.deleted)}</td>
            <td data-label="By">${one.decidedBy ?? "the daemon"}</td>
            <td>${ago(one.decidedAt)}</td>
          </tr>`
        )}
      </tbody>
    </table>
  </section>`
}
