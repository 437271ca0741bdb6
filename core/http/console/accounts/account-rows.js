// @ts-check
/** The rows that were read for an account, and stay when it is removed unless somebody deletes them too. */
import { get } from "../base/api.js"
import { plural } from "../base/format.js"
import { html } from "../base/lit.js"

/** @typedef {{ rows: number, tables: { table: string, rows: number }[] }} Kept */

/** @returns {Promise<Kept>} */
export const countRows = (/** @type {{ id: string }} */ { id }) => get(`accounts/${id}/rows`)

export const tableCounts = (/** @type {Kept} */ { tables }) =>
  tables.map(({ rows, table }, at) => html`${at === 0 ? "" : ", "}${plural(rows, "row")} of ${table}`)
