/** The connector that `bot.yaml` names: its features exist if it does, and everything else works without it. */
import { readFileSync } from "node:fs"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { eventually } from "../support/eventually.ts"
import { labels } from "./Chat.ts"
import { World } from "./fixtures.ts"

const shipped = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8")

const files = { "bot.yaml": shipped("config/bot.yaml").replace(/^connector: iiko$/m, "connector: later") }

/** The entries of a menu that is requested now. */
const menuOf = Effect.gen(function* () {
  const { admin } = yield* World
  yield* admin.send("/menu")
  const chat = yield* admin.sees(
    (messages) => !messages.some(({ text }) => text.startsWith("/")) && labels(messages.at(-1)).includes("🌐 Язык")
  )
  return labels(chat.at(-1))
})

layer(World.layer({ files, sync: [] }), { timeout: "60 seconds", excludeTestServices: true })(
  "a bot whose connector is not there",
  (it) => {
    it.effect("is well, and offers what there is", () =>
      Effect.gen(function* () {
        const { admin, employee, statuses } = yield* World
        const menu = yield* menuOf
        assert.includeMembers([...menu], ["📊 Состояние", "🔄 Синхронизация", "🧹 Удаления", "📜 Журнал"])
        for (const gone of ["📦 Ниже минимума", "🚚 Перемещения", "🕓 Ждут решения", "🏠 Ресторан"]) {
          assert.notInclude(menu, gone)
        }
        yield* eventually(Effect.map(statuses, ([status]) => status?.health.status === "ok"))
        // A button of a missing feature leads to the menu.
        yield* admin.press({ data: "stock" })
        yield* admin.sees((chat) => labels(chat.at(-1)).includes("📊 Состояние"))
        // No source lists employees: nobody is signed in by their phone.
        yield* employee.send("/start")
        yield* employee.sees((chat) => chat.some(({ from }) => from === "bot"))
        yield* employee.contact()
        yield* employee.sees((chat) => chat.at(-1)?.text.includes("нет такого номера") === true)
      })
    )

    it.effect("takes what a connector brings when it comes, and gives it up when it goes", () =>
      Effect.gen(function* () {
        const { control, directory } = yield* World
        const fs = yield* FileSystem.FileSystem
        const file = `${directory}/connectors/later.yaml`
        const by = { trigger: "test", actor: "test" }
        const offers = Effect.map(menuOf, (menu) => menu.includes("📦 Ниже минимума"))
        yield* fs.writeFileString(file, shipped("connectors/iiko/sample.yaml"))
        assert.strictEqual((yield* control.reload(by)).status, "ok")
        yield* eventually(offers)
        yield* fs.remove(file)
        assert.strictEqual((yield* control.reload(by)).status, "ok")
        yield* eventually(Effect.map(offers, (is) => !is))
      })
    )
  }
)
