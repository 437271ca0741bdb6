/** Syncs that admins start in the chat, and their entries in the audit. */
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { eventually } from "../support/eventually.ts"
import { lastText } from "./Chat.ts"
import { World } from "./fixtures.ts"

const runsOf = (entity: string) =>
  Effect.flatMap(
    World,
    ({ sql }) => sql<{ actor: string | null; status: string; trigger: string }>`
      select actor, status, trigger from tributary.sync_log where entity = ${entity} order by id`
  )

layer(World.layer({ sync: ["fintablo.category", "fintablo.partner", "iiko.employee*", "iiko.department"] }), {
  timeout: "60 seconds",
  excludeTestServices: true
})("a sync from the chat", (it) => {
  it.effect("is picked, told in the one message, and stands in the audit with who asked for it", () =>
    Effect.gen(function* () {
      const { admin } = yield* World
      yield* admin.send("/sync")
      yield* admin.sees((chat) => lastText(chat).includes("Что обновить?"))
      yield* admin.press("fintablo")
      yield* admin.sees((chat) => lastText(chat).includes("что именно?"))
      yield* admin.press("category")
      const chat = yield* admin.sees((messages) => lastText(messages).includes("Обновлено: fintablo.category"))
      assert.include(lastText(chat), "Без изменений: 1 таблица")
      assert.strictEqual(chat.length, 1)
      assert.deepEqual((yield* runsOf("category")).at(-1), {
        actor: `telegram:${admin.id}`,
        status: "ok",
        trigger: "bot"
      })
      yield* admin.press("Ещё раз")
      yield* eventually(Effect.map(runsOf("category"), (runs) => runs.length === 3))
    })
  )

  it.effect("answers a selector that names nothing with the nearest name, as a button", () =>
    Effect.gen(function* () {
      const { admin } = yield* World
      yield* admin.send("/sync fintablo.categry")
      const chat = yield* admin.sees((messages) => lastText(messages).includes("fintablo.categry ничего не выбирает"))
      assert.include(lastText(chat), "Может быть, fintablo.category?")
      // Typed text now answers the question.
      yield* admin.send("fintablo.* !fintablo.d* !fintablo.transaction")
      const done = yield* admin.sees((messages) => lastText(messages).includes("Обновлено: fintablo.* !fintablo.d*"))
      assert.include(lastText(done), "fintablo.job")
      assert.notInclude(lastText(done), "fintablo.deal")
      yield* admin.press("Ещё раз")
      // The second outcome replaces the first.
      yield* admin.sees((messages) => lastText(messages).includes("16 таблиц") && (messages.at(-1)?.edited ?? 0) > 1)
      yield* eventually(Effect.map(runsOf("partner"), (runs) => runs.length === 3))
    })
  )

  it.effect("shows how far it is, tells what another run holds, and goes on when the bot is replaced meanwhile", () =>
    Effect.gen(function* () {
      const { admin, control, directory, employee, fintablo } = yield* World
      yield* fintablo.fault({ path: "/v1/partner", mode: "slow", ms: 10_000, times: 1 })
      const before = (yield* runsOf("partner")).length
      yield* admin.send("/sync fintablo.partner fintablo.category")
      yield* admin.sees((messages) => lastText(messages).includes("Готово 1 из 2"))
      const [held] = yield* control.sync(["fintablo.partner"], { trigger: "bot", actor: `telegram:${employee.id}` })
      assert.strictEqual(held?.status, "skipped")
      yield* admin.send("/sync fintablo.partner")
      yield* admin.sees((messages) => lastText(messages).includes("пропущено: её сейчас обновляет другой запуск"))
      const fs = yield* FileSystem.FileSystem
      const file = `${directory}/bot.yaml`
      yield* fs.writeFileString(file, (yield* fs.readFileString(file)).replace("[ru, en]", "[ru]"))
      const version = yield* control.reload({ trigger: "bot", actor: `telegram:${admin.id}` })
      assert.deepEqual(version.changes?.plugins.changed, ["bot"])
      yield* admin.sees((messages) => lastText(messages).includes("Бот перезапустился"))
      yield* eventually(
        Effect.map(runsOf("partner"), (runs) => runs.filter(({ status }) => status === "ok").length === before + 1)
      )
    })
  )

  it.effect("is not for employees, whatever they send", () =>
    Effect.gen(function* () {
      const { admin, employee, signIn, sql } = yield* World
      yield* signIn
      yield* admin.send("/sync")
      const chat = yield* admin.sees((messages) => lastText(messages).includes("Что обновить?"))
      const everything =
        chat
          .at(-1)
          ?.data.flat()
          .find((data) => data.startsWith("sync:run:")) ?? ""
      assert.isNotEmpty(everything)
      yield* employee.send("/sync fintablo.category")
      yield* employee.press({ data: everything })
      yield* employee.send("/menu")
      yield* employee.sees((messages) => lastText(messages).includes("Что делаем?"))
      const runs = yield* sql`
        select 1 from tributary.sync_log where actor = ${`telegram:${employee.id}`} and status <> 'skipped'`
      assert.lengthOf(runs, 0)
    })
  )
})
