import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { TestClock } from "effect/testing"
import { type AllegroSandboxOptions, grant } from "../sandbox.ts"
import { ownHeaders, start, textOf } from "./TestClient.ts"

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

/** A sandbox in which the application has asked for a code. */
const beginning = Effect.fnUntraced(function* (options?: AllegroSandboxOptions) {
  const running = yield* start(options)
  const { answer } = yield* running.auth("/device", { client_id: running.state.granted.client.id })
  const deviceCode = textOf(answer.device_code)
  const ask = running.auth("/token", { grant_type: deviceGrant, device_code: deviceCode })
  const decide = (form: Readonly<Record<string, string>>) =>
    Effect.map(
      running.call(textOf(answer.verification_uri_complete).slice(running.url.length), { form }),
      ({ status }) => status
    )
  return { ...running, device: answer, ask, decide }
})
const begun = beginning()

const refusal = (status: number, error: string, error_description: string) => ({
  status,
  answer: { error, error_description }
})
const pending = refusal(400, "authorization_pending", "User has not authorized the device code yet.")
const slowDown = refusal(400, "slow_down", "Polling too frequently.")
const invalidCode = refusal(400, "invalid_request", "Invalid device code")

describe("a code for a device", () => {
  it.effect("is pending until a person has decided, and asking too often makes the interval longer", () =>
    Effect.gen(function* () {
      const { ask, device } = yield* begun
      assert.deepInclude(device, { expires_in: 3_600, interval: 5 })
      assert.match(textOf(device.device_code), /^[0-9a-f]{32}$/)
      assert.match(textOf(device.user_code), /^[a-z0-9]{9}$/)
      assert.deepEqual(yield* ask, pending)
      yield* TestClock.adjust("4 seconds")
      assert.deepEqual(yield* ask, slowDown)
      yield* TestClock.adjust("9 seconds")
      assert.deepEqual(yield* ask, slowDown)
      yield* TestClock.adjust("15 seconds")
      assert.deepEqual(yield* ask, pending)
    })
  )

  it.effect("becomes the tokens of the seller who allowed it, once", () =>
    Effect.gen(function* () {
      const { ask, decide, seller, state } = yield* begun
      const login = state.sellers[1]?.login ?? ""
      assert.strictEqual(yield* decide({ decision: "allow", seller: login }), 200)
      const { answer, status } = yield* ask
      assert.strictEqual(status, 200)
      assert.deepInclude(answer, { token_type: "bearer", expires_in: 43_199, allegro_api: true })
      assert.match(textOf(answer.access_token), /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/)
      assert.strictEqual((yield* seller(textOf(answer.access_token)).get("/me")).answer.login, login)
      yield* TestClock.adjust("5 seconds")
      assert.deepEqual(yield* ask, invalidCode)
      assert.strictEqual(yield* decide({ decision: "allow" }), 404)
    })
  )

  it.effect("is refused when the person denies it, when its hour is over, and when nobody knows it", () =>
    Effect.gen(function* () {
      const denied = yield* begun
      assert.strictEqual(yield* denied.decide({ decision: "deny" }), 200)
      assert.deepEqual(yield* denied.ask, refusal(400, "access_denied", "User denied the authorization."))
      const late = yield* begun
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(yield* late.decide({ decision: "allow" }), 404)
      assert.deepEqual(yield* late.ask, invalidCode)
      assert.deepEqual(yield* late.auth("/token", { grant_type: deviceGrant, device_code: "unknown" }), invalidCode)
    })
  )

  it.effect("is given to the registered application alone, by form or query", () =>
    Effect.gen(function* () {
      const { auth, call, state } = yield* begun
      const { id, secret } = state.granted.client
      const badClient = refusal(401, "invalid_client", "Bad client credentials")
      assert.deepEqual(yield* auth("/device", { client_id: id }, "Basic d3Jvbmc6d3Jvbmc="), badClient)
      assert.deepEqual(yield* auth("/device", { client_id: "another" }), badClient)
      const headers = { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` }
      const { status } = yield* call(`/auth/oauth/device?client_id=${id}`, { headers, method: "POST" })
      assert.strictEqual(status, 200)
    })
  )

  it.effect("has a page that names the sellers and the code", () =>
    Effect.gen(function* () {
      const { call, device, state, url } = yield* begun
      const { text } = yield* call(textOf(device.verification_uri_complete).slice(url.length))
      for (const shown of [textOf(device.user_code), ...state.sellers.map(({ login }) => login)]) {
        assert.include(text, shown)
      }
    })
  )
})

describe("a refresh", () => {
  it.effect("replaces both tokens, and the used one works for a minute more", () =>
    Effect.gen(function* () {
      const { auth, seller, state } = yield* start()
      const { accessToken: first, refreshToken: token } = { ...(yield* grant(state)) }
      const refresh = (refresh_token: string) => auth("/token", { grant_type: "refresh_token", refresh_token })
      const statusOf = (accessToken: string) => Effect.map(seller(accessToken).get("/me"), ({ status }) => status)
      const second = (yield* refresh(token)).answer
      assert.strictEqual(yield* statusOf(first), 401)
      assert.strictEqual(yield* statusOf(textOf(second.access_token)), 200)
      yield* TestClock.adjust("60 seconds")
      const third = (yield* refresh(token)).answer
      // The answer before this one is taken for lost.
      assert.strictEqual(yield* statusOf(textOf(second.access_token)), 401)
      assert.strictEqual(yield* statusOf(textOf(third.access_token)), 200)
      yield* TestClock.adjust("1 second")
      assert.deepEqual(yield* refresh(token), refusal(400, "invalid_grant", `Invalid refresh token: ${token}`))
      assert.strictEqual((yield* refresh(textOf(third.refresh_token))).status, 200)
      state.switches.rotates = false
      assert.strictEqual((yield* refresh(textOf(third.refresh_token))).status, 200)
    })
  )

  it.effect("is refused after three months, and when the seller has ended the session", () =>
    Effect.gen(function* () {
      const { auth, edit, state } = yield* start()
      const refresh = (refresh_token: string) =>
        Effect.map(auth("/token", { grant_type: "refresh_token", refresh_token }), ({ answer }) => answer.error)
      const { refreshToken } = yield* grant(state)
      yield* edit([{ collection: "sellers", put: [{ login: state.sellers[0]?.login }] }])
      assert.strictEqual(yield* refresh(refreshToken), "invalid_grant")
      const unused = (yield* grant(state)).refreshToken
      yield* TestClock.adjust(Duration.days(90))
      assert.strictEqual(yield* refresh(unused), "invalid_grant")
    })
  )
})

describe("access", () => {
  it.effect("ends with the token's twelve hours, and with the twenty-first session of the seller", () =>
    Effect.gen(function* () {
      const { accessToken, get, state } = yield* start()
      assert.strictEqual((yield* get("/me")).status, 200)
      yield* Effect.repeat(grant(state), { times: 19 })
      assert.deepEqual(yield* get("/me"), refusal(401, "invalid_token", `Access token expired: ${accessToken}`))
      const { seller } = yield* start()
      const late = seller((yield* grant(state)).accessToken)
      yield* TestClock.adjust(Duration.seconds(43_199))
      assert.strictEqual((yield* late.get("/me")).status, 401)
    })
  )

  it.effect("wants the name of the program, the media type, the scope, and a seller", () =>
    Effect.gen(function* () {
      const { accessToken, auth, call, get, seller, state } = yield* start()
      const headers = { ...ownHeaders, authorization: `Bearer ${accessToken}` }
      const blocked = yield* call("/me", { headers: { ...headers, "user-agent": "node" } })
      assert.strictEqual(blocked.status, 403)
      assert.include(blocked.text, "You have been blocked")
      assert.isNotNull(blocked.headers.get("trace-id"))
      state.switches.application = "Another"
      assert.strictEqual((yield* call("/me", { headers })).status, 403)
      state.switches.application = "ExampleBackup"
      const unaccepted = yield* get("/order/checkout-forms", { accept: "application/json" })
      assert.strictEqual(unaccepted.status, 406)
      const own = textOf((yield* auth("/token", { grant_type: "client_credentials" })).answer.access_token)
      assert.strictEqual((yield* seller(own).get("/me")).status, 500)
      assert.strictEqual((yield* seller(own).get("/order/events")).status, 403)
      state.switches.scope = "allegro:api:profile:read"
      const scoped = seller((yield* grant(state)).accessToken)
      assert.strictEqual((yield* scoped.get("/me")).status, 200)
      const { answer, status } = yield* scoped.get("/order/events")
      assert.strictEqual(status, 403)
      assert.deepInclude(answer, {
        errors: [
          {
            code: "AccessDenied",
            message: "Access is denied",
            details: null,
            path: null,
            userMessage: "No access to the specified resource.",
            metadata: {}
          }
        ]
      })
    })
  )

  it.effect("is blocked for a minute for all sellers by one request too many, and each one meanwhile prolongs it", () =>
    Effect.gen(function* () {
      const { call, get, seller, state } = yield* start()
      state.switches.requestsPerMinute = 3
      const other = seller((yield* grant(state, state.sellers[1]?.login)).accessToken)
      for (let sent = 0; sent < 3; sent++) assert.strictEqual((yield* get("/me")).status, 200)
      const { answer, status } = yield* other.get("/me")
      assert.strictEqual(status, 429)
      assert.include(JSON.stringify(answer), "RateLimitExceedException")
      yield* TestClock.adjust("59 seconds")
      const hammered = yield* call("/me")
      assert.strictEqual(hammered.status, 429)
      assert.isNull(hammered.headers.get("retry-after"))
      yield* TestClock.adjust("59 seconds")
      state.switches.blockBody = "text"
      assert.strictEqual((yield* call("/me")).text, "Too many requests")
      yield* TestClock.adjust("60 seconds")
      assert.strictEqual((yield* get("/me")).status, 200)
    })
  )
})

describe("a demo", () => {
  const renewed = (refresh_token = "") => ({ grant_type: "refresh_token", refresh_token })

  it.effect("has sellers who have authorized, and others who confirm a code that nobody decides", () =>
    Effect.gen(function* () {
      const { accounts = [], ask, seller } = yield* beginning({ demo: true, sellers: 3 })
      const logins = yield* Effect.forEach(accounts, ({ credentials, name, owner }) =>
        Effect.map(seller(credentials.accessToken ?? "").get("/me"), ({ answer }) => [owner, name, answer.login])
      )
      assert.deepEqual(logins, [
        ["anna", "kubek", "Kubek_Sklep"],
        ["marek", "lampion", "Lampion_Sklep"]
      ])
      yield* TestClock.adjust("5 seconds")
      assert.deepEqual(yield* ask, pending)
      yield* TestClock.adjust("5 seconds")
      const { answer } = yield* ask
      assert.strictEqual((yield* seller(textOf(answer.access_token)).get("/me")).answer.login, "Szalik_Sklep")
    })
  )

  it.effect("goes on with the tokens and the orders of the one before, until tokens end", () =>
    Effect.gen(function* () {
      const first = yield* start({ demo: true })
      const { accessToken = "", refreshToken } = first.accounts?.[0]?.credentials ?? {}
      const next = yield* start({ demo: true })
      const list = "/order/checkout-forms?limit=100"
      const before = yield* first.seller(accessToken).get(list)
      yield* TestClock.adjust("50 minutes")
      const [same, later] = [yield* first.seller(accessToken).get(list), yield* next.seller(accessToken).get(list)]
      assert.isAbove(Number(before.answer.totalCount), 50)
      assert.deepEqual([same.answer, later.answer], [before.answer, before.answer])
      yield* TestClock.adjust("12 hours")
      assert.strictEqual((yield* next.seller(accessToken).get("/me")).status, 401)

      const third = yield* start({ demo: true })
      const { answer, status } = yield* third.auth("/token", renewed(refreshToken))
      assert.strictEqual(status, 200)
      assert.strictEqual((yield* third.seller(textOf(answer.access_token)).get("/me")).answer.login, "Kubek_Sklep")
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual((yield* third.auth("/token", renewed(refreshToken))).status, 400)
    })
  )

  it.effect("accepts no token of another seed, of a seller who unlinked it, or in place of the other kind", () =>
    Effect.gen(function* () {
      const other = yield* start({ demo: true, seed: 8 })
      const { accessToken = "", refreshToken = "" } = other.accounts?.[0]?.credentials ?? {}
      const own = yield* start({ demo: true })
      assert.strictEqual((yield* own.seller(accessToken).get("/me")).status, 401)
      const next = yield* start({ demo: true, seed: 8 })
      assert.strictEqual((yield* next.seller(refreshToken).get("/me")).status, 401)
      assert.strictEqual((yield* next.auth("/token", renewed(accessToken))).status, 400)
      assert.strictEqual((yield* next.seller(accessToken).get("/me")).status, 200)
      yield* next.edit([{ collection: "sellers", put: [{ login: "Kubek_Sklep" }] }])
      assert.strictEqual((yield* next.seller(accessToken).get("/me")).status, 401)
    })
  )

  it.effect("is asked for: other sandboxes know their own tokens alone, and wait for a person", () =>
    Effect.gen(function* () {
      const first = yield* start()
      assert.isUndefined(first.accounts)
      const { accessToken } = yield* grant(first.state)
      const { ask, seller } = yield* beginning()
      assert.strictEqual((yield* seller(accessToken).get("/me")).status, 401)
      yield* TestClock.adjust("1 minute")
      assert.deepEqual(yield* ask, pending)
    })
  )
})
