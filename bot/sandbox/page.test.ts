/** Tests the chat page in a real browser, with a bot of grammY behind it; saves pictures of its appearance. */
import { assert, layer } from "@effect/vitest"
import { Resvg } from "@resvg/resvg-js"
import { Effect, type Scope } from "effect"
import { type Bot, InlineKeyboard, InputFile, Keyboard } from "grammy"
import type { Page } from "playwright-core"
import { Browser, describeSkipped, executable, visit } from "../../test/console/Browser.ts"
import { looksWell, widths } from "../../test/console/Looks.ts"
import { eventually } from "../../test/support/eventually.ts"
import { sandbox } from "../sandbox.ts"
import { ask, poll } from "./TestClient.ts"

const bars = [64, 92, 71, 118, 140, 133, 96]
  .map(
    (height, at) =>
      `<rect x="${30 + at * 62}" y="${190 - height}" width="38" height="${height}" rx="5" fill="#2f87c1"/>`
  )
  .join("")
const chart = new Resvg(
  `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="220"><rect width="480" height="220" fill="#fff"/>${bars}<rect x="20" y="190" width="440" height="2" fill="#888"/></svg>`
)
  .render()
  .asPng()

const list = `<b>Стоп-лист</b> · <i>Кафе на Мира</i>
<blockquote>Чизкейк «Нью-Йорк»
Лимонад тархун</blockquote>
<blockquote expandable>Правила: позицию ставит бар-менеджер.
Снимает тот, кто поставил.
Через сутки позиция снимается сама.
Вопросы — управляющему смены.
И ещё одна строка правил.</blockquote>
Себестоимость: <tg-spoiler>148 ₽</tg-spoiler>, код <code>00412</code>, <s>вчера</s> <u>сегодня</u>, подробнее — <a href="https://example.org/stop">в отчёте</a>. Справка: /help
<pre>Чизкейк      2 шт
Лимонад    0.5 л</pre>`

const buttons = (isDone = false) =>
  new InlineKeyboard()
    .text(isDone ? "✓ Принято" : "Принять", "take")
    .text("Отклонить", "drop")
    .row()
    .url("Отчёт", "https://example.org/stop")

const define = (bot: Bot) => {
  bot.command("start", (ctx) =>
    ctx.reply("Поделитесь номером, чтобы я вас узнал.", {
      reply_markup: new Keyboard().requestContact("📱 Поделиться номером").row().text("Позже").text("Помощь").resized()
    })
  )
  bot.on("message:contact", async (ctx) => {
    await ctx.reply("Здравствуйте! Смена открыта.", { reply_markup: { remove_keyboard: true } })
    const sent = await ctx.reply(list, { parse_mode: "HTML", reply_markup: buttons() })
    await ctx.pinChatMessage(sent.message_id)
  })
  bot.on("message:document", (ctx) => ctx.reply(`Получил ${ctx.message.document.file_name}`))
  bot.command("chart", async (ctx) => {
    await ctx.replyWithPhoto(new InputFile(chart, "chart.png"), {
      caption: "Выручка за неделю, <b>тыс. ₽</b>",
      parse_mode: "HTML"
    })
    await ctx.replyWithDocument(new InputFile(Buffer.from("дата;сумма\n"), "выручка за неделю.csv"))
  })
  bot.callbackQuery("take", async (ctx) => {
    await ctx.editMessageText("<b>Стоп-лист</b> принят.", { parse_mode: "HTML", reply_markup: buttons(true) })
    await ctx.answerCallbackQuery("Принято")
  })
  bot.callbackQuery("drop", (ctx) =>
    ctx.answerCallbackQuery({ text: "Отклонить может только управляющий.", show_alert: true })
  )
  bot.on("message:text", (ctx) => ctx.reply(`Не понял: ${ctx.message.text}`))
}

const begin = Effect.gen(function* () {
  const running = yield* sandbox.start()
  const { TELEGRAM_TOKEN: token = "" } = running.environment
  const bot = yield* poll(token, running.url, define)
  yield* ask(() =>
    bot.api.setMyCommands([
      { command: "start", description: "Начать сначала" },
      { command: "chart", description: "Выручка за неделю" },
      { command: "help", description: "Что умеет бот" }
    ])
  )
  return running
})

type Test = Effect.Effect<void, unknown, Scope.Scope | Browser>

const describePage = (define: (scenario: (name: string, test: Test) => void) => void): void => {
  const name = "the chat page"
  if (executable === undefined) {
    describeSkipped(name, define)
    return
  }
  layer(Browser.layer, { excludeTestServices: true })(name, (it) =>
    define((scenario, test) => it.effect(scenario, () => test, 180_000))
  )
}

