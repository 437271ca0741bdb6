import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Fiber, Latch, Layer, Logger } from "effect"
import { FetchHttpClient, HttpServer } from "effect/http"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { start, webhookToken, withDatabase } from "../../connectors/iiko/stop-list/TestClient.ts"
import { Actions } from "../../core/actions/Actions.ts"
import { Plugins } from "../../core/control/Plugins.ts"
import { lockKey } from "../../core/database/audit/Runs.ts"
import * as Server from "../../core/http/Server.ts"
import { Inbox } from "../../core/inbox/Inbox.ts"
import { Jobs } from "../../core/jobs/Jobs.ts"
import { Alerts } from "../../core/observe/Alerts.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Reload } from "../../core/plugin/Reload.ts"
import { elapseUntil } from "../jobs/fixtures.ts"
import { eventually } from "../support/eventually.ts"
import { layerVault } from "../support/vault.ts"
import { ask, loadedFrom } from "./fixtures.ts"

const path = "/hooks/iiko/iiko"
const news = [{ eventType: "StopListUpdate", organizationId: "f4c69f20-866f-4fb8-a22f-b29b8dfd29e4" }]

/** The daemon's server over iiko's sandbox; its clock is the test's. */
const world = Effect.gen(function* () {
  const { services, ...vendor } = yield* start
  const loaded = { ...loadedFrom("type: iiko\n", []), connectors: [vendor.declaration] }
  const served = yield* Server.layer({ host: "127.0.0.1", port: 0, anonymous: "none" }).pipe(
    Layer.provide(Reload.layer(loaded, Effect.succeed(loaded))),
    Layer.provide(Layer.mergeAll(Actions.layer, Inbox.layer, Jobs.layer, Alerts.layer, Plugins.layer([]), layerVault)),
    Layer.provide(Layer.succeedContext(services)),
    Layer.provideMerge(FetchHttpClient.layer),
    Layer.build
  )
  const sql = yield* SqlClient.SqlClient
  const runs = sql<{ run: string }>`
    select status || ' by ' || trigger as run from tributary.sync_log where entity = 'stop_list' order by id`.pipe(
    Effect.map((rows) => rows.map(({ run }) => run))
  )
  const post = (body: unknown, token: string | null = webhookToken, to = path) =>
    Effect.map(Effect.provide(ask(to, { method: "POST", token, body }), served), ({ status, text }) => ({
      status,
      text
    }))
  const address = yield* Effect.provide(HttpServer.addressFormattedWith(Effect.succeed), served)
  return {
    ...vendor,
    sql,
    address,
    post,
    raw: (token: string) =>
      Effect.provide(ask(path, { method: "POST", token: null, body: news, headers: { authorization: token } }), served),
    registry: Context.get(services, Registry),
    runs,
    /** Waits for so many, in real time. */
    settled: (count: number) =>
      TestClock.withLive(
        eventually(Effect.map(runs, (all) => all.filter((run) => !run.startsWith("running")).length >= count))
      ).pipe(Effect.andThen(runs))
  }
})

