/** What the tests of admins do again and again: they make another one of somebody. */
import { Effect } from "effect"
import type { Person } from "../../bot/sandbox.ts"
import { last } from "./Chat.ts"
import type { World } from "./World.ts"

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
