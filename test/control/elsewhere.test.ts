/** What nobody was told of in a chat is posted to the webhook, once, with the reason, and again when it is over. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Redacted, Schema } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { TestClock } from "effect/testing"
import { botReason } from "../../bot/reasons.ts"
import * as AlertWebhook from "../../core/control/AlertWebhook.ts"
import type { PluginHealth } from "../../core/control/Plugin.ts"
import { Plugins } from "../../core/control/Plugins.ts"
import { Alerts } from "../../core/observe/Alerts.ts"
import { foreignText, reason } from "../../core/reason/Reason.ts"
import { settle } from "../support/settle.ts"

const failed = { kind: "job_failed", subject: "morning", reason: foreignText("morning failed") } as const

/** In steps, each with what is posted and its answer. */
const pass = Effect.fnUntraced(function* (duration: Duration.Input) {
  const steps = Math.min(40, Math.ceil(Duration.toSeconds(duration) / 15))
  const step = TestClock.adjust(Duration.seconds(Duration.toSeconds(duration) / steps))
  yield* Effect.repeat(Effect.andThen(step, settle), { times: steps - 1 })
})

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(AlertWebhook.AlertPayload))

/** A daemon whose webhook answers as `answer` says: a status, or nothing for ever. */
const world = Effect.fnUntraced(function* (health: PluginHealth | undefined) {
  const posted: Array<typeof AlertWebhook.AlertPayload.Type> = []
  const state: { answer: number | "never"; asked: number; refuses: string } = { answer: 200, asked: 0, refuses: "none" }
  const client = HttpClient.make((request) => {
    state.asked++
    if (state.answer === "never") return Effect.never
    if (state.answer !== 200) {
      return Effect.succeed(HttpClientResponse.fromWeb(request, new Response("no", { status: state.answer })))
    }
    assert.isTrue(request.url.startsWith("https://hooks.test/alerts"))
    const { body } = request
    const message = body._tag === "Uint8Array" ? decode(new TextDecoder().decode(body.body)) : undefined
    if (message?.alert.subject === state.refuses) {
      return Effect.succeed(HttpClientResponse.fromWeb(request, new Response("too long", { status: 413 })))
    }
    if (message !== undefined) posted.push(message)
    return Effect.succeed(HttpClientResponse.fromWeb(request, new Response("ok")))
  })
  const statuses = Effect.succeed(health === undefined ? [] : [{ name: "bot", type: "telegram", health }])
  const plugins = Layer.mock(Plugins, { statuses })
  const services = yield* Layer.build(
    AlertWebhook.layer({ webhook: Redacted.make("https://hooks.test/alerts?key=abc") }).pipe(
      Layer.provide([plugins, Layer.succeed(HttpClient.HttpClient, client)]),
      Layer.provideMerge(Alerts.layer)
    )
  )
  const alerts = yield* Effect.provide(Alerts, services)
  const words = () => posted.map(({ alert, what }) => `${what} ${alert.subject}`)
  return { alerts, posted, state, words }
})

const away: PluginHealth = { status: "degraded", reason: botReason("bot.silent") }

describe("an alert that no chat was told of", () => {
  it.effect("is posted a minute later with what is wrong with the bot, and when it is over", () =>
    Effect.gen(function* () {
      const { alerts, posted, words } = yield* world(away)
      yield* alerts.raise(failed)
      yield* pass("45 seconds")
      assert.isEmpty(posted, "the chat has its minute")
      yield* pass("30 seconds")
      assert.deepEqual(words(), ["raised morning"])
      assert.strictEqual(posted[0]?.alert.message, "morning failed")
      assert.deepEqual(posted[0]?.reason.params.whys, [away.reason])
      assert.include(posted[0]?.why, "does not answer")
      yield* pass("1 hour")
      assert.lengthOf(posted, 1, "once")
      yield* alerts.clear("job_failed morning")
      yield* pass("15 seconds")
      assert.deepEqual(words(), ["raised morning", "over morning"])
    })
  )

  it.effect("is posted when there is no bot at all, and again when it still stands a day later", () =>
    Effect.gen(function* () {
      const { alerts, posted, words } = yield* world(undefined)
      yield* alerts.raise(failed)
      yield* pass("90 seconds")
      assert.deepEqual(posted[0]?.reason.params.whys, [reason("alert.noTeller")])
      yield* pass("24 hours")
      yield* alerts.raise(failed)
      yield* pass("90 seconds")
      assert.deepEqual(words(), ["raised morning", "reminded morning"])
    })
  )

  it.effect("waits for a webhook that is away, and is posted when it is back", () =>
    Effect.gen(function* () {
      const { alerts, posted, state, words } = yield* world(away)
      state.answer = 503
      yield* alerts.raise(failed)
      yield* alerts.raise({ ...failed, subject: "evening" })
      yield* pass("5 minutes")
      assert.isAbove(state.asked, 3)
      state.answer = "never"
      const { asked } = state
      yield* pass("5 minutes")
      assert.isAtLeast(state.asked - asked, 10, "it has ten seconds to answer, each time")
      assert.isEmpty(posted)
      assert.lengthOf(yield* alerts.undelivered, 2)
      state.answer = 200
      yield* pass("30 seconds")
      assert.deepEqual(words(), ["raised morning", "raised evening"])
      assert.isEmpty(yield* alerts.undelivered)
    })
  )
})

it.effect("an alert that the webhook refuses holds back no other, nor the end of another", () =>
  Effect.gen(function* () {
    const { alerts, state, words } = yield* world(away)
    state.refuses = "morning"
    yield* alerts.raise(failed)
    yield* alerts.raise({ ...failed, subject: "evening" })
    yield* pass("5 minutes")
    assert.deepEqual(words(), ["raised evening"])
    yield* alerts.clear("job_failed evening")
    yield* pass("30 seconds")
    assert.deepEqual(words(), ["raised evening", "over evening"])
    state.refuses = "none"
    yield* pass("30 seconds")
    assert.deepEqual(words(), ["raised evening", "over evening", "raised morning"])
  })
)

describe("an alert that a chat was told of", () => {
  it.effect("is not posted, nor is its end", () =>
    Effect.gen(function* () {
      const { alerts, posted } = yield* world({ status: "ok", reason: foreignText("it listens") })
      yield* alerts.raise(failed)
      yield* pass("30 seconds")
      yield* alerts.markDelivered("job_failed morning")
      yield* pass("1 hour")
      yield* alerts.clear("job_failed morning")
      yield* pass("1 hour")
      assert.isEmpty(posted)
    })
  )

  it.effect("is posted when only its reminder reached nobody", () =>
    Effect.gen(function* () {
      const { alerts, words } = yield* world(away)
      yield* alerts.raise(failed)
      yield* alerts.markDelivered("job_failed morning")
      yield* pass("25 hours")
      yield* alerts.raise(failed)
      yield* pass("90 seconds")
      assert.deepEqual(words(), ["reminded morning"])
    })
  )
})
