/** What the tests of write-offs do again and again: an employee gathers one, an admin is told of it. */
import { readFileSync } from "node:fs"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import type { Person } from "../../bot/sandbox.ts"
import type { Chat } from "./Chat.ts"

/** All that write-offs need. */
export const synced = [
  "iiko.department",
  "iiko.store",
  "iiko.employee",
  "iiko.employee_role",
  "iiko.product",
  "iiko.product_group",
  "iiko.entity_account",
  "iiko.entity_measure_unit"
]

export const otherAdmin = 700_000_900
export const accountant = 700_000_901

/** The shipped one with another admin, and with somebody for accounting. */
export const configured = readFileSync(new URL("../../config/bot.yaml", import.meta.url), "utf8")
  .replace(/^admins: \[(.*)\]$/m, `admins: [$1, ${otherAdmin}]`)
  .replace("accounting: []", `accounting: [${accountant}]`)

export const says =
  (...parts: ReadonlyArray<string>) =>
  (chat: Chat): boolean =>
    chat.some(({ text }) => parts.every((part) => text.includes(part)))

/** The chat's one window: the message that was pressed or shown last, which holds the parts. */
export const shows =
  (...parts: ReadonlyArray<string>) =>
  (chat: Chat): boolean =>
    chat.some(({ buttons, text }) => {
      const whole = [text, ...buttons.flat()].join("\n")
      return parts.every((part) => whole.includes(part))
    })

export const dataIn = (chat: Chat, prefix: string): ReadonlyArray<string> =>
  chat.flatMap(({ data }) => data.flat()).filter((data) => data.startsWith(prefix))

export const messageWith = (chat: Chat, prefix: string): number | undefined =>
  chat.findLast(({ data }) => data.flat().some((one) => one.startsWith(prefix)))?.id

/** An admin opens what waits; answers the data of the button that does. */
export const openWaiting = Effect.fnUntraced(function* (admin: Person, number: string) {
  const announced = yield* admin.sees(says("просит списать", number))
  const open = dataIn(announced, "writeoff:open:").at(-1) ?? ""
  yield* admin.press({ data: open }, messageWith(announced, open))
  yield* admin.sees(shows("Одобрить", number))
  return open
})

/** From the menu to the search for products. */
export const begin = Effect.fnUntraced(function* (person: Person) {
  yield* person.send("/writeoff")
  yield* person.sees(shows("На какой счёт?"))
  yield* person.press("Списание бар")
  return yield* person.sees((chat) => shows("Что списываем?")(chat) && !shows("На какой счёт?")(chat))
})

/** Types a part of a name and picks the first that is found; answers its id. */
export const pick = Effect.fnUntraced(function* (person: Person, query: string) {
  yield* person.send(query)
  const chat = yield* person.sees(shows(`«${query}»`))
  const [data] = dataIn(chat, "writeoff:product:")
  assert.isDefined(data, `nothing is called ${query}`)
  yield* person.press({ data: data ?? "" })
  yield* person.sees(shows("Сколько списать"))
  return (data ?? "").replace("writeoff:product:", "")
})

/** Up to the confirmation: one product, broken. */
export const gather = Effect.fnUntraced(function* (person: Person, query: string, amount: string) {
  yield* begin(person)
  const product = yield* pick(person, query)
  yield* person.send(amount)
  yield* person.sees(shows("Готово (1)"))
  yield* person.press("Готово")
  yield* person.sees(shows("Почему списываем?"))
  yield* person.press("Бой")
  yield* person.sees(shows("Всё верно?"))
  return product
})
