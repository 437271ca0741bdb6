/** Tables with foreign keys, and an entity with children. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export const make = Effect.fnUntraced(function* (...statements: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  for (const statement of statements) yield* sql.unsafe(statement)
})

export const document = (id: number, lines: ReadonlyArray<number>) => ({
  id,
  name: `d${id}`,
  items: lines.map((line) => ({ line }))
})
