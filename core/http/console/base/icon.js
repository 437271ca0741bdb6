// @ts-check
/** Icons before words; they never carry a meaning alone. */
import { html } from "./lit.js"

const paths = {
  check: "M3 8.5l3.2 3.2L13 5",
  cross: "M4 4l8 8M12 4l-8 8",
  alert: "M8 2.5l6.2 11H1.8zM8 6.7v3.1M8 11.6v.4",
  clock: "M8 2a6 6 0 100 12A6 6 0 008 2zM8 4.8V8l2.2 1.6",
  hand: "M5.5 3v10M10.5 3v10",
  dash: "M4 8h8",
  run: "M13.5 8A5.5 5.5 0 118 2.5",
  missed: "M8 2.5L13.5 8 8 13.5 2.5 8z",
  sun: "M8 5.2a2.8 2.8 0 100 5.6 2.8 2.8 0 000-5.6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8L13 13M3 13l1.2-1.2M11.8 4.2L13 3",
  moon: "M13 9.6A5.6 5.6 0 016.4 3 5.6 5.6 0 1013 9.6z",
  screen: "M2 3h12v8H2zM6 13.5h4M8 11v2.5",
  plug: "M2 8h3l2-4 2 8 2-4h3",
  question: "M5.4 6.2a2.6 2.6 0 015.2 0C10.6 8 8 8 8 10M8 12.6v.4",
  arrow: "M3 8h10M9 4l4 4-4 4"
}

export const icon = (/** @type {keyof typeof paths} */ name) =>
  html`<svg class="icon icon-${name}" viewBox="0 0 16 16" aria-hidden="true"><path d=${paths[name]}></path></svg>`

/** @type {Record<string, keyof typeof paths>} */
const signs = {
  ok: "check",
  active: "check",
  fresh: "check",
  applied: "check",
  warning: "alert",
  invalid: "cross",
  failed: "cross",
  late: "clock",
  withheld: "hand",
  paused: "hand",
  never: "dash",
  skipped: "dash",
  stopped: "dash",
  unchanged: "dash",
  dropped: "dash",
  superseded: "dash",
  missed: "missed",
  running: "run",
  sending: "run",
  busy: "run",
  planned: "arrow",
  done: "check",
  already: "check",
  unknown: "question",
  open: "plug",
  "half-open": "plug"
}

/** A state as a word with its icon; the colour comes from the style sheet. */
export const badge = (/** @type {string} */ state, words = state) =>
  html`<span class="badge" data-state=${state}>${icon(signs[state] ?? "dash")}<span>${words}</span></span>`
