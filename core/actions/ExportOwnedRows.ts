/**
 * The rows that each export left in its system at its last good run: one row per export, written if it differs. A run
 * that died before storing them is forgotten, and its rows belong to nobody until the query returns them.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { ExportDeclaration } from "../config/ExportDeclaration.ts"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { OwnedRows } from "../plugin/Export.ts"

type Named = Pick<ExportDeclaration, "connector" | "name">

const decode = decodeOwn(OwnedRows)

export const read = Effect.fn("ExportOwnedRows.read")(function* ({ connector, name }: Named) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select place, keys from tributary.export_owned where connector = ${connector} and export = ${name}`
  return (yield* decode(rows))[0]
})

export const store = Effect.fn("ExportOwnedRows.store")(function* (
  { connector, name }: Named,
  { keys, place }: OwnedRows
) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    insert into tributary.export_owned as o (connector, export, place, keys)
    values (${connector}, ${name}, ${place}, ${JSON.stringify(keys)}::jsonb)
    on conflict (connector, export) do update set place = excluded.place, keys = excluded.keys
    where (o.place, o.keys) is distinct from (excluded.place, excluded.keys)`
})
