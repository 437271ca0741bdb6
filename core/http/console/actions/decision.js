// @ts-check
/** Requests that were sent and perhaps applied: a person checks the system and decides. */

import { announce } from "../base/announce.js"
import { post } from "../base/api.js"
import { confirm } from "../base/confirm.js"
import { errorOf } from "../base/errors.js"
import { count } from "../base/format.js"
import { icon } from "../base/icon.js"
import { html, nothing, repeat } from "../base/lit.js"
import { ago, by } from "../base/parts.js"
import { changed, isAdmin, maxUndecided, refreshUndecided, store } from "../shell/store.js"
import { entryBadge, entryLink, facts, json, story } from "./actionParts.js"

/** @import { ActionEntry } from "../types.js" */

/** @type {{ entry: ActionEntry, message: string } | null} Why the last decision was refused. */
let refused = null

/** Ids whose decision is in progress; the system is queried first, which may take a while. */
const busy = new Set()

/** All undecided entries, shown above the rest of the view. */
export const undecided = (/** @type {() => unknown} */ refresh) => {
  const entries = store.undecided ?? []
  if (entries.length === 0) return refusal()
  return html`<section class="group" aria-label="To decide" data-testid="undecided">
    <h2>To decide</h2>
    <p class="dim">
      The answer was lost, so nobody knows whether these were applied. They are not sent again until somebody has looked
      and decides.${entries.length < maxUndecided ? nothing : ` These are the newest ${count(maxUndecided)}.`}
    </p>
    ${refusal()}
    <ul class="pending">
      ${repeat(
        entries,
        ({ id }) => id,
        (entry) => item(entry, refresh)
      )}
    </ul>
  </section>`
}

const item = (/** @type {ActionEntry} */ entry, /** @type {() => unknown} */ refresh) =>
  html`<li class="card" data-entry=${entry.id}>
    <div class="title">
      <h3>${entryLink(entry, entry.what)}</h3>
      ${entryBadge(entry.status)}
      <span class="dim">sent ${ago(entry.createdAt)} by ${by(entry)}</span>
    </div>
    ${story(entry)}
    <details>
      <summary>The request<span class="sr"> of ${entry.what}</span></summary>
      ${facts(entry)} ${json(`Request of ${entry.what}`, entry.request)}
    </details>
    ${decisions(entry, refresh)}
  </li>`

/** The buttons of an unknown entry, for those who may decide. */
export const decisions = (/** @type {ActionEntry} */ entry, /** @type {() => unknown} */ refresh) => {
  if (entry.status !== "unknown" || !isAdmin()) return nothing
  const applied = async () => {
    const yes = await confirm({
      title: "Was it applied?",
      text: `“${entry.what}” will count as done and is not sent again. If it is not in the system after all, nobody will send it.`,
      yes: "It was applied"
    })
    if (yes) await decide(entry, "done", refresh)
  }
  const notApplied = async () => {
    const yes = await confirm({
      title: "Was it really not applied?",
      text: `“${entry.what}” will count as failed and may be sent again, also by the next run of ${entry.action}. If it is in the system after all, it may end up there twice. The system is asked once more before, where it can be.`,
      yes: "It was not applied",
      danger: true
    })
    if (yes) await decide(entry, "failed", refresh)
  }
  const isBusy = busy.has(entry.id)
  return html`<div class="buttons">
    <button type="button" ?disabled=${isBusy} @click=${applied}>
      It was applied<span class="sr">: ${entry.what}</span>…
    </button>
    <button type="button" class="danger" ?disabled=${isBusy} @click=${notApplied}>
      It was not applied<span class="sr">: ${entry.what}</span>…
    </button>
    ${isBusy ? html`<span class="dim" role="status">${icon("run")} Deciding…</span>` : nothing}
  </div>`
}

const decide = async (
  /** @type {ActionEntry} */ entry,
  /** @type {"done" | "failed"} */ as,
  /** @type {() => unknown} */ refresh
) => {
  refused = null
  busy.add(entry.id)
  changed()
  try {
    await post(`action-log/${entry.id}/resolve`, { as })
    announce(
      as === "done" ? `Done, and not sent again: ${entry.what}.` : `Failed, and may be sent again: ${entry.what}.`
    )
  } catch (error) {
    const { message } = errorOf(error)
    refused = { entry, message }
    announce(`Nothing was decided: ${message}`)
  }
  busy.delete(entry.id)
  await Promise.all([refreshUndecided().catch(() => {}), refresh()])
  changed()
}

const dismiss = () => {
  refused = null
  changed()
}

/** The refusal for the given entry; without one, for any. */
export const refusal = (/** @type {number | undefined} */ id = undefined) => {
  if (refused === null || (id !== undefined && refused.entry.id !== id)) return nothing
  const { entry, message } = refused
  return html`<div class="notice" data-state="warning" data-testid="refusal">
    ${icon("alert")}
    <p>Nothing was decided on ${entryLink(entry, entry.what)}. ${message}</p>
    <button type="button" @click=${dismiss}>Close</button>
  </div>`
}
