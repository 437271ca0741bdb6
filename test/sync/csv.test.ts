/** Unreadable rows of CSV are reported, and the table rows that they may be are kept. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity } from "../support/source.ts"
import { drain, upstream } from "../upstream/vendor.ts"
import { ids, syncerOf } from "./fixtures.ts"

const csv = (name: string, more: Partial<Entity> = {}) => {
  const usual = entity(name, { format: "csv", records: "", ...more })
  const thing = { ...usual, guard: { ...usual.guard, maxReject: 1 } }
  const sync = syncerOf(thing)
  return {
    thing,
    sync: (...lines: ReadonlyArray<string>) =>
      Effect.gen(function* () {
        const body = lines.join("\n")
        const crm = yield* upstream(() => new Response(body, { headers: { "content-length": String(body.length) } }))
        return yield* sync(yield* drain(HttpSource.make(crm)(thing)))
      }).pipe(Effect.scoped)
  }
}

const header = "id,name,amount"
const good = ["1,a,1", "2,b,2", "3,c,3", "4,d,4"]

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a row of CSV with a wrong number of cells", () => {
    it.effect("is rejected by its line and keeps its row; others that are gone go", () =>
      Effect.gen(function* () {
        const { sync, thing } = csv("csv_cells")
        yield* sync(header, ...good)
        const result = yield* sync(header, "1,a,10", "2,b", "3,c, Inc,3")
        assert.deepInclude(result, { status: "warning", fetched: 3, updated: 1, rejected: 2, deleted: 1 })
        assert.include(result.warnings.join(), "record is line 3, of 2 cells where the header has 3")
        assert.include(result.warnings.join(), "record is line 4, of 4 cells where the header has 3")
        assert.deepEqual(yield* ids(thing), [1, 2, 3])
        const sql = yield* SqlClient.SqlClient
        const rejects =
          yield* sql`select field, key ->> 'id' as id, record from tributary.sync_reject order by position`
        assert.deepEqual(rejects, [
          { field: null, id: "2", record: '{"line":3,"cells":["2","b"]}' },
          { field: null, id: "3", record: '{"line":4,"cells":["3","c"," Inc","3"]}' }
        ])
      })
    )

    it.effect("keeps all rows where it does not surely say which one it is", () =>
      Effect.gen(function* () {
        const cases = [
          ["behind", "name,id,amount", "b,2", {}],
          ["spanning", header, '"2\n",b', {}],
          ["quotes", header, '2,"b" b,2', {}],
          ["default", header, "2,b", { key: ["id", "amount"] }]
        ] as const
        for (const [name, head, bad, more] of cases) {
          const { sync, thing } = csv(`csv_${name}`, {
            ...more,
            columns: [column("id", "bigint"), column("name", "text"), column("amount", "decimal", { default: 9 })]
          })
          const swapped = head === header ? good : good.map((row) => row.replace(/^(\d),(\w)/, "$2,$1"))
          yield* sync(head, ...swapped)
          const result = yield* sync(head, ...swapped.slice(0, 1), bad, ...swapped.slice(2, 3))
          assert.deepInclude(result, { status: "warning", rejected: 1, deleted: 0 }, name)
          assert.deepEqual(yield* ids(thing), [1, 2, 3, 4], name)
        }
      })
    )
  })
})
