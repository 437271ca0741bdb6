// @ts-check
/** Problems of the configuration as compilers print them: the place, the line, a caret below it, the hint. */
import { html, nothing } from "./lit.js"
import { code } from "./parts.js"

/** @import { Diagnostic } from "./types.js" */

/** Tabs stay tabs, so that the caret stands below its place whatever their width. */
const excerpt = (/** @type {Diagnostic} */ { column, length, line, sourceLine }) => {
  const number = String(line)
  const before = sourceLine.slice(0, column - 1).replace(/[^\t]/g, " ")
  return html`${number} | ${sourceLine}
${" ".repeat(number.length)} | ${before}<span class="caret">${"^".repeat(Math.max(1, length))}</span>`
}

const item = (/** @type {Diagnostic} */ diagnostic) => {
  const { column, file, hint, line, message, sourceLine } = diagnostic
  return html`<li>
    <p><code class="place">${file}:${line}:${column}</code> ${message}</p>
    ${sourceLine.trim() === "" ? nothing : code(`${file}, line ${line}`, excerpt(diagnostic))}
    ${hint === undefined ? nothing : html`<p class="dim">Hint: ${hint}</p>`}
  </li>`
}

export const diagnosticsOf = (/** @type {Diagnostic[]} */ diagnostics) =>
  diagnostics.length === 0 ? nothing : html`<ol class="diagnostics">${diagnostics.map(item)}</ol>`
