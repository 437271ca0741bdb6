import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import * as ConsoleSessions from "../../core/http/ConsoleSessions.ts"
import { layerDatabase } from "../support/database.ts"
import { ask, layer, token } from "./fixtures.ts"

const signIn = (sent: string, headers: Readonly<Record<string, string>> = {}) =>
  ask("/api/v1/session", { method: "POST", token: null, body: { token: sent }, headers })

const setCookie = ({ headers }: { readonly headers: Readonly<Record<string, string | undefined>> }) =>
  headers["set-cookie"] ?? ""

const cookieOf = (answer: Parameters<typeof setCookie>[0]) => setCookie(answer).split(";")[0] ?? ""

/** What a browser sends that has the cookie; `from` is the console's own header. */
const withCookie = (cookie: string, from?: "console") => ({
  token: null,
  headers: { cookie, ...(from === undefined ? {} : { "x-tributary": from }) }
})

const stored = { role: "admin", adminApi: true }

describe("a session", () => {
  it.live("begins with the admin token and lets the browser do what the token does", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* ask("/api/v1/session", { token: null })).body, { role: null, adminApi: true })
      const begun = yield* signIn(token)
      assert.strictEqual(begun.status, 204)
      assert.match(
        setCookie(begun),
        /^tributary_session=[0-9a-z]+\.[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/
      )
      const cookie = cookieOf(begun)
      assert.deepStrictEqual((yield* ask("/api/v1/session", withCookie(cookie))).body, stored)
      assert.strictEqual((yield* ask("/api/v1/runs", withCookie(cookie))).status, 200)
      const synced = yield* ask("/api/v1/sync", { ...withCookie(cookie, "console"), method: "POST", body: {} })
      assert.strictEqual(synced.status, 200)
      const { text } = yield* ask("/api/v1/runs", withCookie(cookie))
      assert.include(text, '"trigger":"console","actor":"console"')
      const ended = yield* ask("/api/v1/session", { ...withCookie(cookie), method: "DELETE" })
      assert.strictEqual(ended.status, 204)
      assert.match(setCookie(ended), /^tributary_session=; Max-Age=0; Path=\//)
    }).pipe(Effect.provide(layer({})))
  )

  it.live("ends when it is signed out, for every copy of its cookie, also after a restart, and no other", () =>
    Effect.gen(function* () {
      const database = yield* Layer.build(layerDatabase)
      const served = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        Effect.provide(effect, layer({ database: Layer.succeedContext(database) }))
      const [first, other] = yield* served(
        Effect.gen(function* () {
          const cookies = [cookieOf(yield* signIn(token)), cookieOf(yield* signIn(token))] as const
          assert.strictEqual(
            (yield* ask("/api/v1/session", { ...withCookie(cookies[0]), method: "DELETE" })).status,
            204
          )
          assert.strictEqual((yield* ask("/api/v1/runs", withCookie(cookies[0]))).status, 401)
          assert.strictEqual((yield* ask("/api/v1/runs", withCookie(cookies[1]))).status, 200)
          return cookies
        })
      )
      assert.strictEqual((yield* served(ask("/api/v1/runs", withCookie(first)))).status, 401)
      assert.strictEqual((yield* served(ask("/api/v1/runs", withCookie(other)))).status, 200)
      const longer = yield* ConsoleSessions.make(Redacted.make(token)).renew(first.replace("tributary_session=", ""))
      assert.strictEqual((yield* served(ask("/api/v1/runs", withCookie(`tributary_session=${longer}`)))).status, 401)
    })
  )

  it.live("changes nothing for a page that is not the console's", () =>
    Effect.gen(function* () {
      const cookie = cookieOf(yield* signIn(token))
      for (const path of ["sync", "plan", "reload", "jobs/morning/run", "jobs/morning/pause", "pending-deletes/1"]) {
        const { body, status } = yield* ask(`/api/v1/${path}`, { ...withCookie(cookie), method: "POST", body: {} })
        assert.strictEqual(status, 403, path)
        assert.deepInclude(body, { type: "urn:tributary:problem:foreign-request", status: 403 })
      }
      const form = yield* ask("/api/v1/session", {
        method: "POST",
        token: null,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: { token }
      })
      assert.notStrictEqual(form.status, 500)
      assert.notInclude((yield* ask("/api/v1/runs")).text, "console")
    }).pipe(Effect.provide(layer({})))
  )

  it.live("is only for the browser that reaches the daemon over https when it did so", () =>
    Effect.gen(function* () {
      assert.include(setCookie(yield* signIn(token, { "x-forwarded-proto": "https" })), "; Secure")
      assert.notInclude(setCookie(yield* signIn(token)), "Secure")
    }).pipe(Effect.provide(layer({})))
  )

  it.live("does not begin with a wrong token, of which an address may send ten", () =>
    Effect.gen(function* () {
      const cookie = cookieOf(yield* signIn(token))
      for (let guess = 0; guess < 10; guess++) {
        const wrong = yield* signIn(`${token}${guess}`)
        assert.strictEqual(wrong.status, 401)
        assert.strictEqual(setCookie(wrong), "")
      }
      assert.strictEqual((yield* signIn("another guess")).status, 429)
      // Who knows the token, or is signed in, has nothing to guess.
      assert.strictEqual((yield* signIn(token)).status, 204)
      assert.strictEqual((yield* ask("/api/v1/runs")).status, 200)
      assert.strictEqual((yield* ask("/api/v1/runs", withCookie(cookie))).status, 200)
    }).pipe(Effect.provide(layer({})))
  )

  it.live("does not come from a cookie that was made up, changed, or signed with another token", () =>
    Effect.gen(function* () {
      const cookie = cookieOf(yield* signIn(token))
      const other = yield* ConsoleSessions.make(Redacted.make("another-token")).begin
      const [moment = "", mac = ""] = cookie.replace("tributary_session=", "").split(".")
      const later = (Number.parseInt(moment, 36) + 1).toString(36)
      for (const value of [other, `${later}.${mac}`, `${moment}.${mac}x`, `${moment}.`, moment, "", "💥", `.${mac}`]) {
        const asked = withCookie(`tributary_session=${encodeURIComponent(value)}`)
        assert.strictEqual((yield* ask("/api/v1/runs", asked)).status, 401, value)
        assert.deepInclude((yield* ask("/api/v1/session", asked)).body, { role: null })
      }
    }).pipe(Effect.provide(layer({})))
  )

  it.live("outlives a restart of the daemon, but not a change of its token", () =>
    Effect.gen(function* () {
      const cookie = cookieOf(yield* Effect.provide(signIn(token), layer({})))
      const role = ask("/api/v1/session", withCookie(cookie))
      assert.deepInclude((yield* Effect.provide(role, layer({}))).body, { role: "admin" })
      assert.deepInclude((yield* Effect.provide(role, layer({ adminToken: "changed" }))).body, { role: null })
      const off = yield* Effect.provide(role, layer({ adminToken: undefined }))
      assert.deepStrictEqual(off.body, { role: null, adminApi: false })
    })
  )

  it.effect("ends after twelve hours, unless it is used before", () =>
    Effect.gen(function* () {
      const sessions = ConsoleSessions.make(Redacted.make(token))
      const cookie = yield* sessions.begin
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* sessions.read(cookie), { renew: false })
      yield* TestClock.adjust("11 hours")
      assert.deepStrictEqual(yield* sessions.read(cookie), { renew: true })
      const renewed = yield* sessions.begin
      yield* TestClock.adjust("1 hour")
      assert.isUndefined(yield* sessions.read(cookie))
      assert.deepStrictEqual(yield* sessions.read(renewed), { renew: true })
      yield* TestClock.adjust("12 hours")
      assert.isUndefined(yield* sessions.read(renewed))
    })
  )
})

