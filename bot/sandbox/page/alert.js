// @ts-check
/** A bot's answer that has to be read: over everything, until it is dismissed. */
import { html, render } from "./lit.js"
import { store } from "./store.js"

const place = document.createElement("div")
document.body.append(place)

export const alertOf = (/** @type {string} */ text) => {
  render(
    html`<dialog role="alertdialog" aria-labelledby="alert-title" aria-describedby="alert-text">
      <h2 id="alert-title">${store.bot}</h2>
      <p id="alert-text">${text}</p>
      <form method="dialog"><button class="flat">Понятно</button></form>
    </dialog>`,
    place
  )
  const dialog = place.querySelector("dialog")
  if (dialog !== null && !dialog.open) dialog.showModal()
}
