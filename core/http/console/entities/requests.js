// @ts-check
/** The last requests of a failed run, newest last: each request and its answer. */
import { duration, moment, plural } from "../base/format.js"
import { html, nothing } from "../base/lit.js"

/** @import { LastRequest } from "../types.js" */

const isGood = (/** @type {number | null} */ status) => status !== null && status >= 200 && status < 300

const item = (/** @type {LastRequest} */ { at, error, head, method, ms, path, status }) =>
  html`<li>
    <p class="request">
      <strong class=${isGood(status) ? "dim" : "error-text"}>${status ?? "no answer"}</strong>
      <code>${method} ${path}</code>
      <span class="dim">${moment(at)}, ${duration(ms)}</span>
    </p>
    ${error === null ? nothing : html`<p class="error-text">${error}</p>`}
    ${head === "" ? nothing : html`<p class="head"><code>${head}</code></p>`}
  </li>`

export const requestsOf = (/** @type {LastRequest[]} */ requests) =>
  requests.length === 0
    ? nothing
    : html`<section class="panel" data-testid="requests">
        <header>
          <h2>The last ${requests.length === 1 ? "request" : plural(requests.length, "request")}</h2>
          <span class="dim">${requests.length === 1 ? "" : "newest last; "}secrets are blanked</span>
        </header>
        <ul class="requests">${requests.map(item)}</ul>
      </section>`
