/**
 * Whether the table of a child and that of the outermost record around it find the same texts equal. If only one of them
 * ignores case, deletes among the children of some records would take those of another record, or miss their own.
 */

import type { Column } from "../../config/Column.ts"
import { deletesMissing } from "../../config/DeletePolicy.ts"
import { ancestorsOf, type Entity } from "../../config/Entity.ts"
import type { Catalog } from "../../database/tables/Catalog.ts"
import { quote, quoteTable, tableId } from "../../database/tables/Identifier.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import { parentColumns } from "../read/ReadGroup.ts"

/** The outermost records, if deletes among the children are limited to some of them. */
const boundingParent = (entity: Entity, all: ReadonlyArray<Entity>): Entity | undefined => {
  const outermost = ancestorsOf(entity, all).at(-1)
  return outermost === undefined || !deletesMissing(entity) || (deletesMissing(outermost) && !outermost.declared)
    ? undefined
    : outermost
}

/** The entities whose tables `otherTexts` compares with those of the selected ones. */
export const boundingParents = (selected: ReadonlyArray<Entity>, all: ReadonlyArray<Entity>): ReadonlyArray<Entity> =>
  selected.flatMap((entity) => boundingParent(entity, all) ?? [])

/** The place in the record, whether it is read there or from below. */
const placeIn = (source: Column["source"]): string | undefined =>
  source._tag === "Pointer" ? JSON.stringify(source.pointer.tokens) : undefined

/** Why the child cannot be loaded, with a remedy. */
export const otherTexts = (entity: Entity, all: ReadonlyArray<Entity>, catalog: Catalog): Reason | undefined => {
  const parent = boundingParent(entity, all)
  const [own, outer] = [catalog.get(tableId(entity.table)), parent && catalog.get(tableId(parent.table))]
  if (parent === undefined || own === undefined || outer === undefined) return undefined
  for (const { name, source } of entity.columns) {
    if (!parentColumns(entity).includes(name)) continue
    const of = parent.columns.find(
      (column) => parent.key.includes(column.name) && placeIn(column.source) === placeIn(source)
    )
    if (of === undefined || own.loose.includes(name) === outer.loose.includes(of.name)) continue
    const { [of.name]: type = "text" } = outer.exact
    const { [of.name]: collation } = outer.collations
    return reason("table.otherTexts", {
      column: `${tableId(entity.table)}.${name}`,
      parent: `${tableId(parent.table)}.${of.name}`,
      statement: `alter table ${quoteTable(entity.table)} alter column ${quote(name)} type ${type}${collation === undefined ? "" : ` collate ${collation}`}`
    })
  }
  return undefined
}
