import { assert, describe, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql"
import { layerDatabase } from "../support/database.ts"
import { entity } from "../support/source.ts"
import { ids, rows, syncer } from "./World.ts"

/** What a mapper stumbles over is not known beforehand; this stands for all of it. */
const stumbling = {
  id: 9,
  get amount(): string {
    throw new TypeError("x is not a function")
  }
}

const told = /a fault in Tributary itself: TypeError: x is not a function/

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a defect", () => {
    it.effect("in the mapping of one entity fails it alone, with the reason in its audit row", () =>
      Effect.gen(function* () {
        const things = [entity("stumbles"), entity("walks")]
        const sync = syncer(things)
        const [broken, fine] = yield* sync(({ name }) => ({
          records: name === "stumbles" ? [...rows(1, 2), stumbling] : rows(1, 3)
        }))
        assert.match(broken?.error ?? "", told)
        assert.deepInclude(broken, { status: "failed", inserted: 0 })
        assert.deepInclude(fine, { status: "ok", inserted: 3 })
        const sql = yield* SqlClient.SqlClient
        const [audit] = yield* sql`select status, error from tributary.sync_log where entity = 'stumbles'`
        assert.deepInclude(audit, { status: "failed", error: broken?.error })
        const [, again] = yield* sync({ records: rows(1, 3) })
        assert.deepInclude(again, { status: "ok", unchanged: 3 })
      })
    )

    it.effect("leaves the other entities of the same read what they read", () =>
      Effect.gen(function* () {
        const parent = entity("sound", { columns: entity("x").columns.filter(({ name }) => name !== "amount") })
        const other = { ...entity("unsound"), request: parent.request }
        const [fine, broken] = yield* syncer([parent, other])({ records: [...rows(1, 2), stumbling] })
        assert.deepInclude(fine, { status: "ok", inserted: 3 })
        assert.match(broken?.error ?? "", told)
        assert.deepStrictEqual(yield* ids(parent), [1, 2, 9])
      })
    )

    it.effect("gives the lock back at once, while another read goes on", () =>
      Effect.gen(function* () {
        const going = yield* Deferred.make<void>()
        const things = [entity("gone_early"), entity("slow")]
        const sync = syncer(things)
        const first = yield* Effect.forkChild(
          sync(({ name }) =>
            name === "slow" ? { records: rows(1, 1), before: Deferred.await(going) } : { records: [stumbling] }
          )
        )
        const free = yield* Effect.repeat(syncer([things[0] ?? entity("none")])({ records: rows(1, 2) }), {
          until: ([result]) => result?.status === "ok",
          times: 500
        })
        assert.deepInclude(free[0], { status: "ok", inserted: 2 })
        yield* Deferred.succeed(going, undefined)
        const [, slow] = yield* Fiber.join(first)
        assert.deepInclude(slow, { status: "ok" })
      })
    )

    it.effect("of a source fails the run like an error of it", () =>
      Effect.gen(function* () {
        const [result] = yield* syncer([entity("dies")])({ before: Effect.die(new RangeError("too deep")) })
        assert.match(result?.error ?? "", /a fault in Tributary itself: RangeError: too deep/)
      })
    )
  })
})
