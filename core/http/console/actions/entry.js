// @ts-check
/** One entry of the action log, with everything the log holds about it. */

import { get } from "../base/api.js"
import { html } from "../base/lit.js"
import { empty, shown } from "../base/parts.js"
import { resource } from "../base/resource.js"
import { entryBadge, facts, json, story } from "./actionParts.js"
import { decisions, refusal } from "./decision.js"

/** @import { ActionEntry, Route, View } from "../types.js" */

/** @returns {View} */
export const actionEntry = (/** @type {Route} */ { id }) => {
  const entry = resource(/** @returns {Promise<ActionEntry>} */ () => get(`action-log/${encodeURIComponent(id)}`))
  return {
    title: `Entry ${id}`,
    refresh: entry.refresh,
    render: () => shown(entry, (value) => draw(value, entry.refresh))
  }
}

const draw = (/** @type {ActionEntry} */ entry, /** @type {() => unknown} */ refresh) =>
  html`<div class="title">
      <h1 tabindex="-1">${entry.what}</h1>
      ${entryBadge(entry.status)}
    </div>
    ${facts(entry)} ${story(entry)} ${refusal(entry.id)} ${decisions(entry, refresh)}
    <section class="panel two">
      <div>
        <h2>Request</h2>
        ${json("Request", entry.request)}
      </div>
      <div>
        <h2>Response</h2>
        ${entry.response === null ? empty("There is none.") : json("Response", entry.response)}
      </div>
    </section>`
