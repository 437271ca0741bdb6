// @ts-check
/** The current alerts, and the state of the outside systems. */
import { absolute, briefMoment } from "../base/format.js"
import { badge, icon } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { ago } from "../base/parts.js"
import { to } from "./route.js"
import { store } from "./store.js"

/** @import { Alert } from "../types.js" */

const overviewOf = (/** @type {string} */ connector) => `#/?connector=${encodeURIComponent(connector)}`

/** Many entities of a connector that have the problem alike are one alert, whose subject is the connector. */
const entityOrOverview = (/** @type {Alert} */ { entities, subject }) =>
  entities.length > 1 ? overviewOf(subject) : to("entity", subject)

/** @type {Record<string, { words: string, sign: "cross" | "clock" | "hand" | "plug" | "question", href: (alert: Alert) => string }>} */
const kinds = {
  job_failed: { words: "Job failed", sign: "cross", href: () => to("jobs") },
  entity_stale: { words: "Stale", sign: "clock", href: entityOrOverview },
  fields_changed: { words: "Fields changed", sign: "question", href: entityOrOverview },
  account_invalid: {
    words: "Account refused",
    sign: "cross",
    href: ({ subject }) => `${to("accounts")}?status=invalid&connector=${encodeURIComponent(subject)}`
  },
  cursor_old: { words: "Cursor too old", sign: "clock", href: entityOrOverview },
  rows_found: { words: "Look at rows", sign: "hand", href: entityOrOverview },
  guard_held: { words: "Deletes withheld", sign: "hand", href: () => to("pending") },
  action_unknown: { words: "Action unknown", sign: "question", href: () => to("actions") },
  reload_failed: { words: "Reload failed", sign: "cross", href: () => to("configuration") },
  plugin_degraded: { words: "Plugin degraded", sign: "plug", href: () => to("configuration") },
  database_away: { words: "Database away", sign: "plug", href: () => to("overview") },
  circuit_open: {
    words: "Circuit open",
    sign: "plug",
    // Its account or group may follow.
    href: ({ subject }) => overviewOf(subject.split(/[ @]/)[0] ?? "")
  }
}

const few = 4

const item = (/** @type {Alert} */ alert) => {
  const { kind, message, since, subject } = alert
  const { href, sign, words } = kinds[kind] ?? { href: () => "#/", sign: "cross", words: kind }
  const link = html`<a href=${href(alert)}>${subject}</a>`
  const [before = "", after = ""] = around(message, subject)
  return html`<li data-kind=${kind}>
    ${icon(sign)} <strong>${words}</strong>
    <span class="lines">${timed(before)}${link}${timed(after)}</span>
    <span class="dim">since ${briefMoment(since)}, ${ago(since)}</span>
  </li>`
}

/** The message before and after the first mention of the subject; a message that does not mention it follows it. */
const around = (/** @type {string} */ message, /** @type {string} */ subject) => {
  const words = message.split(/([\s:,;]+)/)
  const at = words.indexOf(subject)
  return at === -1 ? ["", `: ${message}`] : [words.slice(0, at).join(""), words.slice(at + 1).join("")]
}

const moments = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/

/** Shows the ISO times of a message in the format and time zone of the screen. */
const timed = (/** @type {string} */ text) =>
  text
    .split(moments)
    .map((part, i) =>
      i % 2 === 0 ? part : html`<time datetime=${part} title=${absolute(part)}>${briefMoment(part)}</time>`
    )

export const alertList = () => {
  const { alerts } = store
  if (alerts.length === 0) return nothing
  return html`<section class="alerts" aria-label="Alerts">
    <ul>${alerts.slice(0, few).map(item)}</ul>
    ${
      alerts.length <= few
        ? nothing
        : html`<details><summary>${alerts.length - few} more</summary><ul>${alerts.slice(few).map(item)}</ul></details>`
    }
  </section>`
}

/** @param {import("../types.js").Endpoint} endpoint */
const endpointName = ({ account, connector, group }) =>
  `${connector}${account === undefined ? "" : `@${account}`}${group === undefined ? "" : ` ${group}`}`

/** A line at the bottom: the database, the scheduler, and systems whose circuit is not closed. */
export const systems = () => {
  const { health } = store
  if (health === null) return nothing
  const cut = (health.endpoints ?? []).filter(({ circuit }) => circuit !== "closed")
  return html`<p class="systems" data-testid="systems">
    ${badge(health.status === "ok" ? "ok" : "failed", health.status === "ok" ? "database" : "database does not answer")}
    ${
      health.scheduler === undefined
        ? nothing
        : badge(health.scheduler.status === "ok" ? "ok" : "failed", `scheduler ${health.scheduler.status}`)
    }
    ${cut.map((endpoint) => badge(endpoint.circuit, `${endpointName(endpoint)}: circuit ${endpoint.circuit}`))}
  </p>`
}
