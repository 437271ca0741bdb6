import { readFileSync } from "node:fs"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { World } from "./fixtures.ts"

const shipped = readFileSync(new URL("../../config/bot.yaml", import.meta.url), "utf8")
/** The first group of the sandbox, besides its two people. */
const office = -1_001_000_000_003
const files = { "bot.yaml": shipped.replace("accounting: []", `accounting: [${office}]`) }

layer(World.layer({ files, sync: ["iiko.*"] }), { timeout: "60 seconds", excludeTestServices: true })(
  "automatic transfers",
  (it) => {
    it.effect("are shown without moving anything, run once confirmed, and told to those concerned", () =>
      Effect.gen(function* () {
        const { admin, control, employee, iiko, signIn, telegram } = yield* World
        const group = telegram.state.group({ title: "Бухгалтерия", members: [admin] })
        assert.strictEqual(group.id, office)
        yield* signIn
        const before = JSON.stringify([iiko.state.transfers, iiko.state.balances])
        yield* admin.send("/transfers")
        yield* admin.sees((chat) => chat.at(-1)?.text.includes("ещё не было") === true)
        yield* admin.press("Что переместится сейчас")
        const dry = yield* admin.sees((chat) => chat.at(-1)?.text.includes("Переместилось бы сейчас") === true)
        assert.match(dry.at(-1)?.text ?? "", /📝 Хоз\. товары \((.+)\) → (Бар|Кухня) \(\1\): \d+ позици/)
        assert.strictEqual(JSON.stringify([iiko.state.transfers, iiko.state.balances]), before)
        assert.isEmpty(yield* control.actions.log({ limit: 10 }))

        yield* admin.press("« Назад")
        yield* admin.sees(
          (chat) =>
            chat
              .at(-1)
              ?.buttons.flat()
              .some((label) => label.includes("▶️")) === true
        )
        yield* admin.press("Переместить сейчас")
        yield* admin.sees((chat) => chat.at(-1)?.text.includes("Переместить расходники сейчас?") === true)
        assert.isEmpty(yield* control.actions.log({ limit: 10 }))
        yield* admin.press("Да, переместить")
        const isSummary = (text: string) => text.startsWith("🚚 Перемещение расходников, ")
        const chat = yield* admin.sees((messages) => messages.filter(({ text }) => isSummary(text)).length === 2)
        const [summary] = yield* group.sees((messages) => messages.some(({ text }) => isSummary(text)))
        assert.strictEqual(summary?.text, chat.findLast(({ buttons }) => buttons.length === 0)?.text)
        const moved = yield* control.actions.log({ limit: 10 })
        assert.strictEqual(summary?.text.match(/✅/g)?.length, moved.filter(({ status }) => status === "done").length)
        assert.notStrictEqual(JSON.stringify([iiko.state.transfers, iiko.state.balances]), before)

        // Items that need a person come before successful ones.
        assert.include(summary?.text, "⚠️ Цех: пропущено: нет склада «Хоз. товары (Цех)»")
        assert.match(summary?.text ?? "", /⚠️ Мира: перемещено не всё\. .*нет такого товара или он удалён: /)
        assert.notMatch(summary?.text ?? "", /there (?:is|are) /)
        assert.isBelow(summary?.text.lastIndexOf("⚠️") ?? 0, summary?.text.indexOf("✅") ?? 0)

        yield* admin.send("/transfers")
        const evening = yield* admin.sees((messages) =>
          messages.some(({ buttons, text }) => isSummary(text) && buttons.flat().includes("▶️ Переместить сейчас"))
        )
        assert.match(evening.at(-1)?.text ?? "", /✅ Хоз\. товары \(.+\) → (Бар|Кухня) \(.+\): \d+ позици/)
        assert.include(evening.at(-1)?.text, "⚠️")
        assert.isFalse((yield* employee.messages).some(({ text }) => text.includes("Перемещение")))
      })
    )

    it.effect("are nothing for an employee, whatever they press", () =>
      Effect.gen(function* () {
        const { control, employee, iiko } = yield* World
        const before = JSON.stringify(iiko.state.transfers)
        const log = yield* control.actions.log({ limit: 100 })
        for (const data of ["transfers", "transfers:dry", "transfers:ask", "transfers:run:1"]) {
          yield* employee.press({ data })
        }
        yield* employee.send("/transfers")
        yield* employee.sees((chat) => !chat.some(({ text }) => text === "/transfers"))
        assert.isFalse((yield* employee.messages).some(({ text }) => /Перемещ|Переместить/.test(text)))
        assert.strictEqual(JSON.stringify(iiko.state.transfers), before)
        assert.strictEqual((yield* control.actions.log({ limit: 100 })).length, log.length)
      })
    )
  }
)
