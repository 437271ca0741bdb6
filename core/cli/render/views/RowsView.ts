/** The rows of a table as they are in the database. */
import type { Entity } from "../../../config/Entity.ts"
import { tableId } from "../../../database/tables/Identifier.ts"
import type { StoredRow } from "../../../database/tables/StoredRows.ts"
import { plural } from "../terminal/Format.ts"
import type { View } from "../terminal/Style.ts"
import * as Table from "../terminal/Table.ts"

export const render = (
  { key, table }: Pick<Entity, "key" | "table">,
  rows: ReadonlyArray<StoredRow>,
  hasMore: boolean,
  view: View
): string => {
  if (rows.length === 0) return `${tableId(table)} has no rows.`
  const columns = Object.keys(rows[0] ?? {}).map(
    (name): Table.Column<StoredRow> => ({
      title: name,
      min: 8,
      optional: !key.includes(name),
      value: (row) => row[name] ?? { text: "", tone: "dim" }
    })
  )
  const end = hasMore
    ? `The first ${plural(rows.length, "row")} of ${tableId(table)}.`
    : `All ${plural(rows.length, "row")} of ${tableId(table)}.`
  return `${Table.render({ columns, rows }, view)}\n\n${end}`
}
