import { readdir } from "node:fs/promises"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import * as Database from "../../core/database/connection/Database.ts"
import { declaration, emptyDatabase, freshDatabase } from "../support/database.ts"

const migrations = new URL("../../migrations/", import.meta.url)

const wrongPassword = (url: Redacted.Redacted): Redacted.Redacted => {
  const wrong = new URL(Redacted.value(url))
  wrong.password = "not-the-password"
  return Redacted.make(wrong.href)
}

describe("the connection", () => {
  it.live("is set up for a far server, and a second start asks one question instead of migrating", () =>
    Effect.gen(function* () {
      const url = yield* emptyDatabase
      const database = Database.layer({ declaration: declaration(url), dataDirectory: "" })
      const settings = Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const [row] =
          yield* sql`select current_setting('jit') as jit, current_setting('statement_timeout') as statement,
          current_setting('lock_timeout') as lock, current_setting('plan_cache_mode') as plans,
          current_setting('application_name') as name,
          (select count(*)::int from pg_stat_activity where datname = current_database() and application_name = 'tributary') as warm`
        return row
      })
      const expected = { jit: "off", statement: "5min", lock: "30s", plans: "force_custom_plan", name: "tributary" }
      const first = yield* Effect.provide(settings, database)
      assert.deepInclude(first, expected)
      assert.isAtLeast(Number(first?.warm), 2)
      const again = yield* Effect.provide(
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          return yield* sql<{ migration_id: number }>`select migration_id from tributary_migrations order by 1`
        }),
        database
      )
      const files = yield* Effect.promise(() => readdir(migrations))
      assert.deepStrictEqual(
        again.map(({ migration_id }) => migration_id),
        files.map((_, at) => at + 1)
      )
    })
  )

  it.live("is one of no more than are declared, however much is asked at once", () =>
    Effect.gen(function* () {
      const declared = { ...declaration(yield* freshDatabase), connections: 2 }
      const asked = Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const ask = sql<{ pid: number }>`select pg_backend_pid() as pid, pg_sleep(0.02)`
        return yield* Effect.all(
          Array.from({ length: 20 }, () => ask),
          { concurrency: "unbounded" }
        )
      })
      const results = yield* Effect.provide(asked, Database.layer({ declaration: declared, dataDirectory: "" }))
      assert.isAtMost(new Set(results.map(([row]) => row?.pid)).size, 2)
    })
  )

  it.live("that is refused for good says so at once, without the password", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const wrong = { ...declaration(url), url: wrongPassword(url) }
      const error = yield* Effect.flip(
        Effect.provide(SqlClient.SqlClient, Database.layer({ declaration: wrong, dataDirectory: "" }))
      )
      assert.strictEqual(error._tag, "DatabaseUnavailable")
      assert.match(error.message, /DATABASE_URL/)
      assert.notMatch(error.message, /not-the-password/)
    })
  )
})
