/** Tests how updates reach a bot: polling, webhooks, and their obstacles. */
import { text } from "node:stream/consumers"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { Api } from "grammy"
import { serve } from "../../test/upstream/vendor.ts"
import { ask, eventuallyLive, poll, refusal, start } from "./TestClient.ts"

describe("the token", () => {
  it.effect("has a bot; another one is unknown, and what is no token leads nowhere", () =>
    Effect.gen(function* () {
      const { api, environment, token, url } = yield* start()
      assert.match(environment.TELEGRAM_TOKEN ?? "", /^\d{9}:AA[\w-]{33}$/)
      assert.deepInclude(yield* ask(() => api.getMe()), { is_bot: true, username: "tributary_sandbox_bot" })
      const me = (other: string) => refusal(() => new Api(other, { apiRoot: url }).getMe())
      assert.strictEqual(yield* me(`${token.slice(0, -1)}-`), "401 Unauthorized")
      assert.strictEqual(yield* me("nothing"), "404 Not Found")
      const unknown = yield* ask(() => fetch(`${url}/bot${token}/sendVideo`))
      assert.deepEqual(
        [unknown.status, yield* ask(() => unknown.json())],
        [404, { ok: false, error_code: 404, description: "Not Found: method not found" }]
      )
    })
  )

  it.effect("goes with parameters in the address, as a form, and with names in any case", () =>
    Effect.gen(function* () {
      const { anna, chat, token, url } = yield* start()
      const body = new URLSearchParams({
        chat_id: String(chat),
        text: "форма",
        reply_markup: JSON.stringify({ inline_keyboard: [[{ text: "Да", callback_data: "yes" }]] })
      })
      yield* ask(() => fetch(`${url}/bot${token}/SENDMESSAGE`, { method: "POST", body }))
      yield* ask(() => fetch(`${url}/bot${token}/sendMessage?chat_id=${chat}&text=address`))
      assert.deepEqual(
        (yield* anna.messages).slice(1).map(({ data, text }) => [text, ...data.flat()]),
        [["форма", "yes"], ["address"]]
      )
    })
  )
})

describe("polling", () => {
  it.effect("gives what is not confirmed, by kind and number", () =>
    Effect.gen(function* () {
      const { anna, api, state } = yield* start()
      const first = yield* ask(() => api.getUpdates({ limit: 1 }))
      const again = yield* ask(() => api.getUpdates())
      assert.strictEqual(again.length, 2)
      assert.strictEqual(first[0]?.update_id, again[0]?.update_id)
      assert.deepEqual(again[0]?.message?.entities, [{ type: "bot_command", offset: 0, length: 6 }])
      const offset = (again[1]?.update_id ?? 0) + 1
      assert.deepEqual(yield* ask(() => api.getUpdates({ offset, allowed_updates: ["callback_query"] })), [])
      yield* anna.send("не слышно")
      assert.deepEqual(yield* ask(() => api.getUpdates({ allowed_updates: [] })), [])
      yield* anna.send("слышно")
      assert.deepEqual(
        (yield* ask(() => api.getUpdates())).map(({ message }) => message?.text),
        ["слышно"]
      )
      assert.strictEqual(state.updates, 3)
    })
  )

  it.effect("waits for something to happen, as long as it was asked to", () =>
    Effect.gen(function* () {
      const { anna, api, requests } = yield* start()
      const [, last] = yield* ask(() => api.getUpdates())
      const offset = (last?.update_id ?? 0) + 1
      const wait = Effect.forkChild(ask(() => api.getUpdates({ offset, timeout: 30 })))
      const isWaiting = eventuallyLive(Effect.map(requests, (all) => all.at(-1)?.status === null))
      const empty = yield* wait
      yield* isWaiting
      yield* TestClock.adjust("30 seconds")
      assert.deepEqual(yield* Fiber.join(empty), [])
      const full = yield* wait
      yield* isWaiting
      yield* anna.send("привет")
      assert.deepEqual(
        (yield* Fiber.join(full)).map(({ message }) => message?.text),
        ["привет"]
      )
    })
  )

  it.effect("ends for the first of two pollers", () =>
    Effect.gen(function* () {
      const { api, requests } = yield* start()
      const offset = ((yield* ask(() => api.getUpdates({ offset: -1 })))[0]?.update_id ?? 0) + 1
      const asked = () => api.getUpdates({ offset, timeout: 30 })
      const first = yield* Effect.forkChild(refusal(asked))
      yield* eventuallyLive(Effect.map(requests, (all) => all.at(-1)?.status === null))
      const second = yield* Effect.forkChild(ask(asked))
      assert.strictEqual(
        yield* Fiber.join(first),
        "409 Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
      )
      yield* TestClock.adjust("30 seconds")
      assert.deepEqual(yield* Fiber.join(second), [])
    })
  )

  it.live("serves a bot of grammY from start to stop", () =>
    Effect.gen(function* () {
      const { anna, token, url } = yield* start()
      yield* poll(token, url, (bot) => {
        bot.command("start", (ctx) => ctx.reply(`Здравствуйте, ${ctx.from?.first_name}`))
        bot.on("message:text", (ctx) => ctx.reply(ctx.message.text.toUpperCase()))
      })
      yield* anna.send("эхо")
      const seen = yield* anna.sees((messages) => messages.length === 4)
      assert.deepEqual(
        seen.map(({ text }) => text),
        ["/start", "эхо", "Здравствуйте, Анна", "ЭХО"]
      )
    })
  )
})

