import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { targetOf } from "../../core/config/RunTarget.ts"
import * as Runs from "../../core/database/audit/Runs.ts"
import { sweep } from "../../core/database/audit/Sweep.ts"
import { stage } from "../../core/database/load/Staging.ts"
import { layerDatabase } from "../support/database.ts"
import { entity } from "../support/source.ts"

const thing = entity("swept")
const context = { trigger: "test", actor: null, configHash: "hash" }

/** A run as a killed process leaves it, with its staging table. */
const dead = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [run] = yield* sql<{ id: bigint }>`
    insert into tributary.sync_log (connector, entity, trigger, status) values ('fake', 'dead', 'test', 'running') returning id`
  const id = run?.id ?? 0n
  yield* sql.unsafe(`create unlogged table tributary.staging_${id} (_n bigint)`)
  yield* sql.unsafe(`create index on tributary.staging_${id} (_n)`)
  return id
})

const stateOf = Effect.fnUntraced(function* (id: bigint) {
  const sql = yield* SqlClient.SqlClient
  const [run] = yield* sql`select status, error, error_reason from tributary.sync_log where id = ${id}`
  const [table] = yield* sql`select to_regclass(${`tributary.staging_${id}`}) is not null as exists`
  return { ...run, ...table }
})

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("the sweep at a start", () => {
    it.effect("ends runs that nobody works on and drops what they staged, and leaves a live one alone", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const killed = yield* dead
        const ended = yield* dead
        yield* sql`update tributary.sync_log set status = 'failed', error = 'something else' where id = ${ended}`
        yield* Effect.scoped(
          Effect.gen(function* () {
            const { runs } = yield* Runs.begin([targetOf(thing)], context)
            const live = runs[0]?.id ?? 0n
            const { table } = yield* stage(thing, live)
            yield* sql.unsafe(`create index on ${table} (_n)`)
            yield* sweep
            assert.deepInclude(yield* stateOf(live), { status: "running", error: null, exists: true })
          })
        )
        assert.deepStrictEqual(yield* stateOf(killed), {
          status: "failed",
          error: "interrupted",
          error_reason: { code: "run.interrupted", params: {} },
          exists: false
        })
        assert.deepInclude(yield* stateOf(ended), { error: "something else", exists: false })
      })
    )

    it.effect("is left to another time where the database takes no writes", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const left = yield* dead
        // It leaves a transaction that PostgreSQL has given up.
        const swept = Effect.andThen(Effect.andThen(sql`set transaction read only`, sweep), Effect.fail("swept"))
        assert.strictEqual(yield* Effect.flip(sql.withTransaction(swept)), "swept")
        assert.deepInclude(yield* stateOf(left), { status: "running", exists: true })
      })
    )
  })
})
