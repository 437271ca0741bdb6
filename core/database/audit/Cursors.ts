/**
 * The stored cursors of incremental reads. A cursor belongs to one target and one part of its read. It is valid only
 * for its declaration and table: rows that a changed declaration or a new table lacks are behind it.
 */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { withAccountAt } from "../../config/AccountEntity.ts"
import type { Entity } from "../../config/Entity.ts"
import type { RunTarget } from "../../config/RunTarget.ts"
import { inScope } from "../load/DiffSql.ts"
import { literal, quoteTable } from "../tables/Identifier.ts"

const Cursor = Schema.Struct({
  part: Schema.String,
  value: Schema.String,
  /** Null in a cursor stored before declarations were: it is valid for any. */
  declaration: Schema.NullOr(Schema.String),
  table_oid: Schema.NullOr(Schema.String),
  /** The start of the read that gave the value, and the last move of the cursor; milliseconds since 1970. */
  read_at: Schema.Number,
  updated_at: Schema.Number
})
export type StoredCursor = typeof Cursor.Type

const State = Schema.Struct({
  /** PostgreSQL's oid of the table, which changes if the table is dropped and created again. */
  table_oid: Schema.String,
  /** Whether it holds any row of the entity. */
  filled: Schema.Boolean,
  cursors: Schema.Array(Cursor)
})
export type CursorState = typeof State.Type
const decodeStates = Schema.decodeUnknownEffect(Schema.Array(State))

/** `at`: the parameter with the account, or an empty text. */
const stateSql = ({ entity: declared }: RunTarget, isThere: boolean, at: number): string => {
  const entity = withAccountAt(declared, at)
  const table = quoteTable(entity.table)
  const tableSql = isThere
    ? `${literal(table)}::regclass::oid::text as table_oid, exists (select from ${table} as c where true${inScope(entity, "c")}) as filled`
    : "'none' as table_oid, false as filled"
  return `select ${tableSql},
  (select coalesce(json_agg(json_build_object('part', s.part, 'value', s.value, 'declaration', s.declaration,
      'table_oid', s.table_oid::text, 'read_at', extract(epoch from s.read_at) * 1000,
      'updated_at', extract(epoch from s.updated_at) * 1000)), '[]')
    from tributary.sync_cursor as s
    where s.connector = ${literal(entity.connector)} and s.entity = ${literal(entity.name)} and s.account = $${at}::text) as cursors`
}

/** Returns the cursors and the table state of these targets, in their order. */
export const states = Effect.fn("Cursors.states")(function* (
  targets: ReadonlyArray<RunTarget>,
  isThere: (entity: Entity) => boolean
) {
  const sql = yield* SqlClient.SqlClient
  const asked = targets.map((target, at) => stateSql(target, isThere(target.entity), at + 1))
  const accounts = targets.map(({ account }) => account ?? "")
  return yield* decodeStates(yield* sql.unsafe(asked.join("\nunion all\n"), accounts))
})
