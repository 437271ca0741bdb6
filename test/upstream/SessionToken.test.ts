import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Redacted, Scope } from "effect"
import { HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import * as SessionToken from "../../core/upstream/exchange/SessionToken.ts"
import * as Upstream from "../../core/upstream/exchange/Upstream.ts"
import { declaration, type Handler, json, upstream } from "./vendor.ts"

interface Behaviour {
  readonly loginStatus?: number
  readonly hanging?: "/login" | "/logout"
  readonly slowLogout?: boolean
}

/**
 * A vendor with one licence slot: `/login` takes it, `/logout` frees it, `/deals` wants the current token and `/report`
 * takes 30 seconds besides.
 */
const licensed = (options: Behaviour = {}) => {
  const log: Array<string> = []
  let issued = 0
  let live: string | undefined
  const handler: Handler = (request, url) => {
    const path = url.pathname.replace("/api", "")
    const token = request.headers.authorization?.replace("Bearer ", "")
    log.push(token === undefined ? path : `${path} ${token}`)
    if (path === options.hanging) return Effect.never
    if (path === "/login") {
      if (options.loginStatus !== undefined) return new Response("no", { status: options.loginStatus })
      if (live !== undefined) return new Response("no free slot", { status: 409 })
      issued++
      live = `token-${issued}`
      return Effect.delay(Effect.succeed(new Response(live)), "1 second")
    }
    if (path === "/logout") {
      const close = Effect.sync(() => {
        live = undefined
        return new Response("bye")
      })
      return options.slowLogout ? Effect.delay(close, "1 second") : close
    }
    const answer = token === live ? json([]) : new Response("who?", { status: 401 })
    return path === "/report" ? Effect.delay(Effect.succeed(answer), "30 seconds") : answer
  }
  const kill = () => {
    live = undefined
  }
  return { log, handler, kill }
}

const connect = Effect.fnUntraced(function* (vendor: ReturnType<typeof licensed>, concurrency = 4) {
  const plain = yield* upstream(vendor.handler, { declaration: declaration({ delays: [], limits: { concurrency } }) })
  const bearer = (token: Redacted.Redacted) => HttpClientRequest.bearerToken(token)
  const credential = yield* SessionToken.make({
    acquire: Effect.map(Upstream.text(plain, HttpClientRequest.get("/login")), (token) => ({
      token: Redacted.make(token),
      lifetime: Duration.minutes(10)
    })),
    release: (token) => Upstream.text(plain, bearer(token)(HttpClientRequest.get("/logout"))),
    apply: (request, token) => bearer(token)(request)
  })
  return plain.authorized(credential)
})

const deals = (crm: Upstream.Upstream) => Upstream.text(crm, HttpClientRequest.get("/deals"))
const together = (crm: Upstream.Upstream) =>
  Effect.forEach(Array(6), () => Effect.exit(deals(crm)), { concurrency: "unbounded" })

/** Lets its waits pass, in steps: bodies of fake answers come through promises, which the test clock does not see. */
const settle = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    for (let i = 0; i < 80; i++) yield* TestClock.adjust("100 millis")
    return yield* Fiber.join(fiber)
  })

