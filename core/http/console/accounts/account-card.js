// @ts-check
/** One account, and what can be done with it. */
import { announce } from "../base/announce.js"
import { post, remove, start } from "../base/api.js"
import { confirm } from "../base/confirm.js"
import { errorOf } from "../base/errors.js"
import { moment, plural } from "../base/format.js"
import { badge, icon } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { ago } from "../base/parts.js"
import { changed, refresh as refreshAll, store } from "../shell/store.js"
import { failedReads, rowLists } from "./account-report.js"
import { countRows, tableCounts } from "./account-rows.js"
import { scheduleList } from "./account-schedules.js"

/** @import { Account, AccountSchedule, FailedRead } from "../types.js" */
/** @import { Kept } from "./account-rows.js" */

export const nameOf = (/** @type {{ name: string | null, owner: string | null }} */ { name, owner }) =>
  `${owner}/${name}`

export const accountCard = (
  /** @type {Account} */ account,
  /** @type {{ schedules: AccountSchedule[], failures: FailedRead[] }} */ { failures, schedules },
  /** @type {() => unknown} */ refresh
) => {
  const { belongsTo, connector, createdAt, createdBy, error, expiresAt, id, lastUsedAt, status } = account
  return html`<li class="card" data-account=${id}>
    <div class="title">
      <h2>${nameOf(account)}</h2>
      <span class="dim">${connector}</span>
      ${badge(status)}
      ${buttons(account, refresh)}
    </div>
    ${
      error === null
        ? nothing
        : html`<div class="notice" data-state="failed">${icon("cross")}
            <p>${error}<br />${howToMend(account)}</p>
          </div>`
    }
    ${failedReads(failures)}
    <dl class="facts">
      <div><dt>Belongs to</dt><dd>${belongsTo}</dd></div>
      <div><dt>Last used</dt><dd>${ago(lastUsedAt)}</dd></div>
      <div><dt>Credentials end</dt><dd>${expiresAt === null ? "not by themselves" : ago(expiresAt)}</dd></div>
      <div><dt>Added</dt><dd>${moment(createdAt)}${createdBy === null ? nothing : ` by ${createdBy}`}</dd></div>
    </dl>
    ${rowLists(account)} ${scheduleList(account, schedules, refresh)}
  </li>`
}

/** Whether its system authorizes accounts by a link. */
const hasLink = (/** @type {Account} */ { connector }) =>
  (store.connectors ?? []).some(({ accounts, name }) => name === connector && accounts?.link === true)

const howToMend = (/** @type {Account} */ account) =>
  hasLink(account)
    ? "To have it read again, its owner has to authorize it again."
    : "To have it read again, add it with new credentials and the same owner and name."

/** Accounts that are being asked about. @type {Set<string>} */
const busy = new Set()

/**
 * Does something with an account, once at a time, and tells how it went.
 * @param {Account} account
 * @param {() => Promise<string>} act Returns what has happened.
 * @param {() => unknown} refresh
 */
const perform = async ({ id }, act, refresh) => {
  busy.add(id)
  changed()
  try {
    announce(await act())
  } catch (error) {
    announce(errorOf(error).message)
  }
  busy.delete(id)
  await refresh()
  refreshAll()
}

const buttons = (/** @type {Account} */ account, /** @type {() => unknown} */ refresh) => {
  const { id, status } = account
  const name = nameOf(account)
  const path = `accounts/${id}`
  const verify = async () => {
    const { belongsTo, status } = await post(`${path}/verify`)
    return status === "active" ? `${name} is accepted: ${belongsTo}.` : `${name} is ${status}.`
  }
  const renew = async () => {
    await post(`${path}/refresh`)
    return `${name} has new credentials.`
  }
  const turn = async () => {
    await post(`${path}/${status === "paused" ? "resume" : "pause"}`)
    return status === "paused" ? `${name} is read again.` : `${name} is paused.`
  }
  const sync = async () => {
    await start("sync", { selectors: [`${account.connector}.*@${name}`] })
    return `The sync of ${name} has begun.`
  }
  const authorize = async () => {
    const { connector, name: called, owner } = account
    await post("accounts", { connector, owner, name: called })
    return "The link and the code are above."
  }
  const button = (/** @type {string} */ words, /** @type {() => Promise<string>} */ act) =>
    html`<button type="button" ?disabled=${busy.has(id)} @click=${() => perform(account, act, refresh)}>
      ${words}<span class="sr"> ${name}</span>
    </button>`
  return html`<div class="buttons">
    ${status === "invalid" && hasLink(account) ? button("Authorize again", authorize) : nothing}
    ${status === "active" ? button("Sync now", sync) : nothing} ${button("Verify", verify)} ${status === "invalid" ? nothing : button("Refresh", renew)}
    ${status === "invalid" ? nothing : button(status === "paused" ? "Resume" : "Pause", turn)}
    <button type="button" class="danger" ?disabled=${busy.has(id)} @click=${() => leave(account, refresh)}>
      Remove<span class="sr"> ${name}</span>…
    </button>
  </div>`
}

/** Asks whether the account goes, and then, if it has rows, whether they go with it. */
const leave = async (/** @type {Account} */ account, /** @type {() => unknown} */ refresh) => {
  const name = nameOf(account)
  const sure = await confirm({
    title: `Remove ${name}?`,
    text: "Its credentials and its schedules are destroyed, and it is read no more. To read it again, its owner has to authorize it again.",
    yes: "Remove it",
    danger: true
  })
  if (!sure) return
  const kept = await rowsOf(account)
  const purge = kept !== null && kept.rows > 0 && (await wantsPurge(name, kept))
  const act = async () => {
    const { deleted } = await remove(`accounts/${account.id}${purge ? `?purge=true&confirm=${kept.rows}` : ""}`)
    return `${name} is removed${deleted === 0 ? "" : ` with ${plural(deleted, "row")}`}.`
  }
  await perform(account, act, refresh)
}

/** @returns {Promise<Kept | null>} null: they cannot be counted. */
const rowsOf = (/** @type {Account} */ account) => countRows(account).catch(() => null)

const wantsPurge = (/** @type {string} */ name, /** @type {Kept} */ kept) =>
  confirm({
    title: `Delete its ${plural(kept.rows, "row")} too?`,
    text: html`What was read for ${name} stays, unless you delete it for good: ${tableCounts(kept)}.`,
    yes: `Delete ${plural(kept.rows, "row")}`,
    no: "Keep the rows",
    danger: true
  })
