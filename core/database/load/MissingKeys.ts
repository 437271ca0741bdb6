/** The rows between the first and the last record of a list that are not in it. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { withAccountAt } from "../../config/AccountEntity.ts"
import type { Entity } from "../../config/Entity.ts"
import { ownKey } from "../../config/KeyedEntity.ts"
import { goneAtColumn } from "../../config/VersionedEntity.ts"
import { columnsNamed } from "../tables/ColumnList.ts"
import { sqlType } from "../tables/ColumnSql.ts"
import { quote, quoteTable } from "../tables/Identifier.ts"
import { inScope } from "./DiffSql.ts"

/** Of each record its key and its place in the list, as texts that PostgreSQL reads. */
export interface ListedRecords {
  readonly keys: Array<string>
  readonly places: Array<string | null>
}

/** Their keys as texts, in the order of the list. Rows that are gone already are not among them. */
export const missingKeys = Effect.fn("MissingKeys.missingKeys")(function* (
  entity: Entity,
  by: string,
  { keys, places }: ListedRecords
) {
  const sql = yield* SqlClient.SqlClient
  const [key, place] = columnsNamed(entity, [ownKey(entity), by])
  if (key === undefined || place === undefined || keys.length === 0) return []
  const { account } = entity
  const rows = yield* sql.unsafe<{ key: string }>(
    `with listed as materialized (
      select l.key::${sqlType(key)} as key, l.place::${sqlType(place)} as place from unnest($1::text[], $2::text[]) as l(key, place)
    ), bounds as (select min(place) as first, max(place) as last from listed)
    select t.${quote(key.name)}::text as key from ${quoteTable(entity.table)} as t, bounds
    where t.${quote(place.name)} between first and last and t.${quote(goneAtColumn)} is null${inScope(withAccountAt(entity, 3), "t")}
      and not exists (select from listed as l where l.key = t.${quote(key.name)})
    order by t.${quote(place.name)}`,
    [keys, places, ...(account === undefined ? [] : [account.id])]
  )
  return rows.map((row) => row.key)
})