describe("a session", () => {
  it.effect("that is refused although it is fresh fails the request after one more login", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const handler: Handler = (_, { pathname }) => {
        log.push(pathname)
        return pathname.endsWith("/deals") ? new Response("no rights", { status: 403 }) : new Response("token")
      }
      const crm = yield* connect({ log, handler, kill: () => {} })
      const error = yield* settle(Effect.flip(deals(crm)))
      assert.strictEqual(error.kind, "Unauthorized")
      assert.include(error.message, "no rights")
      assert.lengthOf(
        log.filter((path) => path.endsWith("/login")),
        2
      )
    })
  )

  for (const concurrency of [1, 4]) {
    it.effect(`is opened once for all who wait, at ${concurrency} requests at a time`, () =>
      Effect.gen(function* () {
        const vendor = licensed()
        const crm = yield* connect(vendor, concurrency)
        assert.isTrue((yield* settle(together(crm))).every(Exit.isSuccess))
        assert.lengthOf(vendor.log, 7)
      })
    )
  }

  it.effect("is renewed once when it was refused, the old one being given back first", () =>
    Effect.gen(function* () {
      const vendor = licensed()
      const crm = yield* connect(vendor)
      yield* settle(deals(crm))
      vendor.kill()
      assert.isTrue((yield* settle(together(crm))).every(Exit.isSuccess))
      assert.deepEqual(
        vendor.log.filter((line) => line.startsWith("/log")),
        ["/login", "/logout token-1", "/login"]
      )
    })
  )

  it.effect("is replaced when its lifetime is over, once the vendor has counted it out", () =>
    Effect.gen(function* () {
      const vendor = licensed({ slowLogout: true })
      const scope = yield* Scope.make()
      const crm = yield* Scope.provide(connect(vendor), scope)
      yield* settle(deals(crm))
      yield* TestClock.adjust("9 minutes")
      yield* settle(deals(crm))
      yield* Effect.repeat(TestClock.adjust("100 millis"), { until: () => vendor.log.includes("/logout token-1") })
      yield* settle(deals(crm))
      yield* settle(Scope.close(scope, Exit.void))
      assert.deepEqual(vendor.log, [
        "/login",
        "/deals token-1",
        "/deals token-1",
        "/logout token-1",
        "/login",
        "/deals token-2",
        "/logout token-2"
      ])
    })
  )

  it.effect("is given back at the end of its lifetime although nobody asks for it any more", () =>
    Effect.gen(function* () {
      const vendor = licensed()
      const crm = yield* connect(vendor)
      yield* settle(deals(crm))
      yield* TestClock.adjust("9 minutes")
      assert.deepEqual(vendor.log, ["/login", "/deals token-1"])
      yield* TestClock.adjust("1 minute")
      assert.deepEqual(vendor.log, ["/login", "/deals token-1", "/logout token-1"])
    })
  )

  it.effect("waits with its logout as long as other requests take all places, and the next waits for that", () =>
    Effect.gen(function* () {
      const vendor = licensed()
      const crm = yield* connect(vendor, 1)
      yield* settle(deals(crm))
      yield* TestClock.adjust("580 seconds")
      const report = yield* Effect.forkChild(Upstream.text(crm, HttpClientRequest.get("/report")))
      yield* TestClock.adjust("20 seconds")
      const next = yield* Effect.forkChild(deals(crm))
      for (let i = 0; i < 20; i++) yield* TestClock.adjust("1 second")
      yield* Fiber.join(report)
      yield* Fiber.join(next)
      assert.deepEqual(vendor.log.slice(2), ["/report token-1", "/logout token-1", "/login", "/deals token-2"])
    })
  )

  it.effect("serves the next who asks when the one who logged in gave up", () =>
    Effect.gen(function* () {
      const vendor = licensed()
      const crm = yield* connect(vendor)
      const first = yield* Effect.forkChild(deals(crm))
      yield* TestClock.adjust("500 millis")
      yield* Fiber.interrupt(first)
      yield* settle(deals(crm))
      assert.deepEqual(vendor.log, ["/login", "/deals token-1"])
    })
  )

  it.effect("is given back when its scope closes during the login, which is waited for but not for ever", () =>
    Effect.gen(function* () {
      for (const hanging of [undefined, "/login"] as const) {
        const vendor = licensed(hanging === undefined ? {} : { hanging })
        const scope = yield* Scope.make()
        const crm = yield* Scope.provide(connect(vendor), scope)
        const first = yield* Effect.forkChild(deals(crm))
        yield* TestClock.adjust("500 millis")
        yield* Fiber.interrupt(first)
        yield* settle(Scope.close(scope, Exit.void))
        assert.deepEqual(vendor.log, hanging === undefined ? ["/login", "/logout token-1"] : ["/login"])
      }
    })
  )

  it.effect("is not opened any more when the scope closes while the last one is being logged out", () =>
    Effect.gen(function* () {
      const vendor = licensed({ slowLogout: true })
      const scope = yield* Scope.make()
      const crm = yield* Scope.provide(connect(vendor), scope)
      yield* settle(deals(crm))
      yield* Effect.repeat(TestClock.adjust("100 millis"), { until: () => vendor.log.includes("/logout token-1") })
      const waiting = yield* Effect.forkChild(Effect.exit(deals(crm)))
      yield* TestClock.adjust("100 millis")
      yield* settle(Scope.close(scope, Exit.void))
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.join(waiting)))
      assert.deepEqual(vendor.log, ["/login", "/deals token-1", "/logout token-1"])
    })
  )

  it.effect("is given back when its scope closes, however the vendor answers that", () =>
    Effect.gen(function* () {
      for (const behaviour of [{}, { hanging: "/logout" }] as const) {
        const vendor = licensed(behaviour)
        const scope = yield* Scope.make()
        const crm = yield* Scope.provide(connect(vendor), scope)
        yield* settle(deals(crm))
        yield* settle(Scope.close(scope, Exit.void))
        assert.isTrue(Exit.hasInterrupts(yield* settle(Effect.exit(deals(crm)))))
        assert.deepEqual(vendor.log, ["/login", "/deals token-1", "/logout token-1"])
      }
    })
  )

  it.effect("is opened anew after an outage that opened the circuit and cost the session", () =>
    Effect.gen(function* () {
      const vendor = licensed()
      let down = false
      const handler: Handler = (request, url) =>
        down ? new Response("down", { status: 502 }) : vendor.handler(request, url)
      const crm = yield* connect({ ...vendor, handler })
      yield* settle(deals(crm))
      down = true
      for (let i = 0; i < 6; i++) yield* settle(Effect.flip(deals(crm)))
      down = false
      vendor.kill()
      yield* TestClock.adjust("31 seconds")
      assert.strictEqual(yield* settle(deals(crm)), "[]")
    })
  )

  it.effect("that cannot be opened is tried once for all who wait", () =>
    Effect.gen(function* () {
      const vendor = licensed({ loginStatus: 401 })
      const crm = yield* connect(vendor)
      assert.isTrue((yield* settle(together(crm))).every(Exit.isFailure))
      assert.deepEqual(vendor.log, ["/login"])
    })
  )
})
