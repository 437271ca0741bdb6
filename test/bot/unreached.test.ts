/** Messages that arrive elsewhere than intended, or nowhere: somebody is notified of both. */
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { foreignText, render } from "../../core/reason/Reason.ts"
import { eventually } from "../support/eventually.ts"
import { people, shiftIn } from "./adminFixtures.ts"
import { anywhere, last } from "./Chat.ts"
import { World } from "./fixtures.ts"

const world = Layer.effectDiscard(Effect.flatMap(World, ({ signIn }) => signIn)).pipe(
  Layer.provideMerge(World.layer({ sync: people }))
)

const alert = (subject: string, text: string) => ({ kind: "circuit_open", subject, reason: foreignText(text) }) as const

/** The number of waiting messages. */
const wait = (count: number) =>
  eventually(
    Effect.flatMap(World, ({ sql }) =>
      Effect.map(sql`select 1 from tributary.bot_outbox where given_up_at is null`, ({ length }) => length === count)
    )
  )

const reasonOfHealth = Effect.flatMap(World, ({ statuses }) =>
  Effect.map(statuses, ([bot]) => (bot === undefined ? "" : `${bot.health.status} ${render(bot.health.reason)}`))
)

layer(world, { timeout: "90 seconds", excludeTestServices: true })("a message", (it) => {
  it.effect("whose topic was deleted comes to the group, which is told so once, and the health says it", () =>
    Effect.gen(function* () {
      const { alerts, telegram } = yield* World
      const group = yield* shiftIn("/45")
      const sent = () =>
        telegram.state.calls.flatMap(({ chat, method, status, topic }) =>
          chat === group.id && method === "sendMessage" ? [`${topic} ${status}`] : []
        )
      yield* alerts.raise(alert("iiko", "silent since seven"))
      yield* group.sees(last("silent since seven"))
      // A call is recorded when it is answered.
      yield* eventually(Effect.sync(() => sent().length > 0))
      assert.deepEqual(sent(), ["45 200"])
      const body = JSON.stringify({ ok: false, error_code: 400, description: "Bad Request: message thread not found" })
      const gone = { path: "/sendMessage", mode: "status", status: 400, body, contentType: "application/json" } as const
      yield* telegram.fault({ ...gone, times: 1 })
      yield* alerts.raise(alert("books", "silent since eight"))
      yield* group.sees((chat) => anywhere("silent since eight")(chat) && last("писать в тему 45")(chat))
      yield* eventually(
        Effect.map(reasonOfHealth, (text) => text.startsWith(`degraded there is no writing in the topic 45`))
      )
      yield* telegram.fault({ ...gone, times: 1 })
      yield* alerts.raise(alert("fintablo", "silent since nine"))
      yield* group.sees(last("silent since nine"))
      yield* alerts.raise(alert("gsheet", "silent since ten"))
      const chat = yield* group.sees(last("silent since ten"))
      assert.lengthOf(
        chat.filter(({ text }) => text.includes("писать в тему")),
        1
      )
      yield* eventually(Effect.sync(() => sent().at(-1) === "45 200"))
      yield* eventually(Effect.map(reasonOfHealth, (text) => text.startsWith("ok")))
      for (const subject of ["iiko", "books", "fintablo", "gsheet"]) yield* alerts.clear(`circuit_open ${subject}`)
      yield* group.sees(anywhere("✅ Система не отвечает: gsheet"))
    })
  )

  it.effect(
    "that Telegram did not take for a day is given up, which the health says for another day, and what it said is gone",
    () =>
      Effect.gen(function* () {
        const { admin, alerts, sql, startBot, stopBot, telegram } = yield* World
        const group = yield* shiftIn("/46")
        yield* telegram.fault({ path: "/sendMessage", mode: "disconnect" })
        yield* alerts.raise(alert("books", "silent since eleven"))
        yield* wait(1)
        yield* stopBot
        const rows = sql<{ chat: string; text: string; topic: string }>`
        select chat_id::text as chat, text, topic::text as topic from tributary.bot_outbox`
        assert.deepInclude(yield* rows, { chat: String(group.id), topic: "46", text: (yield* rows)[0]?.text })
        assert.include((yield* rows)[0]?.text, "silent since eleven")
        yield* sql`update tributary.bot_outbox set made_at = made_at - interval '25 hours', due_at = now()`
        yield* startBot
        yield* wait(0)
        yield* telegram.clearFaults
        yield* eventually(
          Effect.map(reasonOfHealth, (text) =>
            text.startsWith(
              `degraded 1 message was given up since Telegram did not take it, the last one for the chat ${group.id}`
            )
          )
        )
        assert.deepEqual(yield* rows, [{ chat: String(group.id), text: "", topic: "46" }])
        yield* admin.send("/status")
        yield* admin.sees(last("Нужно внимание", "📭 1 сообщение не доставлено"))
        yield* sql`update tributary.bot_outbox set given_up_at = given_up_at - interval '25 hours'`
        yield* eventually(Effect.map(reasonOfHealth, (text) => text.startsWith("ok")))
        yield* alerts.clear("circuit_open books")
      })
  )
})
