/** A removed admin is notified, has what employees have, and their old buttons do nothing. */

import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import type { Person } from "../../bot/sandbox.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { eventually } from "../support/eventually.ts"
import { ofAdmins, people, promote } from "./adminFixtures.ts"
import { anywhere, labels, last } from "./Chat.ts"
import { World } from "./fixtures.ts"
import { colleague } from "./People.ts"

const decodeCommands = Schema.decodeUnknownEffect(
  Schema.Struct({ result: Schema.Array(Schema.Struct({ command: Schema.String })) })
)

/** The commands that only this person gets, besides the common ones. */
const ownCommands = Effect.fnUntraced(function* ({ id }: Person) {
  const { telegram } = yield* World
  const { TELEGRAM_API_ROOT: root, TELEGRAM_TOKEN: token } = telegram.environment
  const scope = encodeURIComponent(JSON.stringify({ type: "chat", chat_id: id }))
  const answer = yield* Effect.promise(() =>
    fetch(`${root}/bot${token}/getMyCommands?scope=${scope}`).then((answer) => answer.json())
  )
  return (yield* decodeCommands(answer)).result.map(({ command }) => command)
})

const admins = Effect.flatMap(World, ({ sql }) =>
  Effect.map(sql<{ id: string }>`select telegram_id::text as id from tributary.bot_admin order by 1`, (rows) =>
    rows.map(({ id }) => Number(id))
  )
)

layer(World.layer({ sync: people }), { timeout: "60 seconds", excludeTestServices: true })(
  "an admin whom another one takes off the list",
  (it) => {
    it.effect("is told, has an employee's menu and commands from then on, and presses their old buttons in vain", () =>
      Effect.gen(function* () {
        const world = yield* World
        const { admin, alerts, control, employee, logged, signIn, sql } = world
        yield* signIn
        const third = yield* colleague(world, "Кафе на Гагарина")
        for (const person of [employee, third]) yield* promote(world, person)
        yield* eventually(Effect.map(ownCommands(employee), (commands) => commands.includes("admins")))
        yield* employee.send("/jobs")
        yield* employee.sees(last("Задания"))
        yield* employee.press("retention")
        const retention = Effect.map(control.jobs.list, (jobs) =>
          jobs.filter(({ name }) => name === "retention").map(({ lastFire, paused }) => ({ lastFire, paused }))
        )
        const before = yield* retention
        const old = (yield* employee.sees((chat) => labels(chat.at(-1)).includes("⏸ На паузу"))).at(-1)

        yield* admin.send("/admins")
        yield* admin.sees(last("Администраторы"))
        yield* admin.press({ data: `admins:ask:${employee.id}` })
        yield* admin.sees(last("из администраторов?"))
        yield* admin.press("Да, убрать")
        const list = (yield* admin.sees(last("Администраторы"))).at(-1)
        assert.notInclude(list?.data.flat() ?? [], `admins:ask:${employee.id}`)
        const answer = (yield* employee.sees(last("Вы больше не администратор"))).at(-1)
        assert.include(answer?.text ?? "", "Ирина")
        yield* third.sees(anywhere("убирает администратора"))
        const noted = logged.find(({ message }) => message === "an admin was removed")
        assert.deepInclude(noted?.fields, { actor: `telegram:${admin.id}`, admin: `telegram:${employee.id}` })
        assert.deepEqual(yield* admins, [third.id])
        yield* eventually(Effect.map(ownCommands(employee), (commands) => commands.length === 0))
        assert.include(yield* ownCommands(third), "admins")

        yield* employee.press("Меню", answer?.id)
        const own = (yield* employee.sees((chat) => labels(chat.at(-1)).includes("🌐 Язык"))).at(-1)
        assert.isFalse(labels(own).some((label) => ofAdmins.includes(label)))
        for (const data of [...(old?.data.flat() ?? []), "alerts:mute:all:week", `admins:pick:${employee.id}`]) {
          yield* employee.press({ data }, old?.id)
        }
        for (const command of ["/admins", "/jobs", "/mute"]) yield* employee.send(command)
        // Typed text is deleted after it was handled.
        const after = yield* employee.sees((chat) => !chat.some(({ text }) => text.startsWith("/")))
        assert.isFalse(after.flatMap(labels).some((label) => [...ofAdmins, "⏸ На паузу", "На час"].includes(label)))
        assert.deepEqual(yield* retention, before)
        assert.isEmpty(yield* sql`select 1 from tributary.bot_mute`)
        assert.deepEqual(yield* admins, [third.id])
        yield* alerts.raise({ kind: "job_failed", subject: "retention", reason: foreignText("it failed") })
        yield* third.sees(last("it failed"))
        assert.isFalse(anywhere("it failed")(yield* employee.messages))
        yield* alerts.clear("job_failed retention")
        yield* third.sees(last("✅ Задание не выполнено"))
      })
    )
  }
)
