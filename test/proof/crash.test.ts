import { randomInt } from "node:crypto"
import { PgConnection } from "@effect/sql-pg"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Config, Effect, Fiber, Layer, type Redacted, Schedule, Schema, type Scope } from "effect"
import { SqlClient } from "effect/sql"
import { sweep } from "../../core/database/audit/Sweep.ts"
import * as Database from "../../core/database/connection/Database.ts"
import { draw } from "../../core/plugin/SandboxDraw.ts"
import { RunResult } from "../../core/sync/RunResult.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { declaration, freshDatabase } from "../support/database.ts"
import { type Answer, layerSync } from "../support/source.ts"
import { child } from "./Child.ts"
import { checksum, type Generation, large, recordsOf, size } from "./Generations.ts"

/** `PROOF_SEED` repeats the moments of a run (as far as time can be repeated); `PROOF_KILLS` sets their number. */
const options = Config.all({
  seed: Config.Int("PROOF_SEED").pipe(Config.withDefault(randomInt(1_000_000_000))),
  kills: Config.Int("PROOF_KILLS").pipe(Config.withDefault(20))
})

interface World {
  readonly url: Redacted.Redacted
  /** Loads a generation in this process. */
  readonly load: (generation: Generation, rows?: number) => Effect.Effect<RunResult, unknown, Sync>
}

const inWorld = (test: (world: World) => Effect.Effect<void, unknown, SqlClient.SqlClient | Sync | Scope.Scope>) =>
  Effect.gen(function* () {
    const url = yield* freshDatabase
    let answer: Answer = {}
    const load = Effect.fnUntraced(function* (generation: Generation, rows = size) {
      answer = { records: recordsOf(generation, rows), pageSize: 1_000 }
      const sync = yield* Sync
      const [result] = yield* sync.run([large], { trigger: "test", actor: null })
      return yield* Effect.fromNullishOr(result)
    })
    const layer = layerSync([large], () => answer).pipe(
      Layer.provideMerge(Database.layer({ declaration: declaration(url), dataDirectory: "" }))
    )
    yield* test({ url, load }).pipe(Effect.provide(layer))
  })

/** Returns the checksum of each generation; afterwards the table holds `a`. */
const sumsOf = Effect.fnUntraced(function* ({ load }: World, rows = size) {
  const sum = Effect.fnUntraced(function* (generation: Generation) {
    assert.strictEqual((yield* load(generation, rows)).status, "ok")
    return yield* checksum
  })
  return { b: yield* sum("b"), a: yield* sum("a") }
})

/** Waits for another process or backend, which is soon done, or the test has failed. */
const until = <A, E, R>(effect: Effect.Effect<A, E, R>, done: (value: A) => boolean) =>
  Effect.repeat(effect, { until: done, schedule: Schedule.spaced("5 millis") }).pipe(Effect.timeout("45 seconds"))

const lastRun = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) =>
    sql<{ id: bigint; status: string; error: string | null }>`
      select id, status, error from tributary.sync_log order by id desc limit 1`
).pipe(Effect.map((rows) => rows[0]))

const stagingTables = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`
    select relname from pg_class where relnamespace = to_regnamespace('tributary') and relname like 'staging%'`
)

describe("a process killed at a random moment", () => {
  it.live(
    "leaves one whole generation, and the next start clears up after it",
    () =>
      inWorld((world) =>
        Effect.gen(function* () {
          const { kills, seed } = yield* options
          const random = yield* draw(seed)
          const began = yield* Clock.currentTimeMillis
          const sums = yield* sumsOf(world)
          const usual = ((yield* Clock.currentTimeMillis) - began) / 2
          let holds: Generation = "a"
          const outcomes = { interrupted: 0, finished: 0, unbegun: 0 }
          let next = yield* Effect.forkScoped(child(world.url))
          for (let nth = 1; nth <= kills; nth++) {
            const victim = yield* Fiber.join(next)
            next = yield* Effect.forkScoped(nth < kills ? child(world.url) : Effect.never)
            const before = yield* lastRun
            const target: Generation = holds === "a" ? "b" : "a"
            const after = random.int(0, Math.round(usual * 1.3))
            yield* victim.load(target)
            yield* Effect.sleep(after)
            yield* victim.kill

            const where = `kill ${nth} after ${after} of about ${usual} ms (PROOF_SEED=${seed})`
            const run = yield* until(Effect.andThen(sweep, lastRun), (found) => found?.status !== "running")
            // A backend may outlive its client for a moment and finish the run; one more start clears its leftovers.
            yield* sweep
            const whole = yield* checksum
            if (run?.id === before?.id) {
              outcomes.unbegun += 1
              assert.strictEqual(whole, sums[holds], where)
            } else if (run?.status === "failed") {
              outcomes.interrupted += 1
              assert.strictEqual(run.error, "interrupted", where)
              assert.strictEqual(whole, sums[holds], where)
            } else {
              outcomes.finished += 1
              assert.strictEqual(run?.status, "ok", where)
              assert.strictEqual(whole, sums[target], where)
              holds = target
            }
            assert.deepStrictEqual(yield* stagingTables, [], where)
          }
          assert.isAbove(outcomes.interrupted, 0, JSON.stringify({ outcomes, usual, seed }))
          assert.strictEqual((yield* world.load(holds === "a" ? "b" : "a")).status, "ok")
        })
      ),
    300_000
  )
})

