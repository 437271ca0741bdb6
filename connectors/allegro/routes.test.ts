/** The addresses of the order backup, over HTTP, under the paths that were asked for. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"
import * as VaultSource from "../../core/accounts/VaultSource.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { type Asked, ask, layer } from "../../test/http/fixtures.ts"
import { eventually } from "../../test/support/eventually.ts"
import { layerVault } from "../../test/support/vault.ts"
import { connectorType } from "./index.ts"
import { makeEdit } from "./sandbox/Edits.ts"
import { start, valuesOf } from "./TestClient.ts"

const Answer = Schema.Record(Schema.String, Schema.Unknown)

const send = Effect.fnUntraced(function* (method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object) {
  const asked: Asked = { method, ...(body === undefined ? {} : { body }) }
  const { body: answered, status, text } = yield* ask(`/api/v1/${path}`, asked)
  return { status, text, answer: text === "" ? {} : yield* Schema.decodeUnknownEffect(Answer)(answered) }
})

const Page = Schema.Struct({
  orders: Schema.Array(
    Schema.Struct({
      account: Schema.String,
      allegro_order_id: Schema.String,
      order_date: Schema.String,
      order_data: Schema.Struct({ id: Schema.String }),
      is_deleted: Schema.Boolean
    })
  ),
  total: Schema.Int
})

const Begun = Schema.Tuple([Schema.Struct({ task_id: Schema.String, account: Schema.Literal("allegro") })])
const History = Schema.Array(
  Schema.Struct({
    ...{ account: Schema.String, trigger: Schema.String, status: Schema.String },
    ...{ from: Schema.NullOr(Schema.String), to: Schema.NullOr(Schema.String), error: Schema.NullOr(Schema.String) },
    ...{ processed: Schema.Int, added: Schema.Int, updated: Schema.Int }
  })
)

const ordersAt = (path: string) =>
  Effect.flatMap(send("GET", path), ({ answer }) => Schema.decodeUnknownEffect(Page)(answer))

const world = Effect.gen(function* () {
  const vendor = yield* start({
    isLive: true,
    days: 6,
    change: (declaration) => ({ ...declaration, aliases: ["/api/v1"] })
  })
  const engine = Sync.layer.pipe(
    Layer.provideMerge(VaultSource.layer),
    Layer.provideMerge(layerVault),
    Layer.provideMerge(Registry.layer({ connectors: [vendor.declaration], jobs: [] }, [connectorType])),
    Layer.provide(layerHttp)
  )
  return { vendor, served: layer({ engine }) }
})

describe("the addresses of the order backup", () => {
  it.live("keep tokens and show stored orders, without a token in any answer", () =>
    Effect.gen(function* () {
      const { served, vendor } = yield* world
      const texts: Array<string> = []
      const tell = (...given: Parameters<typeof send>) =>
        Effect.tap(send(...given), ({ text }) => Effect.sync(() => texts.push(text)))
      yield* Effect.gen(function* () {
        const begun = yield* tell("POST", "tokens/auth/initialize", { user_id: "bert" })
        assert.strictEqual(begun.status, 202, begun.text)
        assert.match(String(begun.answer.verification_uri_complete), /code=/)
        for (const path of ["status", "task"]) {
          const { answer } = yield* tell("GET", `tokens/auth/${path}/${begun.answer.device_code}`)
          assert.deepInclude(answer, { task_id: begun.answer.task_id, status: "PENDING", token_id: null }, path)
        }

        const [allegro_token, refresh_token] = valuesOf(vendor.own)
        const made = yield* tell("POST", "tokens", { user_id: "anna", allegro_token, refresh_token })
        assert.strictEqual(made.status, 201, made.text)
        const token = `tokens/${made.answer.id}`
        const login = vendor.state.sellers[0]?.login
        assert.deepInclude(made.answer, { user_id: "anna", login, is_active: true, error: null })
        assert.deepEqual((yield* tell("GET", "tokens/user/anna")).answer, { tokens: [made.answer] })
        assert.deepEqual((yield* tell("GET", "tokens")).answer, { tokens: [made.answer] })
        assert.deepEqual((yield* tell("GET", token)).answer, made.answer)
        assert.strictEqual((yield* tell("POST", `${token}/validate`)).answer.is_active, true)
        const refreshed = yield* tell("POST", `${token}/refresh`)
        assert.notStrictEqual(refreshed.answer.updated_at, made.answer.updated_at)
        assert.strictEqual((yield* tell("PUT", token, { is_active: false })).answer.is_active, false)
        assert.strictEqual((yield* tell("PUT", token, { is_active: true })).answer.is_active, true)
        assert.strictEqual(
          (yield* tell("POST", "tokens", { user_id: "anna", allegro_token, refresh_token })).status,
          409
        )

        const synced = yield* send("POST", "sync", { selectors: ["allegro.order"] })
        assert.include(synced.text, '"status":"ok"')
        const all = yield* ordersAt("orders/anna?limit=1000")
        assert.isAbove(all.total, 40)
        assert.lengthOf(all.orders, all.total)
        const dates = all.orders.map(({ order_date }) => order_date)
        assert.deepEqual(dates, dates.toSorted().reverse())
        const [, second, third] = all.orders
        if (second === undefined || third === undefined) return assert.fail("there are too few orders")
        assert.deepEqual((yield* ordersAt("orders/anna?limit=2&offset=1")).orders, [second, third])
        assert.strictEqual((yield* ordersAt("orders/anna?limit=1&offset=5000")).total, all.total)
        const within = yield* ordersAt(`orders/anna?from=${dates[9]}&to=${dates[4]}&account=allegro`)
        assert.deepEqual(
          within.orders.map(({ order_date }) => order_date),
          dates.filter((date) => date >= (dates[9] ?? "") && date < (dates[4] ?? ""))
        )
        assert.strictEqual((yield* ordersAt("orders/anna?status=NONE")).total, 0)
        const one = yield* tell("GET", `orders/anna/${second.allegro_order_id}`)
        assert.nestedPropertyVal(one.answer, "order_data.id", second.allegro_order_id)
        // PostgreSQL writes a page, and the schema of the API one order.
        const { versions: _, ...alone } = one.answer
        const listed = yield* tell("GET", "orders/anna?limit=1&offset=1")
        assert.deepEqual(listed.answer, { orders: [alone], total: all.total })
        const sql = yield* SqlClient.SqlClient
        yield* sql`update orders set gone_at = now() where id::text = ${second.allegro_order_id}`
        const { orders: shown } = yield* ordersAt("orders/anna?limit=3")
        assert.deepEqual(
          shown.map(({ is_deleted }) => is_deleted),
          [false, true, false]
        )
        const Versions = Schema.Array(
          Schema.Struct({
            to: Schema.NullOr(Schema.String),
            order_data: Schema.Struct({ note: Schema.optionalKey(Schema.Unknown) })
          })
        )
        yield* makeEdit(vendor.state)([
          { collection: "orders", put: [{ id: second.allegro_order_id, note: { text: "a gift" } }] }
        ])
        yield* send("POST", "sync", { selectors: ["allegro.order"] })
        const changed = yield* tell("GET", `orders/anna/${second.allegro_order_id}`)
        const versions = Schema.decodeUnknownSync(Versions)(changed.answer.versions)
        assert.deepEqual(
          versions.map(({ order_data, to }) => [order_data.note, to === null]),
          [
            [{ text: "a gift" }, true],
            [undefined, false]
          ]
        )
        for (const path of [
          `orders/bert/${second.allegro_order_id}`,
          "orders/anna/none",
          "orders/anna?account=other"
        ]) {
          assert.strictEqual((yield* tell("GET", path)).status, 404, path)
        }
        assert.strictEqual((yield* tell("DELETE", token)).status, 204)
        assert.strictEqual((yield* tell("GET", token)).status, 404)
        for (const secret of [...vendor.state.granted.byAccess.keys(), ...vendor.state.granted.byRefresh.keys()]) {
          assert.notInclude(texts.join(), secret)
        }
        for (const code of vendor.state.granted.codes.keys()) assert.notInclude(texts.join(), code)
      }).pipe(Effect.provide(served))
    }).pipe(Effect.scoped)
  )

  it.live("sync a user's orders as tasks, with their history, and by themselves", () =>
    Effect.gen(function* () {
      const { served, vendor } = yield* world
      yield* Effect.gen(function* () {
        const [allegro_token, refresh_token] = valuesOf(vendor.own)
        const made = yield* send("POST", "tokens", { user_id: "anna", allegro_token, refresh_token })
        assert.strictEqual(made.status, 201, made.text)
        const token_id = made.answer.id
        const manual = Effect.fnUntraced(function* (body: object) {
          const begun = yield* send("POST", "sync/manual/anna", body)
          assert.strictEqual(begun.status, 202, begun.text)
          const [{ task_id }] = Schema.decodeUnknownSync(Begun)(begun.answer.syncs)
          const task = send("GET", `tasks/${task_id}`)
          yield* eventually(Effect.map(task, ({ answer }) => answer.state !== "running"))
          return (yield* task).answer
        })
        const idle = yield* send("GET", "sync/status/anna")
        const nothing = { account: "allegro", token_id, is_active: true, is_running: false, tasks: [], last: null }
        assert.deepEqual(idle.answer, { user_id: "anna", accounts: [nothing] })

        assert.deepInclude(yield* manual({}), {
          state: "done",
          request: { selectors: ["allegro.order_event@anna/allegro"] }
        })
        const stats = (yield* send("GET", "sync/stats/anna")).answer
        assert.isAbove(Number(stats.orders), 40)
        assert.deepInclude(stats, { deleted_orders: 0, days: 30, completed: 1, failed: 0, added: stats.orders })
        const period = yield* manual({ from: "today-3d", to: "now" })
        assert.deepInclude(period, { state: "done" })
        const { history } = (yield* send("GET", "sync/history/anna")).answer
        const [newest, first, ...others] = Schema.decodeUnknownSync(History)(history)
        assert.isEmpty(others)
        assert.deepInclude(newest, { account: "allegro", status: "completed", from: "today-3d", to: "now", added: 0 })
        assert.deepInclude(first, { trigger: "event", from: null, to: null, added: Number(stats.orders), error: null })
        assert.deepEqual((yield* send("GET", "sync/history/anna?status=failed")).answer, { history: [] })
        const one = yield* send("GET", "sync/history/anna?entity=order_event&limit=1")
        assert.lengthOf(Schema.decodeUnknownSync(History)(one.answer.history), 1)

        const [{ allegro_order_id: id } = { allegro_order_id: "" }] = (yield* ordersAt("orders/anna?limit=1")).orders
        assert.deepNestedInclude(yield* manual({ order_ids: [id] }), { state: "done", "request.keys": [id] })
        yield* makeEdit(vendor.state)([{ collection: "orders", put: [{ id }] }])
        const since = yield* manual({ events_from: "2026-01-01T00:00:00Z" })
        assert.nestedPropertyVal(since, "request.full", true)
        yield* makeEdit(vendor.state)([{ collection: "orders", put: [{ id }] }])
        const later = yield* manual({ events_from: "2100-01-01T00:00:00Z" })
        assert.match(String(Object(later.request).since), /^\d+$/)
        const status = (yield* send("GET", "sync/status/anna")).answer
        assert.nestedPropertyVal(status, "accounts[0].last.status", "completed")
        for (const [body, code, says] of [
          [{ full: true, order_ids: ["x"] }, 400, "full and order_ids are different requests"],
          [{ from: "tomorrow" }, 400, "is no day"],
          [{ account: "other" }, 404, "anna has no account other"]
        ] as const) {
          const refused = yield* send("POST", "sync/manual/anna", body)
          assert.strictEqual(refused.status, code, refused.text)
          assert.include(refused.text, says)
        }
        assert.strictEqual((yield* send("GET", "sync/history/bert")).status, 404)

        const user = { user_id: "anna", account: "allegro" }
        const schedule = { user_id: "anna", token_id, account: "allegro", entities: ["order_event"], error: null }
        const schedulesOf = (answer: object) => Object(Reflect.get(answer, "schedules"))
        const begun = yield* send("POST", "sync/activate", user)
        assert.deepInclude(schedulesOf(begun.answer)[0], { ...schedule, interval: "3m", status: "active" })
        const hourly = yield* send("POST", "sync/activate", { ...user, interval: "1h" })
        assert.deepInclude(schedulesOf(hourly.answer)[0], { ...schedule, interval: "1h", status: "active" })
        assert.deepEqual((yield* send("GET", "sync/active")).answer, hourly.answer)
        const off = yield* send("POST", "sync/deactivate", user)
        assert.deepInclude(schedulesOf(off.answer)[0], { ...schedule, interval: "1h", status: "inactive" })
        assert.deepEqual((yield* send("GET", "sync/active")).answer, { schedules: [] })
        const again = yield* send("POST", "sync/activate", user)
        assert.lengthOf(schedulesOf(again.answer), 1)
        assert.deepInclude(schedulesOf(again.answer)[0], { interval: "1h", status: "active" })
        assert.strictEqual((yield* send("POST", "sync/activate", { ...user, interval: "5s" })).status, 409)
      }).pipe(Effect.provide(served))
    }).pipe(Effect.scoped)
  )
})
