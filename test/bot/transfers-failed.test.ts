/** Transfers that fail in the evening: who reads the reason, and that a second run moves nothing twice. */
import { readFileSync } from "node:fs"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { ShownMessage } from "../../bot/sandbox.ts"
import { World } from "./fixtures.ts"
import { accountant } from "./writeoffFixtures.ts"

const shipped = readFileSync(new URL("../../config/bot.yaml", import.meta.url), "utf8")
const files = { "bot.yaml": shipped.replace("accounting: []", `accounting: [${accountant}]`) }

const documents = "*/v2/documents/internalTransfer"

/** Messages that hold all the parts. */
const holding = (chat: ReadonlyArray<ShownMessage>, ...parts: ReadonlyArray<string>) =>
  chat.filter(({ text }) => parts.every((part) => text.includes(part)))

/** Named in the configuration, and not an employee. */
const bookkeeper = Effect.gen(function* () {
  const { telegram } = yield* World
  const accounting = telegram.state.person({ name: "Бухгалтерия", id: accountant })
  yield* accounting.send("/start")
  yield* accounting.sees((chat) => chat.some(({ from }) => from === "bot"))
  return accounting
})

/** Runs it as the job does. */
const inTheEvening = Effect.flatMap(World, ({ control }) =>
  control.actions.run("iiko.negative-transfer", {}, { trigger: "job", actor: null })
)

/** Runs it in the chat, up to its outcome. */
const again = (...parts: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { admin } = yield* World
    yield* admin.send("/transfers")
    yield* admin.sees((chat) =>
      holding(chat, "").some(({ buttons }) => buttons.flat().includes("▶️ Переместить сейчас"))
    )
    yield* admin.press("Переместить сейчас")
    yield* admin.sees((chat) => holding(chat, "Переместить расходники сейчас?").length > 0)
    yield* admin.press("Да, переместить")
    return yield* admin.sees((chat) => holding(chat, ...parts).some(({ buttons }) => buttons.length > 0))
  })

layer(World.layer({ files, sync: ["iiko.*"] }), { timeout: "60 seconds", excludeTestServices: true })(
  "an automatic transfer",
  (it) => {
    it.effect("that could not even begin is told with the reason to admins and accounting, and to nobody else", () =>
      Effect.gen(function* () {
        const { admin, employee, iiko, signIn } = yield* World
        yield* signIn
        const accounting = yield* bookkeeper
        const before = JSON.stringify([iiko.state.transfers, iiko.state.balances])
        yield* iiko.fault({ path: "*/reports/olap", mode: "status", status: 409, body: "Отчёт закрыт" })
        yield* inTheEvening
        const parts = ["Перемещение расходников не получилось", "Отчёт закрыт"]
        yield* admin.sees((chat) => holding(chat, ...parts).length === 1)
        yield* accounting.sees((chat) => holding(chat, ...parts).length === 1)
        yield* iiko.clearFaults
        assert.isEmpty(holding(yield* employee.messages, "Перемещение"))
        assert.strictEqual(JSON.stringify([iiko.state.transfers, iiko.state.balances]), before)
      })
    )

    it.effect("that iiko refuses is told first and with the reason, and goes out alone when it is tried again", () =>
      Effect.gen(function* () {
        const { admin, employee, iiko, signIn } = yield* World
        yield* signIn
        const accounting = yield* bookkeeper
        const ours = () => iiko.state.transfers.filter(({ documentNumber }) => /^N\d{6}-/.test(documentNumber))
        yield* iiko.fault({
          path: documents,
          method: "POST",
          mode: "status",
          status: 409,
          body: "Период закрыт",
          times: 2
        })
        yield* inTheEvening
        const refused = ["Перемещение расходников, ", "не перемещено", "409", "Период закрыт"]
        const summary =
          holding(yield* admin.sees((chat) => holding(chat, ...refused).length > 0), ...refused).at(-1)?.text ?? ""
        yield* accounting.sees((chat) => holding(chat, summary).length === 1)
        assert.lengthOf(summary.match(/❌ Хоз\. товары \((.+)\) → (Бар|Кухня) \(\1\): .*не перемещено/g) ?? [], 2)
        assert.isBelow(summary.lastIndexOf("❌"), summary.indexOf("⚠️"))
        assert.isBelow(summary.lastIndexOf("❌"), summary.indexOf("✅"))
        const sent = ours()
        assert.lengthOf(summary.match(/✅/g) ?? [], sent.length)

        // A store that received products owes again: that pair has had its transfer of this evening.
        const [moved] = sent
        const owed = iiko.state.balances.find(
          ({ product, store }) => store === moved?.storeToId && product === moved.items[0]?.productId
        )
        if (owed === undefined) return assert.fail("nothing was moved")
        const { amount } = owed
        owed.amount = -7
        yield* again("Перемещение расходников, ", "✅", "☑️", "уже было перемещено")
        assert.strictEqual(owed.amount, -7)
        const all = ours()
        assert.deepEqual(all.slice(0, sent.length), sent)
        assert.lengthOf(all, sent.length + 2)
        assert.lengthOf(new Set(all.map(({ storeFromId, storeToId }) => `${storeFromId} ${storeToId}`)), all.length)
        owed.amount = amount
        assert.isEmpty(holding(yield* employee.messages, "Перемещение"))
      })
    )
  }
)
