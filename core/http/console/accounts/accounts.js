// @ts-check
/** The accounts of connectors: their states, what can be done with each, and the authorizations that wait for a person. */
import { get } from "../base/api.js"
import { count, plural } from "../base/format.js"
import { badge } from "../base/icon.js"
import { html, live, nothing, repeat } from "../base/lit.js"
import { empty, shown } from "../base/parts.js"
import { resource } from "../base/resource.js"
import { keep } from "../shell/route.js"
import { changed } from "../shell/store.js"
import { startedSyncs, path as startedSyncsPath } from "../work/syncs.js"
import { accountCard } from "./account-card.js"
import { addForm } from "./account-form.js"
import { closeLists, refreshLists } from "./account-report.js"
import { removedAccounts } from "./removed-accounts.js"
import { endedTasks, runningTasks } from "./tasks.js"

/** @import { Account, AccountSchedule, AccountTask, FailedRead, RemovedAccount, Route, SyncTask, View } from "../types.js" */

/**
 * @typedef {{ accounts: Account[], schedules: AccountSchedule[], failures: FailedRead[], tasks: AccountTask[],
 *   syncs: SyncTask[], removed: RemovedAccount[] }} Everything
 */

/** The filters, as the address holds them. */
const filter = { q: "", connector: "", status: "" }

/** How many are shown; the search finds the others. */
const most = 50
/** How soon a person who has confirmed a code, or begun a sync, sees how it goes on. */
const watchEvery = 3000

/** @returns {View} */
export const accounts = (/** @type {Route} */ { query }) => {
  closeLists()
  for (const name of /** @type {const} */ (["q", "connector", "status"])) filter[name] = query.get(name) ?? ""
  const all = resource(
    /** @returns {Promise<Everything>} */ async () => {
      const ofAccounts = ["accounts", "accounts/failures", "accounts/removed"]
      const [{ accounts }, { failures }, { accounts: removed }, { schedules }, { tasks }, { tasks: syncs }] =
        await Promise.all([...ofAccounts, "schedules", "tasks?kind=authorization", startedSyncsPath].map(get))
      return { accounts, schedules, failures, tasks, syncs, removed }
    }
  )
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let watching
  const refresh = async () => {
    clearTimeout(watching)
    await Promise.all([all.refresh(), refreshLists()])
    const tasks = [...(all.value?.tasks ?? []), ...(all.value?.syncs ?? [])]
    const waits = tasks.some(({ state }) => state === "running")
    if (waits && /^#\/accounts(?:\?|$)/.test(location.hash)) watching = setTimeout(refresh, watchEvery)
  }
  const draw = (/** @type {Everything} */ everything) =>
    html`${addForm(refresh)} ${runningTasks(everything.tasks, refresh)} ${startedSyncs(everything.syncs, refresh)} ${list(everything, refresh)}
    ${endedTasks(everything.tasks)} ${removedAccounts(everything.removed, refresh)}`
  return {
    title: "Accounts",
    refresh,
    on: (event, data) => {
      if (
        event === "reload" ||
        event === "alert" ||
        (event === "run" && data.phase === "ended" && data.result?.account)
      ) {
        refresh()
      }
    },
    render: () => html`<h1 tabindex="-1">Accounts</h1>${shown(all, draw)}`
  }
}

const set = (/** @type {Partial<typeof filter>} */ some) => {
  Object.assign(filter, some)
  keep(filter)
  changed()
}

const nameOf = (/** @type {Account} */ { name, owner }) => `${owner}/${name}`

/** Whoever needs a person comes first. */
const order = { invalid: 0, paused: 1, active: 2 }

const matches = (/** @type {Account} */ account) =>
  (filter.connector === "" || account.connector === filter.connector) &&
  (filter.status === "" || account.status === filter.status) &&
  `${nameOf(account)} ${account.belongsTo}`.toLowerCase().includes(filter.q.trim().toLowerCase())

const list = (/** @type {Everything} */ { accounts, failures, schedules }, /** @type {() => unknown} */ refresh) => {
  if (accounts.length === 0) return empty("There is no account yet.")
  const found = accounts.filter(matches).sort((a, b) => order[a.status] - order[b.status])
  const failed = Map.groupBy(failures, ({ account }) => account)
  const scheduled = Map.groupBy(schedules, ({ account }) => account)
  return html`<div class="bar">${counts(accounts)}${tools(accounts)}</div>
    ${
      found.length === accounts.length && found.length <= most
        ? nothing
        : html`<p class="dim" role="status">
            ${found.length > most ? `The first ${most} of ` : ""}${plural(found.length, "account")} of ${count(accounts.length)} ·
            <button type="button" class="link" @click=${() => set({ q: "", connector: "", status: "" })}>show all</button>
          </p>`
    }
    ${found.length === 0 ? empty("Nothing matches.") : nothing}
    <ul class="jobs">
      ${repeat(
        found.slice(0, most),
        ({ id }) => id,
        (account) => {
          const about = { failures: failed.get(account.id) ?? [], schedules: scheduled.get(account.id) ?? [] }
          return accountCard(account, about, refresh)
        }
      )}
    </ul>`
}

const counts = (/** @type {Account[]} */ accounts) => {
  const tally = Map.groupBy(accounts, ({ status }) => status)
  const toggle = (/** @type {Account["status"]} */ status) => {
    const n = tally.get(status)?.length ?? 0
    if (n === 0 && filter.status !== status) return nothing
    const pressed = filter.status === status
    return html`<button
      type="button" class="tally" data-state=${status} aria-pressed=${pressed}
      @click=${() => set({ status: pressed ? "" : status })}
    >${badge(status, `${count(n)} ${status}`)}</button>`
  }
  return html`<div class="tallies" role="group" aria-label="Filter by status">
    ${/** @type {const} */ (["active", "paused", "invalid"]).map(toggle)}
  </div>`
}

const tools = (/** @type {Account[]} */ accounts) => {
  const connectors = [...new Set(accounts.map(({ connector }) => connector))].sort()
  const typed = (/** @type {Event} */ { target }) => target instanceof HTMLInputElement && set({ q: target.value })
  const chosen = (/** @type {Event} */ { target }) =>
    target instanceof HTMLSelectElement && set({ connector: target.value })
  return html`<div class="filters" role="search">
    <label class="sr" for="search">Search accounts</label>
    <input id="search" type="search" placeholder="Search accounts" .value=${live(filter.q)} @input=${typed} />
    ${
      connectors.length < 2
        ? nothing
        : html`<label class="sr" for="connector">Connector</label>
            <select id="connector" @change=${chosen} .value=${live(filter.connector)}>
              <option value="">All connectors</option>
              ${connectors.map((name) => html`<option value=${name} ?selected=${name === filter.connector}>${name}</option>`)}
            </select>`
    }
  </div>`
}
