/** A full disk: the run fails with a reason, changes nothing, and the next run with room succeeds. */
import { execFile } from "node:child_process"
import { chmod, mkdtemp, rm, statfs, truncate, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import * as Database from "../../core/database/connection/Database.ts"
import { Sync } from "../../core/sync/Sync.ts"
import type { SourceRecord } from "../../core/upstream/Source.ts"
import { declaration } from "../support/database.ts"
import { connectorOf, entity, layerSync } from "../support/source.ts"

const execute = promisify(execFile)
const by = { trigger: "test", actor: null }

/** A small disk in memory; `undefined` without the right to mount one. */
const disk = Effect.acquireRelease(
  Effect.promise(async () => {
    const path = await mkdtemp(join(tmpdir(), "tributary-disk-"))
    await chmod(path, 0o755)
    const options = ["-t", "tmpfs", "-o", "size=192m,mode=755", "tmpfs", path]
    return execute("mount", options).then(
      () => path,
      () => rm(path, { recursive: true }).then(() => undefined)
    )
  }),
  (path) =>
    path === undefined
      ? Effect.void
      : Effect.promise(() => execute("umount", ["-l", path]).then(() => rm(path, { recursive: true })))
)

const rowsOf = (count: number): ReadonlyArray<SourceRecord> =>
  Array.from({ length: count }, (_, at) => ({ id: at + 1, name: `${at} `.repeat(40), amount: 1 }))

describe("a disk that is full", () => {
  it.live("fails the run that found it so, says it, and keeps no other run from being right", (context) =>
    Effect.gen(function* () {
      const path = yield* disk
      if (path === undefined) return context.skip("nobody may mount a disk here")
      const { url: _, ...embedded } = declaration(Redacted.make(""))
      let records = rowsOf(10)
      const thing = entity("thing")
      const { retry } = connectorOf([])
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const run = Effect.flatMap(
          Effect.flatMap(Sync, ({ run }) => run([thing], by)),
          ([result]) => Effect.fromNullishOr(result)
        )
        const count = Effect.map(
          sql<{ count: number }>`select count(*)::int as count from fake_thing`,
          ([row]) => row?.count
        )
        assert.strictEqual((yield* run).status, "ok")
        // The files of the write-ahead log exist already and are reused.
        yield* sql`checkpoint`
        const ballast = join(path, "ballast")
        yield* Effect.promise(async () => {
          const { bavail, bsize } = await statfs(path)
          await writeFile(ballast, Buffer.alloc(Math.max(0, bavail * bsize - (2 << 20)), 1))
        })

        records = rowsOf(60_000)
        const failed = yield* run
        assert.strictEqual(failed.status, "failed", JSON.stringify(failed))
        assert.match(failed.error ?? "", /^the disk of the database is full; PostgreSQL: .*No space left on device/)
        assert.strictEqual(yield* count, 10)
        const audit = sql<{ status: string; error: string }>`
          select status, error from tributary.sync_log order by id desc limit 1`
        const [lastRun] = yield* audit
        assert.deepEqual([lastRun?.status, lastRun?.error], ["failed", failed.error])
        const room = yield* Effect.promise(() => statfs(path))
        assert.isAbove(room.bavail * room.bsize, 1 << 20, "what the run had written is gone")
        records = rowsOf(11)
        assert.deepInclude(yield* run, { status: "ok", inserted: 1 })

        yield* Effect.promise(() => truncate(ballast))
        records = rowsOf(60_000)
        assert.deepInclude(yield* run, { status: "ok", error: null })
        assert.strictEqual(yield* count, 60_000)
      }).pipe(
        Effect.provide(layerSync([thing], () => ({ records }), { retry })),
        Effect.provide(Database.layer({ declaration: embedded, dataDirectory: join(path, "postgres") }))
      )
    })
  )
})
