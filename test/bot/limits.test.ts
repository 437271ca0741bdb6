/** A message that Telegram refuses is sent in the next best form. */
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect } from "effect"
import { InlineKeyboard } from "grammy"
import { fitKeyboard } from "../../bot/telegram/Keyboards.ts"
import { eventually } from "../support/eventually.ts"
import { last } from "./Chat.ts"
import { World, webhook } from "./fixtures.ts"

const rows = (count: number, dataBytes: number) => {
  const keyboard = new InlineKeyboard()
  for (let at = 0; at < count; at++) keyboard.text(`button ${at}`, "x".repeat(dataBytes)).row()
  return keyboard.text("« back", "menu")
}

const labelsIn = ({ inline_keyboard }: InlineKeyboard) => inline_keyboard.flat().map(({ text }) => text)

describe("a keyboard", () => {
  it("that is too large keeps its beginning and its last row, and says how many are left out", () => {
    const labels = labelsIn(fitKeyboard(rows(150, 10)))
    assert.lengthOf(labels, 100)
    assert.deepEqual(labels.slice(-3), ["button 97", "… (+52)", "« back"])
  })

  it("of more than 10 kB likewise, and one that fits is left as it is", () => {
    const cut = fitKeyboard(rows(99, 64))
    assert.isAtMost(Buffer.byteLength(JSON.stringify({ inline_keyboard: cut.inline_keyboard })), 10_000)
    assert.deepEqual(labelsIn(cut).slice(-1), ["« back"])
    const small = rows(99, 10)
    assert.strictEqual(fitKeyboard(small), small)
  })
})

layer(
  World.layer({ files: { "bot.yaml": webhook }, environment: { TELEGRAM_SECRET: "what-telegram-shows" }, sync: [] }),
  { timeout: "60 seconds", excludeTestServices: true }
)("the bot", (it) => {
  it.effect("says in words what it may not show in a picture", () =>
    Effect.gen(function* () {
      const { admin, telegram } = yield* World
      const body = JSON.stringify({ ok: false, error_code: 400, description: "Bad Request: PHOTO_INVALID_DIMENSIONS" })
      yield* telegram.fault({ path: "/sendPhoto", mode: "status", status: 400, body, contentType: "application/json" })
      yield* admin.send("/status")
      const chat = yield* admin.sees(last("таблиц"))
      assert.isUndefined(chat.at(-1)?.photo)
      yield* telegram.clearFaults
    })
  )

  it.effect("answers below what is too old to be changed", () =>
    Effect.gen(function* () {
      const { admin, telegram } = yield* World
      yield* admin.send("/menu")
      const old = (yield* admin.sees(last("Что делаем?"))).at(-1)
      telegram.state.behaviour.changeableHours = -1
      yield* admin.press("🌐 Язык", old?.id)
      const chat = yield* admin.sees((all) => all.at(-1)?.buttons.flat().includes("English") === true)
      assert.isAbove(chat.at(-1)?.id ?? 0, old?.id ?? 0)
      telegram.state.behaviour.changeableHours = 48
    })
  )

  it.effect("answers in the topic where it was asked, and tells anonymous admins that it does not know them", () =>
    Effect.gen(function* () {
      const { address, admin, telegram } = yield* World
      const group = telegram.state.group({ title: "Смена", members: [admin] })
      let id = 900_000_000
      const say = (text: string, more: object) =>
        Effect.promise(async () => {
          const from = { id: admin.id, is_bot: false, first_name: "Ирина" }
          const entities = [{ type: "bot_command", offset: 0, length: text.length }]
          const chat = { id: group.id, type: "supergroup", title: "Смена", is_forum: true }
          const message = { message_id: ++id, date: 1, chat, from, text, entities, ...more }
          await fetch(`${address}/hooks/telegram/bot`, {
            method: "POST",
            headers: { "x-telegram-bot-api-secret-token": "what-telegram-shows" },
            body: JSON.stringify({ update_id: id, message })
          })
        })
      yield* say("/id", { is_topic_message: true, message_thread_id: 77 })
      yield* group.sees(last(String(group.id)))
      const sent = () =>
        telegram.state.calls.filter(({ chat, method }) => chat === group.id && method === "sendMessage")
      yield* eventually(Effect.sync(() => sent().length > 0))
      assert.deepEqual(
        sent().map(({ topic }) => topic),
        [77]
      )
      const anonymous = { id: 1_087_968_824, is_bot: true, first_name: "Group", username: "GroupAnonymousBot" }
      yield* say("/id", { from: anonymous, sender_chat: { id: group.id, type: "supergroup", title: "Смена" } })
      yield* group.sees(last("не вижу, кто вы"))
    })
  )
})
