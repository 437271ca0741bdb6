/** The sign of life: asked as long as all is well, and by its silence the only thing it tells. */
import { assert, it } from "@effect/vitest"
import { Duration, Effect, Layer, Redacted } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import type { PluginHealth } from "../../core/control/Plugin.ts"
import { Plugins } from "../../core/control/Plugins.ts"
import * as Heartbeat from "../../core/http/Heartbeat.ts"
import { Alerts } from "../../core/observe/Alerts.ts"
import { reason, said } from "../../core/reason/Reason.ts"
import { eventually } from "../support/eventually.ts"
import { layer } from "./fixtures.ts"

it.live("a heartbeat is sent as long as the parts are well, and ends while one is not", () =>
  Effect.gen(function* () {
    let health: PluginHealth = { status: "ok", reason: said("it listens") }
    const asked: Array<string> = []
    const client = HttpClient.make((request) => {
      asked.push(`${request.method} ${request.url}`)
      return Effect.succeed(HttpClientResponse.fromWeb(request, new Response("OK")))
    })
    const plugins = Layer.mock(Plugins, { standings: Effect.sync(() => [{ name: "bot", type: "telegram", health }]) })
    yield* Layer.build(
      Heartbeat.layer({
        heartbeat: Redacted.make("https://hc.test/ping/abc"),
        heartbeatEvery: Duration.millis(20)
      }).pipe(Layer.provide([plugins, Layer.succeed(HttpClient.HttpClient, client)]))
    )
    yield* eventually(Effect.sync(() => asked.length > 2))
    assert.deepEqual([...new Set(asked)], ["GET https://hc.test/ping/abc"])

    health = { status: "degraded", reason: reason("bot.silent") }
    /** Until nothing comes for as long as ten beats take. */
    const isSilent = Effect.suspend(() => {
      const before = asked.length
      return Effect.map(Effect.sleep("200 millis"), () => asked.length === before)
    })
    yield* eventually(isSilent)

    health = { status: "ok", reason: said("it listens") }
    const before = asked.length
    yield* eventually(Effect.sync(() => asked.length > before))
    // Raised just now, so that there is time to tell somebody.
    const alerts = yield* Alerts
    yield* alerts.raise({ kind: "job_failed", subject: "morning", reason: said("it failed") })
    const then = asked.length
    yield* eventually(Effect.sync(() => asked.length > then))
  }).pipe(Effect.provide(layer({})))
)
