/** People, as end-to-end tests drive them, with a bot of grammY on the other side. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { InlineKeyboard, Keyboard } from "grammy"
import { adminPhone, employeePhone } from "./Phones.ts"
import { ask, poll, refusal, start } from "./TestClient.ts"

describe("the default people", () => {
  it.effect("are in the environment and in the state", () =>
    Effect.gen(function* () {
      const { anna, environment, irina, state } = yield* start({ users: [{ name: "Олег Петров", id: 77 }] })
      assert.strictEqual(environment.TELEGRAM_ADMIN, String(irina.id))
      assert.deepEqual([anna.name, anna.phone, irina.name, irina.phone], ["Анна", employeePhone, "Ирина", adminPhone])
      assert.notStrictEqual(state.person({ name: "Пётр" }).id, 77)
    })
  )
})

const buttons = new InlineKeyboard().text("Списать", "write").text("Отмена", "cancel")

describe("a press", () => {
  it.effect("by the label's part gets the bot's answer and how long it took", () =>
    Effect.gen(function* () {
      const { anna, api, chat } = yield* start()
      yield* ask(() => api.sendMessage(chat, "старое", { reply_markup: new InlineKeyboard().text("Списать", "old") }))
      const { message_id } = yield* ask(() => api.sendMessage(chat, "новое", { reply_markup: buttons }))
      const pressed = yield* Effect.forkChild(anna.press("Спис"), { startImmediately: true })
      const [update] = yield* ask(() => api.getUpdates({ offset: -1 }))
      const query = update?.callback_query
      assert.deepInclude(query, { data: "write" })
      assert.deepInclude(query?.message, { message_id, text: "новое" })
      assert.strictEqual(query?.from.id, anna.id)
      yield* TestClock.adjust("2 seconds")
      yield* ask(() => api.answerCallbackQuery(query?.id ?? "", { text: "Готово", show_alert: true }))
      const { alert, text, waited } = yield* Fiber.join(pressed)
      assert.deepEqual([text, alert, Duration.toSeconds(waited)], ["Готово", true, 2])
    })
  )

  it.effect("can be answered once, and for a minute", () =>
    Effect.gen(function* () {
      const { anna, api, chat } = yield* start()
      yield* ask(() => api.sendMessage(chat, "x", { reply_markup: buttons }))
      const answer = (id: string | undefined) => () => api.answerCallbackQuery(id ?? "")
      const tooOld = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
      const pressed = yield* Effect.forkChild(anna.press("Отмена"), { startImmediately: true })
      const id = (yield* ask(() => api.getUpdates({ offset: -1 })))[0]?.callback_query?.id
      yield* ask(answer(id))
      yield* Fiber.join(pressed)
      assert.strictEqual(yield* refusal(answer(id)), tooOld)
      assert.strictEqual(yield* refusal(answer("1")), tooOld)
      yield* Effect.forkChild(anna.press("Отмена"), { startImmediately: true })
      const late = (yield* ask(() => api.getUpdates({ offset: -1 })))[0]?.callback_query?.id
      yield* TestClock.adjust("61 seconds")
      assert.strictEqual(yield* refusal(answer(late)), tooOld)
    })
  )

  it.live("with forged data reaches the bot as well", () =>
    Effect.gen(function* () {
      const { anna, api, chat, token, url } = yield* start()
      yield* ask(() => api.sendMessage(chat, "x", { reply_markup: buttons }))
      yield* poll(token, url, (bot) => {
        bot.callbackQuery("write", (ctx) => ctx.answerCallbackQuery("да"))
        bot.on("callback_query:data", (ctx) => ctx.answerCallbackQuery(`не знаю ${ctx.callbackQuery.data}`))
      })
      assert.strictEqual((yield* anna.press("Списать")).text, "да")
      assert.strictEqual((yield* anna.press({ data: "forged" })).text, "не знаю forged")
    })
  )

  it.effect("of what is not there fails, and shows the chat", () =>
    Effect.gen(function* () {
      const { anna } = yield* start()
      const failure = yield* Effect.flip(anna.press("Нет такой"))
      assert.strictEqual(failure._tag, "ChatFailure")
      assert.include(failure.message, "/start")
      assert.include(failure.message, "Нет такой")
    })
  )
})

describe("waiting", () => {
  it.effect("ends with a look that throws, and the bot does not suffer from it", () =>
    Effect.gen(function* () {
      const { anna, api, chat } = yield* start()
      const look = (messages: ReadonlyArray<unknown>) => {
        assert.isBelow(messages.length, 2)
        return false
      }
      const seeing = yield* Effect.forkChild(Effect.exit(anna.sees(look)), { startImmediately: true })
      yield* ask(() => api.sendMessage(chat, "x"))
      assert.isTrue(Exit.isFailure(yield* Fiber.join(seeing)))
    })
  )
})

describe("keys below the text box", () => {
  it.live("send their text, or the own contact; other people's cards are not the own contact", () =>
    Effect.gen(function* () {
      const { anna, irina, token, url } = yield* start()
      yield* poll(token, url, (bot) => {
        bot.command("start", (ctx) =>
          ctx.reply("Номер?", { reply_markup: new Keyboard().requestContact("Поделиться").text("Потом").oneTime() })
        )
        bot.on("message:contact", (ctx) => {
          const { phone_number, user_id } = ctx.message.contact
          return ctx.reply(`${phone_number} ${user_id === ctx.from.id ? "свой" : "чужой"}`, {
            reply_markup: { remove_keyboard: true }
          })
        })
        bot.on("message:text", (ctx) => ctx.reply("ладно"))
      })
      const sees = (text: string) => anna.sees((messages) => messages.at(-1)?.text === text)
      yield* sees("Номер?")
      assert.deepEqual(yield* anna.keyboard, [["Поделиться", "Потом"]])
      yield* anna.tap("Поделиться")
      yield* sees(`${employeePhone} свой`)
      assert.deepEqual(yield* anna.keyboard, [])
      yield* anna.contact(undefined, irina)
      yield* sees(`${adminPhone} чужой`)
      yield* anna.send("/start")
      yield* sees("Номер?")
      yield* anna.tap("Потом")
      yield* sees("ладно")
      assert.deepEqual(yield* anna.keyboard, [])
      assert.include((yield* Effect.flip(anna.tap("Потом"))).message, "Потом")
    })
  )
})

describe("blocking", () => {
  it.effect("is told to the bot", () =>
    Effect.gen(function* () {
      const { anna, api } = yield* start()
      yield* anna.block
      const [update] = yield* ask(() => api.getUpdates({ offset: -1 }))
      assert.strictEqual(update?.my_chat_member?.new_chat_member.status, "kicked")
    })
  )
})

describe("a group", () => {
  it.live("lets the bot hear commands alone", () =>
    Effect.gen(function* () {
      const { anna, api, irina, state, token, url } = yield* start()
      const group = state.group({ title: "Смена", members: [anna, irina] })
      yield* poll(token, url, (bot) => {
        bot.chatType("supergroup").on("message:text", (ctx) => ctx.reply(`${ctx.chat.title}: ${ctx.message.text}`))
      })
      yield* group.say(anna, "между собой")
      yield* group.say(irina, "/stop")
      yield* group.sees((messages) => messages.at(-1)?.text === "Смена: /stop")
      assert.strictEqual((yield* ask(() => api.getChatMember(group.id, anna.id))).status, "member")
    })
  )
})
