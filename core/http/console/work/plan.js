// @ts-check
/** The changes that a sync would make, row by row. */
import { count, keyText, plural } from "../base/format.js"
import { icon } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { cell, changes, code, failure, rowTable, scroller } from "../base/parts.js"

/** @import { EntityPlan, PlannedUpdate, Row } from "../types.js" */

export const planView = (/** @type {{ entities: EntityPlan[] }} */ { entities }) => entities.map(one)

const one = (/** @type {EntityPlan} */ plan) => {
  const {
    absent = [],
    ddl,
    deletes,
    error,
    inserts,
    missed = [],
    rejected,
    table,
    totals,
    unchanged,
    undeclared = [],
    updates,
    warnings,
    withheld
  } = plan
  if (error !== null) return failure(new Error(`${plan.connector}.${plan.entity} could not be read: ${error}`))
  const nothingToDo =
    ddl.length + totals.inserts + totals.updates + totals.deletes + totals.missed + totals.withheld === 0
  return html`<div class="plan" data-plan=${`${plan.connector}.${plan.entity}`}>
    <p>
      ${
        nothingToDo
          ? html`Nothing to change: <code>${table}</code> is as the source,`
          : html`A sync would change <code>${table}</code>: ${changes({ inserted: totals.inserts, updated: totals.updates, deleted: totals.deletes, rejected: 0 })},
              ${totals.missed === 0 ? nothing : html`${plural(totals.missed, "row")} missing for the first time,`}
              ${totals.withheld === 0 ? nothing : html`<span class="rejected">${plural(totals.withheld, "delete")} withheld</span>,`}`
      }
      ${plural(unchanged, "row")} unchanged${rejected === 0 ? "" : `, ${plural(rejected, "record")} rejected`}.
    </p>
    <div class="notice" data-state=${warnings.length === 0 ? "ok" : "warning"}>
      ${icon(warnings.length === 0 ? "check" : "alert")}
      <div>${warnings.length === 0 ? html`<p>The guard lets all of it pass.</p>` : warnings.map((text) => html`<p>${text}</p>`)}</div>
    </div>
    ${absent.length === 0 ? nothing : html`<p>Declared, and in no record: ${absent.join(", ")}.</p>`}
    ${undeclared.length === 0 ? nothing : html`<p class="dim">In the source, and not declared: ${undeclared.join(", ")}.</p>`}
    ${ddl.length === 0 ? nothing : group("Table changes", ddl.length, ddl.length, code("Statements", ddl.join("\n")))}
    ${rowGroup("To insert", totals.inserts, inserts)}
    ${updates.length === 0 ? nothing : group("To update", totals.updates, updates.length, updateTable(updates))}
    ${rowGroup("To delete", totals.deletes, deletes)} ${rowGroup("To delete if the next read misses them too", totals.missed, missed)}
    ${rowGroup("Withheld from deletion", totals.withheld, withheld)}
  </div>`
}

const group = (
  /** @type {string} */ words,
  /** @type {number} */ total,
  /** @type {number} */ shown,
  /** @type {unknown} */ content
) =>
  html`<details ?open=${shown <= 20}>
    <summary>
      ${words}: ${count(total)}
      ${shown < total ? html`<span class="dim">the first ${count(shown)} are shown</span>` : nothing}
    </summary>
    ${content}
  </details>`

const rowGroup = (/** @type {string} */ words, /** @type {number} */ total, /** @type {Row[]} */ rows) =>
  total === 0 ? nothing : group(words, total, rows.length, rowTable(words, rows))

const updateTable = (/** @type {PlannedUpdate[]} */ updates) =>
  scroller(
    "To update",
    html`<table class="rows">
      <thead>
        <tr><th scope="col">Row</th><th scope="col">Column</th><th scope="col">Now</th><th scope="col">Then</th></tr>
      </thead>
      <tbody>
        ${updates.map(({ changes: columns, key }) =>
          columns.map(
            ({ column, from, to }, at) =>
              html`<tr>
                <td>${at === 0 ? keyText(key) : nothing}</td>
                <td>${column}</td>
                <td class="deleted">${cell(from)}</td>
                <td class="inserted">${cell(to)}</td>
              </tr>`
          )
        )}
      </tbody>
    </table>`
  )
