/** Tests limits, faults on request, menus, and the log of calls. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { ask, refusal, start } from "./TestClient.ts"

describe("strict limits", () => {
  it.effect("allow a burst to one chat, then a message a second", () =>
    Effect.gen(function* () {
      const { api, chat, irina } = yield* start({ flood: "strict" })
      const write = () => api.sendMessage(chat, "x")
      yield* Effect.forEach([1, 2, 3], () => ask(write))
      assert.strictEqual(yield* refusal(write), "429 Too Many Requests: retry after 1")
      yield* ask(() => api.sendMessage(irina.id, "x"))
      yield* TestClock.adjust("1 second")
      yield* ask(write)
      assert.strictEqual(yield* refusal(write), "429 Too Many Requests: retry after 1")
    })
  )

  it.effect("allow 20 messages a minute to a group, and 30 a second to all", () =>
    Effect.gen(function* () {
      const { api, state } = yield* start({ flood: "strict" })
      const group = state.group({ title: "Смена", members: [] })
      const write = (id: number) => () => api.sendMessage(id, "x")
      yield* Effect.forEach(Array.from({ length: 20 }), () => ask(write(group.id)))
      assert.strictEqual(yield* refusal(write(group.id)), "429 Too Many Requests: retry after 3")
      const many = Array.from({ length: 11 }, (_, number) => state.person({ name: `Гость ${number}` }))
      yield* Effect.forEach(many, (person) => person.send("/start"))
      yield* Effect.forEach(many.slice(0, 10), ({ id }) => ask(write(id)))
      assert.strictEqual(yield* refusal(write(many[10]?.id ?? 0)), "429 Too Many Requests: retry after 1")
    })
  )
})

describe("faults", () => {
  it.effect("are told in Telegram's words, with the time to wait", () =>
    Effect.gen(function* () {
      const { api, chat, fault, token, url } = yield* start()
      yield* fault({ path: "/sendMessage", mode: "rateLimited", retryAfter: 7, times: 2 })
      assert.strictEqual(yield* refusal(() => api.sendMessage(chat, "x")), "429 Too Many Requests: retry after 7")
      const answer = yield* ask(() => fetch(`${url}/bot${token}/sendMessage`, { method: "POST" }))
      assert.strictEqual(answer.headers.get("retry-after"), "7")
      assert.deepEqual(yield* ask(() => answer.json()), {
        ok: false,
        error_code: 429,
        description: "Too Many Requests: retry after 7",
        parameters: { retry_after: 7 }
      })
      yield* fault({ path: "*", mode: "unauthorized", times: 1 })
      assert.strictEqual(yield* refusal(() => api.getMe()), "401 Unauthorized")
    })
  )
})

describe("menus of commands", () => {
  it.effect("are kept by scope and checked", () =>
    Effect.gen(function* () {
      const { api, chat } = yield* start()
      const commands = [{ command: "start", description: "Начать" }]
      yield* ask(() => api.setMyCommands(commands))
      yield* ask(() => api.setMyCommands([], { scope: { type: "chat", chat_id: chat } }))
      assert.deepEqual(yield* ask(() => api.getMyCommands()), commands)
      assert.deepEqual(yield* ask(() => api.getMyCommands({ scope: { type: "chat", chat_id: chat } })), [])
      yield* ask(() => api.deleteMyCommands())
      assert.deepEqual(yield* ask(() => api.getMyCommands()), [])
      yield* ask(() => api.setChatMenuButton({ menu_button: { type: "commands" } }))
      assert.strictEqual(
        yield* refusal(() => api.setMyCommands([{ command: "Нет", description: "x" }])),
        "400 Bad Request: BOT_COMMAND_INVALID"
      )
    })
  )
})

describe("the log of calls", () => {
  it.effect("has method, chat, moment and outcome of each", () =>
    Effect.gen(function* () {
      const { api, chat, state } = yield* start()
      yield* ask(() => api.sendChatAction(chat, "typing"))
      yield* refusal(() => api.sendMessage(1, "x"))
      const at = state.calls[0]?.at
      assert.deepEqual(state.calls, [
        { method: "sendChatAction", chat, at: at ?? 0, ms: 0, status: 200 },
        { method: "sendMessage", chat: 1, at: at ?? 0, ms: 0, status: 400 }
      ])
    })
  )
})
