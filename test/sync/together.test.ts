import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as Database from "../../core/database/connection/Database.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { declaration, freshDatabase } from "../support/database.ts"
import { entity, layerSync } from "../support/source.ts"
import { rows } from "./fixtures.ts"

/** One connection for everything but the locks. */
const layerNarrow = Layer.unwrap(
  Effect.map(freshDatabase, (url) =>
    Database.layer({ declaration: { ...declaration(url), connections: 1 }, dataDirectory: "" })
  )
)

const things = Array.from({ length: 20 }, (_, at) => entity(`thing_${at}`))
const layer = layerSync(things, () => ({ records: rows(1, 30) })).pipe(Layer.provideMerge(layerNarrow))

describe("syncs at the same time in one process", () => {
  it.live("do not use up the connections, however many they are", () =>
    Effect.gen(function* () {
      const sync = yield* Sync
      const results = yield* Effect.forEach(things, (thing) => sync.run([thing], { trigger: "test", actor: null }), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(
        results.flat().map(({ inserted, status }) => [status, inserted]),
        things.map(() => ["ok", 30])
      )
    }).pipe(Effect.provide(layer))
  )

  it.live("run an entity once, the others are skipped; afterwards it can run again", () =>
    Effect.gen(function* () {
      const sync = yield* Sync
      const [thing] = things
      const run = thing === undefined ? Effect.die("no thing") : sync.run([thing], { trigger: "test", actor: null })
      const results = yield* Effect.forEach([1, 2, 3], () => run, { concurrency: "unbounded" })
      assert.deepStrictEqual(
        results
          .flat()
          .map(({ status }) => status)
          .toSorted(),
        ["ok", "skipped", "skipped"]
      )
      const again = yield* run
      assert.deepStrictEqual(
        again.map(({ status, unchanged }) => [status, unchanged]),
        [["ok", 30]]
      )
      const sql = yield* SqlClient.SqlClient
      const held = yield* sql`select objid from pg_locks where locktype = 'advisory' and database =
        (select oid from pg_database where datname = current_database())`
      assert.isAtMost(held.length, 1)
    }).pipe(Effect.provide(layer))
  )
})
