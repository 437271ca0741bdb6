/** Who reads for exports: as declared, and on the embedded server a plain role. */
import { randomUUID } from "node:crypto"
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import * as ExportQuery from "../../core/actions/ExportQuery.ts"
import type { DatabaseDeclaration } from "../../core/config/Connector.ts"
import * as Database from "../../core/database/Database.ts"
import { describe as told } from "../../core/sync/RunFailure.ts"
import { declaration, freshDatabase } from "../support/database.ts"

const read = (query: string) =>
  Effect.map(
    ExportQuery.read({ connector: "sheet", name: "list", query, timeout: Duration.seconds(10), own: {} }, "UTC"),
    ({ rows }) => rows
  )

const refusal = (query: string) => Effect.map(Effect.flip(read(query)), told)

/** A role of the server that the test run shares, gone with the scope. */
const roleOf = Effect.fnUntraced(function* (more: string) {
  const sql = yield* SqlClient.SqlClient
  const name = `t${randomUUID().replaceAll("-", "")}`
  yield* Effect.acquireRelease(sql.unsafe(`create role ${name} ${more}`), () =>
    Effect.orDie(Effect.andThen(sql.unsafe(`drop owned by ${name}`), sql.unsafe(`drop role ${name}`)))
  )
  return name
})

const withExports = (url: Redacted.Redacted, exports: DatabaseDeclaration["exports"]) =>
  Database.layer({
    declaration: { ...declaration(url), ...(exports === undefined ? {} : { exports }) },
    dataDirectory: ""
  })

describe("exports", () => {
  it.live("are read by a session that only reads, whoever it is", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const session = read(`select current_setting('transaction_read_only') as only,
        current_setting('default_transaction_read_only') as always, current_setting('statement_timeout') as time`)
      assert.deepEqual(yield* Effect.provide(session, withExports(url, undefined)), [
        { only: "on", always: "on", time: "10s" }
      ])
    })
  )

  it.live("are read as the declared role, which sees what it was granted", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const role = yield* roleOf("nologin")
        yield* sql`create table seen as select 1 as n`
        yield* sql`create table unseen as select 2 as n`
        yield* sql.unsafe(`grant select on seen to ${role}`)
        yield* Effect.gen(function* () {
          assert.deepEqual(yield* read("select current_user::text as who, n from seen"), [{ who: role, n: "1" }])
          assert.match(yield* refusal("select n from unseen"), /permission denied for table unseen/)
          assert.match(yield* refusal("select id from tributary.sync_log"), /permission denied for schema tributary/)
          assert.match(yield* refusal("select pg_read_file('PG_VERSION')"), /permission denied/)
        }).pipe(Effect.provide(withExports(url, { role })))
      }).pipe(Effect.scoped, Effect.provide(withExports(url, undefined)))
    })
  )

  it.live("are read by a login of their own, which no query leaves", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      yield* Effect.gen(function* () {
        const role = yield* roleOf("login password 'of-exports'")
        const own = new URL(Redacted.value(url))
        own.username = role
        own.password = "of-exports"
        yield* Effect.gen(function* () {
          assert.deepEqual(yield* read("select session_user::text as who"), [{ who: role }])
          assert.match(yield* refusal("select set_config('role', 'postgres', false)"), /permission denied to set role/)
        }).pipe(Effect.provide(withExports(url, { url: Redacted.make(own.href) })))
      }).pipe(Effect.scoped, Effect.provide(withExports(url, undefined)))
    })
  )

  it.live("are read on the embedded server by a plain role, which sees tables of whatever age", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.promise(async () => {
          const path = await mkdtemp(join(tmpdir(), "tributary-reader-"))
          await chmod(path, 0o755)
          return path
        }),
        (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
      )
      const { url: _, ...embedded } = declaration(Redacted.make(""))
      const database = Database.layer({ declaration: embedded, dataDirectory: join(folder, "postgres") })
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`create table first as select 1 as n`
        assert.deepEqual(yield* read("select session_user::text as who, n from first"), [
          { who: "tributary_export", n: "1" }
        ])
        yield* sql`create schema other`
        yield* sql`create table other.second as select 2 as n`
        assert.deepEqual(yield* read("select n from other.second"), [{ n: "2" }])
        for (const query of [
          "select id from tributary.sync_log",
          "select rolpassword from pg_authid",
          "select pg_read_file('PG_VERSION')",
          "select set_config('role', 'postgres', false)",
          "select set_config('session_authorization', 'postgres', false)"
        ]) {
          assert.match(yield* refusal(query), /permission denied/, query)
        }
        const [{ super: isSuper } = { super: true }] = yield* sql<{ super: boolean }>`
          select rolsuper or rolcreaterole or rolcreatedb or rolbypassrls as super from pg_roles
          where rolname = 'tributary_export'`
        assert.isFalse(isSuper)
      }).pipe(Effect.provide(database))
    })
  )
})