describe("everybody may look", () => {
  const served = layer({ anonymous: "read" })

  it.live("where that is configured, and change nothing", () =>
    Effect.gen(function* () {
      const nobody = { token: null }
      assert.deepStrictEqual((yield* ask("/api/v1/session", nobody)).body, { role: "viewer", adminApi: true })
      for (const path of ["entities", "runs", "jobs", "pending-deletes", "config", "alerts", "job-runs"]) {
        assert.strictEqual((yield* ask(`/api/v1/${path}`, nobody)).status, 200, path)
      }
      for (const path of ["sync", "plan", "reload", "jobs/morning/run", "jobs/morning/pause", "pending-deletes/1"]) {
        const asked = { ...nobody, method: "POST", body: {}, headers: { "x-tributary": "console" } } as const
        assert.strictEqual((yield* ask(`/api/v1/${path}`, asked)).status, 401, path)
      }
      assert.strictEqual((yield* ask("/api/v1/runs", { token: "wrong" })).status, 401)
      assert.strictEqual((yield* ask("/api/v1/reload", { method: "POST" })).status, 200)
    }).pipe(Effect.provide(served))
  )

  it.live("but not while no token is configured", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* ask("/api/v1/session", { token: null })).body, { role: null, adminApi: false })
      assert.strictEqual((yield* ask("/api/v1/runs", { token: null })).status, 403)
      assert.strictEqual((yield* signIn("")).status, 403)
    }).pipe(Effect.provide(layer({ adminToken: undefined, anonymous: "read" })))
  )
})
