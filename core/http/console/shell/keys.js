// @ts-check
/** Keys that work in every view, and the list of all of them. */
import { showModal } from "../base/confirm.js"
import { html, nothing, ref } from "../base/lit.js"
import { changed } from "./store.js"

/** @import { View } from "../types.js" */

let open = false

const keys = [
  ["/", "search in the overview"],
  ["↑ ↓ or k j", "the row above or below"],
  ["Enter", "open the row; in the search, the first one"],
  ["Esc", "empty the search, close a question"],
  ["← →", "in a timeline, the fire before or after"],
  ["?", "this list"]
]

const isTyping = (/** @type {EventTarget | null} */ target) =>
  target instanceof Element && target.matches("input, textarea, select, [contenteditable]")

export const onKey = (/** @type {KeyboardEvent} */ event, /** @type {View | null} */ view) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  if (document.querySelector("dialog[open]") !== null) return
  if (event.key === "?" && !isTyping(event.target)) {
    open = true
    changed()
    return
  }
  if (event.key === "/" && !isTyping(event.target) && location.hash.replace(/^#\/?/, "").split("?")[0] !== "") {
    event.preventDefault()
    location.hash = "#/?focus=search"
    return
  }
  view?.onKey?.(event)
}

const close = () => {
  open = false
  changed()
}

export const help = () =>
  open
    ? html`<dialog ${ref(showModal)} aria-labelledby="keys" @close=${close}>
        <h2 id="keys">Keys</h2>
        <dl class="keys">${keys.map(([key, does]) => html`<dt><kbd>${key}</kbd></dt><dd>${does}</dd>`)}</dl>
        <div class="buttons end"><button type="button" class="primary" @click=${close}>Close</button></div>
      </dialog>`
    : nothing
