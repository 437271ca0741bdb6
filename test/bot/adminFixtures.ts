/** What the tests of admins do again and again: they make another one of somebody. */
import { assert } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import type { Person } from "../../bot/sandbox.ts"
import { last } from "./Chat.ts"
import { World } from "./fixtures.ts"

/** All that people need to be known. */
export const people = ["iiko.employee", "iiko.employee_role", "iiko.department"]

/** Those of the menu that admins alone have. */
export const ofAdmins = ["📊 Состояние", "⏰ Задания", "🧹 Удаления", "📜 Журнал", "👥 Администраторы"]

/** Makes an admin of somebody who is signed in. */
export const promote = Effect.fnUntraced(function* ({ admin }: World["Service"], person: Person) {
  yield* admin.send("/admins")
  yield* admin.sees(last("Администраторы"))
  yield* admin.press({ data: `admins:pick:${person.id}` })
  yield* person.sees(last("Теперь вы администратор"))
})

/** A new group that gets the alerts: the admin, the employee, who is none, and a stranger are in it. */
export const shiftIn = Effect.fnUntraced(function* (topic: string) {
  const { admin, control, directory, employee, startBot, stopBot, telegram } = yield* World
  const fs = yield* FileSystem.FileSystem
  const stranger = telegram.state.person({ name: "Соня" })
  const group = telegram.state.group({ title: "Смена", members: [admin, employee, stranger] })
  const file = `${directory}/bot.yaml`
  const former = yield* fs.readFileString(file)
  yield* stopBot
  yield* fs.writeFileString(file, former.replace(/alerts: \[.*\]/, `alerts: [${group.id}${topic}]`))
  const { status } = yield* control.reload({ trigger: "test", actor: "test" })
  assert.strictEqual(status, "ok")
  yield* startBot
  return { ...group, stranger }
})

export const shift = shiftIn("")
