/** The configuration in the chat: read, edited by documents, written, restored, and reloaded, including the bot. */
import { assert, layer } from "@effect/vitest"
import { Effect, Fiber, FileSystem } from "effect"
import type { Person, ShownMessage } from "../../bot/sandbox.ts"
import { labels } from "./Chat.ts"
import { World } from "./fixtures.ts"
import { colleague } from "./People.ts"

/** The bot's message with those words; alerts and documents may be below it. */
const saying = (chat: ReadonlyArray<ShownMessage>, translator: string) =>
  chat.findLast(({ from, text }) => from === "bot" && text.includes(translator))

const says = (words: string) => (chat: ReadonlyArray<ShownMessage>) => saying(chat, words) !== undefined

const seen = (person: Pick<Person, "sees">, words: string) =>
  Effect.flatMap(person.sees(says(words)), (chat) => Effect.orDie(Effect.fromNullishOr(saying(chat, words))))

const bytes = (text: string) => new TextEncoder().encode(text)

const file = (name: string) =>
  Effect.gen(function* () {
    const { directory } = yield* World
    const fs = yield* FileSystem.FileSystem
    return yield* fs.readFileString(`${directory}/${name}`)
  })

const put = (name: string, text: string) =>
  Effect.gen(function* () {
    const { directory } = yield* World
    const fs = yield* FileSystem.FileSystem
    yield* fs.writeFileString(`${directory}/${name}`, text)
  })

const isThere = (name: string) =>
  Effect.gen(function* () {
    const { directory } = yield* World
    const fs = yield* FileSystem.FileSystem
    return yield* fs.exists(`${directory}/${name}`)
  })

const lastVersion = Effect.flatMap(World, ({ sql }) =>
  Effect.map(
    sql<{ actor: string; status: string; trigger: string }>`
      select actor, status, trigger from tributary.config_version order by id desc limit 1`,
    ([row]) => row
  )
)

/** Writes and presses, and waits for both results; returns the entries of the menu. */
const menuUsed = Effect.fnUntraced(function* (person: Person) {
  yield* person.send("/menu")
  // Typed text is deleted after it was handled.
  const chat = yield* person.sees(
    (messages) => !messages.some(({ text }) => text.startsWith("/")) && labels(messages.at(-1)).includes("🌐 Язык")
  )
  const menu = yield* Effect.orDie(Effect.fromNullishOr(chat.at(-1)))
  yield* person.press("🌐 Язык", menu.id)
  yield* person.sees((messages) => (messages.at(-1)?.edited ?? 0) > menu.edited)
  return labels(menu)
})

