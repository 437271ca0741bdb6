// @ts-check
/** A question before something that cannot be undone. Escape and the first button mean no. */

import { changed } from "../shell/store.js"
import { html, nothing, ref } from "./lit.js"

/** @typedef {{ title: string, text: unknown, yes: string, no?: string, danger?: boolean }} Question */

/** @type {(Question & { answer: (yes: boolean) => void }) | null} */
let asked = null

/** For `ref`: a template's element is in the document only after it was drawn. */
export const showModal = (/** @type {Element | undefined} */ element) =>
  queueMicrotask(() => {
    if (element instanceof HTMLDialogElement && element.isConnected && !element.open) element.showModal()
  })

/** @returns {Promise<boolean>} */
export const confirm = (/** @type {Question} */ question) =>
  new Promise((resolve) => {
    const answer = (/** @type {boolean} */ yes) => {
      asked = null
      changed()
      resolve(yes)
    }
    asked = { ...question, answer }
    changed()
  })

// A question belongs to the view that asked it.
addEventListener("hashchange", () => asked?.answer(false))

export const dialog = () => {
  if (asked === null) return nothing
  const { answer, danger, no = "Cancel", text, title, yes } = asked
  return html`<dialog ${ref(showModal)} aria-labelledby="question" @close=${() => answer(false)}>
    <h2 id="question">${title}</h2>
    <p>${text}</p>
    <div class="buttons end">
      <button type="button" autofocus @click=${() => answer(false)}>${no}</button>
      <button type="button" class=${danger === true ? "danger" : "primary"} @click=${() => answer(true)}>${yes}</button>
    </div>
  </dialog>`
}
