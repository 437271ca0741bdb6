/** Who reads for exports: as declared, and on the embedded server a plain role. */
import { randomUUID } from "node:crypto"
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import * as ExportQuery from "../../core/actions/ExportQuery.ts"
import type { DatabaseDeclaration } from "../../core/config/Declarations.ts"
import * as Database from "../../core/database/connection/Database.ts"
import { describe as describeError } from "../../core/sync/RunFailure.ts"
import { declaration, freshDatabase } from "../support/database.ts"

const read = (query: string) =>
  Effect.map(
    ExportQuery.read({ connector: "sheet", name: "list", query, timeout: Duration.seconds(10), own: {} }, "UTC"),
    ({ rows }) => rows
  )

/** Runs exclude each other by advisory locks, and the server has a limited number of them. */
const locking = [
  "select pg_advisory_lock(n) from generate_series(1, 1000000) as n",
  "select pg_try_advisory_lock(1)",
  "select pg_advisory_xact_lock_shared(1, 2)",
  "select pg_advisory_unlock_all()"
]

/** The statement that the page of gsheet gives to the owner of a database. */
const closing = Effect.map(
  Effect.promise(() => readFile(new URL("../../connectors/gsheet/README.md", import.meta.url), "utf8")),
  (page) => /^ *do \$\$[\s\S]*?^ *\$\$;$/m.exec(page)?.[0] ?? assert.fail("the page closes nothing")
)

const refusal = (query: string) => Effect.map(Effect.flip(read(query)), describeError)

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
        const sql = yield* SqlClient.SqlClient
        yield* sql.unsafe((yield* closing).replaceAll("tributary", "current_user"))
        yield* Effect.gen(function* () {
          assert.deepEqual(yield* read("select session_user::text as who"), [{ who: role }])
          const others = "from pg_stat_activity where datname = current_database() and usename <> session_user"
          for (const query of [
            "select set_config('role', 'postgres', false)",
            `select pg_terminate_backend(pid) ${others}`,
            `select pg_cancel_backend(pid) ${others}`,
            ...locking
          ]) {
            assert.match(yield* refusal(query), /permission denied/, query)
          }
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
          ...locking,
          "select pg_terminate_backend(pg_backend_pid())",
          "select pg_cancel_backend(pg_backend_pid())",
          "select pg_notify('a', 'b')",
          "select pg_logical_emit_message(false, 'a', 'b')",
          "select lo_import('/etc/passwd')",
          "select set_config('temp_file_limit', '-1', false)",
          "select query_to_xml('select pg_advisory_lock(1)', true, true, '')",
          "select id from tributary.sync_log",
          "select rolpassword from pg_authid",
          "select pg_read_file('PG_VERSION')",
          "select set_config('role', 'postgres', false)",
          "select set_config('session_authorization', 'postgres', false)"
        ]) {
          assert.match(yield* refusal(query), /permission denied/, query)
        }
        const limit = read("select current_setting('temp_file_limit') as kept")
        assert.deepEqual(yield* limit, [{ kept: "2GB" }])
        // The daemon goes on to use what nobody else may.
        yield* sql`select pg_advisory_xact_lock(1)`
        const [{ super: isSuper } = { super: true }] = yield* sql<{ super: boolean }>`
          select rolsuper or rolcreaterole or rolcreatedb or rolbypassrls as super from pg_roles
          where rolname = 'tributary_export'`
        assert.isFalse(isSuper)
      }).pipe(Effect.provide(database))
    })
  )
})
