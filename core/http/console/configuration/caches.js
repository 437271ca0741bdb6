// @ts-check
/** The caches of connectors: what they keep, how often they answer, and a button that clears each. */
import { announce } from "../base/announce.js"
import { post } from "../base/api.js"
import { confirm } from "../base/confirm.js"
import { errorOf } from "../base/errors.js"
import { count, plural } from "../base/format.js"
import { badge } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { failure, scroller } from "../base/parts.js"
import { changed, isAdmin } from "../shell/store.js"

/** @import { CacheReport } from "../types.js" */

/** @typedef {{ busy: string | null, error: Error | null }} ClearState */

/**
 * @param {ReadonlyArray<CacheReport>} caches
 * @param {ClearState} state
 * @param {() => Promise<void>} refresh
 */
export const cachePanels = (caches, state, refresh) =>
  html`${state.error === null ? nothing : failure(state.error)}${caches.map((cache) => panel(cache, state, refresh))}`

/**
 * @param {CacheReport} cache
 * @param {ClearState} state
 * @param {() => Promise<void>} refresh
 */
const panel = (cache, state, refresh) => {
  const { categories, connector, enabled, redis } = cache
  const entries = categories.reduce((sum, one) => sum + one.entries, 0)
  return html`<section class="panel" data-cache=${connector}>
    <header>
      <h2>Cache of ${connector}</h2>
      ${enabled ? badge("ok", plural(entries, "value")) : badge("skipped", "off")}
      ${redis === null ? nothing : badge(redis.status === "ok" ? "ok" : "warning", `Redis ${redis.status}`)}
      ${isAdmin() && enabled ? clearButton(connector, entries, state, refresh) : nothing}
    </header>
    ${scroller(
      `Cache of ${connector}`,
      html`<table class="rows">
        <thead>
          <tr>
            <th scope="col">kind</th>
            ${["values", "hits", "misses", "outdated", "errors"].map((title) => html`<th scope="col" class="number">${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${categories.map(
            ({ entries: values, errors, hits, misses, name, stale }) => html`<tr>
              <td>${name}</td>
              ${[values, hits, misses, stale, errors].map((one) => html`<td class="number">${count(one)}</td>`)}
            </tr>`
          )}
        </tbody>
      </table>`
    )}
  </section>`
}

/**
 * @param {string} connector
 * @param {number} entries
 * @param {ClearState} state
 * @param {() => Promise<void>} refresh
 */
const clearButton = (connector, entries, state, refresh) => {
  const clear = async () => {
    const yes = await confirm({
      title: `Clear the cache of ${connector}?`,
      text: `${plural(entries, "value")} and those in Redis are removed, and the system is asked again.`,
      yes: "Clear"
    })
    if (!yes) return
    Object.assign(state, { busy: connector, error: null })
    changed()
    try {
      await post(`caches/${encodeURIComponent(connector)}/clear`, {})
      announce(`The cache of ${connector} is cleared.`)
    } catch (error) {
      state.error = errorOf(error)
    }
    await refresh()
    state.busy = null
    changed()
  }
  return html`<div class="buttons">
    <button type="button" ?disabled=${state.busy !== null} @click=${clear}>
      ${state.busy === connector ? "Clearing…" : "Clear"}
    </button>
  </div>`
}
