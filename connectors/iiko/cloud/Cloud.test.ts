import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect } from "effect"
import { TestClock } from "effect/testing"
import { Connector } from "../../../core/plugin/Connector.ts"
import { render } from "../../../core/reason/Reason.ts"
import { VendorState } from "../../../core/upstream/exchange/VendorState.ts"
import { entityOf, start } from "../../../test/support/sample.ts"
import { drain } from "../../../test/upstream/vendor.ts"
import { connectorType } from "../index.ts"
import type { CloudBehaviour } from "../sandbox/cloud/CloudModel.ts"
import { pluck, startCloud } from "../sandbox/TestClient.ts"
import { declare } from "../stop-list/TestClient.ts"

/**
 * Opens the shipped connector to the sandbox, with its YAML changed by `change`, and returns functions that read from
 * it.
 */
const open = Effect.fnUntraced(function* (
  change?: (yaml: string) => string,
  behaviour?: Partial<CloudBehaviour>,
  delays: ReadonlyArray<Duration.Duration> = []
) {
  const vendor = yield* startCloud(behaviour)
  const declared = yield* declare({ ...vendor.environment, IIKO_CLOUD_OLD: vendor.cloud.behaviour.apiLogin }, change)
  const declaration = { ...declared, retry: { delays } }
  const services = yield* start(connectorType, declaration)
  const connector = Context.get(services, Connector)
  const read = (name: string) => drain(connector.read(entityOf(declaration, name)))
  yield* vendor.clearRequests
  const asked = Effect.map(vendor.requests, (requests) => requests.map(({ path }) => path.replace("/api/1/", "")))
  const { circuits } = Context.get(services, VendorState)
  return {
    ...vendor,
    asked,
    circuits,
    probe: connector.probe,
    read,
    refusal: (name: string) => Effect.flip(read(name))
  }
})

const unknown = "00000000-0000-4000-8000-000000000000"
/** The second café's organisation under an id that iikoCloud does not know. */
const withUnknown = (yaml: string) => yaml.replace("95c06728-4de7-4e38-ab5f-4690cdde2d49", unknown)
const withoutCloud = (yaml: string) => yaml.replaceAll(/IIKO_CLOUD_(API_KEY|APP_ID|CLIENT_SECRET)/g, "NOBODY_$1")
/** The older login in place of the three keys; the sandbox gives no variable for it. */
const withOldLogin = (yaml: string) =>
  withoutCloud(yaml).replace("{ secret: IIKO_CLOUD_LOGIN, optional: true }", "{ secret: IIKO_CLOUD_OLD }")

