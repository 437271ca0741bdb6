// @ts-check
/** Reports an outcome to screen readers and, for a moment, on screen: at the bottom, on a phone in the header. */

import { changed } from "../shell/store.js"
import { html, repeat } from "./lit.js"

const shownFor = 5000
const most = 3

/** @type {{ about: string, words: string }[]} */
let texts = []

/** A new text replaces the earlier one with the same `about`. */
export const announce = (/** @type {string} */ words, about = words) => {
  const text = { about, words }
  texts = [...texts.filter((other) => other.about !== about), text].slice(-most)
  setTimeout(() => {
    texts = texts.filter((other) => other !== text)
    changed()
  }, shownFor)
  changed()
}

export const announcements = () =>
  html`<div class="toast" role="status" aria-live="polite" data-testid="announcement">
    ${repeat(
      texts,
      ({ words }) => words,
      ({ words }) => html`<p>${words}</p>`
    )}
  </div>`
