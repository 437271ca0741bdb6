// @ts-check
/** Problems of the configuration in the style of compilers: the place, the line, a caret below it, the hint. */
import { html, nothing, ref } from "../base/lit.js"

/** @import { Diagnostic } from "../types.js" */

/** Tabs stay tabs, so that the caret is below its place whatever their width. */
const excerpt = (/** @type {Diagnostic} */ { column, length, line, sourceLine }) => {
  const number = String(line)
  const before = sourceLine.slice(0, column - 1).replace(/[^\t]/g, " ")
  return html`${number} | ${sourceLine}
${" ".repeat(number.length)} | ${before}<span class="caret">${"^".repeat(Math.max(1, length))}</span>`
}

/** Scrolls a long line to its caret, also after the box is unfolded or resized. */
const reveal = (/** @type {Element} */ box) => {
  const caret = box.querySelector(".caret")?.getBoundingClientRect()
  const { left, right } = box.getBoundingClientRect()
  if (caret !== undefined && caret.right > right) box.scrollLeft += caret.left - left - box.clientWidth / 2
}

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) reveal(target)
})

/** One function for all, so that each box is observed once and not at every drawing. */
const begun = (/** @type {Element | undefined} */ box) => {
  if (box !== undefined) sizes.observe(box)
}

const source = (/** @type {Diagnostic} */ diagnostic) => {
  const label = `${diagnostic.file}, line ${diagnostic.line}`
  return html`<pre class="code" tabindex="0" role="group" aria-label=${label} ${ref(begun)}><code>${excerpt(diagnostic)}</code></pre>`
}

const item = (/** @type {Diagnostic} */ diagnostic) => {
  const { column, file, hint, line, message, sourceLine } = diagnostic
  return html`<li>
    <p><code class="place">${file}:${line}:${column}</code> ${message}</p>
    ${sourceLine.trim() === "" ? nothing : source(diagnostic)}
    ${hint === undefined ? nothing : html`<p class="dim">Hint: ${hint}</p>`}
  </li>`
}

export const diagnosticsOf = (/** @type {Diagnostic[]} */ diagnostics) =>
  diagnostics.length === 0 ? nothing : html`<ol class="diagnostics">${diagnostics.map(item)}</ol>`
