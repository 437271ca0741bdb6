// @ts-check
/** What the lists of authorizations and of started syncs have in common: stopping a task, and how it has ended. */
import { announce } from "../base/announce.js"
import { post } from "../base/api.js"
import { errorOf } from "../base/errors.js"
import { html } from "../base/lit.js"
import { ago } from "../base/parts.js"

/** @import { AccountTask, SyncTask } from "../types.js" */

/**
 * @param {string} id
 * @param {string} what as in "The sync of crm.deal"
 * @param {() => unknown} refresh
 */
export const stopTask = async (id, what, refresh) => {
  try {
    await post(`tasks/${id}/stop`)
    announce(`${what} is stopped.`)
  } catch (error) {
    announce(errorOf(error).message)
  }
  refresh()
}

/** The last cells of its row: why it has ended, and when. */
export const endOf = (
  /** @type {AccountTask | SyncTask} */ { error, finishedAt, finishedBy }
) => html`<td class="what">${error ?? (finishedBy === null ? "" : `by ${finishedBy}`)}</td>
            <td>${ago(finishedAt)}</td>`
