// @ts-check
/** Tells a screen reader, and for a moment everyone, how something ended: at the bottom, on a phone in the header. */
import { html, repeat } from "./lit.js"
import { changed } from "./store.js"

const shownFor = 5000
const most = 3

/** @type {{ about: string, words: string }[]} */
let texts = []

/** What is said `about` the same takes the place of what was said before. */
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