/** A webhook that answers with `answers` in turn, then with 200. */
const listen = Effect.fnUntraced(function* (...answers: ReadonlyArray<readonly [status: number, body?: string]>) {
  const received: Array<{ readonly secret: unknown; readonly text: unknown }> = []
  const origin = yield* serve(async (incoming, outgoing) => {
    const update = JSON.parse(await text(incoming))
    const [status, body = ""] = answers[received.length] ?? [200]
    received.push({ secret: incoming.headers["x-telegram-bot-api-secret-token"], text: update.message?.text })
    outgoing.writeHead(status).end(body)
  })
  return { received, url: `${origin}/hook` }
})

describe("a webhook", () => {
  it.effect("gets every update in order, again until it takes it, with the secret", () =>
    Effect.gen(function* () {
      const { anna, api } = yield* start()
      const hook = yield* listen([500], [200])
      yield* ask(() => api.setWebhook(hook.url, { secret_token: "s-1", drop_pending_updates: true }))
      yield* anna.send("раз")
      yield* anna.send("два")
      yield* eventuallyLive(
        Effect.map(
          ask(() => api.getWebhookInfo()),
          ({ last_error_message }) => last_error_message !== undefined
        )
      )
      assert.deepInclude(yield* ask(() => api.getWebhookInfo()), {
        url: hook.url,
        pending_update_count: 2,
        last_error_message: "Wrong response from the webhook: 500 Internal Server Error"
      })
      yield* TestClock.adjust("1 second")
      yield* eventuallyLive(
        Effect.map(
          ask(() => api.getWebhookInfo()),
          ({ pending_update_count }) => pending_update_count === 0
        )
      )
      assert.deepEqual(hook.received, [
        { secret: "s-1", text: "раз" },
        { secret: "s-1", text: "раз" },
        { secret: "s-1", text: "два" }
      ])
    })
  )

  it.effect("keeps pollers out until it is deleted, and is refused without https elsewhere", () =>
    Effect.gen(function* () {
      const { api } = yield* start()
      const { url } = yield* listen()
      assert.strictEqual(
        yield* refusal(() => api.setWebhook("http://example.org/hook")),
        "400 Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
      )
      yield* ask(() => api.setWebhook(url))
      assert.strictEqual(
        yield* refusal(() => api.getUpdates()),
        "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
      )
      yield* ask(() => api.deleteWebhook({ drop_pending_updates: true }))
      assert.deepEqual(yield* ask(() => api.getUpdates()), [])
      assert.strictEqual((yield* ask(() => api.getWebhookInfo())).url, "")
    })
  )

  it.effect("may answer with a call", () =>
    Effect.gen(function* () {
      const { anna, api, chat } = yield* start()
      const reply = JSON.stringify({ method: "sendMessage", chat_id: chat, text: "сразу" })
      const hook = yield* listen([200, reply])
      yield* ask(() => api.setWebhook(hook.url, { drop_pending_updates: true }))
      yield* anna.send("раз")
      yield* anna.sees((messages) => messages.at(-1)?.text === "сразу")
    })
  )
})
