/** The options of `sync` from the chat: typed, picked, and kept by the buttons that run the same again. */
import { readFileSync } from "node:fs"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { eventually } from "../support/eventually.ts"
import { labels, last } from "./Chat.ts"
import { World } from "./fixtures.ts"

/** Here a cursor reads categories, and those without a parent are rejected, which holds it. */
const fintablo = readFileSync(new URL("../../config/connectors/fintablo.yaml", import.meta.url), "utf8")
  .replace("table: ft_category\n", "table: ft_category\n    incremental: { cursor: id, param: since }\n")
  .replace(
    "parent_id: bigint\n      name: text\n      group",
    "parent_id: { type: bigint, required: true }\n      name: text\n      group"
  )

/** The codes of all runs' warnings and notes so far, the oldest first. */
const reasonCodes = Effect.gen(function* () {
  const { control } = yield* World
  const runs = yield* control.runs({ connector: "fintablo", entity: "category" }, 100)
  return runs
    .filter(({ status }) => status !== "running")
    .toReversed()
    .map(({ noteReasons, reasons }) =>
      [...JSON.stringify([reasons, noteReasons]).matchAll(/"code":"((?:cursor|whole)\.\w+)"/g)].map(([, code]) => code)
    )
})

layer(World.layer({ sync: ["fintablo.category", "iiko.employee*"], files: { "connectors/fintablo.yaml": fintablo } }), {
  timeout: "60 seconds",
  excludeTestServices: true
})("a sync from the chat with options", (it) => {
  it.effect("reads everything again, also when a phone has made a dash of the hyphens, and so does its button", () =>
    Effect.gen(function* () {
      const { admin } = yield* World
      const before = yield* reasonCodes
      yield* admin.send("/sync fintablo.category —full")
      const chat = yield* admin.sees(last("Обновлено: --full fintablo.category"))
      assert.include(chat.at(-1)?.text ?? "", "попросили прочитать всё")
      yield* admin.press("Ещё раз")
      yield* eventually(Effect.map(reasonCodes, (runs) => runs.length === before.length + 2))
      assert.deepEqual((yield* reasonCodes).slice(before.length), [
        ["cursor.noneYet", "whole.full"],
        ["cursor.noneYet", "whole.full"]
      ])
    })
  )

  it.effect("moves on past rejected records of what is picked, which is never everything", () =>
    Effect.gen(function* () {
      const { admin } = yield* World
      const before = yield* reasonCodes
      yield* admin.send("/sync")
      yield* admin.sees(last("Что обновить?"))
      yield* admin.press("Не ждать отклонённых")
      const asked = (yield* admin.sees(last("больше не будут запрошены"))).at(-1)
      assert.notInclude(labels(asked), "Всё сразу")
      assert.include(labels(asked), "☑️ Не ждать отклонённых записей")
      yield* admin.press("fintablo")
      yield* admin.sees(last("что именно?", "больше не будут запрошены"))
      yield* admin.press("category")
      yield* admin.sees(last("Обновлено: --past-rejected fintablo.category"))
      yield* admin.send("/sync fintablo.category")
      yield* admin.sees(last("Обновлено: fintablo.category"))
      assert.deepEqual((yield* reasonCodes).slice(before.length), [["cursor.passed", "whole.none"], ["cursor.waits"]])
    })
  )

  it.effect("asks of what when options alone are typed, and takes them to what is typed then", () =>
    Effect.gen(function* () {
      const { admin } = yield* World
      const before = yield* reasonCodes
      yield* admin.send("/sync --past-rejected --full")
      const asked = (yield* admin.sees(last("Что обновить?", "Прочитается всё"))).at(-1)
      assert.includeMembers(
        labels(asked).filter((label) => label.startsWith("☑️")),
        ["☑️ Прочитать всё заново", "☑️ Не ждать отклонённых записей"]
      )
      yield* admin.press("Не ждать отклонённых")
      yield* admin.sees((chat) => labels(chat.at(-1)).includes("◻️ Не ждать отклонённых записей"))
      yield* admin.press("Ввести")
      yield* admin.sees(last("Спереди можно добавить --full"))
      yield* admin.send("fintablo.categry")
      yield* admin.sees(last("Может быть, fintablo.category?"))
      yield* admin.press("fintablo.category")
      yield* admin.sees(last("Обновлено: --full fintablo.category"))
      assert.deepEqual((yield* reasonCodes).slice(before.length), [["cursor.waits", "whole.full"]])
    })
  )

  it.effect("refuses an option that is not there, as of a plan those that are about cursors", () =>
    Effect.gen(function* () {
      const { admin } = yield* World
      const before = yield* reasonCodes
      yield* admin.send("/sync --ful<b> fintablo.category")
      yield* admin.sees(last("Здесь нет --ful<b>", "/sync --full iiko.*"))
      yield* admin.send("/plan --past-rejected fintablo.category")
      yield* admin.sees(last("Здесь нет --past-rejected", "/plan --full iiko.*"))
      assert.lengthOf(yield* reasonCodes, before.length)
    })
  )
})
