/** Plans from the chat: read before they are applied, applied exactly and once, or refused. */
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { lastText } from "./Chat.ts"
import { World } from "./fixtures.ts"

const second = 700_000_003
const bot = `type: telegram
token: { secret: TELEGRAM_TOKEN, optional: true }
apiRoot: { env: TELEGRAM_API_ROOT, default: https://api.telegram.org }
admins: [{ env: TELEGRAM_ADMIN, default: 0 }, ${second}]
`

const names = Effect.flatMap(
  World,
  ({ sql }) => sql<{ name: string }>`select name from ft_category order by id limit 2`
)

/** A plan that restores the names; returns the data of its button. */
const planned = (name: string) =>
  Effect.gen(function* () {
    const { admin, sql } = yield* World
    yield* sql`update ft_category set name = ${name} where id in (select id from ft_category order by id limit 2)`
    yield* admin.send("/plan fintablo.category")
    const chat = yield* admin.sees((messages) => lastText(messages).includes("изменится: 2"))
    const apply =
      chat
        .at(-1)
        ?.data.flat()
        .find((data) => data.startsWith("plan:apply:")) ?? ""
    return apply.replace("plan:apply:", "plan:do:")
  })

layer(
  World.layer({
    files: { "bot.yaml": bot },
    sync: ["fintablo.category", "fintablo.moneybag", "iiko.employee*", "iiko.department"]
  }),
  { timeout: "60 seconds", excludeTestServices: true }
)("a plan from the chat", (it) => {
  it.effect("shows its rows, asks with the numbers, and is applied once although two admins press", () =>
    Effect.gen(function* () {
      const { admin, sql, telegram } = yield* World
      const other = telegram.state.person({ name: "Пётр", id: second })
      yield* other.send("/start")
      yield* other.sees((chat) => lastText(chat).includes("Что делаем?"))
      const right = yield* names
      const data = yield* planned("wrong <name>")
      yield* admin.press("Строки")
      const rows = yield* admin.sees((chat) => lastText(chat).includes("Примеры строк"))
      assert.include(lastText(rows), `name: wrong <name> → ${right[0]?.name}`)
      yield* admin.press("Назад")
      yield* admin.sees((chat) => lastText(chat).includes("План: fintablo.category"))
      yield* admin.press("Применить")
      yield* admin.sees((chat) => lastText(chat).includes("Применить план") && lastText(chat).includes("изменится: 2"))
      yield* Effect.all([admin.press("Да, применить"), other.press({ data }), admin.press({ data })], {
        concurrency: "unbounded"
      })
      yield* Effect.raceFirst(
        admin.sees((chat) => lastText(chat).includes("План применён.") && lastText(chat).includes("~2 изменено")),
        other.sees((chat) => lastText(chat).includes("План применён.") && lastText(chat).includes("~2 изменено"))
      )
      yield* Effect.raceFirst(
        admin.sees((chat) => chat.some(({ text }) => text.includes("Этого больше нет"))),
        other.sees((chat) => chat.some(({ text }) => text.includes("Этого больше нет")))
      )
      assert.deepEqual(yield* names, right)
      const runs = yield* sql<{ actor: string; trigger: string; updated: number }>`
        select actor, trigger, updated::int from tributary.sync_log
        where entity = 'category' and trigger = 'bot' and updated > 0`
      assert.lengthOf(runs, 1)
      assert.include([`telegram:${admin.id}`, `telegram:${second}`], runs[0]?.actor)
    })
  )

  it.effect("is refused when the table has moved on", () =>
    Effect.gen(function* () {
      const { admin, sql } = yield* World
      const data = yield* planned("wrong")
      yield* sql`update ft_category set name = 'by somebody else' where name = 'wrong'`
      yield* admin.press({ data })
      const chat = yield* admin.sees((messages) => lastText(messages).includes("План применён не весь"))
      assert.include(lastText(chat), "❌ fintablo.category")
      assert.deepEqual(
        (yield* names).map(({ name }) => name),
        ["by somebody else", "by somebody else"]
      )
    })
  )

  it.effect("is refused when the configuration has moved on, and can be dropped", () =>
    Effect.gen(function* () {
      const { admin, control, directory } = yield* World
      const data = yield* planned("wrong")
      const fs = yield* FileSystem.FileSystem
      const file = `${directory}/connectors/fintablo.yaml`
      const text = yield* fs.readFileString(file)
      yield* fs.writeFileString(file, text.replace("      description: text\n", ""))
      const by = { trigger: "test", actor: "test" }
      assert.strictEqual((yield* control.reload(by)).status, "ok")
      yield* admin.press({ data })
      yield* admin.sees((messages) => lastText(messages).includes("изменилась конфигурация"))
      const next = yield* planned("wrong again")
      yield* admin.press("Не нужно")
      yield* admin.sees((messages) => lastText(messages).includes("План отброшен"))
      yield* admin.send("/menu")
      yield* admin.sees((messages) => lastText(messages).includes("Что делаем?"))
      assert.deepEqual(
        (yield* names).map(({ name }) => name),
        ["wrong again", "wrong again"]
      )
      assert.isNotEmpty(next)
    })
  )

  it.effect("is not for employees, whatever they send", () =>
    Effect.gen(function* () {
      const { employee, signIn } = yield* World
      yield* signIn
      const data = yield* planned("still wrong")
      yield* employee.press({ data })
      yield* employee.press({ data: data.replace("do", "rows") })
      yield* employee.send("/plan fintablo.category")
      const chat = yield* employee.sees((messages) => lastText(messages).includes("Что делаем?"))
      assert.isFalse(chat.some(({ text }) => text.includes("План")))
      assert.strictEqual((yield* names)[0]?.name, "still wrong")
    })
  )

  it.effect("is applied from the command line when it is too large for a message's button", () =>
    Effect.gen(function* () {
      const { admin, sql } = yield* World
      yield* sql`update ft_moneybag set name = repeat('x', 3000000)`
      yield* admin.send("/plan fintablo.moneybag")
      const chat = yield* admin.sees((messages) =>
        lastText(messages).includes("tributary plan fintablo.moneybag --save")
      )
      assert.isFalse(
        chat
          .at(-1)
          ?.buttons.flat()
          .some((label) => label.includes("Применить"))
      )
    })
  )
})
