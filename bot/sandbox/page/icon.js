// @ts-check
/** Small drawings; words beside them say what they mean. */
import { html } from "./lit.js"

const paths = {
  send: "M3 11.500 21 3l-5 18-4.500-7.500zM21 3 11.500 13.500",
  clip: "m20 11-8 8a5 5 0 0 1-7-7l8.500-8.500a3.500 3.500 0 0 1 5 5L10 17a2 2 0 0 1-3-3l7-7",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 21c0-4 3.500-6 8-6s8 2 8 6",
  keys: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8",
  pin: "m9 4 6 0-1 6 4 4H6l4-4zM12 14v6",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  block: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM6 6l12 12",
  out: "M8 16 17 7M9 7h8v8",
  menu: "M4 7h16M4 12h16M4 17h16"
}

export const icon = (/** @type {keyof typeof paths} */ name) =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${paths[name]} /></svg>`
