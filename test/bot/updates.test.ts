/** The bot during faults of Telegram and the network; whatever happens, the daemon continues. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { botReason } from "../../bot/reasons.ts"
import { render } from "../../core/reason/Reason.ts"
import { eventually } from "../support/eventually.ts"
import { World, webhook } from "./fixtures.ts"

const options = { timeout: "60 seconds", excludeTestServices: true } as const

const health = Effect.gen(function* () {
  const { statuses } = yield* World
  const [bot] = yield* statuses
  return bot?.health ?? { status: "off", reason: botReason("bot.noToken") }
})

const isDegraded = (why: RegExp) =>
  eventually(Effect.map(health, ({ reason, status }) => status === "degraded" && why.test(render(reason))))

const isWell = eventually(Effect.map(health, ({ status }) => status === "ok"))

layer(
  World.layer({ environment: { TELEGRAM_TOKEN: "123456789:AAwrongwrongwrongwrongwrongwrongwrong" }, sync: [] }),
  options
)("a bot whose token is wrong", (it) => {
  it.effect("is a degraded part of the health, and nothing else suffers", () =>
    Effect.gen(function* () {
      yield* isDegraded(/does not accept the token/)
      const { control } = yield* World
      assert.isAbove((yield* control.generation).entities.length, 10)
    })
  )
})

layer(World.layer({ environment: { TELEGRAM_TOKEN: "" }, sync: [] }), options)("a bot without a token", (it) => {
  it.effect("is off", () => eventually(Effect.map(health, ({ status }) => status === "off")))
})

layer(World.layer({ sync: ["iiko.employee", "iiko.employee_role", "iiko.department"] }), options)(
  "updates by polling",
  (it) => {
    it.effect("come again after the network was lost", () =>
      Effect.gen(function* () {
        const { admin, telegram } = yield* World
        yield* isWell
        yield* telegram.fault({ path: "/getUpdates", mode: "disconnect" })
        yield* admin.send("/menu") // ends the request that is open
        yield* isDegraded(/cannot be reached/)
        yield* telegram.clearFaults
        yield* isWell
        yield* admin.sees((chat) => chat.some(({ text }) => text.includes("Что делаем?")))
      })
    )

    it.effect("another program that polls is told of, and the bot goes on when it ends", () =>
      Effect.gen(function* () {
        const { telegram } = yield* World
        const { TELEGRAM_API_ROOT: root, TELEGRAM_TOKEN: token } = telegram.environment
        yield* isWell
        const other = Effect.promise(() =>
          fetch(`${root}/bot${token}/getUpdates?timeout=1`).then((answer) => answer.text())
        )
        const stealing = yield* Effect.forkChild(Effect.forever(other))
        yield* isDegraded(/another program/)
        yield* Effect.sync(() => stealing.interruptUnsafe())
        yield* isWell
      })
    )

    it.effect("are dealt with in their order within a chat, and no chat waits for another", () =>
      Effect.gen(function* () {
        const { admin, telegram } = yield* World
        const other = telegram.state.person({ name: "Соня" })
        const third = telegram.state.person({ name: "Глеб" })
        // The answer to the first of them never comes.
        yield* telegram.fault({ path: "/sendMessage", mode: "hang", times: 1 })
        yield* third.send("/start")
        yield* Effect.repeat(
          Effect.sync(() => telegram.state.calls.filter(({ method }) => method === "sendMessage").length),
          { until: (count) => count > 0 }
        )
        yield* other.send("привет")
        yield* other.sees((chat) => chat.at(-1)?.text.includes("Поделитесь") === true)
        yield* admin.send("/language")
        yield* admin.send("/menu")
        yield* admin.send("/language")
        yield* admin.sees((chat) => chat.length === 1 && chat[0]?.buttons.flat().includes("English") === true)
        yield* telegram.clearFaults
      })
    )

    it.effect(
      "what cannot be answered is told in a sentence, and logged with the update's id and without the token",
      () =>
        Effect.gen(function* () {
          const { admin, logged, sql, telegram } = yield* World
          yield* sql`alter table tributary.iiko_writeoff rename to hidden`
          yield* admin.send("/waiting")
          yield* admin.sees((chat) => chat.at(-1)?.text.includes("База данных не отвечает") === true)
          yield* sql`alter table tributary.hidden rename to iiko_writeoff`
          yield* admin.send("/waiting")
          yield* admin.sees((chat) => chat.at(-1)?.text.includes("База данных") === false)
          const logEntry = logged.find(({ message }) => message.startsWith("an update could not be handled"))
          assert.isTrue(Number.isInteger(logEntry?.fields.update_id))
          assert.notInclude(JSON.stringify(logged), telegram.environment.TELEGRAM_TOKEN ?? "")
        })
    )

    it.effect("in a group an admin is told its id, and nobody anything else", () =>
      Effect.gen(function* () {
        const { admin, telegram } = yield* World
        const other = telegram.state.person({ name: "Соня" })
        const group = telegram.state.group({ title: "Смена", members: [admin, other] })
        yield* group.say(other, "/id")
        yield* group.say(admin, "/menu")
        yield* group.say(admin, "/id")
        const chat = yield* group.sees((messages) => messages.some(({ from }) => from === "bot"))
        assert.deepEqual(
          chat.filter(({ from }) => from === "bot").map(({ text }) => text),
          [String(group.id)]
        )
      })
    )

    it.effect("a person who blocked the bot is written to again when they come back", () =>
      Effect.gen(function* () {
        const { admin, sql } = yield* World
        yield* admin.send("/menu")
        yield* admin.sees((chat) => chat.at(-1)?.text.includes("Что делаем?") === true)
        yield* admin.block
        const isBlocked = (wanted: boolean) =>
          eventually(
            Effect.map(
              sql<{
                blocked: boolean
              }>`select blocked from tributary.bot_person where telegram_id = ${BigInt(admin.id)}`,
              ([row]) => row?.blocked === wanted
            )
          )
        yield* isBlocked(true)
        yield* admin.unblock
        yield* admin.send("/menu")
        yield* isBlocked(false)
      })
    )

    it.effect("a bot that ends and begins again goes on where its chats stood, and repeats nothing", () =>
      Effect.gen(function* () {
        const { admin, startBot, stopBot } = yield* World
        yield* admin.send("/language")
        yield* admin.sees((chat) => chat.at(-1)?.buttons.flat().includes("English") === true)
        yield* stopBot
        yield* admin.send("/menu")
        yield* startBot
        const menu = (yield* admin.sees((chat) => chat.at(-1)?.text.includes("Что делаем?") === true)).at(-1)
        yield* admin.send("/language")
        const chat = yield* admin.sees((chat) => chat.at(-1)?.buttons.flat().includes("English") === true)
        // Between the two answers are the admin's texts, and nothing arrived twice.
        assert.strictEqual(chat.at(-1)?.id, (menu?.id ?? 0) + 2)
        // The window from before the restart was replaced, not left behind.
        yield* admin.sees(({ length }) => length === 1)
      })
    )
  }
)

layer(
  World.layer({ files: { "bot.yaml": webhook }, environment: { TELEGRAM_SECRET: "what-telegram-shows" }, sync: [] }),
  options
)("updates by webhook", (it) => {
  it.effect("are sent to the daemon, which believes only who shows the secret, and each is dealt with once", () =>
    Effect.gen(function* () {
      const { address, admin, telegram } = yield* World
      yield* isWell
      yield* admin.send("/language")
      yield* admin.sees((chat) => chat.at(-1)?.buttons.flat().includes("English") === true)
      const post = (secret: string) =>
        Effect.promise(async () => {
          const text = "/menu"
          const chat = { id: admin.id, type: "private", first_name: "Ирина" }
          const entities = [{ type: "bot_command", offset: 0, length: text.length }]
          const message = { message_id: 4242, date: 1, chat, from: { ...chat, is_bot: false }, text, entities }
          const answer = await fetch(`${address}/hooks/telegram/bot`, {
            method: "POST",
            headers: { "x-telegram-bot-api-secret-token": secret },
            body: JSON.stringify({ update_id: 424_242, message })
          })
          return answer.status
        })
      const menus = () => telegram.state.calls.filter(({ method }) => method === "sendMessage").length
      const before = menus()
      for (const guess of ["a guess", "what-telegram-shoes", "What-telegram-shows", "what-telegram-show", ""]) {
        assert.strictEqual(yield* post(guess), 401, guess)
      }
      assert.strictEqual(yield* post("what-telegram-shows"), 200)
      assert.strictEqual(yield* post("what-telegram-shows"), 200)
      yield* admin.sees((chat) => chat.at(-1)?.text.includes("Что делаем?") === true)
      yield* admin.send("/language")
      yield* admin.sees((chat) => chat.at(-1)?.buttons.flat().includes("English") === true)
      assert.strictEqual(menus() - before, 2)
    })
  )
})
