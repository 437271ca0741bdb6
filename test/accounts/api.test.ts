/** `/api/v1/accounts` and `/api/v1/tasks`, over HTTP. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Schema } from "effect"
import { SqlClient } from "effect/sql"
import * as ApiTokens from "../../core/database/audit/ApiTokens.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { added, idOf, send, shop, world } from "./apiFixtures.ts"
import { order } from "./served.ts"

describe("the API of accounts", () => {
  it.live("adds one by a link and a code, and does with it what is asked for", () => {
    const { bank, served } = world()
    return Effect.gen(function* () {
      const id = yield* added(bank)
      const one = yield* send("GET", `accounts/${id}`)
      assert.deepInclude(one.answer, {
        ...shop,
        id,
        status: "active",
        error: null,
        belongsTo: "customer a",
        createdBy: "api"
      })
      assert.deepInclude(Object((yield* send("GET", "connectors")).answer.connectors)[0].accounts, {
        perOwner: 2,
        link: true
      })
      const twice = yield* send("POST", "accounts", { body: shop })
      assert.deepInclude(twice.answer, { status: 409, type: "urn:tributary:problem:account-conflict" })
      assert.include(twice.text, "pause or remove it first")

      assert.deepInclude((yield* send("POST", `accounts/${id}/refresh`)).answer, { status: "active" })
      for (const [way, status] of [
        ["pause", "paused"],
        ["pause", "paused"],
        ["resume", "active"],
        ["resume", "active"]
      ]) {
        const turned = yield* send("POST", `accounts/${id}/${way}`)
        assert.deepEqual([turned.status, turned.answer.status], [200, status], way)
      }
      bank.revoke("a")
      const verified = yield* send("POST", `accounts/${id}/verify`)
      assert.deepInclude(verified.answer, { id, status: "invalid" })
      assert.match(String(verified.answer.error), /nobody has been given <redacted>/)
      assert.strictEqual((yield* send("POST", `accounts/${id}/pause`)).status, 409)
      const refused = yield* send("POST", `accounts/${id}/refresh`)
      assert.strictEqual(refused.status, 409)
      assert.include(refused.text, "authorize it again")

      assert.strictEqual(yield* added(bank), id, "authorized again")
      const { answer } = yield* send("GET", `accounts/${id}`)
      const events = Schema.decodeUnknownSync(
        Schema.Array(
          Schema.Struct({ event: Schema.String, actor: Schema.NullOr(Schema.String), trigger: Schema.String })
        )
      )(answer.events)
      assert.deepEqual(
        events.map(({ actor, event, trigger }) => `${event} ${trigger} ${actor}`),
        [
          "authorized api api",
          "refused vault null",
          "resumed api api",
          "paused api api",
          "refreshed api api",
          "added api api"
        ]
      )
      const listed = (query: string) =>
        Effect.map(send("GET", `accounts?${query}`), ({ answer }) => Object(answer.accounts).map(idOf))
      for (const query of ["connector=fake&owner=anna&name=shop&status=active", ""]) {
        assert.deepEqual(yield* listed(query), [id], query)
      }
      for (const query of ["connector=other", "owner=bert", "name=shop2", "status=invalid"]) {
        assert.deepEqual(yield* listed(query), [], query)
      }
      assert.strictEqual((yield* send("GET", "accounts?state=active")).status, 400, "an unknown key")
      assert.strictEqual((yield* send("DELETE", `accounts/${id}`)).status, 200)
      for (const gone of [id, "00000000-0000-4000-8000-000000000000"]) {
        assert.strictEqual((yield* send("DELETE", `accounts/${gone}`)).status, 404)
        assert.strictEqual((yield* send("POST", `accounts/${gone}/verify`)).status, 404)
      }
      assert.strictEqual((yield* send("GET", "accounts/first")).status, 400)
    }).pipe(Effect.scoped, Effect.provide(served))
  })

  it.live("shows link and code to the caller who asked for them, while they are good", () => {
    const { bank, served } = world()
    return Effect.gen(function* () {
      const begin = (token: string, owner = "anna") => send("POST", "accounts", { token, body: { ...shop, owner } })
      const [mine, other] = [
        yield* ApiTokens.make("mine", ["accounts"], "root"),
        yield* ApiTokens.make("other", ["accounts"], "root")
      ]
      const begun = yield* begin(mine)
      assert.match(begun.text, /"link":"https:\/\/vendor\.test\/confirm\?code=u1","userCode":"u1"/)
      const path = `tasks/${idOf(begun.answer.task)}`
      assert.include((yield* send("GET", path, { token: mine })).text, "vendor.test")
      for (const token of [other, undefined]) {
        for (const where of [path, "tasks", "tasks?state=running&connector=fake&owner=anna"]) {
          const { status, text } = yield* send("GET", where, token === undefined ? {} : { token })
          assert.strictEqual(status, 200)
          assert.include(text, '"state":"running"')
          assert.notInclude(text, "u1", where)
        }
      }
      assert.deepEqual((yield* send("GET", "tasks?owner=bert", { token: mine })).answer, { tasks: [] })
      const again = yield* begin(mine)
      assert.strictEqual((yield* send("GET", path, { token: mine })).answer.state, "stopped", "the newer one counts")
      const newer = `tasks/${idOf(again.answer.task)}`
      const stopped = yield* send("POST", `${newer}/stop`, { token: other })
      assert.deepInclude(stopped.answer, { state: "stopped", finishedBy: "other", link: null, userCode: null })
      assert.strictEqual((yield* send("POST", `${newer}/stop`, { token: mine })).status, 200, "stopped already")
      assert.notInclude((yield* send("GET", newer, { token: mine })).text, "u2")
      const done = yield* added(bank, { owner: "bert" })
      const ended = Object((yield* send("GET", "tasks?state=done")).answer.tasks)[0]
      assert.deepInclude(ended, { account: done, link: null })
      assert.strictEqual((yield* send("POST", `tasks/${ended.id}/stop`)).status, 409)
    }).pipe(Effect.scoped, Effect.provide(served))
  })

  it.live("is for tokens of its scope alone, and keeps every secret", () => {
    const { bank, served } = world()
    return Effect.gen(function* () {
      const operate = yield* ApiTokens.make("deploy", ["read", "operate"], "root")
      const id = yield* added(bank)
      for (const path of ["accounts", "%61ccounts", `accounts/${id}`]) {
        assert.strictEqual((yield* send("GET", path, { token: operate })).status, 403, path)
        assert.strictEqual((yield* send("GET", path, { token: null })).status, 401, path)
      }
      for (const path of ["tasks", "tasks?limit=1", "tasks?kind=authorization"]) {
        assert.deepEqual((yield* send("GET", path, { token: operate })).answer, { tasks: [] }, path)
        assert.strictEqual((yield* send("GET", path, { token: null })).status, 401, path)
      }
      assert.strictEqual((yield* send("GET", "runs", { token: null })).status, 200, "others are open to everybody")
      assert.strictEqual((yield* send("DELETE", `accounts/${id}`, { token: operate })).status, 403)

      const { credentials } = yield* bank.authorize("b")
      const secret = credentials.accessToken === undefined ? assert.fail() : Redacted.value(credentials.accessToken)
      const given = (accessToken: string) =>
        send("POST", "accounts", { body: { ...shop, name: "shop2", credentials: { accessToken } } })
      const refused = yield* given("a-wrong-token")
      assert.deepInclude(refused.answer, { status: 409 })
      assert.notInclude(refused.text, "a-wrong-token")
      const { answer, status } = yield* given(secret)
      assert.strictEqual(status, 201)
      assert.deepInclude(Object(answer.account), { status: "active", belongsTo: "customer b" })
      for (const path of ["accounts", `accounts/${id}`, "tasks"]) {
        assert.notMatch((yield* send("GET", path)).text, /access-|refresh-|device-/, path)
      }
      for (const wrong of [
        { ...shop, name: "a b" },
        { ...shop, connector: "nobody" },
        { ...shop, name: "shop3" }
      ]) {
        const { answer, text } = yield* send("POST", "accounts", { body: wrong })
        assert.deepInclude(answer, { status: 409 }, text)
      }
      const extra = yield* send("POST", "accounts", { body: { ...shop, credentials: { token: 7 } } })
      assert.strictEqual(extra.status, 400)
    }).pipe(Effect.scoped, Effect.provide(served))
  })

  it.live("gives an account schedules, which go with it", () => {
    const { bank, served } = world()
    return Effect.gen(function* () {
      const id = yield* added(bank)
      const add = (body: object) => send("POST", "schedules", { body: { account: id, ...body } })
      const begun = yield* add({ entities: ["order"], every: "15m" })
      assert.strictEqual(begun.status, 201, begun.text)
      const schedule = { account: id, accountName: "anna/shop", entities: ["order"], every: "15m", cron: null }
      assert.deepInclude(begun.answer, { ...schedule, enabled: true, lastRun: null, createdBy: "api" })
      const nightly = yield* add({ cron: "0 3 * * *" })
      assert.deepInclude(nightly.answer, { entities: null, cron: "0 3 * * *", timezone: "Europe/Kaliningrad" })
      for (const [wrong, why] of [
        [{}, "either an interval or a cron pattern"],
        [{ every: "1m", cron: "0 3 * * *" }, "either an interval or a cron pattern"],
        [{ every: "30s" }, "at least a minute"],
        [{ cron: "every day" }, "pattern"],
        [{ entities: ["ordre"], every: "1m" }, "did you mean"]
      ] as const) {
        const refused = yield* add(wrong)
        assert.strictEqual(refused.status, 409, refused.text)
        assert.include(refused.text, why)
      }
      const nobody = "00000000-0000-4000-8000-000000000000"
      assert.strictEqual((yield* send("POST", "schedules", { body: { account: nobody, every: "1h" } })).status, 404)
      const path = `schedules/${idOf(begun.answer)}`
      for (const [way, enabled] of [
        ["disable", false],
        ["disable", false],
        ["enable", true]
      ] as const) {
        assert.deepInclude((yield* send("POST", `${path}/${way}`)).answer, { enabled }, way)
      }
      const listed = (query: string) =>
        Effect.map(send("GET", `schedules${query}`), ({ answer }) => Object(answer.schedules).map(idOf))
      assert.lengthOf(yield* listed(`?account=${id}&connector=fake`), 2)
      assert.deepEqual(yield* listed("?connector=other"), [])
      assert.strictEqual((yield* send("DELETE", path)).status, 200)
      for (const way of ["/enable", "/disable"]) assert.strictEqual((yield* send("POST", `${path}${way}`)).status, 404)
      const { answer } = yield* send("GET", `accounts/${id}`)
      assert.deepEqual(
        Object(answer.events).map((event: object) => `${Reflect.get(event, "event")}: ${Reflect.get(event, "detail")}`),
        [
          "schedule removed: order, 15m",
          "schedule switched on: order, 15m",
          "schedule switched off: order, 15m",
          "schedule added: *, 0 3 * * *",
          "schedule added: order, 15m",
          "added: null"
        ]
      )
      yield* send("DELETE", `accounts/${id}`)
      assert.deepEqual(yield* listed(""), [])
    }).pipe(Effect.scoped, Effect.provide(served))
  })

  it.live("counts the rows of an account, and deletes them only if their number is confirmed", () => {
    const { bank, served } = world()
    return Effect.gen(function* () {
      const [id, kept] = [yield* added(bank), yield* added(bank, { owner: "bert" }, "b")]
      const sql = yield* SqlClient.SqlClient
      const { run } = yield* Sync
      assert.deepEqual(
        (yield* run([order], { trigger: "test", actor: null })).map(({ inserted }) => inserted),
        [3, 3]
      )
      assert.strictEqual((yield* send("GET", `accounts/${id}/lists/orders`)).status, 404)
      assert.deepEqual((yield* send("GET", "accounts/failures")).answer, { failures: [] })
      const counted = yield* send("DELETE", `accounts/${id}?purge=true`)
      assert.deepInclude(counted.answer, {
        status: 409,
        type: "urn:tributary:problem:purge-to-confirm",
        rows: 9,
        tables: [
          { table: "public.fake_order", rows: 3 },
          { table: "public.fake_order_history", rows: 3 },
          { table: "public.fake_order_versions", rows: 3 }
        ]
      })
      assert.deepInclude((yield* send("GET", `accounts/${id}/rows`)).answer, { rows: 9 })
      assert.strictEqual((yield* send("DELETE", `accounts/${id}?purge=true&confirm=5`)).status, 409)
      assert.strictEqual((yield* send("GET", `accounts/${id}`)).answer.status, "active", "nothing was changed")

      yield* sql`select pg_advisory_lock(hashtextextended(${`tributary fake.order ${id}`}, 0))`
      const busy = yield* send("DELETE", `accounts/${id}?purge=true&confirm=9`)
      assert.include(busy.text, "is being read")
      yield* sql`select pg_advisory_unlock_all()`

      assert.deepEqual((yield* send("DELETE", `accounts/${id}?purge=true&confirm=9`)).answer, { deleted: 9 })
      const left = yield* sql`
        select account_id from fake_order union all select account_id from fake_order_history union all select account_id from fake_order_versions`
      assert.deepEqual(
        left,
        Array.from({ length: 9 }, () => ({ account_id: kept }))
      )
      assert.deepEqual(
        yield* sql`select entity, status, deleted, actor from tributary.sync_log where account = ${id} order by id desc limit 1`,
        [{ entity: "order", status: "ok", deleted: 3, actor: "api" }]
      )
      assert.strictEqual((yield* send("GET", `accounts/${id}`)).status, 404)
      assert.deepEqual((yield* send("GET", "accounts/removed")).answer, { accounts: [] }, "its rows are gone")

      const confirmed = yield* send("DELETE", `accounts/${kept}?confirm=9`)
      assert.deepEqual(
        [confirmed.status, confirmed.answer.detail],
        [409, "`confirm` is for `purge=true`; nothing was changed."]
      )
      assert.deepEqual((yield* send("DELETE", `accounts/${kept}`)).answer, { deleted: 0 })
      assert.lengthOf(yield* sql`select from fake_order where account_id = ${kept}::uuid`, 3, "without purge they stay")
      const gone = yield* send("GET", "accounts/removed")
      assert.deepInclude(Object(gone.answer.accounts)[0], { id: kept, owner: "bert", name: "shop", removedBy: "api" })
      assert.strictEqual((yield* send("DELETE", `accounts/${kept}`)).status, 404)
      assert.deepInclude((yield* send("GET", `accounts/${kept}/rows`)).answer, { rows: 9 })
      assert.deepInclude((yield* send("DELETE", `accounts/${kept}?purge=true&confirm=8`)).answer, { rows: 9 })
      assert.deepEqual((yield* send("DELETE", `accounts/${kept}?purge=true&confirm=9`)).answer, { deleted: 9 })
      assert.deepEqual((yield* send("GET", "accounts/removed")).answer, { accounts: [] })
      assert.deepEqual(
        yield* sql`
          select event, reason->'params'->'count' as rows, actor from tributary.account_event
          where account = ${kept}::uuid order by id desc limit 2`,
        [
          { event: "purged", rows: 9, actor: "api" },
          { event: "removed", rows: null, actor: "api" }
        ]
      )
      const empty = yield* added(bank, { owner: "cat" }, "c")
      assert.deepEqual(
        (yield* send("DELETE", `accounts/${empty}?purge=true`)).answer,
        { deleted: 0 },
        "there is nothing to confirm"
      )
    }).pipe(Effect.scoped, Effect.provide(served))
  })
})
