// @ts-check
/** What was read for an account: entities that could not be read, and the lists of its rows that its system's type offers. */
import { get } from "../base/api.js"
import { withLocalTimes } from "../base/format.js"
import { icon } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { ago, shown } from "../base/parts.js"
import { resource } from "../base/resource.js"
import { changed, store } from "../shell/store.js"

/** @import { Resource } from "../base/resource.js" */
/** @import { Account, AccountRowList, FailedRead } from "../types.js" */

/** More than these are the same failure most of the time. */
const most = 3

export const failedReads = (/** @type {FailedRead[]} */ failures) =>
  failures.length === 0
    ? nothing
    : html`${failures.slice(0, most).map(
        ({ at, entity, error }) => html`<div class="notice" data-state="failed" data-failed=${entity}>${icon("cross")}
          <p><strong>${entity}</strong> could not be read ${ago(at)}: ${withLocalTimes(error)}</p>
        </div>`
      )}
      ${failures.length > most ? html`<p class="dim">And ${failures.length - most} more.</p>` : nothing}`

/** The lists that are open, by account and name. @type {Map<string, Resource<AccountRowList>>} */
const opened = new Map()

export const closeLists = () => opened.clear()

export const refreshLists = () => Promise.all([...opened.values()].map(({ refresh }) => refresh()))

const listsOf = (/** @type {Account} */ { connector }) =>
  (store.connectors ?? []).find(({ name }) => name === connector)?.accounts?.lists ?? []

export const rowLists = (/** @type {Account} */ account) =>
  listsOf(account).map(({ name, title }) => {
    const key = `${account.id} ${name}`
    const toggle = (/** @type {Event} */ { target }) => {
      if (!(target instanceof HTMLDetailsElement) || target.open === opened.has(key)) return
      if (target.open) {
        const list = resource(
          /** @returns {Promise<AccountRowList>} */ () =>
            get(`accounts/${account.id}/lists/${encodeURIComponent(name)}`)
        )
        opened.set(key, list)
        list.refresh()
      } else {
        opened.delete(key)
      }
      changed()
    }
    const list = opened.get(key)
    return html`<details data-list=${name} ?open=${list !== undefined} @toggle=${toggle}>
      <summary>${title}<span class="sr"> of ${account.owner}/${account.name}</span></summary>
      ${list === undefined ? nothing : shown(list, rows)}
    </details>`
  })

const rows = (/** @type {AccountRowList} */ { head, lines }) =>
  html`<p>${head}</p>
    ${lines.length === 0 ? nothing : html`<ul class="entries">${lines.map((line) => html`<li>${withLocalTimes(line)}</li>`)}</ul>`}`
