import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { control, pluck, sha1, start, startAndLogIn } from "./sandbox/TestClient.ts"
import { sandbox } from "./sandbox.ts"

describe("sessions", () => {
  it.effect("a login is a bare token and a cookie, and each takes a licence slot", () =>
    Effect.gen(function* () {
      const { login, state } = yield* start({ slots: 2 })
      const first = yield* login
      assert.match(first.text, /^[0-9a-f-]{36}$/)
      assert.match(first.type, /^text\/plain/)
      assert.include(first.headers.get("set-cookie"), `key=${first.text}`)
      assert.strictEqual((yield* login).status, 200)
      const third = yield* login
      assert.strictEqual(third.status, 403)
      assert.strictEqual(third.text, "License enhancement is required: no connections available for module 28008806")
      assert.deepInclude(state.counters, { logins: 2, refusedLogins: 1 })
    })
  )

  it.effect("logout and expiry free the slot; use does not extend a session", () =>
    Effect.gen(function* () {
      const { get, login, request, state, token } = yield* startAndLogIn({ slots: 1, tokenTtlSeconds: 900 })
      assert.strictEqual((yield* get("/licence/info?moduleId=28008806")).text, "0")
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual((yield* get("/corporation/stores")).status, 200)
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual((yield* get("/corporation/stores")).status, 401)
      const { text } = yield* login
      assert.notStrictEqual(text, token)
      assert.strictEqual((yield* request(`/logout?key=${text}`)).text, text)
      assert.strictEqual((yield* request(`/logout?key=${text}`)).status, 401)
      assert.deepInclude(state.counters, { logins: 2, logouts: 1 })
    })
  )

  it.effect("the key is taken from the query, a cookie or a form", () =>
    Effect.gen(function* () {
      const { base, request, token } = yield* startAndLogIn()
      assert.strictEqual((yield* request(`/corporation/stores?key=${token}`)).status, 200)
      assert.strictEqual(
        (yield* request("/corporation/stores", { headers: { cookie: `a=b; key=${token}` } })).status,
        200
      )
      const form = new URLSearchParams({ login: "chain-api", pass: sha1("iiko-sandbox") })
      const { text } = yield* request("/auth", { method: "POST", body: form })
      assert.strictEqual(
        (yield* request("/logout", { method: "POST", body: new URLSearchParams({ key: text }) })).text,
        text
      )
      assert.isTrue(base.endsWith("/resto/api"))
    })
  )

  it.effect("401 in plain text for a missing or unknown key, a wrong password, a restart and a starting server", () =>
    Effect.gen(function* () {
      const { get, login, request, state } = yield* startAndLogIn()
      for (const path of ["/corporation/stores", "/corporation/stores?key=x", "/auth?login=chain-api&pass=plain"]) {
        const answer = yield* request(path)
        assert.strictEqual(answer.status, 401)
        assert.match(answer.type, /^text\/plain/)
      }
      state.sessions.dropAll()
      assert.strictEqual((yield* get("/corporation/stores")).status, 401)
      state.behaviour.starting = true
      assert.strictEqual((yield* login).status, 401)
    })
  )

  it.effect("overlapping requests can be refused, and are counted", () =>
    Effect.gen(function* () {
      const { fault, get, state } = yield* startAndLogIn({ overlap: "refuse" })
      yield* fault({ path: "/corporation/stores", mode: "hang", times: 1 })
      const answered = yield* Effect.race(get("/corporation/stores"), get("/corporation/stores"))
      assert.strictEqual(answered.status, 409)
      assert.strictEqual(state.counters.maxConcurrency, 2)
    })
  )
})

