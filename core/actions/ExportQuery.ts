/**
 * Runs the query of an export: one statement in its own read-only session, within its time limit. PostgreSQL writes the
 * values as text, so that no digit is lost.
 */
import { Effect, Schema } from "effect"
import type { ExportDeclaration } from "../config/ExportDeclaration.ts"
import { Reader } from "../database/connection/Reader.ts"
import { quote } from "../database/tables/Identifier.ts"
import type { ExportKind, ExportRows } from "../plugin/Export.ts"
import { reason, spanOf } from "../reason/Reason.ts"
import { RunFailure } from "../sync/RunFailure.ts"

/** Anyone who needs more rows wants a file, not a sheet. */
const maxRows = 50_000

/** Kinds by the type's oid in PostgreSQL's own catalog, which never changes; all other types are text. */
const kinds: ReadonlyMap<number, ExportKind> = new Map([
  [16, "boolean"],
  [20, "number"],
  [21, "number"],
  [23, "number"],
  [700, "number"],
  [701, "number"],
  [1700, "number"],
  [1082, "date"],
  [1083, "time"],
  [1114, "timestamp"],
  [1184, "timestamp"]
])
const timestamptz = 1184

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Schema.Record(Schema.String, Schema.NullOr(Schema.String))))

/** `timezone` is the time zone in which timestamps are written. */
export const read = Effect.fn("ExportQuery.read")(function* (declaration: ExportDeclaration, timezone: string) {
  const reader = yield* Reader
  const { query, timeout } = declaration
  // A line break, because the query may end with a comment.
  const from = `from (${query}\n) as q`
  const rows = Effect.gen(function* () {
    const session = yield* reader.session(timeout)
    // The transaction ends with the session.
    yield* session.query("begin isolation level repeatable read, read only", [])
    const { fields } = yield* session.query(`select * ${from} limit 0`, [])
    const names = fields.map(({ name }) => name)
    const twice = names.find((name, at) => names.indexOf(name) < at)
    if (twice !== undefined) {
      return yield* new RunFailure({ reason: reason("export.sameColumn", { column: twice }) })
    }
    const values = fields.map(({ dataTypeId, name }) => {
      const column = `q.${quote(name)}`
      return `${dataTypeId === timestamptz ? `timezone($1, ${column})` : column}::text as ${quote(name)}`
    })
    // Always uses the parameter, because an unused one has no type.
    const statement = `select ${values.join(", ")} ${from} where $1::text is not null limit ${maxRows + 1}`
    const found = yield* decodeRows((yield* session.query(statement, [timezone])).rows)
    const columns = fields.map(({ dataTypeId, name }) => ({ name, kind: kinds.get(dataTypeId) ?? ("text" as const) }))
    return { columns, rows: found } satisfies ExportRows
  })
  const answered = yield* Effect.scoped(rows).pipe(
    Effect.catchIf(
      (error) => error._tag === "SqlError" && error.reason._tag === "StatementTimeoutError",
      () =>
        new RunFailure({
          reason: reason("export.queryTimeout", { limit: spanOf(timeout) })
        })
    )
  )
  if (answered.rows.length > maxRows) {
    return yield* new RunFailure({
      reason: reason("export.tooManyRows", { limit: maxRows })
    })
  }
  return answered
})
