/** Steps that the tests of write-offs share: an employee gathers one, an admin is notified. */
import { readFileSync } from "node:fs"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import type { Person } from "../../bot/sandbox.ts"
import type { Chat } from "./Chat.ts"
import type { World } from "./fixtures.ts"

/** The entities that write-offs need. */
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

export const withStock = [...synced, "iiko.stock_balance"]

export const otherAdmin = 700_000_900
export const accountant = 700_000_901

/** The shipped configuration with another admin, and with a person for accounting. */
export const configured = readFileSync(new URL("../../config/bot.yaml", import.meta.url), "utf8")
  .replace(/^admins: \[(.*)\]$/m, `admins: [$1, ${otherAdmin}]`)
  .replace("accounting: []", `accounting: [${accountant}]`)

export const says =
  (...parts: ReadonlyArray<string>) =>
  (chat: Chat): boolean =>
    chat.some(({ text }) => parts.every((part) => text.includes(part)))

/** Whether one message of the chat, with its buttons, contains all parts. */
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

/** An admin opens a waiting write-off; returns the data of the button. */
export const openWaiting = Effect.fnUntraced(function* (admin: Person, number: string) {
  const announced = yield* admin.sees(says("просит списать", number))
  const open = dataIn(announced, "writeoff:open:").at(-1) ?? ""
  yield* admin.press({ data: open }, messageWith(announced, open))
  yield* admin.sees(shows("Одобрить", number))
  return open
})

/** Goes from the menu to the search for products. */
export const begin = Effect.fnUntraced(function* (person: Person) {
  yield* person.send("/writeoff")
  yield* person.sees(shows("На какой счёт?"))
  yield* person.press("Списание бар")
  return yield* person.sees((chat) => shows("Что списываем?")(chat) && !shows("На какой счёт?")(chat))
})

/** Types a part of a name and picks the first match; returns its id. */
export const pick = Effect.fnUntraced(function* (person: Person, query: string) {
  yield* person.send(query)
  const chat = yield* person.sees(shows(`«${query}»`))
  const [data] = dataIn(chat, "writeoff:product:")
  assert.isDefined(data, `nothing is called ${query}`)
  yield* person.press({ data: data ?? "" })
  yield* person.sees(shows("Сколько списать"))
  return (data ?? "").replace("writeoff:product:", "")
})

/** The same for one product, by its full name. */
export const pickThe = Effect.fnUntraced(function* (person: Person, { id, name }: Goods) {
  yield* person.send(name)
  yield* person.sees(
    (chat) => shows(`«${name}»`)(chat) && dataIn(chat, "writeoff:product:").some((data) => data.endsWith(id))
  )
  yield* person.press({ data: `writeoff:product:${id}` })
  return yield* person.sees(shows("Сколько списать", name))
})

/** Goes from the products to the confirmation. */
export const conclude = Effect.fnUntraced(function* (person: Person, ...confirmed: ReadonlyArray<string>) {
  yield* person.press("Готово")
  yield* person.sees(shows("Почему списываем?"))
  yield* person.press("Бой")
  return yield* person.sees(shows("Всё верно?", ...confirmed))
})

export interface Goods {
  readonly id: string
  readonly name: string
}

export const nobody: Goods = { id: "", name: "?" }

/** Goods in litres with that stock in the bar, each with a unique name; the bot knows it. */
export const stocked = Effect.fnUntraced(function* (
  { control, iiko: { state }, startBot, stopBot }: World["Service"],
  ...amounts: ReadonlyArray<number>
) {
  const storeOf = (name: string) => state.corporateItems.find((item) => item.name === name)?.id ?? ""
  const unit = state.references.find((each) => each.rootType === "MeasureUnit" && each.name === "л")?.id
  const goods = state.products
    .filter(({ deleted, mainUnit, type }) => type === "GOODS" && !deleted && mainUnit === unit)
    .map(({ id, name }): Goods => ({ id, name: name.trim() }))
    .filter(({ name }) => state.products.filter((one) => one.name.trim() === name).length === 1)
    .slice(0, amounts.length)
  const bar = storeOf("Бар (Мира)")
  const ids = new Set(goods.map(({ id }) => id))
  const others = state.balances.filter(({ product, store }) => store !== bar || !ids.has(product))
  const own = goods.map(({ id }, at) => ({ store: bar, product: id, amount: amounts[at] ?? 0, sum: 1 }))
  state.balances.splice(0, Number.POSITIVE_INFINITY, ...others, ...own)
  yield* stopBot
  yield* control.sync(["iiko.stock_balance", "iiko.product"], { trigger: "test", actor: "test" })
  yield* startBot
  return goods
})

/** Goes up to the confirmation: one product, broken. */
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
