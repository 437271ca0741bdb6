/** Children of an incremental entity whose records may say that they are gone. */
import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { reason } from "../../core/reason/Reason.ts"
import type { SourceRecord } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity } from "../support/source.ts"
import { changing, incremental } from "./cursorFixtures.ts"
import { brokenOff, inTurn, syncer, tableOf } from "./fixtures.ts"
import { often } from "./LongRead.ts"
import { gone, guard } from "./tombstoneFixtures.ts"

const parentId = column("parent", "bigint", { source: { _tag: "Pointer", pointer: { up: 1, tokens: ["id"] } } })

const pair = (name: string, more: Partial<Entity> = {}) => {
  const conditions = { deletedWhen: { conditions: [gone] } }
  const order = changing(`order_${name}`, conditions)
  const line = entity(`line_${name}`, {
    parent: order.name,
    records: "/lines",
    above: conditions,
    key: ["parent", "n"],
    columns: [parentId, column("n", "bigint")],
    guard: guard({ floor: 20 }),
    ...more
  })
  return {
    line,
    sync: syncer([order, line]),
    shown: Effect.map(tableOf(line), (rows) => rows.map(({ n, parent }) => `${parent}.${n}`))
  }
}

const of = (id: number, at: number, ...lines: ReadonlyArray<number>): SourceRecord => ({
  id,
  at: `2026-03-${String(at).padStart(2, "0")}T00:00:00Z`,
  lines: lines.map((n) => ({ n }))
})

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("children of an incremental entity", () => {
    it.effect("stay in mode upsert, and the run says that their parents are gone", () =>
      Effect.gen(function* () {
        const { shown, sync } = pair("kept", { mode: "upsert" })
        yield* sync({ records: [of(1, 1, 1, 2), of(2, 2, 1)] })
        const [, lines] = yield* sync({
          records: [
            { id: 1, at: "2026-03-05T00:00:00Z", gone: true },
            { id: 2, at: "2026-03-06T00:00:00Z", gone: true }
          ]
        })
        assert.deepInclude(lines, { status: "ok", deleted: 0 })
        assert.deepEqual(lines?.noteReasons, [reason("run.goneParents", { count: 2, mode: "upsert" })])
        assert.deepEqual(yield* shown, ["1.1", "1.2", "2.1"])
      })
    )

    it.effect("whose parents are gone are counted once when a long read breaks off and goes on", () =>
      Effect.gen(function* () {
        const order = changing("order_broken", { incremental: { ...incremental, ordered: true } })
        const line = entity("line_broken", {
          parent: order.name,
          records: "/lines",
          above: { deletedWhen: { conditions: [gone] } },
          mode: "upsert",
          key: ["parent", "n"],
          columns: [parentId, column("n", "bigint")]
        })
        const tombstone = { id: 1, at: "2026-03-01T00:00:00Z", gone: true }
        const { asked, next } = inTurn(
          { records: [tombstone, of(2, 2, 1), of(3, 3, 1), of(4, 4, 1)], pageSize: 2, error: brokenOff },
          { records: [of(3, 3, 1), of(4, 4, 1)] }
        )
        const [, lines] = yield* syncer([order, line], { ...often, retry: { delays: [Duration.zero] } })(next)
        assert.deepInclude(lines, { status: "ok", inserted: 3 })
        assert.strictEqual(asked(), 2)
        assert.deepInclude(lines?.noteReasons ?? [], reason("run.goneParents", { count: 1, mode: "upsert" }))
      })
    )
  })
})
