/** Alerts in a group: sent and edited there, and muted only by its admins, only for the group. */

import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as Mutes from "../../bot/features/alerts/Mutes.ts"
import type { Group } from "../../bot/sandbox.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { people, shift } from "./adminFixtures.ts"
import { anywhere, labels, last } from "./Chat.ts"
import { World } from "./fixtures.ts"

const world = Layer.effectDiscard(Effect.flatMap(World, ({ signIn }) => signIn)).pipe(
  Layer.provideMerge(World.layer({ sync: people }))
)

const mutes = Effect.flatMap(World, ({ sql }) =>
  Effect.map(Effect.provideService(Mutes.active, SqlClient.SqlClient, sql), (all) =>
    all.map(({ chat, kind }) => ({ chat, kind }))
  )
)

/** The question to an admin in the group; in a private chat the way to the menu is below. */
const offered = ["На час", "До завтра, 09:00", "На неделю", "Только один вид…"]

const saidIn = ({ messages }: Group) => Effect.map(messages, (all) => all.filter(({ from }) => from === "bot"))

/** Earlier messages of the group are handled when the answer is there. */
const caughtUp = Effect.fnUntraced(function* (group: Group) {
  const { admin } = yield* World
  yield* group.say(admin, "/id")
  yield* group.sees((chat) => chat.at(-1)?.text === String(group.id))
})

layer(world, { timeout: "60 seconds", excludeTestServices: true })("a group", (it) => {
  it.effect("gets an alert with the one button that is for it, and there it is over; no admin gets it besides", () =>
    Effect.gen(function* () {
      const { admin, alerts } = yield* World
      const group = yield* shift
      yield* alerts.raise({ kind: "guard_held", subject: "iiko.product", reason: foreignText("3 rows wait") })
      const raised = (yield* group.sees(last("3 rows wait"))).at(-1)
      assert.deepEqual(labels(raised), ["🔕 Не беспокоить"])
      yield* alerts.clear("guard_held iiko.product")
      const over = (yield* group.sees(last("✅ Удаление ждёт решения: iiko.product"))).at(-1)
      assert.strictEqual(over?.id, raised?.id)
      assert.isEmpty(labels(over))
      assert.isFalse(anywhere("Удаление ждёт решения")(yield* admin.messages))
    })
  )

  it.effect("has members who are no admins: what they press and command changes nothing and is not answered", () =>
    Effect.gen(function* () {
      const { alerts, employee } = yield* World
      const group = yield* shift
      yield* alerts.raise({ kind: "circuit_open", subject: "gsheet", reason: foreignText("no answer") })
      const raised = (yield* group.sees(last("no answer"))).at(-1)
      const before = yield* saidIn(group)
      for (const member of [employee, group.stranger]) {
        yield* group.press(member, "Не беспокоить", raised?.id)
        yield* group.press(member, { data: "alerts:mute:all:week" }, raised?.id)
        yield* group.press(member, { data: "alerts:unmute" }, raised?.id)
        yield* group.say(member, "/mute")
      }
      yield* caughtUp(group)
      assert.deepEqual((yield* saidIn(group)).slice(0, -1), before)
      assert.isEmpty(yield* mutes)
      yield* alerts.clear("circuit_open gsheet")
      yield* group.sees(anywhere("✅ Система не отвечает: gsheet"))
    })
  )

  it.effect("is muted by the button of an alert, which is still edited, and no private chat is muted with it", () =>
    Effect.gen(function* () {
      const { admin, alerts } = yield* World
      const group = yield* shift
      yield* alerts.raise({ kind: "circuit_open", subject: "iiko", reason: foreignText("no answer") })
      const raised = (yield* group.sees(last("no answer"))).at(-1)
      yield* group.press(admin, "Не беспокоить", raised?.id)
      const window = (yield* group.sees(last("Тревоги приходят сюда"))).at(-1)
      assert.deepEqual(labels(window), offered)
      yield* group.press(admin, "На неделю")
      const muted = (yield* group.sees(last("Тревоги не приходят до"))).at(-1)
      assert.strictEqual(muted?.id, window?.id)
      assert.deepEqual(labels(muted), [...offered, "🔔 Снова присылать"])
      assert.deepEqual(yield* mutes, [{ chat: group.id, kind: "" }])
      yield* admin.send("/mute")
      const own = (yield* admin.sees(last("Тревоги приходят сюда"))).at(-1)
      assert.include(labels(own), "« Меню")

      yield* alerts.raise({ kind: "job_failed", subject: "retention", reason: foreignText("it failed") })
      yield* alerts.clear("circuit_open iiko")
      const chat = yield* group.sees(anywhere("✅ Система не отвечает: iiko"))
      assert.strictEqual(chat.find(({ text }) => text.includes("✅ Система не отвечает: iiko"))?.id, raised?.id)
      assert.isFalse(anywhere("it failed")(chat))
      yield* alerts.clear("job_failed retention")
      yield* group.press(admin, "Снова присылать")
      yield* group.sees(last("Тревоги приходят сюда"))
      assert.isEmpty(yield* mutes)
    })
  )

  it.effect("is offered the same on /mute by an admin, for one kind as well", () =>
    Effect.gen(function* () {
      const { admin } = yield* World
      const group = yield* shift
      yield* group.say(admin, "/mute")
      const window = (yield* group.sees(last("Тревоги приходят сюда"))).at(-1)
      assert.deepEqual(labels(window), offered)
      yield* group.press(admin, "Только один вид")
      yield* group.sees(last("Какие тревоги не присылать?"))
      yield* group.press(admin, "Задание не выполнено")
      yield* group.sees(last("Не присылать «Задание не выполнено»: надолго?"))
      yield* group.press(admin, "На час")
      const muted = (yield* group.sees(last("«Задание не выполнено» не приходит до"))).at(-1)
      assert.deepEqual(labels(muted), [...offered, "🔔 Снова присылать"])
      assert.deepEqual(yield* mutes, [{ chat: group.id, kind: "job_failed" }])
      yield* group.press(admin, "Снова присылать")
      yield* group.sees(last("Тревоги приходят сюда"))
    })
  )

  it.effect("gets nothing from an admin's press that leads to what a group is not shown", () =>
    Effect.gen(function* () {
      const { admin, alerts } = yield* World
      const group = yield* shift
      yield* alerts.raise({ kind: "circuit_open", subject: "fintablo", reason: foreignText("no answer") })
      const raised = (yield* group.sees(last("no answer"))).at(-1)
      const before = yield* saidIn(group)
      for (const data of ["alerts:to:status", "alerts:to:deletes", "status"]) {
        yield* group.press(admin, { data }, raised?.id)
      }
      yield* caughtUp(group)
      assert.deepEqual((yield* saidIn(group)).slice(0, -1), before)
      yield* alerts.clear("circuit_open fintablo")
      yield* group.sees(anywhere("✅ Система не отвечает: fintablo"))
    })
  )
})
