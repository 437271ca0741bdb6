import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { targetOf } from "../../core/config/RunTarget.ts"
import * as Runs from "../../core/database/audit/Runs.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerDatabase } from "../support/database.ts"
import { entity, layerSync } from "../support/source.ts"

describe("a run that is interrupted", () => {
  it.live("says so in the audit and holds no lock, at whatever moment it was", () =>
    Effect.gen(function* () {
      const things = [entity("one"), entity("two")]
      const layer = layerSync(things, () => ({ before: Effect.never }))
      for (let attempt = 0; attempt <= 160; attempt++) {
        const run = Effect.flatMap(Sync, (sync) => sync.run(things, { trigger: "test", actor: null }))
        const ended = yield* Effect.timeoutOption(Effect.provide(run, layer), Duration.millis(attempt % 8))
        assert.strictEqual(ended._tag, "None")
      }
      const sql = yield* SqlClient.SqlClient
      assert.deepStrictEqual(
        yield* sql`select id from tributary.sync_log where error is distinct from 'interrupted'`,
        []
      )
      assert.deepStrictEqual(
        yield* sql`select objid from pg_locks where locktype = 'advisory' and database =
        (select oid from pg_database where datname = current_database())`,
        []
      )
    }).pipe(Effect.provide(layerDatabase))
  )

  it.live("is nobody's but its own entity's, whoever begins or ends beside it", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const begin = (name: string) =>
        Runs.begin([targetOf({ connector: "fake", name })], { trigger: "test", actor: null, configHash: "" })
      const running = sql`select entity from tributary.sync_log where status = 'running'`
      yield* begin("one")
      yield* Effect.scoped(begin("two"))
      assert.deepStrictEqual(yield* running, [{ entity: "one" }])
    }).pipe(Effect.scoped, Effect.provide(layerDatabase))
  )
})
