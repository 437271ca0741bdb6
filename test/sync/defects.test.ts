import { assert, describe, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql"
import { lockKey } from "../../core/database/audit/Runs.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { partial, UpstreamError } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"
import { entity } from "../support/source.ts"
import { ids, rows, syncer } from "./fixtures.ts"

/** Nobody knows in advance what will break a mapper; this represents all of it. */
const stumbling = {
  id: 9,
  get amount(): string {
    throw new TypeError("x is not a function")
  }
}

const message = /a fault in Tributary itself: TypeError: x is not a function/

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a defect", () => {
    it.effect("in the mapping of one entity fails it alone, with the reason in its audit row", () =>
      Effect.gen(function* () {
        const things = [entity("stumbles"), entity("walks")]
        const sync = syncer(things)
        const [broken, fine] = yield* sync(({ name }) => ({
          records: name === "stumbles" ? [...rows(1, 2), stumbling] : rows(1, 3)
        }))
        assert.match(broken?.error ?? "", message)
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
        assert.match(broken?.error ?? "", message)
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

    it.effect("with a NUL and half a character in its words has them in the audit, as its warnings have", () =>
      Effect.gen(function* () {
        const things = [entity("nul_defect"), entity("nul_error"), entity("nul_partial")]
        const words = "a\0b\ud83d"
        const results = yield* syncer(things)(({ name }) => {
          if (name === "nul_defect") return { before: Effect.die(new Error(words)) }
          if (name === "nul_partial") return { records: rows(1, 2), end: partial(foreignText(words)) }
          return { error: new UpstreamError({ kind: "Format", reason: foreignText(words) }) }
        })
        assert.deepStrictEqual(
          results.map(({ status }) => status),
          ["failed", "failed", "warning"]
        )
        const sql = yield* SqlClient.SqlClient
        const audit = yield* sql<{ status: string; error: string | null; warnings: ReadonlyArray<string> }>`
          select status, error, warnings from tributary.sync_log where entity like 'nul_%' order by entity`
        for (const { error, status, warnings } of audit) {
          assert.include(["failed", "warning"], status)
          assert.include([error, ...warnings].join(), "a\ufffdb\ufffd")
        }
      })
    )

    it.effect(
      "of what a group is read by, as a connector that is gone, fails its entities alone and gives their locks back",
      () =>
        Effect.gen(function* () {
          const gone = entity("of_nobody", { connector: "gone" })
          const fine = entity("of_somebody")
          const going = yield* Deferred.make<void>()
          const first = yield* Effect.forkChild(
            syncer([gone, fine])({ records: rows(1, 1), before: Deferred.await(going) })
          )
          const sql = yield* SqlClient.SqlClient
          const held = sql<{ held: boolean }>`select exists (
          select from pg_locks where locktype = 'advisory'
            and (classid::bigint << 32 | objid::bigint) = ${sql.literal(lockKey("w"))}
        ) as held from (select 'gone' as connector, 'of_nobody' as entity, null::text as account) as w`
          const audit = sql<{ status: string; error: string }>`
          select status, error from tributary.sync_log where entity = 'of_nobody' and status <> 'running'`
          yield* eventually(Effect.map(audit, (found) => found.length === 1))
          yield* eventually(Effect.map(held, ([row]) => row?.held === false))
          assert.match((yield* audit)[0]?.error ?? "", /a fault in Tributary itself/)
          yield* Deferred.succeed(going, undefined)
          const results = yield* Fiber.join(first)
          assert.deepStrictEqual(
            results.map(({ entity: name, status }) => [name, status]),
            [
              ["of_nobody", "failed"],
              ["of_somebody", "ok"]
            ]
          )
          assert.strictEqual(results[0]?.durationMs, 0)
        })
    )

    it.effect("of who only listens fails nothing", () =>
      Effect.gen(function* () {
        const [result] = yield* syncer([entity("heard")])({ records: rows(1, 2) }, undefined, {
          onEvent: () => {
            throw new Error("not listening")
          }
        })
        assert.deepInclude(result, { status: "ok", inserted: 2 })
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
