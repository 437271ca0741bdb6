// @ts-check
/** The removed accounts whose rows stayed: they are counted, and deleted after a question. */
import { announce } from "../base/announce.js"
import { remove } from "../base/api.js"
import { confirm } from "../base/confirm.js"
import { errorOf } from "../base/errors.js"
import { plural } from "../base/format.js"
import { html, nothing } from "../base/lit.js"
import { ago } from "../base/parts.js"
import { changed } from "../shell/store.js"
import { nameOf } from "./account-card.js"
import { countRows, tableCounts } from "./account-rows.js"

/** @import { RemovedAccount } from "../types.js" */
/** @import { Kept } from "./account-rows.js" */

export const removedAccounts = (/** @type {RemovedAccount[]} */ accounts, /** @type {() => unknown} */ refresh) =>
  accounts.length === 0
    ? nothing
    : html`<details class="panel" data-testid="removed">
        <summary>Rows of ${plural(accounts.length, "removed account")}</summary>
        <p class="dim">What was read for an account stays when it is removed. Deleting it here is for good.</p>
        <table class="stack">
          <thead>
            <tr><th scope="col">Account</th><th scope="col">Removed</th><th scope="col"><span class="sr">Rows</span></th></tr>
          </thead>
          <tbody>${accounts.map((account) => row(account, refresh))}</tbody>
        </table>
      </details>`

/** The one whose rows are being deleted. */
let busy = ""

const row = (/** @type {RemovedAccount} */ account, /** @type {() => unknown} */ refresh) =>
  html`<tr data-removed=${account.id}>
    <td>${nameOf(account)} <span class="dim">${account.connector}</span></td>
    <td data-label="Removed">${ago(account.removedAt)}${account.removedBy === null ? nothing : ` by ${account.removedBy}`}</td>
    <td>
      <div class="buttons">
        <button type="button" class="danger" ?disabled=${busy !== ""} @click=${() => purge(account, refresh)}>
          Delete rows<span class="sr"> of ${nameOf(account)}</span>…
        </button>
      </div>
    </td>
  </tr>`

/** Counts and asks; the button is not disabled meanwhile, so that it has the focus again after a "no". */
const purge = async (/** @type {RemovedAccount} */ account, /** @type {() => unknown} */ refresh) => {
  try {
    const kept = await countRows(account)
    if (!(await confirm(questionOf(nameOf(account), kept)))) return
    busy = account.id
    changed()
    announce(await deleteRows(account, kept))
  } catch (error) {
    announce(errorOf(error).message)
  }
  busy = ""
  await refresh()
  changed()
}

const questionOf = (/** @type {string} */ name, /** @type {Kept} */ kept) =>
  kept.rows === 0
    ? { title: `Take ${name} off the list?`, text: "No row is stored for it any more.", yes: "Take it off the list" }
    : {
        title: `Delete the ${plural(kept.rows, "row")} of ${name}?`,
        text: html`They are gone for good: ${tableCounts(kept)}.`,
        yes: `Delete ${plural(kept.rows, "row")}`,
        no: "Keep the rows",
        danger: true
      }

/** Returns what has happened. It deletes nothing if there are other rows than those that were shown. */
const deleteRows = async (/** @type {RemovedAccount} */ account, /** @type {Kept} */ { rows }) => {
  const name = nameOf(account)
  const { deleted } = await remove(`accounts/${account.id}?purge=true${rows === 0 ? "" : `&confirm=${rows}`}`)
  return rows === 0
    ? `${name} is off the list.`
    : `${plural(deleted, "row")} of ${name} ${deleted === 1 ? "is" : "are"} deleted.`
}
