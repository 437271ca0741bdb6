/** A plan of fields that steps make: it shows what the sync writes, and rejects what that rejects. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { plan } from "../../core/sync/plan/Planner.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, entity, layerRegistry } from "../support/source.ts"
import { syncer, tableOf } from "./fixtures.ts"

const thing = entity("stepped", {
  columns: [
    column("id", "bigint"),
    column("state", "text", { transform: ["trim", { map: { A: "active", C: "closed" } }] }),
    column("fee", "decimal", { transform: ["cents"] }),
    column("tags", "text", { array: true, transform: [{ split: "," }, "trim", "upper"] })
  ],
  guard: { ...entity("x").guard, maxReject: 1 }
})

const record = (id: number, state: string, fee: unknown, tags: string) => ({ id, state, fee, tags })

layer(layerDatabase, { excludeTestServices: true })((it) => {
  it.effect("a plan shows values as their steps make them, and what they reject", () =>
    Effect.gen(function* () {
      const before: Answers = () => ({
        records: [record(1, "A", 1999, "a, b"), record(2, "A", 5, ""), record(3, "C", 1, "x"), record(5, "C", 2, "y")]
      })
      // Another spelling of the same values, a new one, one that is no step's, and one that is gone.
      const after: Answers = () => ({
        records: [
          record(1, " A ", "1999", "a,b"),
          record(2, "C", 6, ""),
          record(3, "Z", 1, "x"),
          record(4, "C", 0, "z")
        ]
      })
      const sync = syncer([thing])
      yield* sync(before)
      const {
        entities: [planned]
      } = yield* plan([thing]).pipe(Effect.provide(layerRegistry([thing], after)))
      assert.deepInclude(planned, { error: null, unchanged: 1, rejected: 1 })
      assert.deepStrictEqual(planned?.inserts, [{ id: "4", state: "closed", fee: "0.00", tags: "{Z}" }])
      assert.deepStrictEqual(planned?.updates, [
        {
          key: { id: "2" },
          changes: [
            { column: "state", from: "active", to: "closed" },
            { column: "fee", from: "0.05", to: "0.06" }
          ]
        }
      ])
      assert.deepStrictEqual(
        planned?.deletes.map(({ id }) => id),
        ["5"]
      )
      assert.match(planned?.warnings.join() ?? "", /state is not among the values of map/)
      const [result] = yield* sync(after)
      assert.deepInclude(result, { inserted: 1, updated: 1, unchanged: 1, deleted: 1, rejected: 1 })
      assert.deepStrictEqual(
        (yield* tableOf(thing)).map(({ id, state }) => `${id} ${state}`),
        ["1 active", "2 closed", "3 closed", "4 closed"]
      )
    })
  )
})
