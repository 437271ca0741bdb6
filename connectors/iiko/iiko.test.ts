import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import type { RunningSandbox } from "../../core/plugin/Sandbox.ts"
import { connect, declareSample, entityOf } from "../../test/support/sample.ts"
import { drain } from "../../test/upstream/vendor.ts"
import { connectorType } from "./index.ts"
import type { Behaviour, IikoState } from "./sandbox/Model.ts"
import { sandbox } from "./sandbox.ts"

const start = (behaviour: Partial<Behaviour> = {}) => sandbox.start({ behaviour })

/** Opens a connector to the sandbox until the scope closes, and returns functions that read from it. */
const open = Effect.fnUntraced(function* (vendor: RunningSandbox) {
  const declaration = yield* declareSample(connectorType, vendor.environment)
  const connector = yield* connect(connectorType, declaration)
  const read = (name: string) => drain(connector.read(entityOf(declaration, name)))
  return { probe: connector.probe, read, refusal: (name: string) => Effect.flip(read(name)) }
})

const liveSessions = ({ sessions }: IikoState) =>
  Effect.map(Clock.currentTimeMillis, (now) => sessions.live(now).length)

const paths = (vendor: RunningSandbox) =>
  Effect.map(vendor.requests, (requests) => requests.map(({ path }) => path.replace("/resto/api", "")))

describe("the session", () => {
  it.live("many reads at once log in once, and no licence slot is left when the scope closes", () =>
    Effect.gen(function* () {
      const vendor = yield* start({ slots: 1 })
      const { counters } = vendor.state
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { read } = yield* open(vendor)
          yield* Effect.forEach(Array(12).fill("store"), read, { concurrency: "unbounded" })
          assert.deepInclude(counters, { logins: 1, refusedLogins: 0, logouts: 0 })
          assert.isAtMost(counters.maxConcurrency, 4)
          assert.strictEqual(yield* liveSessions(vendor.state), 1)
        })
      )
      assert.strictEqual(counters.logouts, 1)
      assert.strictEqual(yield* liveSessions(vendor.state), 0)
    })
  )

  it.live("a connector that was never asked logs in nowhere", () =>
    Effect.gen(function* () {
      const vendor = yield* start()
      yield* Effect.scoped(open(vendor))
      assert.lengthOf(yield* vendor.requests, 0)
    })
  )

  it.effect("is used within its lifetime, at whose end the slot is given back before the next login", () =>
    Effect.gen(function* () {
      const vendor = yield* start({ slots: 1 })
      const { read } = yield* open(vendor)
      yield* read("store")
      yield* TestClock.adjust("9 minutes")
      yield* read("store")
      assert.strictEqual(vendor.state.counters.logins, 1)
      yield* TestClock.adjust("1 minute")
      yield* read("store")
      assert.deepInclude(vendor.state.counters, { logins: 2, refusedLogins: 0, logouts: 1 })
    })
  )

  it.live("a session the server forgot is renewed once for all who were refused", () =>
    Effect.gen(function* () {
      const vendor = yield* start({ slots: 1 })
      const { read } = yield* open(vendor)
      yield* read("store")
      vendor.state.sessions.dropAll()
      const reads = yield* Effect.forEach(["store", "employee", "measure_unit"], read, { concurrency: "unbounded" })
      for (const { completeness, records } of reads) {
        assert.isNotEmpty(records)
        assert.strictEqual(completeness._tag, "Complete")
      }
      assert.deepInclude(vendor.state.counters, { logins: 2, refusedLogins: 0 })
    })
  )

  it.live("a login given up while under way gives its slot back", () =>
    Effect.gen(function* () {
      const vendor = yield* start()
      yield* vendor.fault({ path: "*/auth", mode: "slow", ms: 50 })
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { read } = yield* open(vendor)
          const reading = yield* Effect.forkChild(read("store"))
          yield* Effect.repeat(vendor.requests, { until: (requests) => requests.length > 0 })
          yield* Fiber.interrupt(reading)
        })
      )
      assert.deepInclude(vendor.state.counters, { logins: 1, logouts: 1 })
    })
  )

  it.live("is closed also when failed reads have opened the circuit", () =>
    Effect.gen(function* () {
      const vendor = yield* start()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { read, refusal } = yield* open(vendor)
          yield* read("store")
          yield* vendor.fault({ path: "*/employees", mode: "status", status: 500, body: "product == null" })
          const errors = yield* Effect.forEach(Array(6).fill("employee"), refusal)
          assert.strictEqual(errors.at(-1)?.kind, "CircuitOpen")
        })
      )
      assert.strictEqual(vendor.state.counters.logouts, 1)
    })
  )

  it.live("the key never stands in an address", () =>
    Effect.gen(function* () {
      const vendor = yield* start()
      yield* Effect.scoped(Effect.flatMap(open(vendor), ({ read }) => read("product")))
      for (const { query } of yield* vendor.requests) assert.notInclude(query, "key=")
      assert.deepEqual(yield* paths(vendor), ["/auth", "/v2/entities/products/list", "/logout"])
    })
  )

  it.live("quotes and a line end around the token are taken off", () =>
    Effect.gen(function* () {
      const vendor = yield* start()
      const token = vendor.state.sessions.open(yield* Clock.currentTimeMillis)
      yield* vendor.fault({
        path: "*/auth",
        mode: "status",
        status: 200,
        contentType: "text/plain",
        body: `"${token}"\r\n`
      })
      const { read } = yield* open(vendor)
      assert.isNotEmpty((yield* read("store")).records)
    })
  )
})

