// @ts-check
/** Versions of the configuration: who loaded them and when, their changes, and the difference between any two. */
import { get } from "../base/api.js"
import { errorOf } from "../base/errors.js"
import { plural } from "../base/format.js"
import { badge } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { ago, empty, shown } from "../base/parts.js"
import { resource } from "../base/resource.js"
import { changed } from "../shell/store.js"
import { diagnosticsOf } from "./diagnostics.js"
import { diff } from "./diff.js"

/** @import { Resource } from "../base/resource.js" */
/** @import { ConfigVersion, Difference } from "../types.js" */

const state = {
  from: 0,
  to: 0,
  /** @type {Resource<{ patch: string }> | null} */
  patch: null,
  /** @type {Map<number, ConfigVersion>} All versions received so far: new ones push old ones off the first page. */
  known: new Map(),
  /** @type {number | null | undefined} undefined: no older page was requested. */
  next: undefined,
  /** @type {Error | null} */
  error: null
}

const named = (/** @type {string} */ kind, /** @type {Difference} */ { added, changed: edited, removed }) =>
  [
    ...added.map((name) => ["inserted", `+${name}`]),
    ...edited.map((name) => ["updated", `~${name}`]),
    ...removed.map((name) => ["deleted", `\u2212${name}`])
  ].map(([style, text]) => html`<span class=${style} title=${kind}>${text}</span> `)

const many = 12

export const changesOf = (/** @type {ConfigVersion} */ { changes, diagnostics, error, status }) => {
  if (status === "invalid" || status === "failed") {
    return html`<details>
      <summary>${diagnostics.length === 0 ? "why" : plural(diagnostics.length, "problem")}</summary>
      ${error === null ? nothing : html`<p class="error-text">${error}</p>`} ${diagnosticsOf(diagnostics)}
    </details>`
  }
  if (changes === null) return html`<span class="dim">nothing changed</span>`
  const { connectors, daemon, entities, jobs, plugins, restart } = changes
  const all = [
    ...named("daemon.yaml", { added: [], changed: daemon, removed: [] }),
    ...named("connector", connectors),
    ...named("plugin", plugins),
    ...named("job", jobs),
    ...named("entity", entities)
  ]
  return html`${all.slice(0, many)}
  ${all.length > many ? html`<details><summary>${all.length - many} more</summary>${all.slice(many)}</details>` : nothing}
  ${restart.length === 0 ? nothing : html`<span class="warning-text">${restart.join(", ")}: after a restart</span>`}
  ${all.length + restart.length === 0 ? html`<span class="dim">nothing changed</span>` : nothing}`
}

const compare = () => {
  if (state.from !== 0 && state.to !== 0) {
    state.patch = resource(() => get(`config/diff?from=${state.from}&to=${state.to}`))
    state.patch.refresh()
  }
  changed()
}

/** Compares a version with the one that was live before it, if the list goes that far. */
export const compareWithBefore = (/** @type {number} */ id) => {
  const before = [...state.known.values()]
    .filter((version) => version.id < id && (version.status === "ok" || version.status === "unchanged"))
    .sort((a, b) => b.id - a.id)[0]
  if (before === undefined) return
  Object.assign(state, { from: before.id, to: id })
  compare()
}

const choose = (/** @type {"from" | "to"} */ side, /** @type {number} */ id) => () => {
  state[side] = id
  compare()
}

const radio = (/** @type {"from" | "to"} */ side, /** @type {number} */ id) =>
  html`<label class="pick"
    ><input type="radio" name=${side} .checked=${state[side] === id} @change=${choose(side, id)} /><span
      >${side}<span class="sr"> version ${id}</span></span
    ></label
  >`

const item = (/** @type {ConfigVersion} */ version, /** @type {boolean} */ comparable) =>
  html`<tr data-version=${version.id}>
    <th scope="row">${version.id}</th>
    <td>${badge(version.status)}</td>
    <td>${ago(version.loadedAt)} <span class="dim">by ${version.actor ?? version.trigger}</span></td>
    <td class="what">${changesOf(version)}</td>
    <td class="picks">${comparable ? html`${radio("from", version.id)} ${radio("to", version.id)}` : nothing}</td>
  </tr>`

const learn = (/** @type {ConfigVersion[]} */ versions) => {
  for (const version of versions) state.known.set(version.id, version)
}

const moreOf = (/** @type {number} */ before) => async () => {
  try {
    const page = await get(`config/versions?before=${before}&limit=50`)
    learn(page.versions)
    Object.assign(state, { next: page.next, error: null })
  } catch (error) {
    state.error = errorOf(error)
  }
  changed()
}

export const versionList = (/** @type {ConfigVersion[]} */ first, /** @type {number | null} */ next) => {
  learn(first)
  const list = [...state.known.values()].sort((a, b) => b.id - a.id)
  if (list.length === 0) return empty("No version has been recorded yet.")
  const before = state.next === undefined ? next : state.next
  return html`<section class="panel">
    <header><h2>Versions</h2> <span class="dim">choose two to see the difference</span></header>
    <table class="stack versions">
      <thead>
        <tr>
          <th scope="col">Version</th><th scope="col">Status</th><th scope="col">Loaded</th>
          <th scope="col">Changed</th><th scope="col">Difference</th>
        </tr>
      </thead>
      <tbody>${list.map((version) => item(version, list.length > 1))}</tbody>
    </table>
    ${state.error === null ? nothing : html`<p class="error-text" role="alert">${state.error.message}</p>`}
    ${before === null ? nothing : html`<button type="button" @click=${moreOf(before)}>Older versions</button>`}
    ${difference()}
  </section>`
}

const difference = () => {
  if (state.patch === null) return nothing
  return html`<div role="status" data-testid="diff">
    <h3>From version ${state.from} to ${state.to}</h3>
    ${shown(state.patch, ({ patch }) => (patch === "" ? empty("They are the same.") : diff(patch)))}
  </div>`
}
