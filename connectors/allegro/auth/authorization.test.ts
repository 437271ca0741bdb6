import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import type { Fault } from "../../../core/plugin/Sandbox.ts"
import { rootOf } from "../../../core/reason/Reason.ts"
import type { UpstreamErrorKind } from "../../../core/upstream/Source.ts"
import type { AllegroState } from "../sandbox/State.ts"
import { noon } from "../sandbox/TestClient.ts"
import { start, valuesOf } from "../TestClient.ts"

/** A connector with a code that waits for a person. */
const begun = Effect.gen(function* () {
  const running = yield* start()
  const pending = yield* running.authorization.start
  yield* running.clearRequests
  const decide = (decision: "allow" | "deny") =>
    Effect.promise(() => fetch(pending.link, { method: "POST", body: new URLSearchParams({ decision }) }))
  return { ...running, pending, decide, ask: running.authorization.ask(pending.deviceCode) }
})

/** The first seller as the vault knows them. */
const sellerOf = ({ sellers: [seller] }: AllegroState) => ({ id: seller?.id, line: seller?.login })

const lost: ReadonlyArray<readonly [mode: Fault["mode"], kind: UpstreamErrorKind]> = [
  ["disconnectAfter", "Unreachable"],
  ["htmlAfter", "Format"],
  ["statusAfter", "Status"]
]

describe("an authorization", () => {
  it.effect("is a link with its code, the vendor's interval, and an hour", () =>
    Effect.gen(function* () {
      const { pending } = yield* begun
      assert.strictEqual(new URL(pending.link).searchParams.get("code"), pending.userCode)
      assert.deepEqual(pending.interval, Duration.seconds(5))
      assert.strictEqual(DateTime.toEpochMillis(pending.expiresAt), noon + 3_600_000)
    })
  )

  it.effect("is pending until the seller allows it, and then grants tokens for twelve hours", () =>
    Effect.gen(function* () {
      const { accounts, ask, decide, state } = yield* begun
      assert.deepEqual(yield* ask, { _tag: "Pending", slowDown: false })
      assert.deepEqual(yield* ask, { _tag: "Pending", slowDown: true })
      yield* decide("allow")
      yield* TestClock.adjust("10 seconds")
      const answer = yield* ask
      if (answer._tag !== "Granted") return assert.fail(answer._tag)
      const { credentials, expiresAt } = answer.grant
      assert.strictEqual(expiresAt && DateTime.toEpochMillis(expiresAt), noon + (10 + 43_199) * 1_000)
      assert.deepEqual(Object.keys(credentials), ["accessToken", "refreshToken"])
      assert.deepEqual(yield* accounts.verify(credentials), sellerOf(state))
    })
  )

  it.effect("is refused when the seller denies it, and when its hour is over", () =>
    Effect.gen(function* () {
      const denied = yield* begun
      yield* denied.decide("deny")
      assert.deepInclude(yield* denied.ask, { _tag: "Refused", reason: { code: "allegro.denied", params: {} } })
      const late = yield* begun
      yield* TestClock.adjust("1 hour")
      assert.deepInclude(yield* late.ask, { _tag: "Refused", reason: { code: "allegro.codeSpent", params: {} } })
    })
  )

  for (const [mode, kind] of lost) {
    it.effect(`whose tokens are lost (${mode}) is asked for once, and then has to begin again`, () =>
      Effect.gen(function* () {
        const { ask, clearFaults, decide, fault, requests, state } = yield* begun
        yield* decide("allow")
        yield* fault({ path: "/token", mode, status: 502 })
        const error = yield* Effect.flip(ask)
        assert.strictEqual(error.kind, kind)
        assert.lengthOf(
          (yield* requests).filter(({ path }) => path.endsWith("/token")),
          1
        )
        assert.strictEqual(state.granted.sessions.size, 2)
        yield* clearFaults
        yield* TestClock.adjust("5 seconds")
        assert.deepInclude(yield* ask, { _tag: "Refused", reason: { code: "allegro.codeSpent", params: {} } })
      })
    )
  }

  it.effect("of an unknown application names the keys to check, and is no fault of an account", () =>
    Effect.gen(function* () {
      const { authorization, connector, own, refresh } = yield* start({
        environment: { ALLEGRO_CLIENT_SECRET: "of-another-application" }
      })
      const asked = authorization.ask(Redacted.make("device-code"))
      for (const request of [
        Effect.asVoid(authorization.start),
        Effect.asVoid(asked),
        Effect.asVoid(refresh(own)),
        Effect.asVoid(connector.probe)
      ]) {
        const error = yield* Effect.flip(request)
        assert.deepInclude(error, { _tag: "UpstreamError", kind: "Unauthorized", status: 401 })
        assert.strictEqual(rootOf(error.reason).code, "allegro.badClient")
        assert.notInclude(error.message, "of-another-application")
      }
    })
  )

  it.effect("is proved for the application without a seller", () =>
    Effect.gen(function* () {
      const { connector } = yield* start()
      assert.strictEqual(yield* connector.probe, "Allegro knows the application")
    })
  )
})

