/** Messages that Telegram does not accept: they wait, are sent when it does, and none is lost silently. */
import { assert, layer } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import { foreignText, render } from "../../core/reason/Reason.ts"
import { eventually } from "../support/eventually.ts"
import { people, shift } from "./adminFixtures.ts"
import { anywhere, last } from "./Chat.ts"
import { World } from "./fixtures.ts"

const world = Layer.effectDiscard(Effect.flatMap(World, ({ signIn }) => signIn)).pipe(
  Layer.provideMerge(World.layer({ sync: people }))
)

const alert = (subject: string, text: string) => ({ kind: "circuit_open", subject, reason: foreignText(text) }) as const

/** The number of waiting messages. */
const waiting = Effect.flatMap(World, ({ sql }) =>
  Effect.map(sql`select 1 from tributary.bot_outbox`, ({ length }) => length)
)
const wait = (count: number) => eventually(Effect.map(waiting, (found) => found === count))

/** The number of alert messages that the bot remembers in a chat. */
const remembered = (chat: number, count: number) =>
  Effect.flatMap(World, ({ sql }) =>
    eventually(
      Effect.map(
        sql`select 1 from tributary.bot_message where kind = 'alert' and chat_id = ${BigInt(chat)}`,
        ({ length }) => length === count
      )
    )
  )

const reasonOfHealth = Effect.flatMap(World, ({ statuses }) =>
  Effect.map(statuses, ([bot]) => (bot === undefined ? "" : `${bot.health.status} ${render(bot.health.reason)}`))
)