const album = "chat"
const russian = { locale: "ru-RU" }
const paneOf = (page: Page, name: string) => page.getByRole("region", { name: new RegExp(`Чат: ${name}`) })

describePage((scenario) => {
  scenario(
    "takes a person from the first press to an edited message",
    Effect.gen(function* () {
      const { state, url } = yield* begin
      const page = yield* visit({ url, options: russian })
      const anna = paneOf(page, "Анна")
      yield* ask(async () => {
        await looksWell(page, "first", album)
        await anna.getByRole("button", { name: "Старт" }).click()
        await anna.getByRole("button", { name: "Позже" }).waitFor()
        await looksWell(page, "keyboard", album)
        await anna.getByRole("button", { name: "Поделиться номером" }).click()
        await anna.getByText("Закреплённое сообщение").waitFor()
        await anna.getByRole("button", { name: "Скрытый текст" }).press("Enter")
        await anna.getByText("148 ₽").waitFor()
        assert.strictEqual(
          await anna.getByRole("link", { name: "в отчёте" }).getAttribute("href"),
          "https://example.org/stop"
        )
        await looksWell(page, "message", album)
        await page.setViewportSize(widths.phone)
        await looksWell(page, "message", album)
        await page.setViewportSize(widths.desk)
        await anna.getByRole("button", { name: "Отклонить" }).click()
        await page.getByRole("alertdialog").getByText("только управляющий").waitFor()
        await looksWell(page, "alert", album)
        await page.getByRole("button", { name: "Понятно" }).click()
        await anna.getByRole("button", { name: "Принять" }).click()
        await anna.getByRole("status").getByText("Принято").waitFor()
        await anna.getByRole("log").getByText("Стоп-лист принят.", { exact: true }).waitFor()
        await anna.getByText("изменено").waitFor()
        await looksWell(page, "edited", album)
      })
      assert.deepInclude(
        (yield* state.employee.messages).find(({ edited }) => edited > 0),
        { pinned: true, edited: 1 }
      )
    })
  )

  scenario(
    "sends text, commands and files, and shows pictures; data is never markup",
    Effect.gen(function* () {
      const { state, url } = yield* begin
      const page = yield* visit({ url, options: { ...russian, viewport: widths.phone } })
      const box = page.getByRole("textbox")
      yield* ask(async () => {
        await page.getByRole("button", { name: "Админ" }).click()
        await paneOf(page, "Ирина").getByRole("button", { name: "Старт" }).click()
        await box.fill("<img src=x onerror=alert(1)>")
        await box.press("Enter")
        await page.getByText("Не понял: <img src=x onerror=alert(1)>").waitFor()
        await page.getByRole("button", { name: "Команды" }).click()
        await looksWell(page, "commands", album)
        await page.getByRole("button", { name: "Выручка за неделю" }).click()
        await page.getByRole("img", { name: "Фото: Выручка за неделю" }).waitFor()
        await page
          .getByLabel("Прикрепить файл")
          .setInputFiles({ name: "склад.yaml", mimeType: "text/yaml", buffer: Buffer.from("a: 1\n") })
        await page.getByText("Получил склад.yaml").waitFor()
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("link", { name: "выручка за неделю.csv" }).click()
        ])
        assert.strictEqual(download.suggestedFilename(), "выручка за неделю.csv")
        await looksWell(page, "files", album)
        await page.getByRole("button", { name: "Заблокировать бота" }).click()
        await page.getByRole("button", { name: "Разблокировать" }).waitFor()
      })
      assert.strictEqual(
        (yield* state.admin.messages).find(({ document }) => document?.name === "склад.yaml")?.from,
        "person"
      )
    })
  )

  scenario(
    "follows what others do, and lets only its own pages act",
    Effect.gen(function* () {
      const { state, url } = yield* begin
      const page = yield* visit({ url, options: russian })
      yield* state.admin.send("/start")
      const oleg = state.person({ name: "Олег Петров" })
      yield* oleg.send("привет")
      yield* ask(async () => {
        await paneOf(page, "Ирина").getByText("Поделитесь номером").waitFor()
        await page.getByRole("button", { name: "Олег Петров" }).click()
        await paneOf(page, "Олег Петров").getByText("Не понял: привет").waitFor()
        await looksWell(page, "three", album)
      })
      const answer = yield* ask(() => fetch(`${url}/_chat/${oleg.id}/send`, { method: "POST", body: '{"text":"x"}' }))
      assert.strictEqual(answer.status, 403)
      yield* eventually(Effect.map(oleg.messages, (messages) => messages.length === 2))
    })
  )
})
