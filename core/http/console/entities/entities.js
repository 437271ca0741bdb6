// @ts-check
/** The table of entities; on a narrow screen each row is a card. */
import { count } from "../base/format.js"
import { icon } from "../base/icon.js"
import { html, nothing, repeat } from "../base/lit.js"
import { ago, changes } from "../base/parts.js"
import { go, to } from "../shell/route.js"
import { store } from "../shell/store.js"
import { progressText } from "../work/progress.js"
import { badges } from "./entity-state.js"
import { spark } from "./spark.js"

/** @import { Entity } from "../types.js" */

const columns = ["Entity", "Fresh", "Last run", "Rows", "Changes", "Durations", "Next"]

export const entityTable = (/** @type {Entity[]} */ entities) =>
  html`<table class="entities">
    <caption class="sr">
      Entities, problems first
    </caption>
    <thead>
      <tr>${columns.map((column) => html`<th scope="col" class=${column === "Rows" ? "number" : ""}>${column}</th>`)}</tr>
    </thead>
    <tbody @click=${open}>
      ${repeat(entities, ({ id }) => id, row)}
    </tbody>
  </table>`

/** A click anywhere in the row opens it, unless it hits a link or the person selects text. */
const open = (/** @type {MouseEvent} */ { target }) => {
  if (!(target instanceof Element) || target.closest("a, button") !== null || String(getSelection()) !== "") return
  const id = target.closest("tr")?.dataset.entity
  if (id !== undefined) go(to("entity", id))
}

const row = (/** @type {Entity} */ entity) => {
  const running = store.running.get(entity.id)
  return html`<tr data-entity=${entity.id} data-state=${entity.state} data-running=${running !== undefined}>
    <th scope="row">
      <a class="open" href=${to("entity", entity.id)}
        ><span class="dim">${entity.connector}.</span>${entity.entity}</a
      >
      ${note(entity)}
    </th>
    <td class="fresh">${ago(entity.freshAt)}</td>
    <td class="state">
      ${running === undefined ? badges(entity) : html`<span class="live">${icon("run")} ${progressText(running)}</span>`}
    </td>
    <td class="number" data-label="Rows">${entity.rows === null ? html`<span class="dim">no table</span>` : count(entity.rows)}</td>
    <td data-label=${entity.last === null ? nothing : "Changes"}>${entity.last === null ? nothing : changes(entity.last)}</td>
    <td class="durations">${spark(entity.recent)}</td>
    <td data-label="Next">${ago(entity.nextFire, "by hand")}</td>
  </tr>`
}

/** The message of the last run, on one line. */
const note = (/** @type {Entity} */ { last }) => {
  const text = last === null ? "" : [last.error, ...last.warnings].filter((one) => one !== null).join(" · ")
  return text === "" ? nothing : html`<p class="note" title=${text}>${text}</p>`
}