describe("a webhook", () => {
  it.effect("is taken with its token, raw or as Bearer, as an array or alone", () =>
    Effect.gen(function* () {
      const { post, raw } = yield* world
      assert.deepEqual(yield* post(news), { status: 200, text: "" })
      assert.deepEqual(yield* post(news[0]), { status: 200, text: "" })
      assert.strictEqual((yield* raw(webhookToken)).status, 200)
      assert.deepEqual(yield* post([{ eventType: "DeliveryOrderUpdate" }]), { status: 200, text: "" })
    }).pipe(withDatabase)
  )

  it.effect("is refused without a word about why, and sets nothing off", () =>
    Effect.gen(function* () {
      const { post, registry, runs, declaration, raw } = yield* world
      for (const token of ["", "wrong", `${webhookToken}x`, webhookToken.slice(1), null]) {
        const { status, text } = yield* post(news, token)
        assert.strictEqual(status, 401)
        assert.deepEqual(JSON.parse(text), { type: "about:blank", status: 401, title: "Unauthorized" })
      }
      assert.strictEqual((yield* raw(`Basic ${webhookToken}`)).status, 401)
      assert.strictEqual((yield* post("{", webhookToken)).status, 400)
      assert.strictEqual((yield* post({ event: 1 }, webhookToken)).status, 400)
      assert.strictEqual((yield* post("x".repeat(70_000), webhookToken)).status, 413)
      for (const to of ["/hooks/iiko/other", "/hooks/fintablo/iiko", "/hooks/iiko", "/hooks/iiko/iiko/more"]) {
        assert.strictEqual((yield* post(news, webhookToken, to)).status, 404, to)
      }
      const { cloud, ...rest } = Object(declaration.config)
      const { webhookToken: _, ...withoutToken } = cloud
      const config = { ...rest, cloud: withoutToken }
      yield* registry.swap({ connectors: [{ ...declaration, config, fingerprint: "without" }], jobs: [] })
      assert.strictEqual((yield* post(news)).status, 404)
      yield* TestClock.adjust("10 minutes")
      assert.deepEqual(yield* runs, [])
    }).pipe(withDatabase)
  )

  it.effect("that is not believed is no longer looked at after 120 of a minute, and one line tells of them", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => {
        if (logLevel === "Warn") lines.push(String(message))
      })
      yield* Effect.gen(function* () {
        const { post, runs } = yield* world
        const statuses = new Map<number, number>()
        for (let at = 0; at < 130; at++) {
          const { status } = yield* post(news, at % 2 === 0 ? "wrong" : webhookToken.slice(1))
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
        }
        assert.deepEqual(Object.fromEntries(statuses), { 401: 120, 429: 10 })
        assert.lengthOf(
          lines.filter((line) => line.includes("webhook")),
          2
        )
        yield* TestClock.adjust("1 minute")
        assert.strictEqual((yield* post(news, "wrong")).status, 401)
        assert.match(lines.at(-1) ?? "", /a webhook for iiko was answered 401, and 119 others/)
        assert.strictEqual((yield* post(news)).status, 200)
        assert.deepEqual(yield* runs, [])
      }).pipe(withDatabase, Effect.provide(Logger.layer([logger])))
    })
  )

  it.effect("of many that the system sends makes one read, a minute after the last", () =>
    Effect.gen(function* () {
      const { address, ask, cloud, first, runs, settled, sql, state } = yield* world
      const filter = { stopListUpdateFilter: { updates: true } }
      const settings = { webHooksUri: `${address}${path}`, authToken: webhookToken, webHooksFilter: filter }
      yield* ask("webhooks/update_settings", { organizationId: first, ...settings })
      const goods = state.products.filter(({ deleted, type }) => type === "GOODS" && !deleted).slice(0, 10)
      const items = goods.map(({ id }) => ({ productId: id }))
      const add = (some: typeof items) =>
        ask("stop_lists/add", { organizationId: first, terminalGroupId: cloud.terminalGroups[0]?.id, items: some })
      const delivered = (count: number) =>
        TestClock.withLive(
          eventually(Effect.sync(() => cloud.deliveries.filter(({ status }) => status === 200).length === count))
        )
      yield* add(items.slice(0, 9))
      yield* delivered(9)
      yield* TestClock.adjust("59 seconds")
      yield* add(items.slice(9))
      yield* delivered(10)
      yield* TestClock.adjust("59 seconds")
      assert.deepEqual(yield* runs, [])
      yield* TestClock.adjust("1 second")
      assert.deepEqual(yield* settled(1), ["ok by webhook"])
      const [stored] = yield* sql<{ count: number }>`select count(*)::int as count from active_stoplist`
      assert.strictEqual(stored?.count, 17)
      yield* TestClock.adjust("10 minutes")
      assert.deepEqual(yield* runs, ["ok by webhook"])
    }).pipe(withDatabase)
  )

  it.effect("waits for quiet no longer than five minutes, and begins anew after that", () =>
    Effect.gen(function* () {
      const { post, runs, settled } = yield* world
      for (let times = 0; times < 6; times++) {
        yield* post(news)
        assert.deepEqual(yield* runs, [])
        yield* TestClock.adjust("50 seconds")
      }
      assert.deepEqual(yield* settled(1), ["ok by webhook"])
      yield* post(news)
      yield* TestClock.adjust("59 seconds")
      assert.lengthOf(yield* runs, 1)
      yield* TestClock.adjust("1 second")
      assert.lengthOf(yield* settled(2), 2)
    }).pipe(withDatabase)
  )

  it.effect("is not lost by a reload of its connector", () =>
    Effect.gen(function* () {
      const { declaration, post, registry, settled } = yield* world
      yield* post(news)
      yield* TestClock.adjust("30 seconds")
      yield* registry.swap({ connectors: [{ ...declaration, fingerprint: "changed" }], jobs: [] })
      yield* TestClock.adjust("30 seconds")
      assert.deepEqual(yield* settled(1), ["ok by webhook"])
    }).pipe(withDatabase)
  )

  it.effect("is read once more when another run was under way, which may have missed the change", () =>
    Effect.gen(function* () {
      const { post, runs, settled, sql } = yield* world
      const [taken, done] = [yield* Latch.make(), yield* Latch.make()]
      const lock = sql.unsafe(
        `select pg_advisory_xact_lock(${lockKey("e")}) from (select 'iiko' as connector, 'stop_list' as entity, null as account) as e`
      )
      const other = yield* Effect.forkChild(
        sql.withTransaction(Effect.andThen(lock, Effect.andThen(taken.open, done.await)))
      )
      yield* taken.await
      yield* post(news)
      yield* TestClock.adjust("1 minute")
      assert.deepEqual(yield* settled(1), ["skipped by webhook"])
      yield* done.open
      yield* Fiber.join(other)
      // When the run has told that it was skipped, a minute begins.
      yield* elapseUntil(Effect.map(runs, (all) => all.length === 2))
      assert.deepEqual(yield* settled(2), ["skipped by webhook", "ok by webhook"])
    }).pipe(withDatabase)
  )
})