describe("a refresh", () => {
  it.effect("grants another pair, and the old one is refused a minute later without being shown", () =>
    Effect.gen(function* () {
      const { accounts, own, refresh, state } = yield* start()
      const { credentials, expiresAt } = yield* refresh(own)
      assert.strictEqual(expiresAt && DateTime.toEpochMillis(expiresAt), noon + 43_199_000)
      assert.deepEqual(yield* accounts.verify(credentials), sellerOf(state))
      yield* TestClock.adjust("61 seconds")
      for (const error of [yield* Effect.flip(refresh(own)), yield* Effect.flip(accounts.verify(own))]) {
        assert.strictEqual(error._tag, "CredentialsRefused")
        assert.strictEqual(error.reason.code, "allegro.refused")
        for (const secret of valuesOf(own)) assert.notInclude(JSON.stringify(error), secret)
      }
    })
  )

  for (const [mode, kind] of lost) {
    it.effect(`whose answer is lost (${mode}) is sent once, and works again with the same token`, () =>
      Effect.gen(function* () {
        const { accounts, clearFaults, count, fault, own, refresh } = yield* start()
        yield* fault({ path: "/token", mode, status: 502 })
        const error = yield* Effect.flip(refresh(own))
        assert.deepInclude(error, { _tag: "UpstreamError", kind })
        assert.strictEqual(yield* count, 1)
        yield* clearFaults
        yield* TestClock.adjust("59 seconds")
        const { credentials } = yield* refresh(own)
        assert.isNotEmpty((yield* accounts.verify(credentials)).id)
      })
    )
  }

  it.effect("is refused for an account that was unlinked, or that holds no refresh token", () =>
    Effect.gen(function* () {
      const { own, refresh, state, url } = yield* start()
      const put = [{ login: state.sellers[0]?.login }]
      const body = JSON.stringify([{ collection: "sellers", put }])
      yield* Effect.promise(() => fetch(`${url}/_sandbox/data`, { method: "POST", body }))
      const { accessToken = Redacted.make("") } = own
      for (const credentials of [own, { accessToken }]) {
        assert.strictEqual((yield* Effect.flip(refresh(credentials)))._tag, "CredentialsRefused")
      }
    })
  )

  it.effect("that is refused for another reason says nothing about the account", () =>
    Effect.gen(function* () {
      const { clearFaults, fault, own, refresh } = yield* start()
      for (const [body, status, kind] of [
        ["Too many requests", 429, "RateLimited"],
        ["<html>You have been blocked</html>", 403, "Status"],
        ['{"error":"server_error"}', 500, "Status"],
        ['{"error":"unauthorized_client"}', 400, "Status"],
        // It might be about the account, and might not.
        ['{"error":"server_error","error":"invalid_grant"}', 400, "Status"],
        ['{"access_token":"eyJ1","access_token":"eyJ2","refresh_token":"eyJ3","expires_in":60}', 200, "Format"],
        ['{"access_token":"eyJhbGciOiJSUzI1NiJ9.e30.x"}', 200, "Format"]
      ] as const) {
        yield* fault({ path: "/token", mode: "status", status, body, contentType: "text/plain" })
        const error = yield* Effect.flip(refresh(own))
        assert.deepInclude(error, { _tag: "UpstreamError", kind }, body)
        assert.notInclude(error.message, "eyJ")
        if (body.includes("eyJ2")) assert.include(error.message, "ambiguous: /access_token stands there twice")
        yield* clearFaults
        yield* TestClock.adjust("1 minute")
      }
    })
  )
})

describe("a verification", () => {
  it.effect("names the missing right, which another authorization gives", () =>
    Effect.gen(function* () {
      const { accounts, credentialsOf, state } = yield* start()
      state.switches.scope = "allegro:api:orders:read"
      const error = yield* Effect.flip(accounts.verify(yield* credentialsOf()))
      assert.strictEqual(error._tag, "CredentialsRefused")
      assert.deepInclude(rootOf(error.reason), { code: "allegro.scope" })
      assert.include(error.message, "lacks the right allegro:api:profile:read")
    })
  )

  it.effect("names the program that Allegro blocks", () =>
    Effect.gen(function* () {
      const { accounts, own, state } = yield* start()
      state.switches.application = "AnotherName"
      const error = yield* Effect.flip(accounts.verify(own))
      assert.strictEqual(rootOf(error.reason).code, "allegro.blocked")
      assert.match(error.message, /\(trace-id [0-9a-f]+\)$/)
    })
  )
})
