/** Steps that the tests of admins share: they make another person an admin. */
import { assert } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import type { Person } from "../../bot/sandbox.ts"
import { last } from "./Chat.ts"
import { World } from "./fixtures.ts"

/** The entities that people need. */
export const people = ["iiko.employee", "iiko.employee_role", "iiko.department"]

/** The menu entries that only admins have. */
export const ofAdmins = ["📊 Состояние", "⏰ Задания", "🧹 Удаления", "📜 Журнал", "👥 Администраторы"]

/** Makes a person who is signed in an admin. */
export const promote = Effect.fnUntraced(function* ({ admin }: World["Service"], person: Person) {
  yield* admin.send("/admins")
  yield* admin.sees(last("Администраторы"))
  yield* admin.press({ data: `admins:pick:${person.id}` })
  yield* person.sees(last("Теперь вы администратор"))
})

/** A new group that receives the alerts; its members are the admin, the employee, who is none, and a stranger. */
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
