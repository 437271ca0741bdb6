/**
 * The bot as people see it: an employee and an admin side by side in a real browser, with a write-off from the first
 * press to the approval, the views of an admin, and pictures of all of it in `data/screenshots/bot`.
 */
import { layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { Locator } from "playwright-core"
import { Browser, describeSkipped, executable, visit } from "../console/Browser.ts"
import { looksWell, widths } from "../console/Looks.ts"
import { World } from "./fixtures.ts"

const album = "bot"

/** The newest button of that name: older messages may have one as well. */
const press = (pane: Locator, name: RegExp | string) => pane.getByRole("button", { name }).last().click()

const type = async (pane: Locator, text: string) => {
  const box = pane.getByRole("textbox")
  await box.fill(text)
  await box.press("Enter")
}

const seen = (pane: Locator, text: RegExp | string) => pane.getByRole("log").getByText(text).last().waitFor()

const walk = Effect.gen(function* () {
  const { telegram } = yield* World
  const page = yield* visit({ url: telegram.url, options: { locale: "ru-RU", timezoneId: "Europe/Kaliningrad" } })
  const pane = (name: string) => page.getByRole("region", { name: new RegExp(`Чат: ${name}`) })
  const [employee, admin] = [pane("Анна"), pane("Ирина")]
  const onPhone = async (name: string) => {
    await page.setViewportSize(widths.phone)
    await looksWell(page, name, album)
    await page.setViewportSize(widths.desk)
  }
  yield* Effect.promise(async () => {
    await press(employee, "Старт")
    await press(admin, "Старт")
    await seen(admin, /Что делаем/)
    await press(employee, /Поделиться номером/)
    await seen(employee, /Что делаем/)
    await looksWell(page, "menus", album)

    await press(admin, /Состояние/)
    await admin.getByRole("img", { name: /Фото/ }).waitFor()
    await press(employee, /Списание/)
    await press(employee, "Списание бар")
    await type(employee, "мол")
    await employee
      .getByRole("button", { name: /молоко/i })
      .first()
      .waitFor()
    await looksWell(page, "status-and-search", album)
    await onPhone("search")
    await employee
      .getByRole("button", { name: /молоко/i })
      .first()
      .click()
    await type(employee, "1,5")
    // The stock is less than half of that.
    await press(employee, /Да, 1,5/)
    await press(employee, /Готово/)
    await press(employee, /Бой/)
    await seen(employee, /Всё верно/)
    await looksWell(page, "confirm", album)
    await press(employee, "✅ Отправить")
    await press(admin, /Открыть/)
    await admin.getByRole("button", { name: /Одобрить/ }).waitFor()
    await looksWell(page, "approval", album)
    await press(admin, /Одобрить/)
    await press(admin, /Да, одобрить/)
    await seen(employee, /Проведено/)
    await looksWell(page, "approved", album)

    await type(admin, "/plan iiko.product")
    await seen(admin, /Менять нечего/)
    await type(employee, "/stoplist")
    await seen(employee, /Стоп-лист/)
    await looksWell(page, "plan-and-stop-list", album)
    await type(admin, "/jobs")
    await seen(admin, /morning-sync/)
    await type(employee, "/stock")
    await seen(employee, /минимум/i)
    await looksWell(page, "jobs-and-stock", album)
  })
})

const name = "the chat with the bot"
const scenario = "looks well from the first press to an approved write-off"
if (executable === undefined) describeSkipped(name, (skip) => skip(scenario))
else {
  layer(Layer.merge(World.layer(), Browser.layer), { timeout: "60 seconds", excludeTestServices: true })(name, (it) => {
    it.effect(scenario, () => walk, 180_000)
  })
}