layer(world, { timeout: "90 seconds", excludeTestServices: true })("a message that Telegram does not take", (it) => {
  it.effect("comes when the network is back, once, and is then known to be told", () =>
    Effect.gen(function* () {
      const { admin, alerts, telegram } = yield* World
      yield* telegram.fault({ path: "/sendMessage", mode: "disconnect" })
      yield* alerts.raise(alert("gsheet", "silent since ten"))
      yield* wait(1)
      assert.lengthOf(yield* alerts.undelivered, 1)
      yield* telegram.clearFaults
      yield* admin.sees(last("silent since ten"))
      yield* wait(0)
      yield* alerts.clear("circuit_open gsheet")
      const chat = yield* admin.sees(anywhere("✅ Система не отвечает: gsheet"))
      assert.lengthOf(
        chat.filter(({ text }) => text.includes("gsheet")),
        1
      )
    })
  )

  it.effect("that is over by then says so, instead of what it was", () =>
    Effect.gen(function* () {
      const { admin, alerts, telegram } = yield* World
      yield* telegram.fault({ path: "/sendMessage", mode: "disconnect" })
      yield* alerts.raise(alert("books", "silent since noon"))
      yield* wait(1)
      yield* alerts.clear("circuit_open books")
      yield* eventually(
        Effect.flatMap(World, ({ sql }) =>
          Effect.map(
            sql<{ kind: string | null; text: string }>`select kind, text from tributary.bot_outbox`,
            ([row, ...more]) => row?.kind === null && row.text.includes("✅") && more.length === 0
          )
        )
      )
      yield* telegram.clearFaults
      yield* admin.sees(last("✅ Система не отвечает: books"))
      yield* wait(0)
      assert.isFalse(anywhere("silent since noon")(yield* admin.messages))
    })
  )

  it.effect(
    "of an alert that ended and began again meanwhile closes the one that stood, and what changes is changed",
    () =>
      Effect.gen(function* () {
        const { admin, alerts, telegram } = yield* World
        const key = "circuit_open books"
        const about = (text: string) =>
          Effect.map(admin.messages, (chat) => chat.filter((message) => message.text.includes(text)))
        const away = Effect.forEach(["/sendMessage", "/editMessageText"], (path) =>
          telegram.fault({ path, mode: "disconnect" })
        )
        yield* alerts.raise(alert("books", "silent since one"))
        yield* admin.sees(last("silent since one"))
        yield* remembered(admin.id, 1)
        const [stood] = yield* about("silent since one")

        yield* away
        yield* alerts.raise(alert("books", "silent since then"))
        yield* wait(1)
        yield* telegram.clearFaults
        yield* admin.sees(anywhere("silent since then"))
        yield* wait(0)
        assert.deepEqual(
          (yield* about("silent since")).map(({ id }) => id),
          [stood?.id]
        )

        yield* away
        yield* alerts.clear(key)
        yield* wait(1)
        yield* alerts.raise(alert("books", "silent again"))
        yield* wait(2)
        yield* telegram.clearFaults
        yield* admin.sees(anywhere("silent again"))
        yield* wait(0)
        const closed = (yield* admin.messages).find(({ id }) => id === stood?.id)
        assert.match(closed?.text ?? "", /^✅ Система не отвечает: books/)
        assert.lengthOf(yield* about("🔴"), 1)
        yield* alerts.clear(key)
        yield* admin.sees((chat) => chat.every(({ text }) => !text.includes("🔴")))
      })
  )

  it.effect("because it is asked too often waits as long as Telegram says, also over a restart", () =>
    Effect.gen(function* () {
      const { admin, alerts, sql, startBot, stopBot, telegram } = yield* World
      yield* telegram.fault({ path: "/sendMessage", mode: "rateLimited", retryAfter: 3600, times: 1 })
      yield* alerts.raise(alert("fintablo", "silent since two"))
      yield* wait(1)
      const [row] = yield* sql<{ seconds: number }>`
        select extract(epoch from due_at - made_at)::int as seconds from tributary.bot_outbox`
      assert.strictEqual(row?.seconds, Duration.toSeconds("1 hour"))
      assert.isFalse(anywhere("silent since two")(yield* admin.messages))
      yield* stopBot
      yield* sql`update tributary.bot_outbox set due_at = now()`
      yield* startBot
      yield* admin.sees(anywhere("silent since two"))
      yield* wait(0)
      yield* alerts.clear("circuit_open fintablo")
    })
  )

  it.effect("because the bot was thrown out of a group is told in its health, and comes when it is let in", () =>
    Effect.gen(function* () {
      const { alerts } = yield* World
      const group = yield* shift
      yield* group.letIn(false)
      yield* alerts.raise(alert("iiko", "silent since three"))
      yield* eventually(
        Effect.map(reasonOfHealth, (text) => text.startsWith("degraded") && text.includes(`chat ${group.id}`))
      )
      assert.match(yield* reasonOfHealth, /bot was kicked/)
      yield* wait(1)
      yield* group.letIn(true)
      yield* group.sees(last("silent since three"))
      yield* wait(0)
      yield* eventually(Effect.map(reasonOfHealth, (text) => text.startsWith("ok")))
      yield* alerts.clear("circuit_open iiko")
      yield* group.sees(anywhere("✅ Система не отвечает: iiko"))
    })
  )

  it.effect("because a group has become a supergroup goes there at once, now and after a restart", () =>
    Effect.gen(function* () {
      const { admin, alerts, sql, startBot, stopBot } = yield* World
      const group = yield* shift
      yield* alerts.raise(alert("gsheet", "silent since four"))
      yield* group.sees(last("silent since four"))
      const upgraded = yield* group.upgrade
      yield* alerts.raise(alert("fintablo", "silent since five"))
      yield* upgraded.sees(anywhere("silent since five"))
      const moves = yield* sql`select chat_id::text as old, to_chat_id::text as new from tributary.bot_moved`
      assert.deepEqual(moves, [{ old: String(group.id), new: String(upgraded.id) }])
      // A bot that is stopped before it knows that the message arrived sends it again.
      yield* remembered(upgraded.id, 2)
      yield* stopBot
      yield* startBot
      yield* upgraded.say(admin, "/mute")
      yield* upgraded.sees(last("Тревоги приходят сюда"))
      yield* upgraded.press(admin, "На час")
      yield* upgraded.sees(last("Тревоги не приходят до"))
      yield* alerts.raise(alert("books", "silent since six"))
      // Its message was in the old group, where nothing can be edited: it is sent again.
      yield* alerts.clear("circuit_open gsheet")
      const chat = yield* upgraded.sees(anywhere("✅ Система не отвечает: gsheet"))
      assert.isFalse(anywhere("silent since six")(chat), "the supergroup is muted")
    })
  )
})