describe("refusals", () => {
  it.live("without a free licence slot the error says so, and nobody asks for a login again", () =>
    Effect.gen(function* () {
      const vendor = yield* start({ slots: 0 })
      const { refusal } = yield* open(vendor)
      const errors = yield* Effect.forEach(["store", "employee"], refusal, { concurrency: "unbounded" })
      for (const { kind, message, status } of errors) {
        assert.deepEqual({ kind, status }, { kind: "Status", status: 403 })
        assert.include(message, "iiko: POST /auth: answered 403: «License enhancement is required")
        assert.include(message, "no licence slot of the API is free")
      }
      assert.deepEqual(yield* paths(vendor), ["/auth"])
    })
  )

  it.live("a missing right and a blocked module are told apart, without a fresh login", () =>
    Effect.gen(function* () {
      const vendor = yield* start()
      const { refusal } = yield* open(vendor)
      const says = Effect.fnUntraced(function* (body: string) {
        yield* vendor.fault({ path: "*/stores", mode: "status", status: 403, body, contentType: "text/plain" })
        return (yield* refusal("store")).message
      })
      assert.include(yield* says("Permission denied B_EN"), "the API user lacks this right")
      assert.include(yield* says("Module 28008806 is blocked within current license"), "does not cover this module")
      assert.strictEqual(vendor.state.counters.logins, 1)
    })
  )

  it.live("a bare 403 is answered with one fresh login, then it is final", () =>
    Effect.gen(function* () {
      const vendor = yield* start({ slots: 1 })
      yield* vendor.fault({ path: "*/stores", mode: "status", status: 403, body: "Forbidden" })
      const { refusal } = yield* open(vendor)
      assert.strictEqual((yield* refusal("store")).kind, "Unauthorized")
      assert.deepInclude(vendor.state.counters, { logins: 2, logouts: 1, refusedLogins: 0 })
    })
  )

  it.live("a wrong password is told without showing it, even when the server repeats it", () =>
    Effect.gen(function* () {
      const vendor = yield* start()
      const sha1 = "084a3501edef6845f2f1e4198ec3a2b81cf5c6bc"
      yield* vendor.fault({
        path: "*/auth",
        mode: "status",
        status: 401,
        body: `chain-api: sesame / ${sha1}`,
        contentType: "text/plain"
      })
      const { refusal } = yield* open({ ...vendor, environment: { ...vendor.environment, IIKO_PASSWORD: "sesame" } })
      const { kind, message } = yield* refusal("store")
      assert.strictEqual(kind, "Unauthorized")
      assert.include(message, "answered 401: «<redacted>: <redacted> / <redacted>»; check the connector's credentials")
    })
  )

  it.live("an endpoint this server does not have yet is told as that", () =>
    Effect.gen(function* () {
      const vendor = yield* start({ version: "4.0" })
      const { refusal } = yield* open(vendor)
      assert.include((yield* refusal("measure_unit")).message, "its version may be too old")
    })
  )

  it.live("a proxy's page is no token and no list", () =>
    Effect.gen(function* () {
      const vendor = yield* start()
      yield* vendor.fault({ path: "*/auth", mode: "html", times: 1 })
      yield* vendor.fault({ path: "*/stores", mode: "html" })
      const { refusal } = yield* open(vendor)
      const [login, list] = [yield* refusal("employee"), yield* refusal("store")]
      for (const { kind, message } of [login, list]) {
        assert.strictEqual(kind, "Format")
        assert.include(message, "an HTML page: a proxy or a restart")
      }
    })
  )
})

describe("reads", () => {
  it.live("the server's silent disconnects are tried again, at the login too", () =>
    Effect.gen(function* () {
      const vendor = yield* start()
      yield* vendor.fault({ path: "*/auth", mode: "disconnect", times: 1 })
      yield* vendor.fault({ path: "*/products/list", mode: "truncated", times: 2 })
      const { read } = yield* open(vendor)
      const { completeness, records } = yield* read("product")
      assert.strictEqual(completeness._tag, "Complete")
      assert.lengthOf(records, vendor.state.products.length)
    })
  )

  it.live("a login that fails for good fails the waiting reads without more logins", () =>
    Effect.gen(function* () {
      const vendor = yield* start()
      yield* vendor.fault({ path: "*/auth", mode: "disconnect" })
      const { refusal } = yield* open(vendor)
      const errors = yield* Effect.forEach(["store", "employee", "product"], refusal, { concurrency: "unbounded" })
      assert.deepEqual(
        errors.map(({ kind }) => kind),
        ["Unreachable", "Unreachable", "Unreachable"]
      )
      assert.lengthOf(yield* vendor.requests, 4)
    })
  )

  it.live("spaces at the end of names arrive, and an employee inside an employee is no record", () =>
    Effect.gen(function* () {
      const vendor = yield* start()
      const { read } = yield* open(vendor)
      const { records: products } = yield* read("product")
      const spaced = vendor.state.products.filter(({ name }) => name.endsWith(" ")).map(({ name }) => name)
      assert.isNotEmpty(spaced)
      assert.includeMembers(
        products.map(({ name }) => name),
        spaced
      )
      const { records: employees } = yield* read("employee")
      assert.lengthOf(employees, vendor.state.employees.length)
      assert.isTrue(employees.every(({ id }) => typeof id === "string"))
    })
  )

  it.live("probe logs in and counts the free licence slots", () =>
    Effect.gen(function* () {
      const vendor = yield* start({ slots: 3 })
      const { probe } = yield* open(vendor)
      assert.strictEqual(yield* probe, "logged in; free licence slots beside this one: 2")
    })
  )
})
