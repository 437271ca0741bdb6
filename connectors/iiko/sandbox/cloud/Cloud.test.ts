import { assert, describe, it } from "@effect/vitest"
import { Effect, Queue } from "effect"
import { TestClock } from "effect/testing"
import { serve } from "../../../../core/plugin/SandboxServer.ts"
import { json, type SandboxRequest } from "../../../../core/plugin/SandboxVendor.ts"
import { eventually } from "../../../../test/support/eventually.ts"
import { control, pluck, startCloud } from "../TestClient.ts"

const uuid = /^[0-9a-f-]{36}$/

describe("iikoCloud", () => {
  it.effect("a token lives an hour; a wrong login and a dead token are 401 in the envelope", () =>
    Effect.gen(function* () {
      const { ask, cloud, send } = yield* startCloud()
      const { apiKey, appId, clientSecret } = cloud.behaviour
      for (const wrong of [{ apiKey: "other" }, { appId: "other" }, { clientSecret: "other" }]) {
        const refused = yield* send("v2/access_token", { apiKey, appId, clientSecret, ...wrong })
        assert.strictEqual(refused.status, 401)
        assert.match(refused.body.correlationId, uuid)
        assert.strictEqual(refused.body.error, null)
      }
      assert.strictEqual((yield* send("v2/access_token", { apiKey, appId })).status, 400)
      assert.strictEqual((yield* send("organizations", {})).status, 401)
      yield* TestClock.adjust("59 minutes")
      const alive = yield* ask("organizations", {})
      assert.strictEqual(alive.status, 200)
      assert.match(alive.body.correlationId, uuid)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* ask("organizations", {})).status, 401)
      assert.deepStrictEqual(cloud.counters, { logins: 1, oldLogins: 0, refusedLogins: 3 })
    })
  )

  it.effect("the older login is by one text, and its token is as good", () =>
    Effect.gen(function* () {
      const { cloud, send } = yield* startCloud()
      const refused = yield* send("access_token", { apiLogin: "wrong" })
      assert.deepInclude(refused.body, { errorDescription: "Login wrong is not authorized", error: null })
      const { body } = yield* send("access_token", { apiLogin: cloud.behaviour.apiLogin })
      const { status } = yield* send("organizations", {}, { authorization: `Bearer ${body.token}` })
      assert.strictEqual(status, 200)
      assert.deepStrictEqual(cloud.counters, { logins: 2, oldLogins: 1, refusedLogins: 1 })
    })
  )

  it.effect("organisations are departments under other ids, and terminal groups are their own", () =>
    Effect.gen(function* () {
      const { ask, first, second, state } = yield* startCloud()
      const { body } = yield* ask("organizations", {})
      const departments = state.corporateItems.filter(({ type }) => type === "DEPARTMENT")
      assert.deepStrictEqual(pluck(body.organizations, "name"), ["Кафе на Мира", "Кафе на Гагарина"])
      assert.includeMembers(pluck(departments, "code"), pluck(body.organizations, "code"))
      assert.notIncludeMembers(pluck(departments, "id"), pluck(body.organizations, "id"))
      const groups = yield* ask("terminal_groups", { organizationIds: [first, second] })
      assert.deepStrictEqual(pluck(groups.body.terminalGroups, "organizationId"), [first, second])
      assert.deepStrictEqual(pluck(groups.body.terminalGroups[0].items, "name"), [
        "Зал — Кафе на Мира",
        "Доставка — Кафе на Мира"
      ])
      assert.deepStrictEqual(pluck(groups.body.terminalGroupsInSleep[1].items, "name"), ["Веранда — Кафе на Гагарина"])
    })
  )

  it.effect("stop lists nest two levels, hold an empty one, and name products by the Server's ids", () =>
    Effect.gen(function* () {
      const { ask, first, second, state } = yield* startCloud()
      const { body } = yield* ask("stop_lists", { organizationIds: [first, second], returnSize: true })
      const [ours, theirs] = body.terminalGroupStopLists
      assert.deepStrictEqual(
        [...ours.items, ...theirs.items].map(({ items }) => items.length),
        [4, 0, 3]
      )
      const items = [...ours.items[0].items, ...theirs.items[0].items]
      assert.hasAllKeys(items[0], ["balance", "productId", "sizeId", "sku", "dateAdd"])
      assert.includeMembers(pluck(state.products, "id"), pluck(items, "productId"))
      assert.includeMembers(pluck(items, "balance"), [0, 3, 1.5])
      assert.includeMembers(pluck(items, "dateAdd"), ["2026-03-04 21:47:15.120", null])
      assert.include(pluck(items, "sku"), null)
      assert.lengthOf(
        items.filter(({ sizeId }) => sizeId !== null),
        1
      )
      const hall = ours.items[0].terminalGroupId
      const plain = yield* ask("stop_lists", { organizationIds: [first], terminalGroupsIds: [hall] })
      assert.deepStrictEqual(pluck(plain.body.terminalGroupStopLists[0].items, "terminalGroupId"), [hall])
      assert.deepStrictEqual(pluck(plain.body.terminalGroupStopLists[0].items[0].items, "sizeId"), Array(4).fill(null))
    })
  )

  it.effect("products are stopped, rebalanced, released and cleared", () =>
    Effect.gen(function* () {
      const { ask, cloud, first, state } = yield* startCloud()
      const [hall, delivery] = cloud.terminalGroups.map(({ id }) => id)
      const productId = state.products.find(({ type, deleted }) => type === "GOODS" && !deleted)?.id
      const at = { organizationId: first, terminalGroupId: delivery }
      const listed = Effect.map(
        ask("stop_lists", { organizationIds: [first] }),
        ({ body }) => body.terminalGroupStopLists[0].items[1].items
      )
      assert.strictEqual((yield* ask("stop_lists/add", { ...at, items: [{ productId }] })).status, 200)
      const [added] = yield* listed
      assert.deepInclude(added, { productId, balance: 0, sizeId: null, dateAdd: "2026-03-05 10:00:00.000" })
      yield* TestClock.adjust("1 minute")
      yield* ask("stop_lists/add", { ...at, items: [{ productId, balance: 2.5 }] })
      assert.deepStrictEqual(yield* listed, [{ ...added, balance: 2.5 }])
      yield* ask("stop_lists/remove", { ...at, items: [{ productId }] })
      assert.deepStrictEqual(yield* listed, [])
      yield* ask("stop_lists/clear", { ...at, terminalGroupId: hall })
      assert.lengthOf(cloud.stopList, 3)
      const unknown = yield* ask("stop_lists/add", { ...at, items: [{ productId: "nope" }] })
      assert.deepInclude(unknown.body, { errorDescription: "Product nope is not found" })
      assert.strictEqual(unknown.status, 400)
    })
  )

  it.effect("failures have one envelope: 400, 404, 408, 422, 429, 500, and those of faults", () =>
    Effect.gen(function* () {
      const { ask, cloud, fault, first, second } = yield* startCloud()
      const both = { organizationIds: [first, second] }
      const outcome = Effect.fnUntraced(function* (asked: ReturnType<typeof ask>) {
        const { body, status } = yield* asked
        assert.hasAllKeys(body, ["correlationId", "errorDescription", "error"])
        return [status, body.error]
      })
      assert.deepStrictEqual(yield* outcome(ask("stop_lists", {})), [400, null])
      assert.deepStrictEqual(yield* outcome(ask("stop_lists", { organizationIds: ["nope"] })), [400, null])
      assert.deepStrictEqual(yield* outcome(ask("nothing", {})), [404, null])
      cloud.behaviour.organizationsPerRequest = 1
      assert.deepStrictEqual(yield* outcome(ask("stop_lists", both)), [422, "TOO_MANY_DATA_REQUESTED"])
      yield* fault({ path: "/api/1/stop_lists", mode: "rateLimited", times: 1 })
      assert.deepStrictEqual(yield* outcome(ask("stop_lists", both)), [429, "TOO_MANY_REQUESTS"])
      yield* fault({ path: "/api/1/stop_lists", mode: "unauthorized", times: 1 })
      assert.deepStrictEqual(yield* outcome(ask("stop_lists", both)), [401, null])
      cloud.behaviour.failing = true
      assert.deepStrictEqual(yield* outcome(ask("stop_lists", both)), [500, "INTERNAL_ERROR"])
      cloud.behaviour.failing = false
      cloud.behaviour.workSeconds = 20
      assert.deepStrictEqual(yield* outcome(ask("organizations", {}, { timeout: "0" })), [408, "TIMEOUT"])
    })
  )

  it.effect("requests beyond the limit of a minute are refused", () =>
    Effect.gen(function* () {
      const { ask } = yield* startCloud({ requestsPerMinute: 2 })
      assert.strictEqual((yield* ask("organizations", {})).status, 200)
      assert.strictEqual((yield* ask("organizations", {})).status, 429)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* ask("organizations", {})).status, 200)
    })
  )
})

