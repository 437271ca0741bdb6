/** Reads rows of an entity's table as they are, for a person to look at. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { withAccountAt } from "../../config/AccountEntity.ts"
import type { Entity } from "../../config/Entity.ts"
import { inScope } from "../load/DiffSql.ts"
import { list } from "./ColumnList.ts"
import { literal, quote, quoteTable } from "./Identifier.ts"

/** By column, in the order of the declaration; values are the text that PostgreSQL prints, or null. */
const StoredRow = Schema.Record(Schema.String, Schema.NullOr(Schema.String))
export type StoredRow = typeof StoredRow.Type
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(StoredRow))
const decodeNames = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ name: Schema.String })))

/** Returns at most `limit` rows of the entity's scope, in the order of its key; undefined if there is no table. */
export const storedRows = Effect.fn("StoredRows.storedRows")(function* (entity: Entity, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const table = quoteTable(entity.table)
  const there = yield* decodeNames(
    yield* sql.unsafe(
      `select attname as name from pg_attribute where attrelid = to_regclass(${literal(table)}) and attnum > 0 and not attisdropped`
    )
  )
  if (there.length === 0) return undefined
  // A column that was declared since the last run is not there yet.
  const known = new Set(there.map(({ name }) => name))
  const { account } = entity
  const columns = withAccountAt(entity, 1).columns.filter(({ name }) => known.has(name))
  const values = list(columns.map(({ name }) => `t.${quote(name)}::text as ${quote(name)}`))
  const order = list(entity.key.filter((name) => known.has(name)).map((name) => `t.${quote(name)}`))
  const rows = yield* sql.unsafe(
    `select ${values} from ${table} as t where true${inScope({ ...entity, columns }, "t")}${order === "" ? "" : ` order by ${order}`} limit ${limit}`,
    account === undefined ? [] : [account.id]
  )
  return yield* decodeRows(rows)
})