describe("iikoCloud", () => {
  it.effect("lists what every terminal group has stopped, with its organisation and its department", () =>
    Effect.gen(function* () {
      const { cloud, first, read, second } = yield* open()
      const { completeness, records } = yield* read("stop_list")
      assert.strictEqual(completeness._tag, "Complete")
      assert.lengthOf(records, 7)
      assert.sameMembers(pluck(records, "productId"), pluck(cloud.stopList, "productId"))
      const [stopped] = cloud.stopList
      assert.deepInclude(records[0], {
        productId: stopped?.productId,
        terminalGroupId: stopped?.terminalGroupId,
        organizationId: first,
        department: "Кафе на Мира",
        // The source does not say UTC, but the time is read as UTC.
        dateAdd: "2026-03-04 21:47:15.120Z"
      })
      assert.deepInclude(records.at(-1), { organizationId: second, department: "Кафе на Гагарина" })
      assert.include(pluck(records, "dateAdd"), null)
    })
  )

  it.effect("lists terminal groups, those that are switched off too", () =>
    Effect.gen(function* () {
      const { cloud, read } = yield* open()
      const { completeness, records } = yield* read("terminal_group")
      assert.strictEqual(completeness._tag, "Complete")
      assert.sameMembers(pluck(records, "id"), pluck(cloud.terminalGroups, "id"))
      assert.includeMembers(pluck(records, "name"), ["Веранда — Кафе на Гагарина"])
    })
  )

  it.effect("takes a product that is listed by its sizes once, with the smallest balance", () =>
    Effect.gen(function* () {
      const { cloud, read } = yield* open()
      const [stopped] = cloud.stopList
      if (stopped === undefined) return assert.fail("nothing is stopped")
      cloud.stopList.splice(0)
      for (const [sizeId, balance] of [
        ["small", 4],
        ["large", 1],
        ["huge", 2]
      ] as const) {
        cloud.stopList.push({ ...stopped, sizeId, balance })
      }
      const { records } = yield* read("stop_list")
      assert.deepEqual(pluck(records, "balance"), [1])
    })
  )

  it.effect("a terminal group without its list is a record that lacks the product", () =>
    Effect.gen(function* () {
      const { fault, first, read, second } = yield* open()
      const lists = [
        { organizationId: first, items: [{ terminalGroupId: "veranda", items: null }] },
        { organizationId: second, items: [] }
      ]
      const body = JSON.stringify({ terminalGroupStopLists: lists })
      yield* fault({ path: "*/stop_lists", mode: "status", status: 200, body, contentType: "application/json" })
      const { completeness, records } = yield* read("stop_list")
      assert.strictEqual(completeness._tag, "Complete")
      const ours = { organizationId: first, department: "Кафе на Мира" }
      assert.deepEqual(records, [{ terminalGroupId: "veranda", ...ours }])
    })
  )

  it.effect("an answer that says two things fails", () =>
    Effect.gen(function* () {
      const { fault, first, refusal } = yield* open()
      const list = { organizationId: first, items: [{ terminalGroupId: "veranda", items: null }] }
      const body = `{"terminalGroupStopLists":[${JSON.stringify(list)}],"terminalGroupStopLists":[]}`
      yield* fault({ path: "*/stop_lists", mode: "status", status: 200, body, contentType: "application/json" })
      const { kind, message } = yield* refusal("stop_list")
      assert.strictEqual(kind, "Format")
      assert.include(message, "/terminalGroupStopLists stands there twice, with different values")
    })
  )

  it.effect("an empty list is whole", () =>
    Effect.gen(function* () {
      const { cloud, read } = yield* open()
      cloud.stopList.splice(0)
      assert.deepEqual(yield* read("stop_list"), { records: [], completeness: { _tag: "Complete", pages: 1 } })
    })
  )

  it.effect("one organisation that it does not know makes the read partial, and hides nothing of the others", () =>
    Effect.gen(function* () {
      const { first, probe, read } = yield* open(withUnknown)
      const { completeness, records } = yield* read("stop_list")
      assert.deepEqual([...new Set(pluck(records, "organizationId"))], [first])
      const reason = completeness._tag === "Partial" ? render(completeness.reason) : ""
      assert.include(reason, `Organization ${unknown} is not found`)
      const { message } = yield* Effect.flip(probe)
      assert.include(message, `this login knows no organisation ${unknown}; correct cloud.organizations`)
    })
  )

  it.effect("is logged in to once for an hour, and once more when it forgot", () =>
    Effect.gen(function* () {
      const { asked, cloud, read } = yield* open()
      const logins = cloud.counters.logins
      yield* Effect.forEach(["stop_list", "terminal_group", "stop_list"], read, { concurrency: "unbounded" })
      assert.strictEqual(cloud.counters.logins, logins + 1)
      cloud.tokens.dropAll()
      yield* read("stop_list")
      assert.strictEqual(cloud.counters.logins, logins + 2)
      yield* TestClock.adjust("54 minutes")
      yield* read("stop_list")
      assert.strictEqual(cloud.counters.logins, logins + 2)
      yield* TestClock.adjust("1 minute")
      yield* read("stop_list")
      assert.strictEqual(cloud.counters.logins, logins + 3)
      assert.notInclude(yield* asked, "/resto/api/auth")
    })
  )

  it.effect("with a wrong key is asked once for each read, and the key is told nowhere", () =>
    Effect.gen(function* () {
      const { asked, cloud, refusal } = yield* open()
      cloud.behaviour.apiKey = "another-key"
      const { kind, message, status } = yield* refusal("stop_list")
      assert.deepEqual({ kind, status }, { kind: "Unauthorized", status: 401 })
      assert.match(message, /^iiko cloud: POST \/api\/v2\/access_token: answered 401/)
      assert.notInclude(message, "iiko-cloud-sandbox-key")
      assert.strictEqual(cloud.counters.refusedLogins, 1)
      assert.deepEqual(yield* asked, ["/api/v2/access_token"])
    })
  )

  it.effect("that refuses a fresh token too is not asked for another one", () =>
    Effect.gen(function* () {
      const { cloud, fault, refusal } = yield* open()
      const { logins } = cloud.counters
      yield* fault({ path: "/api/1/terminal_groups", mode: "unauthorized" })
      const { kind } = yield* refusal("terminal_group")
      assert.strictEqual(kind, "Unauthorized")
      // Each organisation is a request of its own, and all of them share the first token and the second one.
      assert.strictEqual(cloud.counters.logins, logins + 2)
      assert.strictEqual(cloud.counters.oldLogins, 0)
    })
  )

  it.effect("is logged in to by the older login where only that is set", () =>
    Effect.gen(function* () {
      const { cloud, read } = yield* open(withOldLogin)
      const { logins } = cloud.counters
      assert.isNotEmpty((yield* read("terminal_group")).records)
      cloud.tokens.dropAll()
      assert.isNotEmpty((yield* read("stop_list")).records)
      assert.deepEqual(cloud.counters, { logins: logins + 2, oldLogins: 2, refusedLogins: 0 })
    })
  )

  it.effect.each([
    ["a part of the keys", (yaml: string) => yaml.replace("IIKO_CLOUD_APP_ID", "NOBODY"), "appId is missing"],
    ["both logins", (yaml: string) => yaml.replace("IIKO_CLOUD_LOGIN, optional: true", "IIKO_CLOUD_OLD"), "two logins"]
  ] as const)("with %s is refused by the configuration", ([, change, why]) =>
    Effect.gen(function* () {
      const cause = yield* Effect.flip(Effect.sandbox(open(change)))
      assert.include(String(cause), why)
    })
  )

  it.effect("that fails says nothing about the Server, which has its own budget and circuit", () =>
    Effect.gen(function* () {
      const { circuits, cloud, read, refusal } = yield* open()
      cloud.behaviour.failing = true
      const errors = yield* Effect.forEach(Array(6).fill("stop_list"), refusal)
      assert.include(errors[0]?.message, "iiko cloud: POST /api/v2/access_token: answered 500")
      assert.strictEqual(errors.at(-1)?.kind, "CircuitOpen")
      assert.isNotEmpty((yield* read("store")).records)
      assert.deepEqual(yield* circuits(["iiko"]), [
        { endpoint: { connector: "iiko" }, circuit: "closed" },
        { endpoint: { connector: "iiko", group: "cloud" }, circuit: "open" }
      ])
    })
  )

  it.effect("tells neither the login nor the token, whatever it answers", () =>
    Effect.gen(function* () {
      const { cloud, fault, read, refusal } = yield* open()
      const { apiKey, appId, clientSecret } = cloud.behaviour
      const body = JSON.stringify({ token: 5, apiKey, appId, clientSecret })
      for (const status of [401, 200]) {
        yield* fault({
          path: "/api/v2/access_token",
          mode: "status",
          status,
          body,
          contentType: "application/json",
          times: 1
        })
        const { message } = yield* refusal("stop_list")
        assert.include(message, "iiko cloud: POST /api/v2/access_token")
        for (const secret of [apiKey, appId, clientSecret]) assert.notInclude(message, secret)
      }
      yield* read("stop_list")
    })
  )

  it.effect("is asked by doctor beside the Server", () =>
    Effect.gen(function* () {
      const { probe } = yield* open()
      assert.match(yield* probe, /^logged in; free licence slots .*; iikoCloud: 2 of 2 organisations$/)
    })
  )

  it.effect("is asked again where it fails, by doctor and by a read", () =>
    Effect.gen(function* () {
      const { asked, fault, probe, read } = yield* open(undefined, {}, [Duration.zero])
      for (const path of ["*/access_token", "*/organizations", "*/stop_lists"]) {
        yield* fault({ path, mode: "status", status: 503, times: 1 })
      }
      assert.match(yield* probe, /iikoCloud: 2 of 2 organisations$/)
      assert.strictEqual((yield* read("stop_list")).completeness._tag, "Complete")
      const paths = yield* asked
      for (const path of ["/api/v2/access_token", "organizations"]) {
        assert.lengthOf(
          paths.filter((one) => one === path),
          2,
          path
        )
      }
      assert.isAbove(paths.filter((one) => one === "stop_lists").length, 1)
    })
  )

  it.effect("without a login is not asked, and the error says what to do; the Server is read as ever", () =>
    Effect.gen(function* () {
      const { asked, probe, read, refusal } = yield* open(withoutCloud)
      const { kind, message } = yield* refusal("stop_list")
      assert.strictEqual(kind, "Declaration")
      assert.include(message, "iiko.stop_list: /api/1/stop_lists is asked of iikoCloud, and cloud has no login")
      assert.isNotEmpty((yield* read("store")).records)
      assert.notInclude(yield* probe, "iikoCloud")
      assert.isEmpty((yield* asked).filter((path) => !path.startsWith("/resto/")))
    })
  )
})
