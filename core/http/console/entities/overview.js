// @ts-check
/** Every entity with its freshness, problems first. */

import { count, plural } from "../base/format.js"
import { badge } from "../base/icon.js"
import { html, live, nothing } from "../base/lit.js"
import { empty, failure, loading } from "../base/parts.js"
import { alertList, systems } from "../shell/alerts.js"
import { go, keep, to } from "../shell/route.js"
import { changed, refresh, store } from "../shell/store.js"
import { entityTable } from "./entities.js"
import { stateLabels, urgency } from "./entity-state.js"

/** @import { Entity, Route, View } from "../types.js" */
/** @import { Standing } from "./entity-state.js" */

/** The filters, as the address holds them. */
const filter = { q: "", connector: "", status: "" }

/** @returns {View} */
export const overview = (/** @type {Route} */ { query }) => {
  if (query.get("focus") === "search") {
    keep(filter)
    requestAnimationFrame(() => requestAnimationFrame(focusSearch))
  } else for (const name of /** @type {const} */ (["q", "connector", "status"])) filter[name] = query.get(name) ?? ""
  return { title: "Overview", render, refresh: () => {}, onKey }
}

const set = (/** @type {Partial<typeof filter>} */ some) => {
  Object.assign(filter, some)
  keep(filter)
  changed()
}

const focusSearch = () => {
  const search = document.querySelector("#search")
  if (!(search instanceof HTMLInputElement)) return
  search.focus()
  search.select()
}

const matches = (/** @type {Entity} */ entity) =>
  (filter.connector === "" || entity.connector === filter.connector) &&
  (filter.status === "" || entity.state === filter.status) &&
  filter.q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => entity.id.toLowerCase().includes(word) || entity.table.toLowerCase().includes(word))

const shownEntities = () => (store.entities ?? []).filter(matches).sort((a, b) => urgency(a) - urgency(b))

const onKey = (/** @type {KeyboardEvent} */ event) => {
  const inSearch = event.target instanceof Element && event.target.id === "search"
  if (event.key === "/" && !inSearch) {
    event.preventDefault()
    focusSearch()
  } else if (event.key === "Escape" && inSearch) set({ q: "" })
  else if (event.key === "Enter" && inSearch) openFirst()
  else if (event.key === "ArrowDown" || (event.key === "j" && !inSearch)) step(event, 1)
  else if (event.key === "ArrowUp" || (event.key === "k" && !inSearch)) step(event, -1)
}

const openFirst = () => {
  const [first] = shownEntities()
  if (first !== undefined) go(to("entity", first.id))
}

/** Moves the focus from row to row; the search is above the first row. */
const step = (/** @type {KeyboardEvent} */ event, /** @type {number} */ by) => {
  if (event.target instanceof HTMLSelectElement) return
  const links = [...document.querySelectorAll("tr[data-entity] a.open")].filter((link) => link instanceof HTMLElement)
  const at = links.findIndex((link) => link.matches(":focus"))
  event.preventDefault()
  if (at === 0 && by < 0) focusSearch()
  else links[at === -1 ? 0 : Math.min(links.length - 1, at + by)]?.focus()
}

const tallied = /** @type {const} */ (["fresh", "late", "failed", "withheld", "warning", "never"])

const counts = (/** @type {Entity[]} */ entities) => {
  const tally = Map.groupBy(entities, ({ state }) => state)
  const toggle = (/** @type {Standing} */ name) => {
    const n = tally.get(name)?.length ?? 0
    if (n === 0 && filter.status !== name) return nothing
    const pressed = filter.status === name
    return html`<button
      type="button"
      class="tally"
      data-state=${name}
      aria-pressed=${pressed}
      @click=${() => set({ status: pressed ? "" : name })}
    >
      ${badge(name, `${count(n)} ${stateLabels[name]}`)}
    </button>`
  }
  return html`<div class="tallies" role="group" aria-label="Filter by status">
    ${tallied.map(toggle)}
  </div>`
}

const tools = (/** @type {Entity[]} */ entities) => {
  const connectors = [...new Set(entities.map(({ connector }) => connector))].sort()
  const typed = (/** @type {Event} */ event) =>
    event.target instanceof HTMLInputElement && set({ q: event.target.value })
  const chosen = (/** @type {Event} */ event) =>
    event.target instanceof HTMLSelectElement && set({ connector: event.target.value })
  return html`<div class="filters" role="search">
    <label class="sr" for="search">Search entities</label>
    <input id="search" type="search" placeholder="Search entities  ( / )" .value=${live(filter.q)} @input=${typed} />
    <label class="sr" for="connector">Connector</label>
    <select id="connector" @change=${chosen} .value=${live(filter.connector)}>
      <option value="">All connectors</option>
      ${connectors.map((name) => html`<option value=${name} ?selected=${name === filter.connector}>${name}</option>`)}
    </select>
  </div>`
}

const none = html`No entity is declared. Add a file to <code>config/connectors</code>, then reload the
  <a href=${to("configuration")}>configuration</a>.`

const list = (/** @type {Entity[]} */ entities) => {
  if (entities.length === 0) return empty(none)
  const shown = shownEntities()
  const everything = () => set({ q: "", connector: "", status: "" })
  return html`<div class="bar">${counts(entities)}${tools(entities)}</div>
    ${
      shown.length === entities.length
        ? nothing
        : html`<p class="dim" role="status">
            ${plural(shown.length, "entity", "entities")} of ${count(entities.length)} ·
            <button type="button" class="link" @click=${everything}>show all</button>
          </p>`
    }
    ${shown.length === 0 ? empty("Nothing matches.") : entityTable(shown)}`
}

/** A lost connection is shown at the top; below it the last known state is enough. */
const trouble = () =>
  store.error === null || (store.connection === "lost" && store.entities !== null)
    ? nothing
    : failure(store.error, refresh)

const render = () =>
  html`<h1 tabindex="-1" class="sr">Overview</h1>
    ${trouble()} ${alertList()}
    ${store.entities === null ? (store.error === null ? loading("Loading entities") : nothing) : list(store.entities)}
    ${systems()}`
