// @ts-check
/** Actions on outside systems: decisions that are due, the actions, and the log of everything that was sent. */

import { get } from "../base/api.js"
import { html, repeat } from "../base/lit.js"
import { ago, by, empty, shown } from "../base/parts.js"
import { resource } from "../base/resource.js"
import { isAdmin, refreshUndecided } from "../shell/store.js"
import { entryBadge, entryLink, json } from "./actionParts.js"
import { runPanel } from "./actionRun.js"
import { undecided } from "./decision.js"
import { actionForm } from "./form.js"
import { actionLog } from "./log.js"

/** @import { Action, Route, View } from "../types.js" */

/** @returns {View} */
export const actions = (/** @type {Route} */ { query }) => {
  const list = resource(/** @returns {Promise<Action[]>} */ async () => (await get("actions")).actions)
  const log = actionLog(query)
  const changedLists = () => Promise.all([list.refresh(), log.refresh()])
  const refresh = () => Promise.all([changedLists(), refreshUndecided().catch(() => {})])
  return {
    title: "Actions",
    refresh,
    on: (event) => {
      if (event === "job" || event === "reload") refresh()
    },
    render: () =>
      html`<h1 tabindex="-1">Actions</h1>
        ${undecided(changedLists)} ${shown(list, (all) => cards(all, changedLists))}
        ${log.render((list.value ?? []).map(({ id }) => id))}`
  }
}

const cards = (/** @type {Action[]} */ all, /** @type {() => unknown} */ refresh) =>
  all.length === 0
    ? empty(
        html`No action is declared. Connectors have theirs under <code>actions</code> in <code>config/connectors</code>.`
      )
    : html`<section class="group" aria-label="What can be done">
        <h2>What can be done</h2>
        <ul class="pending">
          ${repeat(
            all,
            ({ id }) => id,
            (action) => card(action, refresh)
          )}
        </ul>
      </section>`

const card = (/** @type {Action} */ action, /** @type {() => unknown} */ refresh) => {
  const { description, id, input, readsBack } = action
  return html`<li class="card" data-action=${id}>
    <div class="title"><h3>${id}</h3></div>
    <p>${description}</p>
    <dl class="facts">
      <div><dt>Last</dt><dd>${last(action)}</dd></div>
      <div>
        <dt>After a lost answer</dt>
        <dd>${readsBack ? "the system is asked what it has" : "the system cannot be asked; a person decides"}</dd>
      </div>
    </dl>
    ${
      isAdmin()
        ? actionForm(action, refresh)
        : html`<details><summary>What it is told<span class="sr">: ${id}</span></summary>${json(`What ${id} is told`, input)}</details>`
    }
    ${runPanel(id)}
  </li>`
}

const last = (/** @type {Action} */ { last: entry }) =>
  entry === null
    ? html`<span class="dim">never sent anything</span>`
    : html`${entryBadge(entry.status)} ${entryLink(entry, entry.what)}, ${ago(entry.createdAt)} by ${by(entry)}`
