import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { type Chat, labels, last } from "./Chat.ts"
import { World } from "./fixtures.ts"

layer(World.layer(), { timeout: "60 seconds", excludeTestServices: true })("somebody new", (it) => {
  it.effect("is let in by the phone number of the contact they share, and gets the menu", () =>
    Effect.gen(function* () {
      const { employee } = yield* World
      yield* employee.send("/start")
      yield* employee.sees(([greeting, ...more]) => greeting?.text.includes("Поделитесь") === true && more.length === 0)
      yield* employee.contact()
      yield* employee.sees((chat) => chat.some(({ text }) => text.includes("Добро пожаловать")))
      const chat = yield* employee.sees((chat) => chat.at(-1)?.buttons.flat().includes("🌐 Язык") === true)
      assert.notInclude(chat.at(-1)?.buttons.flat().join(), "admin")
    })
  )

  it.effect("may not share somebody else's contact", () =>
    Effect.gen(function* () {
      const { employee, telegram } = yield* World
      const stranger = telegram.state.person({ name: "Пётр" })
      yield* stranger.send("привет")
      yield* stranger.sees((chat) => chat.some(({ text }) => text.includes("Поделитесь")))
      yield* stranger.contact(undefined, employee)
      yield* stranger.sees((chat) => chat.at(-1)?.text.includes("другого человека") === true)
    })
  )

  it.effect("whose number nobody has is confirmed by an admin, by the last name they write", () =>
    Effect.gen(function* () {
      const { admin, sql, telegram } = yield* World
      const [found] = yield* sql<{ last_name: string; id: string }>`
        select last_name, id from iiko_employee
        where deleted is not true and fire_date is null and employee is not false and last_name <> '' and id not in (
          select employee_id from tributary.bot_person where employee_id is not null
        ) order by id limit 1`
      assert.isDefined(found)
      yield* admin.send("/start")
      yield* admin.sees((chat) => chat.some(({ buttons }) => buttons.length > 0))
      const newcomer = telegram.state.person({ name: "Новенький", phone: "+48 600 100 200" })
      yield* newcomer.send("/start")
      yield* newcomer.sees((chat) => chat.length > 0)
      yield* newcomer.contact()
      yield* newcomer.sees((chat) => chat.at(-1)?.text.includes("фамилию") === true)
      yield* newcomer.send("Такихнет")
      yield* newcomer.sees((chat) => chat.at(-1)?.text.includes("нет такой фамилии") === true)
      yield* newcomer.send((found?.last_name ?? "").toUpperCase())
      yield* newcomer.sees((chat) => chat.at(-1)?.text.includes("Администратор подтвердит") === true)
      yield* admin.sees((chat) => chat.at(-1)?.text.includes("Новенький") === true)
      // A stranger's forged press only gets another greeting.
      yield* newcomer.press({ data: "let-in:1:0" })
      yield* newcomer.sees((chat) => chat.at(-1)?.text.includes("Поделитесь") === true)
      yield* admin.press(found?.last_name ?? "")
      yield* admin.sees((chat) => chat.some(({ text }) => text.includes("теперь работает с ботом")))
      yield* newcomer.sees((chat) => chat.at(-1)?.text.includes("Доступ подтверждён") === true)
      yield* newcomer.press("Дальше")
      yield* newcomer.sees((chat) => chat.some(({ buttons }) => buttons.flat().length > 0))
    })
  )

  it.effect("chooses another language", () =>
    Effect.gen(function* () {
      const { employee } = yield* World
      yield* employee.press("🌐 Язык")
      yield* employee.sees((chat) => chat.at(-1)?.buttons.flat().includes("English") === true)
      yield* employee.press("English")
      yield* employee.sees((chat) => chat.at(-1)?.text.includes("What shall we do?") === true)
    })
  )
})

