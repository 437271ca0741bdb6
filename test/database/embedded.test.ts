import { chmod, mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PgConnection } from "@effect/sql-pg"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Redacted, Scope } from "effect"
import * as Embedded from "../../core/database/connection/Embedded.ts"
import { eventually } from "../support/eventually.ts"

const folder = Effect.acquireRelease(
  Effect.promise(async () => {
    const path = await mkdtemp(join(tmpdir(), "tributary-embedded-"))
    await chmod(path, 0o755)
    return path
  }),
  (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
)

const ask = (url: Redacted.Redacted, statement: string) =>
  Effect.scoped(Effect.flatMap(PgConnection.make({ url }), (connection) => connection.query(statement, [])))

const processOf = (directory: string) =>
  Effect.promise(async () => Number((await readFile(join(directory, "postmaster.pid"), "utf8")).split("\n")[0]))

describe("the embedded server", () => {
  it.live("keeps its data over a restart, is shared, and is stopped by the last one", () =>
    Effect.gen(function* () {
      const directory = join(yield* folder, "postgres")
      const first = yield* Scope.make()
      const url = yield* Scope.provide(Embedded.start({ directory }), first)
      yield* ask(url, "create table kept as select 1 as n")
      const server = yield* processOf(directory)
      // As the README lets people in.
      const [password, running] = yield* Effect.promise(() =>
        Promise.all([`${directory}.password`, join(directory, "postmaster.pid")].map((path) => readFile(path, "utf8")))
      )
      const port = running?.split("\n")[3]
      const typed = Redacted.make(`postgres://postgres:${password?.trim()}@127.0.0.1:${port}/postgres`)
      assert.deepStrictEqual((yield* ask(typed, "select n from kept")).rows, [{ n: 1 }])

      const second = yield* Scope.make()
      const shared = yield* Scope.provide(Embedded.start({ directory }), second)
      const client = yield* Scope.provide(PgConnection.make({ url: shared }), second)
      assert.strictEqual(yield* processOf(directory), server)
      yield* Scope.close(first, Exit.void)
      assert.deepStrictEqual((yield* client.query("select n from kept", [])).rows, [{ n: 1 }])
      yield* Scope.close(second, Exit.void)
      assert.isTrue(Exit.isFailure(yield* Effect.exit(ask(shared, "select 1"))))

      const again = yield* Embedded.start({ directory })
      assert.deepStrictEqual((yield* ask(again, "select n from kept")).rows, [{ n: 1 }])
    })
  )

  it.live("is started again where it was when it is killed, by one of those who share it", () =>
    Effect.gen(function* () {
      const directory = join(yield* folder, "postgres")
      const url = yield* Embedded.start({ directory })
      const shared = yield* Embedded.start({ directory })
      assert.strictEqual(Redacted.value(shared), Redacted.value(url))
      yield* ask(url, "create table kept as select 1 as n")
      yield* ask(url, "checkpoint")
      const server = yield* processOf(directory)
      yield* Effect.sync(() => process.kill(server, "SIGKILL"))
      yield* eventually(
        Effect.match(ask(url, "select n from kept"), {
          onFailure: () => false,
          onSuccess: ({ rows }) => rows.length === 1
        })
      )
      assert.notStrictEqual(yield* processOf(directory), server)
    })
  )
})