describe("webhooks", () => {
  /** A receiver of webhooks, and the settings that name it. */
  const prepare = Effect.fnUntraced(function* (filter: object | null = { stopListUpdateFilter: { updates: true } }) {
    const running = yield* startCloud()
    const received = yield* Queue.unbounded<SandboxRequest>()
    const receiver = yield* serve({
      handler: (request) => Effect.as(Queue.offer(received, request), json({})),
      edit: () => Effect.succeed(json({})),
      refusals: { licence: json({}), unauthorized: json({}), rateLimited: json({}) }
    })
    const settings = { webHooksUri: `${receiver.url}/hooks`, authToken: "told-you", webHooksFilter: filter }
    const set = yield* running.ask("webhooks/update_settings", { organizationId: running.first, ...settings })
    assert.strictEqual(set.status, 200)
    const [hall] = running.cloud.terminalGroups
    const at = { organizationId: running.first, terminalGroupId: hall?.id }
    const [one, two] = running.state.products.filter(({ type, deleted }) => type === "GOODS" && !deleted)
    const items = [{ productId: one?.id }, { productId: two?.id }]
    return { ...running, receiver, received, settings, at, items }
  })

  it.effect("come one for each changed item, as an array without items, with the token as it is", () =>
    Effect.gen(function* () {
      const { ask, at, first, items, received, settings } = yield* prepare()
      const read = yield* ask("webhooks/settings", { organizationId: first })
      assert.deepInclude(read.body, settings)
      yield* ask("stop_lists/add", { ...at, items })
      const [hook, other] = yield* Queue.takeN(received, 2)
      assert.strictEqual(hook?.headers.authorization, "told-you")
      const [event] = JSON.parse(hook?.body ?? "")
      assert.deepInclude(event, {
        eventType: "StopListUpdate",
        eventTime: "2026-03-05 10:00:00.000",
        organizationId: first,
        eventInfo: { terminalGroupsStopListsUpdates: [{ id: at.terminalGroupId, isFull: false }] }
      })
      assert.notStrictEqual(event.correlationId, JSON.parse(other?.body ?? "")[0].correlationId)
      yield* ask("stop_lists/add", { ...at, items })
      yield* ask("stop_lists/remove", { ...at, items: items.slice(0, 1) })
      yield* Queue.take(received)
      assert.strictEqual(yield* Queue.size(received), 0)
    })
  )

  it.effect("can carry Bearer, come twice, and follow edits from outside", () =>
    Effect.gen(function* () {
      const { at, cloud, items, received, url } = yield* prepare()
      Object.assign(cloud.behaviour, { webhookToken: "bearer", webhookCopies: 2 })
      const put = [{ terminalGroupId: at.terminalGroupId, ...items[0] }]
      yield* control(url, "POST", "data", [{ collection: "stopList", put }])
      const hooks = yield* Queue.takeN(received, 2)
      assert.deepStrictEqual(
        hooks.map(({ headers }) => headers.authorization),
        ["Bearer told-you", "Bearer told-you"]
      )
      assert.strictEqual(hooks[0]?.body, hooks[1]?.body)
    })
  )

  it.effect("are for those who asked for them, and go out once whatever the answer is", () =>
    Effect.gen(function* () {
      const { ask, at, cloud, first, items, receiver, settings } = yield* prepare(null)
      yield* ask("stop_lists/add", { ...at, items })
      assert.deepStrictEqual(cloud.deliveries, [])
      const filter = { stopListUpdateFilter: { updates: true } }
      yield* ask("webhooks/update_settings", { organizationId: first, ...settings, webHooksFilter: filter })
      yield* receiver.fault({ path: "/hooks", mode: "status", status: 500 })
      yield* ask("stop_lists/remove", { ...at, items: items.slice(0, 1) })
      yield* TestClock.withLive(eventually(Effect.sync(() => cloud.deliveries[0]?.status === 500)))
      assert.lengthOf(yield* receiver.requests, 1)
    })
  )
})
