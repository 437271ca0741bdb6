/** What every connector type keeps, whatever its vendor: found by discovery, so that a new folder is tested by being there. */
import { existsSync, readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { Caches } from "../../core/cache/Caches.ts"
import { entityId } from "../../core/config/Entity.ts"
import { connectorTypes } from "../../core/plugin/Discovery.ts"
import * as Sandbox from "../../core/plugin/Sandbox.ts"
import type { RunResult } from "../../core/sync/RunResult.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { VendorState } from "../../core/upstream/exchange/VendorState.ts"
import { eventually } from "../support/eventually.ts"
import { declareSample } from "../support/sample.ts"
import { scenarios } from "./fixtures.ts"

const types = await Effect.runPromise(connectorTypes)

const changes = ({ deleted, inserted, updated }: RunResult): number => inserted + updated + deleted

describe.concurrent.each(types.map((type) => ({ name: type.type, type })))("a connector of type $name", ({ type }) => {
  const scenario = scenarios(type)

  it("has the files that a reader looks for", () => {
    const folder = fileURLToPath(new URL(`../../connectors/${type.type}/`, import.meta.url))
    const missing = ["index.ts", "Config.ts", "sandbox.ts", "sample.yaml", "README.md"].filter(
      (name) => !existsSync(folder + name)
    )
    assert.deepEqual(missing, [])
    assert.isNotEmpty(readdirSync(folder).filter((name) => name.endsWith(".test.ts")))
  })

  it.live("asks its vendor nothing by being built and taken down", () =>
    Effect.gen(function* () {
      const vendor = yield* Sandbox.start(type)
      const declaration = yield* declareSample(type, vendor.environment)
      yield* Effect.scoped(
        Layer.build(type.layer(declaration).pipe(Layer.provide([Caches.layer, layerHttp, VendorState.layer])))
      )
      assert.deepEqual(yield* vendor.requests, [])
    })
  )

  scenario(
    "mirrors its sample whole within its budget, and a second run writes nothing",
    ({ declaration: { entities, limits }, sync, vendor }) =>
      Effect.gen(function* () {
        const first = yield* sync(entities)
        // What begins behind its latest record has read none yet.
        const begun = new Set(entities.flatMap(({ incremental, name }) => (incremental?.start ? [name] : [])))
        for (const { error, fetched, inserted, status, warnings, entity } of first) {
          assert.deepEqual({ entity, status, error, warnings }, { entity, status: "ok", error: null, warnings: [] })
          if (begun.has(entity)) continue
          assert.isAbove(fetched, 0, entity)
          assert.isAbove(inserted, 0, entity)
        }
        assert.lengthOf(first, entities.length)
        const second = yield* sync(entities)
        assert.deepEqual(
          second.map((result) => [result.entity, result.status, changes(result)]),
          entities.map(({ name }) => [name, "ok", 0])
        )
        const inFlight = (yield* vendor.requests).map((request) => request.inFlight)
        assert.isAtMost(Math.max(...inFlight), limits.concurrency)
      }),
    { limits: { concurrency: 2 } }
  )

  const passing: ReadonlyArray<{ readonly what: string; readonly fault: Omit<Sandbox.Fault, "path"> }> = [
    { what: "a connection that is lost before the answer", fault: { mode: "disconnect", times: 1 } },
    { what: "an answer that breaks off", fault: { mode: "truncated", times: 1 } },
    { what: "a server that fails twice", fault: { mode: "status", status: 500, times: 2 } },
    { what: "a vendor that asks to wait a second", fault: { mode: "rateLimited", times: 1, retryAfter: 1 } }
  ]
  for (const { fault, what } of passing) {
    scenario(`sits out ${what}`, ({ path, run, vendor }) =>
      Effect.gen(function* () {
        yield* vendor.fault({ path, ...fault })
        const { durationMs, error, inserted, status } = yield* run
        assert.deepEqual({ status, error }, { status: "ok", error: null })
        assert.isAbove(inserted, 0)
        assert.isAtLeast(durationMs, 1000 * (fault.retryAfter ?? 0))
      })
    )
  }

  const lasting: ReadonlyArray<{
    readonly what: string
    readonly fault: Omit<Sandbox.Fault, "path">
    readonly waits?: boolean
  }> = [
    { what: "a proxy's page", fault: { mode: "html" } },
    { what: "an answer that always breaks off", fault: { mode: "truncated" } },
    { what: "a status that is an error", fault: { mode: "status", status: 418 } },
    { what: "a server that keeps failing", fault: { mode: "status", status: 500 } },
    { what: "a refusal of the credentials", fault: { mode: "unauthorized" } },
    { what: "no answer at all", fault: { mode: "hang" }, waits: true },
    { what: "half an answer, then silence", fault: { mode: "stalled" }, waits: true }
  ]
  for (const { fault, waits, what } of lasting) {
    scenario(
      `fails on ${what}, naming the request, and keeps what it had`,
      ({ declaration, list, path, rows, run, vendor }) =>
        Effect.gen(function* () {
          yield* run
          const before = yield* rows
          yield* vendor.fault({ path, ...fault })
          const result = yield* run
          assert.deepInclude(result, { status: "failed", inserted: 0, updated: 0, deleted: 0 })
          assert.include(result.error, `${declaration.name}: ${list.request.method} ${list.request.path}`)
          assert.strictEqual(yield* rows, before)
          yield* vendor.clearFaults
          assert.deepInclude(yield* run, { status: "ok", error: null, unchanged: before })
        }),
      // Long enough for a healthy answer on a busy machine.
      { retries: 0, limits: waits === true ? { timeout: Duration.seconds(5) } : {} }
    )
  }

  scenario("tells no secret, even when the vendor does", ({ path, run, secrets, vendor }) =>
    Effect.gen(function* () {
      const body = secrets.join(" / ")
      for (const status of [400, 401, 200]) {
        yield* vendor.fault({ path: "*", mode: "status", status, body })
        assert.isNotNull((yield* run).error)
      }
      yield* vendor.clearFaults
      yield* vendor.fault({ path, mode: "status", status: 422, body: JSON.stringify({ error: body }) })
      assert.include((yield* run).error, "<redacted>")
    })
  )

  scenario(
    "keeps every row when its source is empty, unless its guard allows it",
    ({ path, rows, run, vendor, list }) =>
      Effect.gen(function* () {
        yield* run
        const before = yield* rows
        yield* vendor.fault({ path, mode: "empty" })
        if (list.guard.empty === "allow") {
          assert.deepInclude(yield* run, { status: "ok", fetched: 0, deleted: before, error: null })
          return
        }
        assert.deepInclude(yield* run, { status: "warning", fetched: 0, deleted: 0, error: null })
        assert.strictEqual(yield* rows, before)
        const sql = yield* SqlClient.SqlClient
        assert.deepEqual(
          yield* sql`select connector || '.' || entity as id, status, total from tributary.pending_delete`,
          [{ id: entityId(list), status: "open", total: before }]
        )
      })
  )

  scenario("deletes what a shorter list lacks as far as the guard allows", ({ list, path, rows, run, vendor }) =>
    Effect.gen(function* () {
      yield* run
      const all = yield* rows
      yield* vendor.fault({ path, mode: "partial", keep: all - 1 })
      assert.deepInclude(yield* run, { status: "ok", deleted: 1, unchanged: all - 1 })
      yield* vendor.fault({ path, mode: "partial", keep: 1 })
      const gone = all - 2
      const { floor, maxDelete } = list.guard
      const withheld = gone > floor && gone / (all - 1) > maxDelete
      const { deleted, reasons, unchanged } = yield* run
      assert.deepEqual([deleted, unchanged], [withheld ? 0 : gone, 1])
      // The one record that is left may lack a field, which is told as well.
      const about = reasons.filter(({ code }) => !code.startsWith("field."))
      assert.lengthOf(about, withheld ? 1 : 0, JSON.stringify(reasons))
    })
  )

  scenario("lets go of everything when it is interrupted", ({ path, rows, run, runStopped, vendor }) =>
    Effect.gen(function* () {
      // More often than a vendor has places for sessions: one that is not given back is missed in the end.
      const times = 5
      yield* vendor.fault({ path, mode: "hang", times })
      yield* Effect.repeat(runStopped, { times: times - 1 })
      yield* eventually(
        Effect.andThen(
          Effect.promise(() => fetch(`${vendor.url}/conformance`)),
          Effect.map(vendor.requests, (requests) => requests.at(-1)?.inFlight === 1)
        )
      )
      const sql = yield* SqlClient.SqlClient
      const interrupted = { status: "failed", error: "interrupted" }
      assert.deepEqual(
        yield* sql`select status, error from tributary.sync_log`,
        Array.from({ length: times }, () => interrupted)
      )
      assert.deepInclude(yield* run, { status: "ok", error: null })
      assert.isAbove(yield* rows, 0)
    })
  )
})
