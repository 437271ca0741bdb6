/** Fetching updates from a faulty Telegram: with pauses, a limit for every request, and never silently. */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { Api, Bot } from "grammy"
import type { Update, UserFromGetMe, WebhookInfo } from "grammy/types"
import { HandlerRuntime } from "../../bot/HandlerRuntime.ts"
import type { BotContext } from "../../bot/session/Context.ts"
import { Telegram, TelegramError } from "../../bot/telegram/Telegram.ts"
import * as Updates from "../../bot/telegram/Updates.ts"
import * as Webhook from "../../bot/telegram/Webhook.ts"
import { Window } from "../../bot/window/Window.ts"
import { render } from "../../core/reason/Reason.ts"
import { movable } from "../support/movable.ts"
import { settle } from "../support/settle.ts"

const botInfo: UserFromGetMe = {
  id: 1,
  is_bot: true,
  first_name: "Bot",
  username: "bot",
  can_join_groups: true,
  can_read_all_group_messages: false,
  can_manage_bots: false,
  supports_inline_queries: false,
  supports_join_request_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
  has_topics_enabled: false,
  allows_users_to_create_topics: false
}

const never = () => new Promise<never>(() => {})

const silent = Effect.fail(new TelegramError({ reason: "silent", message: "no answer" }))

const fails = () => assert.fail("it is not for fetching updates")

const untouched = { on: fails, promise: fails, runInBackground: fails }
const untouchedWindow = { edit: fails, withWaitNotice: fails, remove: fails, send: fails, show: fails, work: fails }

/** The fetcher of updates, with a Telegram that answers as `answer` says. */
const world = Effect.fnUntraced(function* (
  answers: { getUpdates?: () => Promise<Array<Update>>; getWebhookInfo?: () => Promise<WebhookInfo> },
  updates: Parameters<typeof Updates.start>[0] = "polling"
) {
  const handled: Array<number> = []
  const bot = new Bot<BotContext>("1:a", { botInfo })
  bot.use((ctx) => {
    handled.push(ctx.update.update_id)
  })
  const yes = async () => true as const
  let recovered = 0
  const api = Object.assign(new Api("1:a"), { deleteWebhook: yes, setWebhook: yes, ...answers })
  const telegram = Layer.mock(Telegram, {
    bot,
    raw: (request, within = Duration.seconds(15)) =>
      Effect.promise((signal) => request(api, signal as never)).pipe(
        // grammY types another one
        Effect.timeoutOrElse({ duration: within, orElse: () => silent })
      )
  })
  const settled = Layer.merge(
    Layer.mock(HandlerRuntime, { ...untouched, settled: Effect.void }),
    Layer.mock(Window, { ...untouchedWindow, settled: Effect.void })
  )
  const recover = Effect.sync(() => {
    recovered++
  })
  const { health, hook } = yield* Updates.start(updates, recover).pipe(Effect.provide([telegram, settled]))
  return {
    handled,
    health: Effect.map(health, ({ reason, status }) => `${status}: ${render(reason)}`),
    hook,
    recovered: () => recovered
  }
})

const seconds = (count: number) =>
  Effect.repeat(Effect.andThen(TestClock.adjust("1 second"), settle), { times: count - 1 })