const decodePids = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ pid: Schema.Int })))

/** A connection outside the pool, whose connections are shared: it never waits behind what it is to disturb. */
const outsider = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  const connection = yield* PgConnection.make({ url })
  const query = (sql: string) => Effect.map(connection.query(sql, []), ({ rows }) => rows)
  const firstPid = (sql: string) =>
    Effect.map(
      until(Effect.flatMap(query(sql), decodePids), (pids) => pids.length > 0),
      ([first]) => first?.pid ?? 0
    )
  return { query, firstPid, terminate: (pid: number) => query(`select pg_terminate_backend(${pid})`) }
})

/** Locks the table, so that a load statement stops in the middle; `loading` is the waiting backend. */
const lockedTable = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  const { firstPid, query, terminate } = yield* outsider(url)
  yield* query("begin")
  yield* query("lock table fake_large in access exclusive mode")
  return {
    loading: firstPid("select pid from pg_locks where relation = 'fake_large'::regclass and not granted"),
    terminate,
    unlock: query("rollback")
  }
})

describe("a backend that is terminated", () => {
  for (const [what, rows] of [
    ["a load that travels with its statement", 3_000],
    ["a staged load", size]
  ] as const) {
    it.live(`in the middle of ${what}: the load is tried again, exactly once more`, () =>
      inWorld((world) =>
        Effect.gen(function* () {
          const sums = yield* sumsOf(world, rows)
          const table = yield* lockedTable(world.url)
          const running = yield* Effect.forkScoped(world.load("b", rows))
          yield* table.terminate(yield* table.loading)
          yield* table.unlock
          const result = yield* Fiber.join(running)
          assert.deepInclude(result, {
            status: "ok",
            error: null,
            fetched: rows,
            inserted: rows / 6,
            deleted: rows / 6
          })
          assert.strictEqual(yield* checksum, sums.b)
        })
      )
    )
  }

  it.live("while rows are being staged: the run ends with a whole generation, whichever way", () =>
    inWorld((world) =>
      Effect.gen(function* () {
        const { seed } = yield* options
        const random = yield* draw(seed)
        const sums = yield* sumsOf(world)
        const { firstPid, terminate } = yield* outsider(world.url)
        const staging = firstPid(`
          select pid from pg_stat_activity
          where datname = current_database() and state = 'active' and query like 'insert into tributary."staging%'`)
        let holds: Generation = "a"
        for (let nth = 1; nth <= 3; nth++) {
          const target: Generation = holds === "a" ? "b" : "a"
          const running = yield* Effect.forkScoped(world.load(target))
          const victim = yield* staging
          yield* Effect.sleep(random.int(0, 50))
          yield* terminate(victim)
          const { error, status } = yield* Fiber.join(running)
          if (status === "ok") holds = target
          assert.include(["ok", "failed"], status, error ?? "")
          assert.strictEqual(
            yield* checksum,
            sums[holds],
            `termination ${nth}: ${status} ${error} (PROOF_SEED=${seed})`
          )
        }
        assert.strictEqual((yield* world.load("b")).status, "ok")
        assert.strictEqual(yield* checksum, sums.b)
      })
    )
  )
})

describe("two processes", () => {
  it.live("never run one entity at once: the second is skipped", () =>
    inWorld((world) =>
      Effect.gen(function* () {
        const sums = yield* sumsOf(world)
        const [first, second] = yield* Effect.all([child(world.url), child(world.url)], { concurrency: 2 })
        const result = (json: string) => Schema.decodeUnknownEffect(Schema.fromJsonString(RunResult))(json)
        const table = yield* lockedTable(world.url)
        yield* first.load("b")
        yield* table.loading
        yield* second.load("b")
        assert.deepInclude(yield* result(yield* second.result), { status: "skipped", inserted: 0, deleted: 0 })
        yield* table.unlock
        assert.deepInclude(yield* result(yield* first.result), { status: "ok", inserted: size / 6, deleted: size / 6 })
        assert.strictEqual(yield* checksum, sums.b)
      })
    )
  )
})
