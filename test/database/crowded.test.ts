/** A server that is there and takes no more connections, or none yet. */
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PgConnection } from "@effect/sql-pg"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Logger, Redacted, Scope } from "effect"
import { SqlClient } from "effect/sql"
import * as Database from "../../core/database/connection/Database.ts"
import * as Embedded from "../../core/database/connection/Embedded.ts"
import { describe as describeFailure } from "../../core/sync/RunFailure.ts"
import { declaration } from "../support/database.ts"

/** Those that a server of this size takes from a superuser. */
const room = 8

const crowdedServer = Effect.gen(function* () {
  const folder = yield* Effect.acquireRelease(
    Effect.promise(() => mkdtemp(join(tmpdir(), "tributary-crowded-"))),
    (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
  )
  yield* Effect.promise(() => chmod(folder, 0o755))
  const settings = {
    max_connections: String(room),
    superuser_reserved_connections: "1",
    max_wal_senders: "0",
    autovacuum: "off"
  }
  return yield* Embedded.start({ directory: join(folder, "postgres"), settings })
})

const start = (url: Redacted.Redacted) =>
  Effect.scoped(
    Effect.provide(
      Effect.flatMap(SqlClient.SqlClient, (sql) => sql`select 1 as one`),
      Database.layer({ declaration: declaration(url), dataDirectory: "" })
    )
  )

describe("a server without a free connection", () => {
  it.live("says so in words with what to do, and a daemon that starts waits for one", () =>
    Effect.gen(function* () {
      const url = yield* crowdedServer
      const held = yield* Scope.make()
      yield* Effect.forEach(Array.from({ length: room }), () => Scope.provide(PgConnection.make({ url }), held))
      const error = yield* Effect.flip(Effect.scoped(PgConnection.make({ url })))
      assert.match(
        describeFailure(error),
        /^the database has no connection left: raise its max_connections, .*; PostgreSQL: .*too many clients/
      )
      const waits = yield* Deferred.make<void>()
      const listener = Logger.make(({ message }) => {
        if (String(message).includes("trying again")) Deferred.doneUnsafe(waits, Effect.void)
      })
      const starting = yield* Effect.forkChild(Effect.provide(start(url), Logger.layer([listener])))
      yield* Deferred.await(waits)
      yield* Scope.close(held, Exit.void)
      assert.deepStrictEqual(yield* Fiber.join(starting), [{ one: 1 }])
    }).pipe(Effect.scoped)
  )

  it.live("at an address where nobody is says that", () =>
    Effect.gen(function* () {
      const url = Redacted.make("postgres://me:secret-of-mine@127.0.0.1:1/none")
      const error = yield* Effect.flip(Effect.scoped(PgConnection.make({ url })))
      assert.match(describeFailure(error), /^nobody takes connections at the address of the database: .*ECONNREFUSED/)
      assert.notInclude(describeFailure(error), "secret-of-mine")
    })
  )
})