describe("a poll", () => {
  it.effect("that is answered at once with nothing is asked once a second", () =>
    Effect.gen(function* () {
      let asked = 0
      yield* world({
        getUpdates: async () => {
          asked++
          return []
        }
      })
      yield* settle
      yield* seconds(10)
      assert.strictEqual(asked, 11)
    })
  )

  it.effect("that repeats the same update for ever is asked once a second, and the update is handled once", () =>
    Effect.gen(function* () {
      let asked = 0
      const { handled } = yield* world({
        getUpdates: async () => {
          asked++
          return [{ update_id: 7 }]
        }
      })
      yield* settle
      yield* seconds(10)
      assert.strictEqual(asked, 12)
      assert.deepEqual(handled, [7])
    })
  )

  it.effect("waits no longer because the clock was set back while it was open", () =>
    Effect.gen(function* () {
      const { clock, move } = yield* movable
      let asked = 0
      yield* world({
        getUpdates: async () => {
          asked++
          if (asked === 2) Effect.runSync(move(-3_600_000))
          return []
        }
      }).pipe(Effect.provideService(Clock.Clock, clock))
      yield* settle
      yield* seconds(10)
      assert.strictEqual(asked, 11)
    })
  )

  it.effect("brings what is new without a pause", () =>
    Effect.gen(function* () {
      let next = 0
      const { handled } = yield* world({
        getUpdates: async () => (next < 50 ? [{ update_id: ++next }] : [])
      })
      yield* Effect.repeat(settle, { until: () => handled.length === 50, times: 100 })
      assert.lengthOf(handled, 50)
    })
  )

  it.effect(
    "that is taken and never answered makes the bot degraded within 36 seconds, and what follows mends it",
    () =>
      Effect.gen(function* () {
        const state = { hangs: true }
        const { health, recovered } = yield* world({ getUpdates: async () => (state.hangs ? await never() : []) })
        yield* settle
        assert.match(yield* health, /^ok/)
        yield* seconds(36)
        assert.match(yield* health, /^degraded: Telegram takes requests and does not answer/)
        const before = recovered()
        state.hangs = false
        yield* seconds(20)
        assert.match(yield* health, /^ok/)
        assert.strictEqual(recovered(), before + 1)
      })
  )
})

describe("a webhook", () => {
  const url = "https://chain.test/hooks/telegram/bot"
  const info: WebhookInfo = { url, has_custom_certificate: false, pending_update_count: 0 }

  it.effect("that is never called though there are updates makes the bot degraded within two minutes", () =>
    Effect.gen(function* () {
      let now = info
      const { health, hook } = yield* world(
        { getWebhookInfo: async () => now },
        { url, secretToken: Redacted.make("secret") }
      )
      yield* settle
      assert.match(yield* health, /^ok/)
      yield* seconds(130)
      assert.match(yield* health, /^ok/, "nobody wrote")
      now = { ...info, pending_update_count: 3 }
      yield* seconds(65)
      assert.match(yield* health, /^degraded: Telegram has 3 updates for the webhook and does not call it/)
      now = { ...now, last_error_date: 1, last_error_message: "Connection refused" }
      yield* seconds(65)
      assert.match(yield* health, /does not get through to the webhook: Connection refused/)
      const body = JSON.stringify({ update_id: 9 })
      yield* hook?.({ headers: { "x-telegram-bot-api-secret-token": "secret" }, body }) ?? Effect.void
      yield* seconds(65)
      assert.match(yield* health, /^ok/, "it is called")
    })
  )

  it("that leads elsewhere is told", () => {
    assert.strictEqual(Webhook.problemOf({ ...info, url: "" }, url, false)?.code, "bot.hookTaken")
    assert.isUndefined(Webhook.problemOf({ ...info, pending_update_count: 5 }, url, true))
  })
})

describe("a call to Telegram", () => {
  it.effect("that is never answered is an error after 15 seconds", () =>
    Effect.gen(function* () {
      const { raw } = yield* Telegram
      const failed = yield* Effect.forkChild(Effect.flip(raw(never)))
      yield* TestClock.adjust("15 seconds")
      const { reason } = yield* Fiber.join(failed)
      assert.strictEqual(reason, "silent")
    }).pipe(Effect.provide(Telegram.layer({ token: Redacted.make("1:a"), apiRoot: "http://127.0.0.1:1" })))
  )

  it.effect("over a network that fails is repeated three times within four seconds, and then an error", () =>
    Effect.gen(function* () {
      let asked = 0
      const { call } = yield* Telegram
      const lost = async () => {
        asked++
        throw new Error("connect ECONNREFUSED")
      }
      const failed = yield* Effect.forkChild(Effect.flip(call(lost)))
      yield* settle
      yield* seconds(4)
      const { reason } = yield* Fiber.join(failed)
      assert.strictEqual(reason, "network")
      assert.strictEqual(asked, 4)
    }).pipe(Effect.provide(Telegram.layer({ token: Redacted.make("1:a"), apiRoot: "http://127.0.0.1:1" })))
  )
})
