/** Places that conditions, `drop` and `join` name: what is told of one that no record has, and when. */
import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import type { Comparison, Condition } from "../../core/config/Condition.ts"
import type { Entity } from "../../core/config/Entity.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import type { RunResult } from "../../core/sync/RunResult.ts"
import { completeIn, type SourceRecord } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity, layerRegistry } from "../support/source.ts"
import { rows, syncerOf } from "./fixtures.ts"

const at = (place: string, comparison: Comparison): Condition => ({
  pointer: { up: 0, tokens: place.split("/") },
  comparison
})
const having = (more: SourceRecord, from = 1, to = 5) => rows(from, to).map((row) => ({ ...row, ...more }))
const summaryOf = ({ noteReasons, reasons, status }: RunResult) => [
  status,
  ...reasons.flatMap(({ code, params }) => (code === "field.lost" ? [`${params.places}`] : [])),
  ...noteReasons.flatMap(({ code, params }) => (code === "field.returned" ? [`back: ${params.columns}`] : []))
]

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a place that no record has", () => {
    it.effect("is told at once, and once, where it should be in all of them", () =>
      Effect.gen(function* () {
        const parts = ["first", "/name/last"].map((from) => ({ up: 0, tokens: from.split("/").filter(Boolean) }))
        const full = column("full", "text", { source: { _tag: "Joined", pointers: parts } })
        const thing = entity("odd_places", {
          columns: [column("id", "bigint"), full],
          drop: [{ by: "drop", ways: [["full_name"], ["fullName"]] }]
        })
        const sync = syncerOf(thing)
        const joined = "join: first, drop: full_name"
        const lacking = having({ name: { last: "Lee" } })
        const whole = having({ first: "Ann", name: { last: "Lee" }, fullName: "Ann Lee" })
        for (const [records, ...expected] of [
          [lacking, "warning", joined],
          [lacking, "ok"],
          [whole, "ok", `back: ${joined}`],
          [lacking, "warning", joined],
          [having({ first: "Ann", name: null, fullName: null }), "ok", `back: ${joined}`],
          [having({ other: 1 }), "warning", "drop: full_name"]
        ] as const) {
          assert.deepStrictEqual(summaryOf(yield* sync({ records })), expected)
        }
      })
    )

    it.effect("is told of a condition that nothing fulfils, whose records are all left out", () =>
      Effect.gen(function* () {
        const where = [at("statsu", { is: ["active"] })]
        const thing = entity("left_out", { where })
        const sync = syncerOf(thing)
        const records = having({ status: "active" })
        assert.deepStrictEqual(summaryOf(yield* sync({ records })), ["warning", "where: statsu"])
        const { entities } = yield* plan([thing]).pipe(Effect.provide(layerRegistry([thing], () => ({ records }))))
        assert.deepStrictEqual(
          [entities[0]?.absentPlaces, entities[0]?.unmetPlaces, entities[0]?.absent],
          [["where: statsu"], [], []]
        )
        assert.deepStrictEqual(summaryOf(yield* sync({ records: having({ statsu: "active", name: 1 }) })), ["ok"])
        // The source renames it.
        assert.deepStrictEqual(summaryOf(yield* sync({ records })), ["warning", "where: statsu"])
        assert.deepStrictEqual(summaryOf(yield* sync({ records })), ["warning"], "the source is empty")
        assert.deepStrictEqual(summaryOf(yield* sync({ records: having({ statsu: "active" }) })), [
          "ok",
          "back: where: statsu"
        ])
      })
    )

    it.effect("is not told of records that are gone, which often have only their key", () =>
      Effect.gen(function* () {
        const where = [at("state", { is: ["active"] })]
        const thing = entity("bare", {
          mode: "upsert",
          where,
          deletedWhen: { conditions: [at("gone", { is: [true] })] }
        })
        const sync = syncerOf(thing)
        yield* sync({ records: having({ state: "active" }) })
        const bare = [1, 2].map((id) => ({ id, gone: true }))
        assert.deepStrictEqual(summaryOf(yield* sync({ records: bare })), ["ok"])
      })
    )

    it.effect("is usual where it means something, and told if records that count had it before", () =>
      Effect.gen(function* () {
        const conditions = [at("deleted_at", { exists: true })]
        const kinds: ReadonlyArray<Partial<Entity>> = [
          { deletedWhen: { conditions } },
          { where: [at("deleted_at", { exists: false })] },
          { where: [at("deleted_at", { not: ["now"] })] }
        ]
        for (const [nth, more] of kinds.entries()) {
          const thing = entity(`usual_${nth}`, more)
          const sync = syncerOf(thing)
          const name = `${nth === 0 ? "deletedWhen" : "where"}: deleted_at`
          assert.deepStrictEqual(summaryOf(yield* sync({ records: having({}) })), ["ok"])
          const { entities } = yield* plan([thing]).pipe(
            Effect.provide(layerRegistry([thing], () => ({ records: having({}) })))
          )
          assert.deepStrictEqual([entities[0]?.absentPlaces, entities[0]?.unmetPlaces], [[], [name]])
          // One that is gone has it, and the living have not.
          const gone = [...having({}), { ...rows(6, 6)[0], deleted_at: "now" }]
          assert.deepStrictEqual(summaryOf(yield* sync({ records: gone })), ["ok"])
          assert.deepStrictEqual(summaryOf(yield* sync({ records: having({}) })), ["ok"])
          // The living have it.
          assert.deepStrictEqual(summaryOf(yield* sync({ records: having({ deleted_at: null }) })), ["ok"])
          assert.deepStrictEqual(summaryOf(yield* sync({ records: having({}) })), ["warning", name])
          assert.deepStrictEqual(summaryOf(yield* sync({ records: having({}) })), ["ok"])
        }
      })
    )

    it.effect("is told of a few records that changed only if they are more than the floor", () =>
      Effect.gen(function* () {
        const incremental = { cursor: "id", param: "since", overlap: Duration.zero, format: "text" }
        const thing = entity("few", { mode: "upsert", incremental, where: [at("state", { is: ["active"] })] })
        const sync = syncerOf(thing)
        yield* sync({ records: having({ state: "active" }) })
        assert.deepStrictEqual(summaryOf(yield* sync({ records: having({}, 6, 8), end: completeIn(1) })), ["ok"])
        assert.deepStrictEqual(summaryOf(yield* sync({ records: having({}, 6, 9) })), ["warning", "where: state"])
        assert.deepStrictEqual(summaryOf(yield* sync({ records: having({}, 6, 9) })), ["ok"])
      })
    )
  })
})