describe("misbehaviour", () => {
  it.effect("faults are set over HTTP, count down, and keep a list valid when empty or partial", () =>
    Effect.gen(function* () {
      const { get, rows, url } = yield* startAndLogIn()
      const path = "/v2/entities/products/list"
      yield* control(url, "POST", "faults", { path: "/v2/entities/*", mode: "empty", times: 1 })
      assert.deepStrictEqual(yield* rows(path), [])
      yield* control(url, "POST", "faults", { path: "/v2/entities/*", mode: "partial", keep: 3, times: 1, after: 1 })
      assert.isAbove((yield* rows(path)).length, 1000)
      assert.strictEqual((yield* rows(path)).length, 3)
      yield* control(url, "POST", "faults", { path: "/employees", mode: "empty" })
      assert.match((yield* get("/employees")).text, /<employees [^>]*\/>$/)
      yield* control(url, "DELETE", "faults")
      assert.match((yield* get("/employees")).text, /<\/employees>$/)
      assert.property(yield* control(url, "POST", "faults", { path: "/x", mode: "sulk" }), "error")
    })
  )

  it.effect("refusals are the vendor's own, and 429 may name its wait in both forms", () =>
    Effect.gen(function* () {
      const { fault, get } = yield* startAndLogIn()
      const path = "/corporation/stores"
      yield* fault({ path, mode: "licence", times: 1 })
      assert.match((yield* get(path)).text, /^License enhancement is required/)
      yield* fault({ path, mode: "unauthorized", times: 1 })
      assert.strictEqual((yield* get(path)).status, 401)
      yield* fault({ path, mode: "rateLimited", retryAfter: 7, times: 1 })
      assert.strictEqual((yield* get(path)).headers.get("retry-after"), "7")
      yield* fault({ path, mode: "rateLimited", retryAfter: 60, retryAfterForm: "date", times: 1 })
      assert.strictEqual((yield* get(path)).headers.get("retry-after"), "Thu, 05 Mar 2026 10:01:00 GMT")
      yield* fault({ path, mode: "html", times: 1 })
      assert.deepInclude(yield* get(path), { status: 200, type: "text/html;charset=UTF-8" })
      yield* fault({ path, mode: "status", status: 500, body: "product == null", contentType: "text/plain", times: 1 })
      assert.deepInclude(yield* get(path), { status: 500, text: "product == null" })
    })
  )

  it.effect("an answer can break off in the middle", () =>
    Effect.gen(function* () {
      const { fault, get } = yield* startAndLogIn()
      yield* fault({ path: "/employees", mode: "truncated", times: 1 })
      assert.strictEqual((yield* Effect.exit(get("/employees")))._tag, "Failure")
      yield* fault({ path: "/employees", mode: "disconnect", times: 1 })
      assert.strictEqual((yield* Effect.exit(get("/employees")))._tag, "Failure")
      assert.strictEqual((yield* get("/employees")).status, 200)
    })
  )

  it.effect("data is edited from outside: rows added, changed with a new revision, removed", () =>
    Effect.gen(function* () {
      const { rows, state, url } = yield* startAndLogIn()
      const before = state.revision()
      const [first, second] = state.products
      const put = [
        { id: first?.id, name: "Переименован", deleted: false },
        { id: "00000000-0000-4000-8000-00000000abcd", name: "Новый", deleted: false }
      ]
      yield* control(url, "POST", "data", [
        { collection: "products", put, remove: [{ id: second?.id }] },
        { collection: "behaviour", put: [{ version: "9.0.1" }] }
      ])
      const changed = yield* rows(`/v2/entities/products/list?revisionFrom=${before}`)
      assert.sameMembers(pluck(changed, "name"), ["Переименован", "Новый"])
      assert.strictEqual(state.products.length, 2000)
      assert.strictEqual(state.behaviour.version, "9.0.1")
      assert.property(yield* control(url, "POST", "data", [{ collection: "nothing" }]), "error")
    })
  )

  it.effect("the same seed gives the same chain, another seed another", () =>
    Effect.gen(function* () {
      const names = (seed: number) =>
        Effect.map(sandbox.start({ seed }), ({ state }) => JSON.stringify([state.products, state.balances]))
      assert.strictEqual(yield* names(7), yield* names(7))
      assert.notStrictEqual(yield* names(7), yield* names(8))
    })
  )
})