layer(World.layer({ sync: ["fintablo.category", "iiko.employee*", "iiko.department"] }), {
  timeout: "60 seconds",
  excludeTestServices: true
})("the configuration from the chat", (it) => {
  it.effect("says what is declared and who reads it, and sends the files", () =>
    Effect.gen(function* () {
      const { admin } = yield* World
      yield* admin.send("/config")
      yield* admin.sees(says("Систем: 3"))
      yield* admin.press("📦 fintablo")
      const chat = yield* seen(admin, "ft_category")
      assert.match(chat.text, /category → ft_category, mirror, полей: 8\n\s*⏰ morning-sync/)
      yield* admin.press("Назад")
      yield* admin.sees(says("Систем: 3"))
      yield* admin.press("📄 fintablo.yaml")
      const sent = yield* admin.sees((messages) => messages.at(-1)?.document?.name === "fintablo.yaml")
      assert.strictEqual(
        new TextDecoder().decode(sent.at(-1)?.document?.bytes),
        yield* file("connectors/fintablo.yaml")
      )
      assert.strictEqual(sent.at(-1)?.text, "connectors/fintablo.yaml")
    })
  )

  it.effect("is edited by a document, written when the button is pressed, and put back by another press", () =>
    Effect.gen(function* () {
      const { admin, control } = yield* World
      const former = yield* file("connectors/fintablo.yaml")
      const edited = former.replace("      description: text\n", "")
      const fields = Effect.map(control.select(["fintablo.category"]), ([entity]) =>
        entity?.columns.some(({ name }) => name === "description")
      )
      yield* admin.document("fintablo (1).yaml", bytes(edited))
      const chat = yield* seen(admin, "проверено. Записать?")
      assert.include(chat.text, "-      description: text")
      assert.include(chat.text, "Таблицы: изменены: fintablo.category")
      assert.strictEqual(yield* file("connectors/fintablo.yaml"), former)
      yield* admin.press("Записать")
      const written = yield* seen(admin, "connectors/fintablo.yaml записан")
      assert.strictEqual(yield* file("connectors/fintablo.yaml"), edited)
      assert.isFalse(yield* fields)
      assert.deepEqual(yield* lastVersion, { actor: `telegram:${admin.id}`, status: "ok", trigger: "bot" })
      yield* admin.press("Вернуть прежнюю версию")
      yield* admin.sees((messages) => (saying(messages, "записан")?.edited ?? 0) > written.edited)
      assert.strictEqual(yield* file("connectors/fintablo.yaml"), former)
      assert.isTrue(yield* fields)
      yield* admin.document("fintablo.yaml", bytes(former))
      yield* admin.sees(says("в файле уже всё так"))
      yield* admin.send("/config")
      yield* admin.sees(says("Систем: 3"))
      yield* admin.press("Версии")
      yield* admin.sees(says("~fintablo.category"))
    })
  )

  it.effect("names file, line and column of what is wrong, and writes nothing", () =>
    Effect.gen(function* () {
      const { admin } = yield* World
      const former = yield* file("connectors/fintablo.yaml")
      const broken = former.replace("    key: id", "    kye: id")
      const line = broken.split("\n").findIndex((one) => one.includes("kye")) + 1
      yield* admin.document("fintablo.yaml", bytes(broken))
      const chat = yield* seen(admin, "ошибка, ничего не записано")
      assert.include(chat.text, `fintablo.yaml:${line}:5: `)
      assert.include(chat.text, `  ${line} |     kye: id`)
      assert.match(chat.text, /\| {5}\^+/)
      assert.include(chat.html, "<pre>")
      assert.strictEqual(yield* file("connectors/fintablo.yaml"), former)
      yield* put("connectors/fintablo.yaml", broken)
      yield* admin.send("/reload")
      const reloaded = yield* seen(admin, "В конфигурации ошибка")
      assert.include(reloaded.text, `fintablo.yaml:${line}:5: `)
      yield* put("connectors/fintablo.yaml", former)
      yield* admin.press("Ещё раз")
      yield* admin.sees(says("Ничего не изменилось"))
      assert.deepEqual(yield* lastVersion, { actor: `telegram:${admin.id}`, status: "unchanged", trigger: "bot" })
    })
  )

  it.effect("takes a new file whose caption is its path, and no file that is none", () =>
    Effect.gen(function* () {
      const { admin, control } = yield* World
      yield* admin.document("notes.txt", bytes("hello"))
      yield* admin.sees(says("Непонятно, какой это файл"))
      yield* admin.document("fintablo.yaml", new Uint8Array([0xff, 0xfe, 0x00]))
      yield* admin.sees(says("не текст в UTF-8"))
      yield* admin.document("fintablo.yaml", new Uint8Array(600_000))
      yield* admin.sees(says("Файл больше 512"))
      // It would start to send a secret of the machine to any address that an admin writes.
      const copy = (yield* file("connectors/fintablo.yaml")).replaceAll("table: ft_", "table: copy_")
      yield* admin.document("x.txt", bytes(copy), "config/connectors/copy.yaml")
      yield* admin.sees(says("не может дать секрет FINTABLO_TOKEN"))
      assert.isFalse(yield* isThere("connectors/copy.yaml"))
      const fields = Array.from({ length: 150 }, (_, at) => `      a_long_name_of_column_${at}: text`)
      const books = [
        "type: rest",
        "baseUrl: https://books.test",
        "entities:",
        "  book:",
        "    path: /books",
        "    key: id",
        "    fields:",
        "      id: bigint",
        ...fields,
        ""
      ].join("\n")
      yield* admin.document("x.txt", bytes(books), "config/connectors/books.yaml")
      yield* admin.sees(says("connectors/books.yaml: новый файл"))
      // Too long for a message, so the whole text comes as a file.
      const patch = (yield* admin.messages).find(({ document }) => document?.name === "books.yaml.patch")
      assert.include(new TextDecoder().decode(patch?.document?.bytes), "+++ connectors/books.yaml")
      yield* admin.press("Записать")
      yield* admin.sees(says("connectors/books.yaml записан"))
      const { declarations } = yield* control.generation
      assert.include(
        declarations.map(({ name }) => name),
        "books"
      )
      yield* admin.press("Убрать этот файл")
      yield* admin.sees(says("connectors/books.yaml убран"))
      assert.isFalse(yield* isThere("connectors/books.yaml"))
      const names = Effect.map(control.generation, (live) => live.declarations.map(({ name }) => name))
      assert.notInclude(yield* names, "books")
      yield* admin.press("Вернуть прежнюю версию")
      yield* admin.sees(says("connectors/books.yaml записан"))
      assert.strictEqual(yield* file("connectors/books.yaml"), books)
    })
  )

  it.effect("is not written twice, not over an edit of somebody else, and not by employees", () =>
    Effect.gen(function* () {
      const { admin, employee, signIn } = yield* World
      yield* signIn
      const jobs = yield* file("jobs.yaml")
      yield* admin.document("jobs.yaml", bytes(`${jobs}\n# edited\n`))
      const chat = yield* seen(admin, "проверено. Записать?")
      const data = chat.data.flat().find((one) => one.startsWith("config:write:")) ?? ""
      yield* employee.press({ data })
      yield* employee.document("jobs.yaml", bytes("{}\n"))
      yield* employee.send("/config")
      // The menu, in a new message below.
      yield* employee.sees((messages) => saying(messages.slice(-1), "Что делаем?") !== undefined)
      assert.isFalse((yield* employee.messages).some(({ text }) => text.includes("онфигурац")))
      assert.strictEqual(yield* file("jobs.yaml"), jobs)
      yield* put("jobs.yaml", `${jobs}\n# by somebody else\n`)
      yield* admin.press("Записать")
      const refused = yield* seen(admin, "Ничего не записано")
      assert.include(refused.text, "тем временем изменил кто-то другой")
      assert.strictEqual(yield* file("jobs.yaml"), `${jobs}\n# by somebody else\n`)
      yield* admin.press({ data })
      yield* admin.sees(says("Этого больше нет"))
    })
  )

  it.effect("is not written where the daemon must not write, and the answer says what to do", () =>
    Effect.gen(function* () {
      const { admin, directory } = yield* World
      const fs = yield* FileSystem.FileSystem
      const elsewhere = `${yield* fs.makeTempDirectoryScoped()}/jobs.yaml`
      yield* fs.rename(`${directory}/jobs.yaml`, elsewhere)
      yield* fs.symlink(elsewhere, `${directory}/jobs.yaml`)
      yield* admin.document("jobs.yaml", bytes("{}\n"))
      const message = yield* seen(admin, "измените файл, на который он указывает")
      assert.include(message.text, "подключите его с правом записи")
      yield* fs.remove(`${directory}/jobs.yaml`)
      yield* fs.copyFile(elsewhere, `${directory}/jobs.yaml`)
    })
  )

  it.effect("replaces the bot itself on /reload, and nothing is lost that people write and press meanwhile", () =>
    Effect.gen(function* () {
      const world = yield* World
      const { admin, employee, signIn, telegram } = world
      yield* signIn
      const others = [yield* colleague(world, "Кафе на Гагарина"), yield* colleague(world, "Кафе на Мира")]
      const stock = "📦 Ниже минимума"
      const former = yield* file("bot.yaml")
      const acknowledged = () => telegram.state.calls.filter(({ method }) => method === "answerCallbackQuery").length
      const before = acknowledged()
      let presses = 0
      /** Waits until the menu has the entry, or no longer has it. */
      const using = (isOffered: boolean) =>
        Effect.forEach(
          [employee, ...others],
          (person) =>
            Effect.repeat(
              Effect.tap(menuUsed(person), () => Effect.sync(() => presses++)),
              { until: (menu) => menu.includes(stock) === isOffered }
            ),
          { concurrency: "unbounded" }
        )
      assert.include(yield* menuUsed(employee), stock)
      presses++

      yield* put("bot.yaml", `${former}\nfeatures: { stock: false }\n`)
      const used = yield* Effect.forkChild(using(false))
      yield* admin.send("/reload")
      yield* admin.sees(says("Плагины: изменены: bot"))
      yield* Fiber.join(used)
      assert.deepEqual(yield* lastVersion, { actor: `telegram:${admin.id}`, status: "ok", trigger: "bot" })
      yield* put("bot.yaml", former)
      yield* admin.send("/reload")
      yield* using(true)
      // Each appears once.
      assert.strictEqual(acknowledged() - before, presses)
    })
  )

  it.effect("replaces the bot itself, which answers first and goes on with the new settings", () =>
    Effect.gen(function* () {
      const { admin } = yield* World
      const former = yield* file("bot.yaml")
      yield* admin.document("bot.yaml", bytes(former.replace("locales: [ru, en]", "locales: [en]")))
      yield* admin.sees(says("bot.yaml: проверено. Записать?"))
      yield* admin.press("Записать")
      const chat = yield* seen(admin, "bot.yaml записан")
      assert.include(chat.text, "Плагины: изменены: bot")
      yield* admin.send("/menu")
      yield* admin.sees(says("What shall we do?"))
      yield* admin.press("Reload")
      yield* admin.sees(says("Nothing has changed"))
    })
  )
})
