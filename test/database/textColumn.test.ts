import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { concat, parameter, TextColumnWriter, texts } from "../../core/database/tables/TextColumn.ts"
import { layerDatabase } from "../support/database.ts"

const values = ["", "a", null, "Молоко 3,2% ", "🥛🥛", "x".repeat(10_000), null, "'\"\\{},\n", "ж".repeat(3_000)]

const columnOf = (items: ReadonlyArray<string | null>) => {
  const writer = new TextColumnWriter()
  for (const item of items) writer.push(item)
  return writer.take()
}

describe("a column of text", () => {
  it("gives back what was put into it, piece by piece and joined", () => {
    const writer = new TextColumnWriter()
    for (const value of values) writer.push(value)
    const first = writer.take()
    writer.push("after")
    assert.deepStrictEqual(texts(first), values)
    assert.deepStrictEqual(texts(concat([first, writer.take(), columnOf([])])), [...values, "after"])
  })

  it("gives back texts of any length", () => {
    const lengths = [0, 1, 127, 128, 255, 256, 65_535, 65_536, 131_072, 16_777_215, 16_777_216]
    const all = lengths.flatMap((length) => ["x".repeat(length), `${"x".repeat(Math.max(0, length - 2))}я`])
    const given = texts(columnOf(all))
    assert.deepEqual(
      given.map((text) => text?.length),
      all.map(({ length }) => length)
    )
    assert.isTrue(given.every((text, at) => text === all[at]))
  })

  it.live("arrives in PostgreSQL as it is, empty ones too", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const ask = Effect.fnUntraced(function* (items: ReadonlyArray<string | null>) {
        const rows = yield* sql.unsafe<{ value: string | null }>(
          "select u.value from unnest($1::text[]) with ordinality as u(value, n) order by n",
          [yield* parameter(columnOf(items))]
        )
        return rows.map(({ value }) => value)
      })
      for (const items of [values, [], [null], ["one"]]) assert.deepStrictEqual(yield* ask(items), items)
    }).pipe(Effect.provide(layerDatabase))
  )
})
