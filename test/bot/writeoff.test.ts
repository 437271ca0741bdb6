import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { last } from "./Chat.ts"
import { World } from "./fixtures.ts"
import { colleague } from "./People.ts"
import {
  accountant,
  begin,
  configured,
  dataIn,
  gather,
  messageWith,
  otherAdmin,
  pick,
  says,
  shows,
  synced
} from "./writeoffFixtures.ts"

const shared = World.layer({ files: { "bot.yaml": configured }, sync: synced })

layer(shared, { timeout: "60 seconds", excludeTestServices: true })("a write-off", (it) => {
  it.effect("is gathered with a thumb, corrected and approved by an admin, and is in iiko once", () =>
    Effect.gen(function* () {
      const { admin, employee, iiko, signIn, telegram } = yield* World
      yield* signIn
      const accounting = telegram.state.person({ name: "Бухгалтерия", id: accountant })
      yield* accounting.send("/start")
      const before = iiko.state.writeoffs.length

      yield* begin(employee)
      const milk = yield* pick(employee, "мол")
      yield* employee.send("полтора")
      yield* employee.sees(shows("«полтора» не похоже на количество", "Сколько списать"))
      yield* employee.send("15,5")
      yield* employee.sees(shows("Что списываем?", "15,5", "Готово (1)"))
      const second = yield* pick(employee, "сок")
      yield* employee.press("3")
      yield* employee.sees(shows("Готово (2)"))
      yield* employee.press("Готово")
      yield* employee.sees(shows("Почему списываем?"))
      yield* employee.send("ящик упал <с полки>")
      yield* employee.sees(shows("Всё верно?", "ящик упал <с полки>", "Бар (", "15,5"))
      yield* employee.press("Отправить")
      yield* employee.sees(shows("Отправлено администратору", "Ждёт решения", "TR-000001"))

      const asked = yield* admin.sees(says("просит списать", "2 товара", "TR-000001"))
      yield* admin.press("Открыть", messageWith(asked, "writeoff:open:"))
      yield* admin.sees(shows("Одобрить", "15,5", "ящик упал"))
      yield* admin.press("Исправить")
      const lines = yield* admin.sees(shows("Что исправить"))
      yield* admin.press({ data: dataIn(lines, "writeoff:line:").find((data) => data.endsWith(milk)) ?? "" })
      yield* admin.sees(shows("Напишите новое количество"))
      yield* admin.send("нет")
      yield* admin.sees(shows("«нет» не похоже"))
      yield* admin.send("1.5")
      yield* admin.sees(shows("Одобрить", "1,5", "(было 15,5"))
      yield* admin.press("Одобрить")
      yield* admin.sees(says("Проведено", "TR-000001"))

      yield* employee.sees(says("Проведено", "TR-000001", "(было 15,5"))
      yield* accounting.sees(says("Списание TR-000001", "Бар (", "2 товара"))
      assert.lengthOf(iiko.state.writeoffs, before + 1)
      const sent = iiko.state.writeoffs.at(-1)
      assert.deepInclude(sent, { documentNumber: "TR-000001" })
      assert.deepEqual(
        sent?.items.map(({ amount, productId }) => [productId, Number(amount)]),
        [
          [milk, 1.5],
          [second, 3]
        ]
      )
      // Their frequent products are offered before they type.
      const chat = yield* begin(employee)
      assert.includeMembers(
        dataIn(chat, "writeoff:product:").map((data) => data.replace("writeoff:product:", "")),
        [milk, second]
      )
      yield* employee.send("/menu")
      yield* employee.sees(shows("🏠"))
    })
  )

  it.effect("that two admins open at once is one's, the other is told whose, and the author is told why not", () =>
    Effect.gen(function* () {
      const { admin, employee, iiko, telegram } = yield* World
      const other = telegram.state.person({ name: "Олег", id: otherAdmin })
      yield* other.send("/start")
      yield* other.sees(shows("Ждут решения"))
      const before = iiko.state.writeoffs.length
      yield* gather(employee, "мол", "2")
      yield* employee.press("Отправить")
      const admins = [admin, other]
      const opens = yield* Effect.forEach(admins, (one) =>
        Effect.map(one.sees(says("просит списать", "TR-000002")), (chat) => ({
          one,
          message: messageWith(chat, "writeoff:open:")
        }))
      )
      yield* Effect.forEach(opens, ({ message, one }) => one.press("Открыть", message), { concurrency: "unbounded" })
      const outcomes = yield* Effect.forEach(admins, (one) =>
        Effect.map(
          one.sees((chat) => shows("Одобрить")(chat) || says("Сейчас открыто")(chat)),
          (chat) => shows("Одобрить")(chat)
        )
      )
      assert.sameMembers(outcomes, [true, false])
      const [winner, loser] = outcomes[0] === true ? [admin, other] : [other, admin]
      // An admin cannot decide with a forged button on a write-off that another has opened.
      const [open = ""] = dataIn(yield* winner.messages, "writeoff:approve:")
      yield* loser.press({ data: open })
      yield* loser.sees(says("Сейчас открыто"))
      yield* employee.press({ data: open })
      yield* winner.press("Отклонить")
      yield* winner.sees(says("Почему отклоняем"))
      yield* winner.send("не бой, а порча")
      yield* winner.sees(says("Отклонено", "не бой, а порча"))
      yield* loser.sees(says("Отклонено", "не бой, а порча"))
      yield* employee.sees(says("Отклонено", "TR-000002", "не бой, а порча"))
      assert.lengthOf(iiko.state.writeoffs, before)
    })
  )

  it.effect("that nobody approves for a day has expired, and its author is told once", () =>
    Effect.gen(function* () {
      const { admin, control, employee, sql } = yield* World
      yield* gather(employee, "мол", "9")
      yield* employee.press("Отправить")
      yield* employee.sees(shows("Ждёт решения", "TR-000003"))
      yield* admin.sees(says("просит списать", "TR-000003"))
      yield* admin.send("/waiting")
      yield* admin.sees(shows("Ждут решения", "TR-000003"))
      yield* sql`
        update tributary.iiko_writeoff set submitted_at = submitted_at - interval '2 days' where number = 'TR-000003'`
      const tidy = control.actions.run("iiko.tidy-writeoffs", {}, { trigger: "job", actor: null })
      yield* tidy
      const messages = yield* employee.sees(says("Истекло", "TR-000003"))
      yield* admin.sees(says("Истекло", "TR-000003"))
      yield* tidy
      yield* employee.send("/menu")
      const chat = yield* employee.sees(shows("🏠"))
      const times = (shown: typeof chat) => shown.filter(({ text }) => text.includes("Истекло")).length
      assert.deepEqual([times(messages), times(chat)], [1, 1])
    })
  )

  it.effect("of an admin is decided by another one, who can give it back", () =>
    Effect.gen(function* () {
      const { admin, iiko, telegram } = yield* World
      const other = telegram.state.person({ name: "Олег", id: otherAdmin })
      yield* other.send("/start")
      const before = iiko.state.writeoffs.length
      yield* admin.send("/department")
      yield* admin.sees(shows("Кафе на Мира"))
      yield* admin.press("Кафе на Мира")
      yield* admin.sees(shows("🗑 Списание"))
      yield* admin.press("🗑 Списание")
      yield* admin.sees(shows("С какого склада?", "Кухня (Мира)"))
      yield* admin.press("Кухня (Мира)")
      yield* admin.sees(shows("На какой счёт?"))
      yield* admin.press("Списание кухня (порча)")
      yield* admin.sees(shows("Что списываем?"))
      yield* pick(admin, "мол")
      yield* admin.press("10")
      yield* admin.sees(shows("Готово (1)"))
      yield* admin.press("Готово")
      yield* admin.sees(shows("Почему списываем?"))
      yield* admin.press("Порча")
      yield* admin.sees(shows("Всё верно?"))
      yield* admin.press("Отправить")
      yield* admin.sees(shows("Ждёт решения", "TR-000004"))
      const asked = yield* other.sees(says("просит списать", "TR-000004"))
      const open = dataIn(asked, "writeoff:open:").at(-1) ?? ""
      yield* admin.press({ data: open })
      yield* admin.sees(says("Своё списание решает другой"))
      yield* other.press({ data: open }, messageWith(asked, open))
      yield* other.sees(shows("Одобрить", "TR-000004"))
      yield* other.press("Вернуть в очередь")
      yield* other.sees(shows("Вернули в очередь", "Открыть"))
      // An old button does not approve a write-off that nobody has opened.
      yield* other.press({ data: open.replace("open", "approve") }, messageWith(asked, open))
      yield* other.sees(shows("Десять минут прошли", "Открыть"))
      yield* other.press({ data: open }, messageWith(asked, open))
      yield* other.sees(shows("Одобрить", "TR-000004"))
      yield* other.press("Одобрить")
      yield* admin.sees(says("Проведено", "TR-000004"))
      assert.lengthOf(iiko.state.writeoffs, before + 1)
    })
  )

  it.effect("is decided on by admins alone, whatever buttons an employee forges", () =>
    Effect.gen(function* () {
      const cafe = yield* World
      const { admin, employee, iiko, sql } = cafe
      // Not the author, who may not decide for another reason.
      const forger = yield* colleague(cafe, "Кафе на Гагарина")
      const before = iiko.state.writeoffs.length
      const product = yield* gather(employee, "мол", "2")
      yield* employee.press("Отправить")
      yield* employee.sees(shows("Ждёт решения", "TR-000005"))
      const [open = ""] = dataIn(yield* admin.sees(says("просит списать", "TR-000005")), "writeoff:open:").slice(-1)
      const id = open.split(":")[2] ?? ""
      const writeoffRow = sql`
        select status, locked_by, decided_by from tributary.iiko_writeoff where number = 'TR-000005'`
      const free = [{ status: "waiting", locked_by: null, decided_by: null }]
      const steps = ["open", "approve", "reject", "release", "correct"].map((step) => `writeoff:${step}:${id}`)
      const lines = ["line", "strike"].map((step) => `writeoff:${step}:${id}:${product}`)
      for (const data of [...steps, ...lines, "writeoff:waiting:0"]) yield* forger.press({ data })
      yield* forger.send("/waiting")
      yield* forger.send("/menu")
      // The updates of a chat are handled in their order.
      const after = yield* forger.sees(last("Что делаем?"))
      assert.isFalse(shows("Одобрить")(after))
      assert.deepEqual(yield* writeoffRow, free)
      assert.lengthOf(iiko.state.writeoffs, before)
    })
  )
})
