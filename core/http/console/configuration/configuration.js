// @ts-check
/** The live configuration, its history, and the faults of a configuration that could not be loaded. */
import { announce } from "../base/announce.js"
import { get, Problem, post } from "../base/api.js"
import { errorOf } from "../base/errors.js"
import { plural } from "../base/format.js"
import { badge, icon } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { ago, code, empty, failure, shown } from "../base/parts.js"
import { resource } from "../base/resource.js"
import { changed, isAdmin } from "../shell/store.js"
import { cachePanels } from "./caches.js"
import { diagnosticsOf } from "./diagnostics.js"
import { changesOf, compareWithBefore, versionList } from "./versions.js"

/** @import { CacheReport, ConfigVersion, View } from "../types.js" */

/** @returns {View} */
export const configuration = () => {
  const live = resource(
    /** @returns {Promise<{ version: ConfigVersion | null, files: { name: string, text: string }[] }>} */ () =>
      get("config")
  )
  const versions = resource(
    /** @returns {Promise<{ versions: ConfigVersion[], next: number | null }>} */ () => get("config/versions?limit=50")
  )
  const caches = resource(/** @returns {Promise<{ caches: CacheReport[] }>} */ () => get("caches"))
  const refresh = () => Promise.all([live.refresh(), versions.refresh(), caches.refresh()])
  const clearing = { busy: /** @type {string | null} */ (null), error: /** @type {Error | null} */ (null) }
  const state = { busy: false, /** @type {Error | null} */ error: null }
  return {
    title: "Configuration",
    refresh,
    on: (event) => {
      if (event === "reload") refresh()
    },
    render: () =>
      html`<div class="title">
          <h1 tabindex="-1">Configuration</h1>
          ${live.value?.version == null ? nothing : html`<span class="dim">version ${live.value.version.id}, loaded ${ago(live.value.version.loadedAt)}</span>`}
          ${isAdmin() ? reloadButton(state, refresh) : nothing}
        </div>
        ${state.error === null ? nothing : failure(state.error)}
        ${live.value?.version == null ? nothing : startedWith(live.value.version)}
        ${shown(versions, ({ next, versions: list }) => html`${lastFailure(list)}${versionList(list, next)}`)}
        ${caches.value === null ? nothing : cachePanels(caches.value.caches, clearing, caches.refresh)}
        ${shown(live, files)}`
  }
}

const reloadButton = (
  /** @type {{ busy: boolean, error: Error | null }} */ state,
  /** @type {() => unknown} */ refresh
) => {
  const reload = async () => {
    Object.assign(state, { busy: true, error: null })
    changed()
    try {
      /** @type {ConfigVersion} */
      const version = await post("reload")
      announce(version.status === "unchanged" ? "Nothing has changed." : `Version ${version.id} is live.`)
    } catch (error) {
      // The faults of the files are shown below, from the version that the attempt left.
      const isRejected = error instanceof Problem && error.body?.version !== undefined
      announce(isRejected ? "Not reloaded: the configuration has problems. What was live stays live." : "Not reloaded.")
      if (!isRejected) state.error = errorOf(error)
    }
    await refresh()
    state.busy = false
    changed()
  }
  return html`<div class="buttons">
    <button type="button" class="primary" ?disabled=${state.busy} @click=${reload}>
      ${state.busy ? "Reloading…" : "Reload"}
    </button>
  </div>`
}

/** Shown until the next reload: a restart does not show the changes that a reload would have reported. */
const startedWith = (/** @type {ConfigVersion} */ version) =>
  version.trigger !== "start" || version.changes === null
    ? nothing
    : html`<section class="panel" data-testid="started-with">
        <header>
          <h2>${icon("alert")} Started with other files than ran before</h2>
          <span class="dim">${ago(version.loadedAt)}</span>
        </header>
        <p class="what">${changesOf(version)}</p>
        <div class="buttons">
          <button type="button" @click=${() => compareWithBefore(version.id)}>Show the difference</button>
        </div>
      </section>`

/** Shown only until the next good load. */
const lastFailure = (/** @type {ConfigVersion[]} */ [last]) => {
  if (last === undefined || last.status === "ok" || last.status === "unchanged") return nothing
  const problems =
    last.diagnostics.length === 0 ? "it could not be put to work" : plural(last.diagnostics.length, "problem")
  return html`<section class="panel bad" data-testid="last-failure">
    <header>
      <h2>${icon("cross")} The last reload failed</h2>
      <span class="dim">${ago(last.loadedAt)} by ${last.actor ?? last.trigger}: ${problems}. What was live stays live.</span>
    </header>
    ${last.error === null ? nothing : html`<p class="error-text">${last.error}</p>`} ${diagnosticsOf(last.diagnostics)}
  </section>`
}

const files = (/** @type {{ files: { name: string, text: string }[] }} */ { files: list }) =>
  html`<section class="panel">
    <header><h2>Live files</h2> ${badge("ok", plural(list.length, "file"))}</header>
    ${
      list.length === 0
        ? empty("The daemon runs without files.")
        : list.map(
            ({ name, text }) => html`<details data-file=${name}><summary>${name}</summary>${code(name, text)}</details>`
          )
    }
  </section>`
