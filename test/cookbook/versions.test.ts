/** The recipe about versions: the table has the last content of an order, the versions have all. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { layerDatabase } from "../support/database.ts"
import { byPath, type Day, mirrors } from "./Cookbook.ts"

const title = "Every version of a record"

const day = (state: string): Day => {
  const order = { id: 7, state, note: `is ${state}` }
  return { answer: byPath({ "/orders": [order] }), rows: { order: [{ id: 7n, state, raw: order, gone_at: null }] } }
}

layer(layerDatabase, { excludeTestServices: true })(title, (it) => {
  it.effect("is mirrored", () =>
    Effect.gen(function* () {
      yield* mirrors(title, [day("new"), day("paid")])
      const sql = yield* SqlClient.SqlClient
      const kept = yield* sql`
        select content ->> 'note' as note, valid_to is null as open from shop_order_versions where id = 7 order by valid_from`
      assert.deepStrictEqual(kept, [
        { note: "is new", open: false },
        { note: "is paid", open: true }
      ])
    })
  )
})
