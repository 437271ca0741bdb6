import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { Person } from "../../bot/sandbox.ts"
import { eventually } from "../support/eventually.ts"
import { World } from "./fixtures.ts"
import { colleague, departmentOf } from "./People.ts"

const sync = ["employee", "employee_role", "department", "product", "terminal_group"].map((name) => `iiko.${name}`)
const by = { trigger: "job", actor: "test" }
const [mira, gagarina] = ["Кафе на Мира", "Кафе на Гагарина"]

const pinned = (person: Person) =>
  Effect.map(person.messages, (messages) => messages.filter((message) => message.pinned))

/** Two cafés, whose halls can stop a dish, and their people who are notified. */
const chain = Effect.gen(function* () {
  const world = yield* World
  const { cloud, products } = world.iiko.state
  const dishes = products.filter(({ deleted, type }) => type === "DISH" && !deleted)
  const hall = (department: string) => {
    const organization = cloud.organizations.find(({ name }) => name === department)
    return cloud.terminalGroups.find(({ organizationId }) => organizationId === organization?.id)?.id ?? ""
  }
  return {
    ...world,
    load: world.control.sync(["iiko.stop_list"], by),
    /** Returns the dish. */
    stop: (department: string) => {
      const listed = new Set(cloud.stopList.map(({ productId }) => productId))
      const dish = dishes.find(({ id }) => !listed.has(id)) ?? assert.fail("everything is stopped")
      const terminalGroupId = hall(department)
      cloud.stopList.push({ terminalGroupId, productId: dish.id, sizeId: null, balance: 0, sku: null, dateAdd: null })
      return dish.name.trim()
    },
    /** The number of messages that the bot sent to a person. */
    sent: ({ id }: Person) =>
      world.telegram.state.calls.filter(({ chat, method }) => chat === id && method === "sendMessage").length
  }
})

/** The people that the tests share: the first test makes the second person. */
let other: Person | undefined
const another = (): Person => other ?? assert.fail("nobody works in the other café")

layer(World.layer({ sync }), { timeout: "60 seconds", excludeTestServices: true })("the stop list", (it) => {
  it.effect("is told the first time as it is, to each of their own department, and stays on top of the chat", () =>
    Effect.gen(function* () {
      const cafe = yield* chain
      const { admin, employee, load, signIn } = cafe
      yield* signIn
      yield* employee.press({ data: `department:${departmentOf(cafe, mira)}` })
      yield* employee.sees((chat) => chat.some(({ text }) => text.includes(mira)))
      other = yield* colleague(cafe, gagarina)
      yield* load
      for (const person of [employee, other, admin]) {
        yield* person.sees((chat) => chat.some((message) => message.pinned))
      }
      const [[own], [all]] = [yield* pinned(employee), yield* pinned(admin)]
      assert.include(own?.text, "Стоп-лист: 4 позиции")
      assert.notInclude(own?.text, mira)
      assert.include(own?.text, "осталось 3")
      assert.include(all?.text, `(${mira})`)
      assert.include(all?.text, `(${gagarina})`)
    })
  )

  it.effect("that changes twice at once is one new message in place of the old, for whom it concerns", () =>
    Effect.gen(function* () {
      const { admin, employee, iiko, load, sent, stop } = yield* chain
      const before = { own: yield* pinned(employee), foreign: yield* pinned(another()), count: sent(employee) }
      const dishes = [stop(mira)]
      yield* load
      dishes.push(stop(mira))
      const [gone] = iiko.state.cloud.stopList.splice(0, 1)
      yield* load
      const isNotification = (text: string) => text.includes("Встали на стоп (2)")
      const chat = yield* employee.sees((messages) =>
        messages.some(({ pinned, text }) => pinned && isNotification(text))
      )
      yield* admin.sees((messages) => messages.some(({ pinned, text }) => pinned && isNotification(text)))
      const [message, ...more] = chat.filter((one) => one.pinned)
      for (const dish of dishes) assert.include(message?.text, dish)
      const name = iiko.state.products.find(({ id }) => id === gone?.productId)?.name.trim()
      assert.match(message?.text ?? "", new RegExp(`Сняты со стопа \\(1\\)\n• ${RegExp.escape(name ?? "")}`))
      assert.include(message?.text, "Всё ещё на стопе (3)")
      assert.isEmpty(more)
      assert.notInclude(
        chat.map(({ id }) => id),
        before.own[0]?.id
      )
      assert.strictEqual(sent(employee), before.count + 1)
      assert.deepEqual(yield* pinned(another()), before.foreign)
    })
  )

  it.effect("that changes while Telegram is away takes the place of the old one as soon as it is back", () =>
    Effect.gen(function* () {
      const { employee, load, sql, stop, telegram } = yield* chain
      const [before] = yield* pinned(employee)
      for (const path of ["/sendMessage", "/deleteMessage"]) yield* telegram.fault({ path, mode: "disconnect" })
      const dish = stop(mira)
      yield* load
      yield* eventually(
        Effect.map(
          sql`select 1 from tributary.bot_outbox where chat_id = ${BigInt(employee.id)}`,
          ({ length }) => length === 1
        )
      )
      yield* telegram.clearFaults
      const chat = yield* employee.sees((messages) =>
        messages.some(({ pinned, text }) => pinned && text.includes(dish))
      )
      assert.notInclude(
        chat.map(({ id }) => id),
        before?.id
      )
    })
  )

  it.effect("is not told to who blocked the bot, and to the others all the same", () =>
    Effect.gen(function* () {
      const { employee, load, sent, sql, stop } = yield* chain
      yield* employee.block
      yield* eventually(
        Effect.map(
          sql`select 1 from tributary.bot_person where telegram_id = ${BigInt(employee.id)} and blocked`,
          (rows) => rows.length === 1
        )
      )
      const before = sent(employee)
      stop(mira)
      const dish = stop(gagarina)
      yield* load
      yield* another().sees((chat) => chat.some(({ pinned, text }) => pinned && text.includes(dish)))
      assert.strictEqual(sent(employee), before)
      yield* employee.unblock
    })
  )

  it.effect("is read anew when somebody asks", () =>
    Effect.gen(function* () {
      const { stop } = yield* chain
      const person = another()
      yield* person.send("/stoplist")
      yield* person.sees((chat) => chat.at(-1)?.buttons.flat().includes("🔄 Обновить") === true)
      const dish = stop(gagarina)
      yield* person.press("Обновить")
      yield* person.sees((chat) =>
        chat.some(({ buttons, text }) => text.includes(dish) && buttons.flat().includes("🔄 Обновить"))
      )
      yield* person.press("За сегодня")
      yield* person.sees((chat) => chat.some(({ text }) => text.includes("с 08:00 до 21:00")))
    })
  )

  it.effect("of a day without any is a calm line in the report of the evening", () =>
    Effect.gen(function* () {
      const { admin, control } = yield* chain
      yield* control.actions.run("iiko.stop-list-report", { date: "2026-01-01" }, by)
      for (const person of [admin, another()]) {
        yield* person.sees((messages) =>
          messages.some(({ text }) => ["1 января", "Спокойный день"].every((part) => text.includes(part)))
        )
      }
    })
  )
})
