import { assert, describe, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber, FiberSet } from "effect"
import { SqlClient } from "effect/sql"
import { targetOf } from "../../core/config/RunTarget.ts"
import * as PendingDeletes from "../../core/database/audit/PendingDeletes.ts"
import * as Runs from "../../core/database/audit/Runs.ts"
import { Locks, onLocks } from "../../core/database/connection/Locks.ts"
import { apply } from "../../core/database/load/ApplySql.ts"
import { completeIn } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"
import { settle } from "../support/settle.ts"
import { entity } from "../support/source.ts"
import { ids, inTurn, rows, syncerOf, tableOf } from "../sync/fixtures.ts"

/** Does something in a transaction that stays open until `end`. */
const held = Effect.fnUntraced(function* <A, E, R>(work: Effect.Effect<A, E, R>) {
  const sql = yield* SqlClient.SqlClient
  const done = yield* Deferred.make<void>()
  const enough = yield* Deferred.make<void>()
  const fiber = yield* Effect.forkChild(
    sql.withTransaction(
      Effect.tap(work, () => Effect.andThen(Deferred.succeed(done, undefined), Deferred.await(enough)))
    )
  )
  yield* Deferred.await(done)
  return { end: Effect.andThen(Deferred.succeed(enough, undefined), Fiber.join(fiber)) }
})

/** Asked over a connection of its own: one of the pool might wait behind the statement that waits. */
const somebodyWaits = Effect.gen(function* () {
  const ask = yield* onLocks
  const waiting = yield* ask(
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    []
  )
  return waiting.length > 0
}).pipe(Effect.scoped)

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a lock that is on its way back", () => {
    it.effect("is waited for by whoever wants one next: no plan that is applied behind a sync is skipped", () =>
      Effect.gen(function* () {
        const { claimed, closing } = yield* Locks
        const given = yield* Deferred.make<void>()
        claimed.add("fake.returned")
        yield* FiberSet.run(
          closing,
          Effect.andThen(
            Deferred.await(given),
            Effect.sync(() => claimed.delete("fake.returned"))
          )
        )
        const wanted = [targetOf({ connector: "fake", name: "returned" })]
        const next = yield* Effect.forkChild(
          Runs.begin(wanted, { trigger: "test", actor: null, configHash: "" }).pipe(Effect.scoped)
        )
        yield* settle
        yield* Deferred.succeed(given, undefined)
        const { runs } = yield* Fiber.join(next)
        assert.deepStrictEqual(
          runs.map(({ skipped }) => skipped),
          [false]
        )
      })
    )
  })

  describe("a pending delete", () => {
    it.effect("that two people decide on at the same time is decided once", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`create table fake_decided as select n as id from generate_series(1, 5) as n`
        const [question] = yield* sql<{ id: bigint }>`
          with asked as (
            insert into tributary.sync_log (connector, entity, trigger, status) values ('fake', 'decided', 'job', 'warning')
            returning id)
          insert into tributary.pending_delete (run_id, connector, entity, table_name, key_columns, reason, rows, total)
          select id, 'fake', 'decided', 'public.fake_decided', '["id"]', 'many', '[{"id": 1}, {"id": 2}]', 2 from asked returning id`
        const id = question?.id ?? 0n
        const first = yield* held(PendingDeletes.apply(id, "anna", "test"))
        const second = yield* Effect.forkChild(Effect.result(PendingDeletes.apply(id, "boris", "test")))
        yield* eventually(somebodyWaits)
        yield* first.end
        const late = yield* Fiber.join(second)
        assert.strictEqual(late._tag === "Failure" ? late.failure._tag : "decided again", "PendingDeleteGone")
        const [decided] = yield* sql`select status, decided_by, deleted from tributary.pending_delete where id = ${id}`
        assert.deepStrictEqual(decided, { status: "applied", decided_by: "anna", deleted: 2 })
        assert.lengthOf(yield* sql`select from tributary.sync_log where entity = 'decided' and trigger = 'test'`, 1)
      })
    )
  })

  describe("a plan that is applied", () => {
    it.effect("for a run that another process has taken over writes nothing", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = entity("overtaken")
        yield* syncerOf(thing)({ records: rows(1, 3) })
        const [run] = yield* sql<{ id: bigint }>`
          insert into tributary.sync_log (connector, entity, trigger, status) values ('fake', 'overtaken', 'apply', 'failed')
          returning id`
        const change = { inserts: [["4", "new", null]], updates: [], deletes: [["1", "row 1", "1.50"]] }
        assert.isUndefined(yield* apply(thing, run?.id ?? 0n, change, { rejects: [], warnings: [] }))
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3])
      })
    )
  })

  describe("a load", () => {
    it.effect("whose staged rows were lost fails, and takes none of them for gone", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const database = yield* Effect.context<SqlClient.SqlClient>()
        const thing = entity("unstaged")
        const sync = syncerOf(thing)
        const large = (to: number) => ({
          records: rows(1, to).map((row) => ({ ...row, name: "x".repeat(1_000_000) })),
          end: completeIn(2)
        })
        yield* sync(large(10))
        const lose = Effect.gen(function* () {
          const [staging] = yield* sql<{ name: string }>`
            select format('%I.%I', 'tributary', relname) as name from pg_class where relname like 'staging%' and relkind = 'r'`
          yield* sql.unsafe(`truncate ${staging?.name}`)
        }).pipe(Effect.orDie, Effect.provide(database))
        const result = yield* sync(inTurn(large(9), { ...large(9), before: lose }).next)
        assert.deepInclude(result, { status: "failed", deleted: 0 })
        assert.deepInclude(result.errorReason, { code: "run.stagingLost" })
        assert.lengthOf(yield* ids(thing), 10)
      })
    )

    it.effect("whose run another process is just taking over waits for that, and writes nothing", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = entity("taken")
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 3) })
        const read = yield* Deferred.make<void>()
        const running = yield* Effect.forkChild(sync({ records: rows(1, 4, "new"), before: Deferred.await(read) }))
        const run = sql`select id from tributary.sync_log where entity = 'taken' and status = 'running'`
        yield* eventually(Effect.map(run, (found) => found.length === 1))
        const other = yield* held(
          sql`update tributary.sync_log set status = 'failed', error = 'interrupted' where entity = 'taken' and status = 'running'`
        )
        yield* Deferred.succeed(read, undefined)
        yield* eventually(somebodyWaits)
        yield* other.end
        const result = yield* Fiber.join(running)
        assert.deepInclude(result, { status: "failed", inserted: 0 })
        assert.match(result.error ?? "", /another process took over/)
        assert.deepStrictEqual(
          (yield* tableOf(thing)).map(({ name }) => name),
          ["row 1", "row 2", "row 3"]
        )
        const [audit] =
          yield* sql`select status, error from tributary.sync_log where entity = 'taken' order by id desc limit 1`
        assert.deepStrictEqual(audit, { status: "failed", error: "interrupted" })
      })
    )
  })
})
