// @ts-check
/** A unified diff with coloured lines; the signs stay, for those who see no colour. */
import { html } from "../base/lit.js"
import { code } from "../base/parts.js"

const kindOf = (/** @type {string} */ line) => {
  if (/^(?:---|\+\+\+|diff |Index: |====)/.test(line)) return "file"
  if (line.startsWith("@@")) return "hunk"
  if (line.startsWith("+")) return "added"
  return line.startsWith("-") ? "removed" : "same"
}

export const diff = (/** @type {string} */ patch) =>
  code(
    "Difference",
    patch
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => html`<span class="diff-line" data-kind=${kindOf(line)}>${line === "" ? " " : line}</span>`)
  )
