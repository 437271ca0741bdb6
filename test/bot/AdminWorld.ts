/** What the tests of admins do again and again: they look at the newest message, and make another one of them. */
import { Effect } from "effect"
import type { Person, Shown } from "../../bot/sandbox.ts"
import type { World } from "./World.ts"

/** All that people need to be known. */
export const people = ["iiko.employee", "iiko.employee_role", "iiko.department"]

export const last =
  (includes: string) =>
  (chat: ReadonlyArray<Shown>): boolean =>
    chat.at(-1)?.text.includes(includes) === true

export const anywhere =
  (includes: string) =>
  (chat: ReadonlyArray<Shown>): boolean =>
    chat.some(({ text }) => text.includes(includes))

export const labels = (message: Shown | undefined): ReadonlyArray<string> => message?.buttons.flat() ?? []

/** Those of the menu that admins alone have. */
export const ofAdmins = ["📊 Состояние", "⏰ Задания", "🧹 Удаления", "📜 Журнал", "👥 Администраторы"]

/** Makes an admin of somebody who is signed in. */
export const promote = Effect.fnUntraced(function* ({ admin }: World["Service"], person: Person) {
  yield* admin.send("/admins")
  yield* admin.sees(last("Администраторы"))
  yield* admin.press({ data: `admins:pick:${person.id}` })
  yield* person.sees(last("Теперь вы администратор"))
})
