/** Tests with grammY the messages that a bot sends, edits and deletes. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { InlineKeyboard, InputFile, Keyboard } from "grammy"
import { ask, png, refusal, start, texts } from "./TestClient.ts"

const html = { parse_mode: "HTML" } as const

const unmodified =
  "400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"

describe("a text", () => {
  it.effect("arrives as it was meant, with its entities and buttons", () =>
    Effect.gen(function* () {
      const { anna, api, chat } = yield* start()
      const keyboard = new InlineKeyboard().text("Да", "yes").text("Нет", "no").row().url("Сайт", "https://example.org")
      const sent = yield* ask(() =>
        api.sendMessage(chat, " <b>Стоп</b>: 1 &lt; 2 <blockquote expandable>ещё</blockquote>\n", {
          ...html,
          reply_markup: keyboard
        })
      )
      assert.strictEqual(sent.text, "Стоп: 1 < 2 ещё")
      assert.deepEqual(sent.entities, [
        { type: "bold", offset: 0, length: 4 },
        { type: "expandable_blockquote", offset: 12, length: 3 }
      ])
      assert.strictEqual(sent.chat.first_name, "Анна")
      const shown = (yield* anna.messages).at(-1)
      assert.deepInclude(shown, {
        id: sent.message_id,
        from: "bot",
        text: "Стоп: 1 < 2 ещё",
        html: "<b>Стоп</b>: 1 &lt; 2 <blockquote expandable>ещё</blockquote>",
        buttons: [["Да", "Нет"], ["Сайт"]],
        data: [["yes", "no"], [""]],
        pinned: false,
        edited: 0
      })
    })
  )

  it.effect("that Telegram would not take is refused in its words", () =>
    Effect.gen(function* () {
      const { api, chat } = yield* start()
      const refused = (text: string) => refusal(() => api.sendMessage(chat, text, html))
      const parsing = "400 Bad Request: can't parse entities: "
      assert.strictEqual(yield* refused("да<br>нет"), `${parsing}Unsupported start tag "br" at byte offset 4`)
      assert.strictEqual(yield* refused("1 < 2"), `${parsing}Unsupported start tag "" at byte offset 2`)
      assert.strictEqual(yield* refused("<b>x"), `${parsing}Can't find end tag corresponding to start tag "b"`)
      assert.strictEqual(
        yield* refused("<b><i>x</b></i>"),
        `${parsing}Unmatched end tag at byte offset 7, expected "</i>", found "</b>"`
      )
      assert.strictEqual(yield* refused("x</b>"), `${parsing}Unexpected end tag at byte offset 1`)
      assert.strictEqual(yield* refused("<b"), `${parsing}Unclosed start tag at byte offset 0`)
      assert.strictEqual(yield* refused("<b> </b>"), "400 Bad Request: message text is empty")
      assert.strictEqual(yield* refused("я".repeat(4_097)), "400 Bad Request: message is too long")
      yield* ask(() => api.sendMessage(chat, `<b>${"я".repeat(4_096)}</b>`, html))
      assert.strictEqual(
        yield* refusal(() => api.sendMessage(chat, "x", { parse_mode: "Markdown" })),
        "400 Bad Request: unsupported parse_mode"
      )
    })
  )

  it.effect("may carry no more than 64 bytes in a button, and no address that nobody can open", () =>
    Effect.gen(function* () {
      const { api, chat } = yield* start()
      const withButtons = (reply_markup: InlineKeyboard) => refusal(() => api.sendMessage(chat, "x", { reply_markup }))
      const letters = "д".repeat(32)
      yield* ask(() => api.sendMessage(chat, "x", { reply_markup: new InlineKeyboard().text("x", letters) }))
      assert.strictEqual(
        yield* withButtons(new InlineKeyboard().text("x", `${letters}!`)),
        "400 Bad Request: BUTTON_DATA_INVALID"
      )
      assert.strictEqual(
        yield* withButtons(new InlineKeyboard().url("x", "http://localhost:1")),
        "400 Bad Request: inline keyboard button URL 'http://localhost:1' is invalid: Wrong HTTP URL"
      )
    })
  )

  it.effect("reaches nobody who never wrote, or who blocked the bot", () =>
    Effect.gen(function* () {
      const { anna, api, chat, state } = yield* start()
      const stranger = state.person({ name: "Олег" })
      const write = (id: number) => refusal(() => api.sendMessage(id, "x"))
      assert.strictEqual(yield* write(stranger.id), "400 Bad Request: chat not found")
      assert.strictEqual(yield* write(1), "400 Bad Request: chat not found")
      const group = state.group({ title: "Смена", members: [anna, stranger] })
      assert.strictEqual(yield* write(stranger.id), "403 Forbidden: bot can't initiate conversation with a user")
      yield* ask(() => api.sendMessage(group.id, "всем"))
      assert.deepEqual(
        (yield* group.messages).map(({ text }) => text),
        ["всем"]
      )
      yield* anna.block
      assert.strictEqual(yield* write(chat), "403 Forbidden: bot was blocked by the user")
      yield* anna.unblock
      yield* ask(() => api.sendMessage(chat, "снова"))
    })
  )
})

describe("an edit", () => {
  it.effect("replaces text and buttons, and is refused when nothing changes", () =>
    Effect.gen(function* () {
      const { anna, api, chat } = yield* start()
      const reply_markup = new InlineKeyboard().text("Да", "yes")
      const { message_id } = yield* ask(() => api.sendMessage(chat, "раз", { reply_markup }))
      const edit = (text: string, other = {}) => api.editMessageText(chat, message_id, text, other)
      assert.strictEqual(yield* refusal(() => edit("раз", { reply_markup })), unmodified)
      assert.strictEqual(yield* refusal(() => edit("раз ", { reply_markup })), unmodified)
      yield* ask(() => edit("<b>раз</b>", { ...html, reply_markup }))
      yield* ask(() => edit("два"))
      assert.deepInclude((yield* anna.messages).at(-1), { text: "два", buttons: [], edited: 2 })
      yield* ask(() => api.editMessageReplyMarkup(chat, message_id, { reply_markup }))
      assert.strictEqual(
        yield* refusal(() => api.editMessageReplyMarkup(chat, message_id, { reply_markup })),
        unmodified
      )
      assert.deepInclude((yield* anna.messages).at(-1), { text: "два", data: [["yes"]], edited: 3 })
    })
  )

  it.effect("is refused for what is not there, not the bot's, of another kind, or too old", () =>
    Effect.gen(function* () {
      const { anna, api, chat } = yield* start()
      const [first] = yield* anna.messages
      const edit = (id: number) => refusal(() => api.editMessageText(chat, id, "новое"))
      assert.strictEqual(yield* edit(999), "400 Bad Request: message to edit not found")
      assert.strictEqual(yield* edit(first?.id ?? 0), "400 Bad Request: message can't be edited")
      const withKeys = yield* ask(() => api.sendMessage(chat, "x", { reply_markup: new Keyboard().text("Меню") }))
      assert.strictEqual(yield* edit(withKeys.message_id), "400 Bad Request: message can't be edited")
      const photo = yield* ask(() => api.sendPhoto(chat, new InputFile(png, "x.png")))
      assert.strictEqual(yield* edit(photo.message_id), "400 Bad Request: there is no text in the message to edit")
      const text = yield* ask(() => api.sendMessage(chat, "старое"))
      assert.strictEqual(
        yield* refusal(() => api.editMessageCaption(chat, text.message_id, { caption: "x" })),
        "400 Bad Request: there is no caption in the message to edit"
      )
      yield* TestClock.adjust("48 hours")
      yield* ask(() => api.editMessageText(chat, text.message_id, "ещё можно"))
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* edit(text.message_id), "400 Bad Request: message can't be edited")
    })
  )
})

describe("taking back", () => {
  it.effect("works for 48 hours, in private also for what the person wrote", () =>
    Effect.gen(function* () {
      const { anna, api, chat } = yield* start()
      const [first] = yield* anna.messages
      const { message_id } = yield* ask(() => api.sendMessage(chat, "раз"))
      yield* ask(() => api.deleteMessage(chat, first?.id ?? 0))
      assert.deepEqual(yield* texts(anna), ["bot: раз"])
      const gone = yield* refusal(() => api.deleteMessage(chat, first?.id ?? 0))
      assert.strictEqual(gone, "400 Bad Request: message to delete not found")
      yield* TestClock.adjust("49 hours")
      const old = yield* refusal(() => api.deleteMessage(chat, message_id))
      assert.strictEqual(old, "400 Bad Request: message can't be deleted for everyone")
      const fresh = yield* ask(() => api.sendMessage(chat, "два"))
      yield* ask(() => api.deleteMessages(chat, [fresh.message_id, message_id, 999]))
      assert.deepEqual(yield* texts(anna), ["bot: раз"])
    })
  )
})

describe("pins", () => {
  it.effect("stand until they are taken away, and the bot hears of its own", () =>
    Effect.gen(function* () {
      const { anna, api, chat } = yield* start()
      const { message_id } = yield* ask(() => api.sendMessage(chat, "главное"))
      yield* ask(() => api.pinChatMessage(chat, message_id, { disable_notification: true }))
      assert.deepInclude((yield* anna.messages).at(-1), { text: "главное", pinned: true })
      assert.strictEqual((yield* ask(() => api.getChat(chat))).pinned_message?.message_id, message_id)
      const updates = yield* ask(() => api.getUpdates({ offset: -1 }))
      assert.strictEqual(updates[0]?.message?.pinned_message?.message_id, message_id)
      yield* ask(() => api.unpinChatMessage(chat, message_id))
      assert.deepInclude((yield* anna.messages).at(-1), { pinned: false })
      yield* ask(() => api.pinChatMessage(chat, message_id))
      yield* ask(() => api.unpinAllChatMessages(chat))
      assert.deepInclude((yield* anna.messages).at(-1), { pinned: false })
      assert.strictEqual(
        yield* refusal(() => api.pinChatMessage(chat, 999)),
        "400 Bad Request: message to pin not found"
      )
      assert.strictEqual(
        yield* refusal(() => api.unpinChatMessage(chat)),
        "400 Bad Request: message to unpin not found"
      )
    })
  )
})

describe("files", () => {
  it.effect("go up with a caption, are replaced, copied and sent again by their id", () =>
    Effect.gen(function* () {
      const { anna, api, chat } = yield* start()
      const photo = yield* ask(() =>
        api.sendPhoto(chat, new InputFile(png, "график.png"), {
          caption: "<i>График</i>",
          ...html,
          reply_markup: new InlineKeyboard().text("Ещё", "more")
        })
      )
      assert.deepInclude(photo.photo[0], { width: 1, height: 1, file_size: png.length })
      const shown = (yield* anna.messages).at(-1)
      assert.deepInclude(shown, { text: "График", html: "<i>График</i>", data: [["more"]] })
      assert.deepEqual(Buffer.from(shown?.photo ?? []), png)
      yield* ask(() => api.editMessageCaption(chat, photo.message_id, { caption: "Другой" }))
      const file = new InputFile(Buffer.from("a;b\n1;2\n"), "отчёт за день.csv")
      yield* ask(() => api.editMessageMedia(chat, photo.message_id, { type: "document", media: file, caption: "Файл" }))
      const edited = (yield* anna.messages).at(-1)
      assert.deepInclude(edited, { text: "Файл", edited: 2 })
      assert.strictEqual(edited?.document?.name, "отчёт за день.csv")
      assert.strictEqual(Buffer.from(edited?.document?.bytes ?? []).toString(), "a;b\n1;2\n")
      yield* ask(() => api.copyMessage(chat, chat, photo.message_id))
      yield* ask(() => api.sendPhoto(chat, photo.photo[0]?.file_id ?? ""))
      assert.deepEqual(
        (yield* anna.messages).slice(-2).map(({ document, photo }) => document?.name ?? photo?.length),
        ["отчёт за день.csv", png.length]
      )
    })
  )

  it.effect("that are no picture, and captions that are too long, are refused", () =>
    Effect.gen(function* () {
      const { api, chat } = yield* start()
      assert.strictEqual(
        yield* refusal(() => api.sendPhoto(chat, new InputFile(Buffer.from("no picture"), "x.png"))),
        "400 Bad Request: IMAGE_PROCESS_FAILED"
      )
      assert.strictEqual(
        yield* refusal(() => api.sendPhoto(chat, new InputFile(png), { caption: "я".repeat(1_025) })),
        "400 Bad Request: message caption is too long"
      )
      assert.strictEqual(
        yield* refusal(() => api.sendDocument(chat, "https://example.org/x.pdf")),
        "400 Bad Request: wrong file identifier/HTTP URL specified"
      )
    })
  )

  it.effect("of a person are downloaded by their path", () =>
    Effect.gen(function* () {
      const { anna, api, token, url } = yield* start()
      yield* ask(() => api.getUpdates({ offset: -1 }))
      yield* anna.document("склад.yaml", Buffer.from([0, 255, 10, 13]), "новое")
      const update = (yield* ask(() => api.getUpdates({ offset: -1 })))[0]
      assert.strictEqual(update?.message?.caption, "новое")
      assert.strictEqual(update?.message?.document?.file_name, "склад.yaml")
      const file = yield* ask(() => api.getFile(update?.message?.document?.file_id ?? ""))
      const get = (path: string) => ask(() => fetch(`${url}/file/bot${token}/${path}`))
      const answer = yield* get(file.file_path ?? "")
      assert.deepEqual(Buffer.from(yield* ask(() => answer.arrayBuffer())), Buffer.from([0, 255, 10, 13]))
      assert.strictEqual((yield* get("documents/none")).status, 404)
      assert.strictEqual(yield* refusal(() => api.getFile("none")), "400 Bad Request: invalid file_id")
    })
  )
})
