import { connect } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Logger, Scope, Stream } from "effect"
import { HttpServer } from "effect/http"
import { Alerts } from "../../core/observe/Alerts.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { eventually } from "../support/eventually.ts"
import { entity } from "../support/source.ts"
import { rows } from "../sync/fixtures.ts"
import { ask, layer, request, token } from "./fixtures.ts"

const thing = entity("thing")

const served = layer({ entities: [thing], answers: () => ({ records: rows(1, 250), pageSize: 50 }) })

const syncThing = Effect.flatMap(Sync, ({ run }) => run([thing], { trigger: "test", actor: null }))

/** The text of the events, gathered from the moment the browser knows it is connected. */
const watch = Effect.gen(function* () {
  const response = yield* request("/api/v1/events")
  assert.strictEqual(response.status, 200)
  assert.match(response.headers["content-type"] ?? "", /^text\/event-stream/)
  let text = ""
  const reading = yield* Effect.forkScoped(
    Stream.runForEach(Stream.decodeText(response.stream), (chunk) =>
      Effect.sync(() => {
        text += chunk
      })
    )
  )
  const untilReceived = (part: string | RegExp) =>
    eventually(Effect.sync(() => (typeof part === "string" ? text.includes(part) : part.test(text))))
  yield* untilReceived(":\n\n")
  return { untilReceived, text: () => text, reading }
})

describe("events", () => {
  it.live("tell of every run, whoever began it, with how it is getting on and how it ended", () =>
    Effect.gen(function* () {
      const { untilReceived, text } = yield* watch
      yield* syncThing
      yield* untilReceived(
        /event: run\ndata: \{[^\n]*"entity":"fake.thing","phase":"ended"[^\n]*"rows":250[^\n]*\}\n\n/
      )
      assert.include(text(), '"inserted":250')
      assert.include(text(), '"trigger":"test"')
      yield* ask("/api/v1/sync", { method: "POST", body: {} })
      yield* untilReceived('"unchanged":250')
      assert.include(text(), '"trigger":"api"')
    }).pipe(Effect.scoped, Effect.provide(served))
  )

  it.live("tell of reloads and of what is wrong", () =>
    Effect.gen(function* () {
      const alerts = yield* Alerts
      assert.deepStrictEqual((yield* ask("/api/v1/alerts")).body, { alerts: [] })
      const { untilReceived } = yield* watch
      yield* ask("/api/v1/reload", { method: "POST" })
      yield* untilReceived(/event: reload\ndata: \{[^\n]*"status":"unchanged"/)
      yield* alerts.raise({ kind: "job_failed", subject: "morning", reason: foreignText("It failed.") })
      yield* untilReceived(/event: alert\ndata: \{"what":"raised","alert":\{[^\n]*"subject":"morning"/)
      const { text } = yield* ask("/api/v1/alerts")
      assert.include(text, '"key":"job_failed morning","kind":"job_failed","subject":"morning","entities":[]')
      assert.include(text, '"message":"It failed.","reason":{"code":"said","params":{"text":"It failed."}}')
      yield* alerts.clear("job_failed morning")
      yield* untilReceived('"what":"recovered"')
      assert.deepStrictEqual((yield* ask("/api/v1/alerts")).body, { alerts: [] })
    }).pipe(Effect.scoped, Effect.provide(served))
  )

  it.live("that nobody reads hold up neither a run nor those who do read", () =>
    Effect.gen(function* () {
      const { hostname, port } = new URL(yield* HttpServer.addressFormattedWith(Effect.succeed))
      const deaf = yield* Effect.acquireRelease(
        Effect.sync(() => connect({ host: hostname, port: Number(port) })),
        (socket) => Effect.sync(() => socket.destroy())
      )
      deaf.pause()
      deaf.write(`GET /api/v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`)
      const { untilReceived } = yield* watch
      const alerts = yield* Alerts
      const long = "x".repeat(100_000)
      for (let at = 0; at < 200; at++) {
        yield* alerts.raise({ kind: "job_failed", subject: `job ${at}`, reason: foreignText(long) })
        yield* alerts.clear(`job_failed job ${at}`)
      }
      const [result] = yield* syncThing
      assert.deepInclude(result, { status: "ok", inserted: 250 })
      yield* untilReceived('"phase":"ended"')
      assert.strictEqual((yield* ask("/api/v1/runs")).status, 200)
      // Its megabytes of alerts would all be logged.
    }).pipe(Effect.scoped, Effect.provide(served), Effect.provide(Logger.layer([])))
  )

  it.live("end when the server stops, which does not wait for those who watch", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(served, scope)
      const { reading } = yield* Effect.provide(watch, context)
      yield* Effect.timeout(Scope.close(scope, Exit.void), "4 seconds")
      yield* Effect.timeout(Fiber.await(reading), "1 second")
    }).pipe(Effect.scoped)
  )
})
