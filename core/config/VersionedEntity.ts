/** The columns of an entity with `versions`, and which of its columns are the content of a version. */
import type { Column } from "./Column.ts"
import type { Entity } from "./Entity.ts"

/** The time of the request that brought the content of a row; null in a row that was there before. */
export const readAtColumn = "_read_at"

/** The time of the request whose answer said that the source has the record no more; null as long as it has. */
export const goneAtColumn = "gone_at"

const moment = (name: string, source: Column["source"]): Column => ({
  name,
  type: "timestamp",
  array: false,
  source,
  required: false
})

/** What the engine adds to the entity's own table, last. A record that comes is there, so its row is not gone. */
export const versionColumns: ReadonlyArray<Column> = [
  moment(readAtColumn, { _tag: "RequestTime" }),
  moment(goneAtColumn, { _tag: "Constant", value: null })
]

/** The columns of the table of versions, after those of the key. */
export const versionsColumns: ReadonlyArray<string> = ["valid_from", "valid_to", "content"]

export const withVersions = (entity: Entity): Entity =>
  entity.versions === undefined ? entity : { ...entity, columns: [...entity.columns, ...versionColumns] }

/** Whether another value makes a row another: the time of the request is no content. */
export const isCompared = ({ source }: Column): boolean => source._tag !== "RequestTime"

/**
 * What a record said, as its row holds it: the raw record if it is kept, else the values of the fields. Constants are
 * no content, and what personal data is left out of the row is left out here too.
 */
export const contentColumns = ({ columns, key }: Pick<Entity, "columns" | "key">): ReadonlyArray<Column> => {
  const raw = columns.filter(({ source }) => source._tag === "Record")
  if (raw.length > 0) return raw
  return columns.filter(
    (column) => isCompared(column) && column.source._tag !== "Constant" && !key.includes(column.name)
  )
}
