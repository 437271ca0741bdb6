/** Rows of a table whose owner let them have no key: nobody can say of which record they are, so they are left alone. */
import type { Entity } from "../../config/Entity.ts"
import { noReasons, type reasonSql, reasonsWhen } from "../../reason/Sql.ts"
import { columnsNamed } from "../tables/ColumnList.ts"
import { literal, quote, quoteTable, tableId } from "../tables/Identifier.ts"

/** Whether a row of the table `alias` has no key, so that its record is unknown. Empty if that is impossible. */
export const keyless = (entity: Entity, alias: string): string =>
  columnsNamed(entity, entity.key)
    .flatMap(({ name, nullable }) => (nullable === true ? [`${alias}.${quote(name)} is null`] : []))
    .join(" or ")

/** Reports the rows left alone because of that, as a JSON array of what `made` builds. */
export const keylessSql = (entity: Entity, made: typeof reasonSql): string => {
  const table = quoteTable(entity.table)
  const lacking = keyless(entity, "t")
  if (lacking === "") return noReasons
  const params = {
    count: "k.n",
    table: literal(tableId(entity.table)),
    key: literal(entity.key.join(", ")),
    statement: literal(`select * from ${table} as t where ${lacking}`)
  }
  return `(select ${reasonsWhen("k.n > 0", made("load.keyless", params))} from keyless as k)`
}
