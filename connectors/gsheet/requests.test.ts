import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Fiber, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { Registry } from "../../core/plugin/Registry.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { layerDatabase } from "../../test/support/database.ts"
import { eventually } from "../../test/support/eventually.ts"
import { connect, entityOf } from "../../test/support/sample.ts"
import { drain } from "../../test/upstream/vendor.ts"
import { connectorType } from "./index.ts"
import { start } from "./sandbox/TestClient.ts"
import { entity, fiveEntities, fiveTabs, tabNames } from "./TestTabs.ts"

describe("requests", () => {
  it.live("a sync of five ranges is one request, and each run has its own rows and audit", () =>
    Effect.gen(function* () {
      const { asked, open, vendor } = yield* fiveTabs
      const { declaration } = yield* open(fiveEntities)
      const registry = Registry.layer({ connectors: [declaration], jobs: [] }, [connectorType])
      const sync = Context.get(
        yield* Layer.build(Sync.layer.pipe(Layer.provide(registry), Layer.provide(layerHttp))),
        Sync
      )
      const results = yield* sync.run(declaration.entities, { trigger: "test", actor: null })
      assert.deepEqual(
        results.map(({ entity: name, error, inserted }) => ({ name, error, inserted })),
        tabNames.map((name) => ({ name, error: null, inserted: 1 }))
      )
      assert.deepEqual(yield* asked, [tabNames.map((name) => `'${name}'!A:B`)])
      assert.deepInclude(vendor.state.counters, { reads: 1, tokens: 1 })
      const sql = yield* SqlClient.SqlClient
      const [sum] = yield* sql<{ requests: number }>`select sum(requests)::int as requests from tributary.sync_log`
      assert.strictEqual(sum?.requests, 1)
    }).pipe(Effect.provide(layerDatabase))
  )

  it.live("reads at another moment are asked for again, the same range for two of them once", () =>
    Effect.gen(function* () {
      const { asked, open } = yield* fiveTabs
      const { read } = yield* open(entity("a") + entity("same", "range: a!A:B"))
      yield* Effect.all([read("a"), read("same")], { concurrency: "unbounded" })
      yield* read("a")
      assert.deepEqual(yield* asked, [["'a'!A:B"], ["'a'!A:B"]])
    })
  )

  it.live("each spreadsheet has a request of its own", () =>
    Effect.gen(function* () {
      const { asked, book, open, vendor } = yield* fiveTabs
      const id = "1AnotherSpreadsheetOfTheSandbox00000000000002"
      vendor.state.spreadsheets.push({ ...structuredClone(book), id })
      const { read } = yield* open(
        entity("a") +
          entity("b", `spreadsheet: ${id}, range: a!A:B`) +
          entity("c", `spreadsheet: "https://docs.google.com/spreadsheets/d/${id}/edit#gid=0", range: c!A:B`)
      )
      yield* Effect.forEach(["a", "b", "c"], read, { concurrency: "unbounded" })
      assert.sameDeepMembers([...(yield* asked)], [["'a'!A:B"], ["'a'!A:B", "'c'!A:B"]])
    })
  )

  it.live("more ranges than fit into an address are several requests", () =>
    Effect.gen(function* () {
      const { asked, open, tab } = yield* start
      const title = "Очень длинное название вкладки с остатками за прошлый год, которое никто не сокращал"
      tab([["id", "amount"]], { title, rowCount: 10 })
      const many = Array.from({ length: 20 }, (_, at) => `e${at}`)
      const { read } = yield* open(many.map((name, at) => entity(name, `range: "${title}!A1:B${at + 2}"`)).join(""))
      yield* Effect.forEach(many, read, { concurrency: "unbounded" })
      const requests = yield* asked
      assert.isAbove(requests.length, 1)
      assert.lengthOf(requests.flat(), 20)
    })
  )

  it.live("a tab that is missing fails its own entity alone", () =>
    Effect.gen(function* () {
      const { book, open } = yield* fiveTabs
      book.sheets = book.sheets.filter(({ title }) => title !== "c")
      const { read } = yield* open(fiveEntities)
      const exits = yield* Effect.forEach(tabNames, (name) => Effect.result(read(name)), { concurrency: "unbounded" })
      assert.deepEqual(
        exits.map(({ _tag }) => _tag),
        ["Success", "Success", "Failure", "Success", "Success"]
      )
    })
  )

  it.live("an answer with fewer ranges than were asked for is none of any of them", () =>
    Effect.gen(function* () {
      const { open, vendor } = yield* fiveTabs
      const { refusal } = yield* open(fiveEntities)
      const body = JSON.stringify({ valueRanges: [{ range: "a!A1:B2", values: [["id", "amount"]] }] })
      yield* vendor.fault({ path: "*:batchGet", mode: "status", status: 200, body, contentType: "application/json" })
      for (const { kind, message } of yield* Effect.forEach(tabNames, refusal, { concurrency: "unbounded" })) {
        assert.strictEqual(kind, "Format")
        assert.include(message, "5 valueRanges, and there are 1")
      }
    })
  )

  it.live("an answer that states two lists of cells, or two tokens, fails", () =>
    Effect.gen(function* () {
      const { open, vendor } = yield* fiveTabs
      const twice = (name: string) => `the answer is ambiguous: ${name} stands there twice, with different values`
      const range = '{"range":"a!A1:B2","values":[["id","amount"],["1",2]],"values":[["id","amount"],["1",3]]}'
      for (const [path, body, name] of [
        ["*/token", '{"access_token":"own","access_token":"other","expires_in":60}', "/access_token"],
        ["*:batchGet", `{"valueRanges":[${range}]}`, "/valueRanges/0/values"]
      ] as const) {
        yield* vendor.fault({ path, mode: "status", status: 200, body, contentType: "application/json", times: 1 })
        const { refusal } = yield* open(entity("a"))
        const { kind, message } = yield* refusal("a")
        assert.strictEqual(kind, "Format")
        assert.include(message, twice(name))
      }
    })
  )

  it.live("a refusal of the spreadsheet fails all of its entities, with one request", () =>
    Effect.gen(function* () {
      const { asked, book, open } = yield* fiveTabs
      const { refusal } = yield* open(fiveEntities)
      book.sharedWith = {}
      const errors = yield* Effect.forEach(tabNames, refusal, { concurrency: "unbounded" })
      assert.deepEqual(
        errors.map(({ status }) => status),
        [403, 403, 403, 403, 403]
      )
      assert.lengthOf(yield* asked, 1)
    })
  )

  it.live("who stops waiting leaves the others their answer; when all have left, the request is given up", () =>
    Effect.gen(function* () {
      const { open, vendor } = yield* fiveTabs
      const { read } = yield* open(fiveEntities)
      yield* vendor.fault({ path: "*:batchGet", mode: "slow", ms: 150 })
      const begun = Effect.map(vendor.requests, (all) =>
        all.some(({ path, status }) => path.endsWith(":batchGet") && status === null)
      )
      const [first, second] = [yield* Effect.forkChild(read("a")), yield* Effect.forkChild(read("b"))]
      yield* eventually(begun)
      yield* Fiber.interrupt(first)
      assert.lengthOf((yield* Fiber.join(second)).records, 1)
      yield* vendor.clearFaults
      yield* vendor.clearRequests
      yield* vendor.fault({ path: "*:batchGet", mode: "hang" })
      const alone = yield* Effect.forkChild(read("a"))
      yield* eventually(begun)
      yield* Fiber.interrupt(alone)
      // A request of another path shows how many are still in progress.
      yield* eventually(
        Effect.andThen(
          Effect.promise(() => fetch(`${vendor.url}/anything`)),
          Effect.map(vendor.requests, (all) => all.at(-1)?.inFlight === 1)
        )
      )
    })
  )

  it.effect("have Google's own budget unless YAML says otherwise, and a token that is renewed before it ends", () =>
    Effect.gen(function* () {
      const { open, vendor } = yield* fiveTabs
      const { declaration, read } = yield* open(entity("a"))
      const { limit, window } = declaration.limits.rate ?? assert.fail("reads are not limited")
      assert.deepEqual([limit, Duration.format(window)], [60, "1m"])
      yield* read("a")
      yield* TestClock.adjust("58 minutes")
      yield* read("a")
      assert.strictEqual(vendor.state.counters.tokens, 1)
      yield* TestClock.adjust("1 minute")
      yield* read("a")
      assert.strictEqual(vendor.state.counters.tokens, 2)
    })
  )

  it.live("for a token are repeated, too, when the vendor fails", () =>
    Effect.gen(function* () {
      const { open, vendor } = yield* fiveTabs
      const { declaration } = yield* open(entity("a"))
      const retrying = { ...declaration, retry: { delays: [Duration.millis(2)] } }
      yield* vendor.fault({ path: "/token", mode: "status", status: 503, times: 1 })
      const connector = yield* connect(connectorType, retrying)
      assert.lengthOf((yield* drain(connector.read(entityOf(retrying, "a")))).records, 1)
      const paths = (yield* vendor.requests).map(({ path }) => path)
      assert.lengthOf(
        paths.filter((path) => path === "/token"),
        2
      )
    })
  )

  it.live("over the quota are refused with the documented body, and waited for", () =>
    Effect.gen(function* () {
      const { open, vendor } = yield* fiveTabs
      const { read } = yield* open(entity("a"))
      vendor.state.switches.readsPerMinute = 0
      const reading = yield* Effect.forkChild(read("a"))
      yield* eventually(Effect.sync(() => vendor.state.counters.rateLimited > 0))
      vendor.state.switches.readsPerMinute = 60
      assert.lengthOf((yield* Fiber.join(reading)).records, 1)
    })
  )
})
