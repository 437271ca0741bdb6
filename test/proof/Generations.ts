/** Two contents of one large table: many rows are the same, many differ, and each has some that the other lacks. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { column, entity } from "../support/source.ts"

export const Generation = Schema.Literals(["a", "b"])
export type Generation = typeof Generation.Type

/** Large enough that the rows are staged on their way. */
export const size = 30_000

export const large = entity("large", {
  columns: [column("id", "bigint"), column("name", "text"), column("amount", "decimal"), column("note", "text")]
})

const note = "a note that makes the row as long as rows of real documents are, ".repeat(6)

export const recordsOf = (generation: Generation, rows = size) => {
  const from = generation === "a" ? 1 : 1 + rows / 6
  return Array.from({ length: rows }, (_, at) => {
    const id = from + at
    return { id, name: id % 3 === 0 ? `${generation} ${id}` : `row ${id}`, amount: `${id % 1000}.25`, note }
  })
}

/** A checksum of every value of every row. */
export const checksum = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ sum: string }>`
    select count(*) || ':' || coalesce(sum(hashtextextended(concat_ws('|', id, name, amount, note), 0)::numeric), 0) as sum
    from fake_large`
  return row?.sum
})