layer(World.layer(), { timeout: "60 seconds", excludeTestServices: true })("who was let in", (it) => {
  it.effect("loses access with the sync after they were dismissed in iiko, also as an admin that was added", () =>
    Effect.gen(function* () {
      const { control, employee, iiko, signIn, sql } = yield* World
      yield* signIn
      yield* sql`
        insert into tributary.bot_admin (telegram_id, added_by, added_at) values (${BigInt(employee.id)}, 'test', now())`
      const [{ employee_id: id } = { employee_id: "" }] = yield* sql<{ employee_id: string }>`
        select employee_id from tributary.bot_person where telegram_id = ${BigInt(employee.id)}`
      yield* Effect.promise(() =>
        fetch(`${iiko.url}/_sandbox/data`, {
          method: "POST",
          body: JSON.stringify([{ collection: "employees", put: [{ id, deleted: true }] }])
        })
      )
      yield* control.sync(["iiko.employee"], { trigger: "test", actor: "test" })
      // The people are read again a moment after the sync: the test asks repeatedly, each time after the answer.
      const ask = Effect.gen(function* () {
        const before = (yield* employee.messages).at(-1)?.id ?? 0
        yield* employee.send("/menu")
        return yield* employee.sees((chat) => (chat.at(-1)?.id ?? 0) > before + 1 && chat.at(-1)?.from === "bot")
      })
      const chat = yield* Effect.repeat(ask, { until: (chat) => chat.at(-1)?.text.includes("Поделитесь") === true })
      assert.isEmpty(
        chat
          .at(-1)
          ?.buttons.flat()
          .filter((label) => label.includes("🏠"))
      )
    })
  )
})

layer(World.layer(), { timeout: "60 seconds", excludeTestServices: true })("an employee", (it) => {
  it.effect("chooses no department that is not theirs, also by a button that nobody showed", () =>
    Effect.gen(function* () {
      const { employee, signIn, sql } = yield* World
      yield* signIn
      const departmentOf = Effect.map(
        sql<{ id: string | null }>`
          select department_id as id from tributary.bot_person where telegram_id = ${BigInt(employee.id)}`,
        ([row]) => row?.id
      )
      const own = yield* departmentOf
      const [other] = yield* sql<{ id: string }>`select id from iiko_department where id <> ${own}::uuid limit 1`
      assert.isString(own)
      assert.isDefined(other)
      yield* employee.press({ data: `department:${other?.id}` })
      yield* employee.sees((chat) => chat.at(-1)?.text.includes("уже") === true)
      assert.strictEqual(yield* departmentOf, own)
    })
  )
})

layer(World.layer({ environment: { TELEGRAM_ADMIN: "0" }, sync: [] }), {
  timeout: "60 seconds",
  excludeTestServices: true
})("a bot without admins and before the first sync", (it) => {
  it.effect("knows nobody, and refuses a wrong code", () =>
    Effect.gen(function* () {
      const { employee } = yield* World
      yield* employee.send("/start")
      yield* employee.sees((chat) => chat.length > 0)
      yield* employee.contact()
      yield* employee.sees((chat) => chat.at(-1)?.text.includes("нет такого номера") === true)
      yield* employee.send("/admin 12345678")
      yield* employee.sees((chat) => chat.at(-1)?.text.includes("Код не подходит") === true)
    })
  )

  it.effect("makes the first who sends the code of the log its admin, once that can be stored, and nobody else", () =>
    Effect.gen(function* () {
      const { employee, logged, sql, telegram } = yield* World
      const [, code = ""] = logged.flatMap(({ message }) => /\/admin (\d{8})$/.exec(message) ?? [])
      yield* sql`alter table tributary.bot_admin add constraint refused check (false)`
      yield* employee.send(`/admin ${code}`)
      yield* employee.sees(last("База данных"))
      yield* sql`alter table tributary.bot_admin drop constraint refused`
      const stranger = telegram.state.person({ name: "Кто-то" })
      const answers = yield* Effect.forEach(
        [employee, stranger],
        (one) =>
          Effect.gen(function* () {
            yield* one.send(`/admin ${code}`)
            const chat = yield* one.sees((chat) => isRefused(chat) || isAdmin(chat))
            return { id: one.id, admin: isAdmin(chat) }
          }),
        { concurrency: "unbounded" }
      )
      const admins = answers.flatMap(({ admin, id }) => (admin ? [{ id }] : []))
      assert.lengthOf(admins, 1)
      assert.deepEqual(yield* sql`select telegram_id::int as id from tributary.bot_admin`, admins)
    })
  )
})

const isRefused = last("Код не подходит")
const isAdmin = (chat: Chat) => labels(chat.at(-1)).includes("👥 Администраторы")
