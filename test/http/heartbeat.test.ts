/** The sign of life: asked as long as all is well, and by its silence the only thing it tells. */
import { assert, it } from "@effect/vitest"
import { Clock, Context, Duration, Effect, Layer, Queue, Redacted } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { TestClock } from "effect/testing"
import { botReason } from "../../bot/reasons.ts"
import type { PluginHealth } from "../../core/control/Plugin.ts"
import { Plugins } from "../../core/control/Plugins.ts"
import * as Heartbeat from "../../core/http/Heartbeat.ts"
import { Alerts } from "../../core/observe/Alerts.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { layer } from "./fixtures.ts"

/** As long as nothing else sleeps. */
const every = Duration.seconds(30)

/** The clock of the test, and the end of each beat: that is when the pause after it begins. */
const watchedClock = TestClock.testClockWith((testClock) =>
  Effect.map(Queue.unbounded<void>(), (pauses) => {
    const sleep = (duration: Duration.Duration) =>
      Effect.andThen(
        Duration.equals(duration, every) ? Queue.offer(pauses, undefined) : Effect.void,
        testClock.sleep(duration)
      )
    const clock: Clock.Clock = { ...testClock, sleep }
    return { clock, paused: Queue.take(pauses) }
  })
)

/** A daemon with a bot, and how often its heartbeat asked. */
const world = Effect.gen(function* () {
  const state: { health: PluginHealth } = { health: { status: "ok", reason: foreignText("it listens") } }
  const asked: Array<string> = []
  const client = HttpClient.make((request) => {
    asked.push(`${request.method} ${request.url}`)
    return Effect.succeed(HttpClientResponse.fromWeb(request, new Response("OK")))
  })
  const statuses = Effect.sync(() => [{ name: "bot", type: "telegram", health: state.health }])
  const daemon = yield* TestClock.withLive(Layer.build(layer({})))
  const { clock, paused } = yield* watchedClock
  yield* Layer.build(
    Heartbeat.layer({ heartbeat: Redacted.make("https://hc.test/ping/abc"), heartbeatEvery: every }).pipe(
      Layer.provide([Layer.mock(Plugins, { statuses }), Layer.succeed(HttpClient.HttpClient, client)])
    )
  ).pipe(Effect.provide(daemon), Effect.provideService(Clock.Clock, clock))
  yield* paused
  /** How many of so many beats asked. */
  const beats = Effect.fnUntraced(function* (count: number) {
    const before = asked.length
    yield* Effect.repeat(Effect.andThen(TestClock.adjust(every), paused), { times: count - 1 })
    return asked.length - before
  })
  return { alerts: Context.get(daemon, Alerts), asked, beats, state }
})

it.effect("a heartbeat is sent as long as the parts are well, and ends while one is not", () =>
  Effect.gen(function* () {
    const { alerts, asked, beats, state } = yield* world
    assert.strictEqual(yield* beats(3), 3)
    assert.deepEqual([...new Set(asked)], ["GET https://hc.test/ping/abc"])

    state.health = { status: "degraded", reason: botReason("bot.silent") }
    assert.strictEqual(yield* beats(10), 0)

    state.health = { status: "ok", reason: foreignText("it listens") }
    assert.strictEqual(yield* beats(1), 1)
    yield* alerts.raise({ kind: "job_failed", subject: "morning", reason: foreignText("it failed") })
    assert.strictEqual(yield* beats(5), 5, "there is time to tell somebody")
    assert.strictEqual(yield* beats(3), 0, "nobody has heard of it for three minutes")
    yield* alerts.markDelivered("job_failed morning")
    assert.strictEqual(yield* beats(2), 2)
  })
)
