/** Amounts far above the stock: the author has to confirm them, and the approving admin as well. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { last } from "./Chat.ts"
import { World } from "./fixtures.ts"
import {
  begin,
  conclude,
  configured,
  dataIn,
  type Goods,
  messageWith,
  nobody,
  openWaiting,
  pickThe,
  says,
  shows,
  stocked,
  withStock
} from "./writeoffFixtures.ts"

const options = { timeout: "60 seconds", excludeTestServices: true } as const

const far = "намного больше, чем есть"

const farLines = "Намного больше, чем есть:"

const counts = Effect.gen(function* () {
  const { iiko, sql } = yield* World
  const [row] = yield* sql<{ count: bigint }>`select count(*) as count from tributary.iiko_writeoff`
  return { stored: Number(row?.count), sent: iiko.state.writeoffs.length }
})

const storedItems = Effect.fnUntraced(function* (number: string) {
  const { sql } = yield* World
  const rows = yield* sql<{ items: string }>`
    select string_agg(i ->> 'productId' || ' ' || (i ->> 'amount'), ', ' order by i ->> 'productId') as items
    from tributary.iiko_writeoff, jsonb_array_elements(items) as i where number = ${number}`
  return rows[0]?.items
})

const itemsOf = (...items: ReadonlyArray<readonly [Goods | undefined, string]>) =>
  items
    .map(([goods, amount]) => `${goods?.id} ${amount}`)
    .toSorted()
    .join(", ")

layer(World.layer({ files: { "bot.yaml": configured }, sync: withStock }), options)("far more than there is", (it) => {
  it.effect("is asked back to who writes it: a press says yes, another number is asked anew", () =>
    Effect.gen(function* () {
      const cafe = yield* World
      const { admin, employee, iiko, signIn } = cafe
      const [milk = nobody, juice = nobody] = yield* stocked(cafe, 20, 4)
      yield* signIn
      yield* begin(employee)
      yield* pickThe(employee, milk)
      yield* employee.sees(shows("На складе: 20 л.", "Остатки на "))
      yield* employee.send("1 000 000")
      const asked = yield* employee.sees(
        shows(`${milk.name}: 1\u00a0000\u00a0000 л`, far, "Да, 1\u00a0000\u00a0000 л", "Сколько списать")
      )
      assert.isFalse(shows("Готово")(asked))
      yield* employee.send("41 л")
      yield* employee.sees(shows(`${milk.name}: 41 л`, far, "Да, 41 л"))
      // The button of the earlier question does not answer this one.
      yield* employee.press({ data: "writeoff:sure:1000000" })
      yield* employee.sees((chat) => shows("Да, 41 л")(chat) && !shows("Готово")(chat))
      yield* employee.send("40")
      yield* employee.sees(shows("Готово (1)", "⚠️", "40 л", "на складе 20 л"))
      yield* pickThe(employee, juice)
      yield* employee.press("10")
      yield* employee.sees(shows(`${juice.name}: 10 л`, far))
      yield* employee.press("⚠️ Да, 10 л")
      yield* employee.sees(shows("Готово (2)", "10 л", "на складе 4 л"))
      // A confirmation is for one amount: another amount is asked about, the same one is not.
      yield* pickThe(employee, juice)
      yield* employee.send("12")
      yield* employee.sees(shows(`${juice.name}: 12 л`, far, "Да, 12 л"))
      yield* employee.press("10")
      yield* employee.sees(shows("Готово (2)", "10 л", "на складе 4 л"))
      // A confirmed amount is not asked about again.
      const check = yield* conclude(employee, milk.name, juice.name)
      assert.isFalse(shows(farLines)(check))
      yield* employee.press("Отправить")
      yield* employee.sees(shows("Ждёт решения", "TR-000001", "на складе 20 л", "на складе 4 л", "Остатки на "))

      const before = iiko.state.writeoffs.length
      const open = yield* openWaiting(admin, "TR-000001")
      const review = yield* admin.sees(shows("на складе 20 л", "на складе 4 л", "Остатки на ", "Одобрить"))
      const approve = open.replace("open", "approve")
      assert.include(dataIn(review, "writeoff:approve:"), approve)
      const asksAdmin = (chat: typeof review) =>
        shows(farLines, juice.name, "TR-000001", "всё равно одобрить?", "на складе 4 л")(chat) &&
        !shows(farLines, milk.name)(chat)
      yield* admin.press("Одобрить", messageWith(review, approve))
      yield* admin.sees(asksAdmin)
      yield* admin.press("Назад")
      yield* admin.sees((chat) => shows("Одобрить", milk.name)(chat) && !shows("всё равно")(chat))
      // Neither an old button nor one of another question approves it.
      for (const data of [approve, `${approve}:0123456789abcdef`]) {
        yield* admin.press({ data })
        yield* admin.sees(asksAdmin)
        yield* admin.press("Назад")
        yield* admin.sees((chat) => shows("Одобрить", milk.name)(chat) && !shows("всё равно")(chat))
      }
      assert.lengthOf(iiko.state.writeoffs, before)
      yield* admin.press("Одобрить")
      yield* admin.sees(asksAdmin)
      yield* admin.press("Да, одобрить")
      yield* admin.sees(says("Проведено", "TR-000001"))
      yield* employee.sees(says("Проведено", "TR-000001"))
      assert.deepEqual(
        iiko.state.writeoffs.at(-1)?.items.map(({ amount, productId }) => [productId, Number(amount)]),
        [
          [milk.id, 40],
          [juice.id, 10]
        ]
      )
    })
  )

  it.effect("is asked back before it is sent when an older write-off is repeated", () =>
    Effect.gen(function* () {
      const cafe = yield* World
      const { employee } = cafe
      // The bar is nearly empty now.
      const [milk = nobody, juice = nobody] = yield* stocked(cafe, 1, 1)
      const before = yield* counts
      yield* employee.send("/history")
      const list = yield* employee.sees(shows("новые сверху"))
      yield* employee.press({ data: dataIn(list, "writeoff:doc:")[0] ?? "" })
      yield* employee.sees(shows("Проведено", "TR-000001", "Повторить"))
      yield* employee.press("Повторить")
      const check = yield* employee.sees(shows("Всё верно?", farLines, milk.name, juice.name, "на складе 1 л"))
      const [send = ""] = dataIn(check, "writeoff:send:")
      const asks = shows(farLines, milk.name, juice.name, "40 л", "10 л", "Всё равно отправить?", "Да, отправить")
      yield* employee.press("Отправить")
      yield* employee.sees(asks)
      yield* employee.press({ data: `${send}:0123456789abcdef` })
      const [sure = ""] = dataIn(yield* employee.sees(asks), "writeoff:send:")
      yield* employee.press("Назад")
      yield* employee.sees(shows("Всё верно?", farLines))
      assert.deepEqual(yield* counts, before)
      // A confirmation only holds for the amounts that were shown.
      yield* employee.press("Количество")
      yield* employee.sees(shows("Что исправить"))
      yield* employee.press({ data: `writeoff:item:${juice.id}` })
      yield* employee.sees(shows("Сейчас 10 л", "На складе: 1 л."))
      yield* employee.send("11")
      yield* employee.sees(shows("Да, 11 л"))
      yield* employee.send("2")
      yield* employee.sees((chat) => last("Всё верно?", farLines, "2 л")(chat) && !last("10 л")(chat))
      yield* employee.press({ data: sure })
      yield* employee.sees((chat) => last("Всё равно отправить?", milk.name)(chat) && !last(juice.name)(chat))
      assert.deepEqual(yield* counts, before)
      yield* employee.press("Да, отправить")
      yield* employee.sees(shows("Ждёт решения", "TR-000002"))
      assert.strictEqual(yield* storedItems("TR-000002"), itemsOf([milk, "40"], [juice, "2"]))
    })
  )

  it.effect("is asked back to the admin who corrects it, and once more before it is approved", () =>
    Effect.gen(function* () {
      const { admin, iiko } = yield* World
      const line = (name: string) => shows("Напишите новое количество", name, "На складе: 1 л.")
      const before = iiko.state.writeoffs.length
      const open = yield* openWaiting(admin, "TR-000002")
      const [, , id = ""] = open.split(":")
      const stored = yield* storedItems("TR-000002")
      const [one = "", other = ""] = (stored ?? "").split(", ").map((item) => item.split(" ")[0] ?? "")
      const nameOf = (product: string) => iiko.state.products.find((each) => each.id === product)?.name.trim() ?? "?"
      yield* admin.press({ data: `writeoff:line:${id}:${one}` })
      yield* admin.sees(line(nameOf(one)))
      yield* admin.send("777")
      yield* admin.sees(shows(`${nameOf(one)}: 777 л`, far, "Да, 777 л"))
      assert.strictEqual(yield* storedItems("TR-000002"), stored)
      // Another line's question, and an amount that was never asked about.
      yield* admin.press({ data: `writeoff:line:${id}:${other}` })
      yield* admin.sees(line(nameOf(other)))
      yield* admin.press({ data: `writeoff:sure-line:${id}:777` })
      yield* admin.sees(shows("Что исправить или убрать?"))
      assert.strictEqual(yield* storedItems("TR-000002"), stored)
      yield* admin.press({ data: `writeoff:line:${id}:${other}` })
      yield* admin.sees(line(nameOf(other)))
      yield* admin.send("1,5")
      yield* admin.sees(shows("Одобрить", "1,5 л"))
      yield* admin.press({ data: `writeoff:line:${id}:${one}` })
      yield* admin.sees(line(nameOf(one)))
      yield* admin.send("55")
      yield* admin.sees(shows("Да, 55 л"))
      yield* admin.press("Да, 55 л")
      yield* admin.sees(shows("Одобрить", "55 л"))
      assert.strictEqual(
        yield* storedItems("TR-000002"),
        itemsOf([{ id: one, name: "" }, "55"], [{ id: other, name: "" }, "1.5"])
      )
      yield* admin.press("Одобрить")
      const asks = (amount: string) => (chat: Parameters<ReturnType<typeof shows>>[0]) =>
        shows(farLines, nameOf(one), amount, "всё равно")(chat) && !shows(farLines, nameOf(other))(chat)
      const [sure = ""] = dataIn(yield* admin.sees(asks("55 л")), "writeoff:approve:")
      yield* admin.press("Назад")
      yield* admin.sees((chat) => shows("Одобрить", "55 л")(chat) && !shows("всё равно")(chat))
      yield* admin.press({ data: `writeoff:line:${id}:${one}` })
      yield* admin.sees(line(nameOf(one)))
      yield* admin.send("66")
      yield* admin.sees(shows("Да, 66 л"))
      yield* admin.press("Да, 66 л")
      yield* admin.sees(shows("Одобрить", "66 л"))
      // That answered another question.
      yield* admin.press({ data: sure })
      yield* admin.sees(asks("66 л"))
      assert.lengthOf(iiko.state.writeoffs, before)
      yield* admin.press("Да, одобрить")
      yield* admin.sees(says("Проведено", "TR-000002"))
      assert.lengthOf(iiko.state.writeoffs, before + 1)
    })
  )

  it.effect("of another store than it was confirmed for is asked about anew", () =>
    Effect.gen(function* () {
      const cafe = yield* World
      const { admin } = cafe
      const [milk = nobody] = yield* stocked(cafe, 50)
      const before = yield* counts
      yield* admin.send("/department")
      yield* admin.sees(shows("Кафе на Мира"))
      yield* admin.press("Кафе на Мира")
      yield* admin.sees(shows("🗑 Списание"))
      yield* admin.send("/writeoff")
      yield* admin.sees(shows("С какого склада?"))
      yield* admin.press("Бар (Мира)")
      yield* admin.sees(shows("На какой счёт?"))
      yield* admin.press("Списание бар")
      yield* admin.sees(shows("Что списываем?"))
      yield* pickThe(admin, milk)
      yield* admin.send("700")
      yield* admin.sees(shows("Да, 700 л"))
      yield* admin.press("Да, 700 л")
      yield* admin.sees(shows("Готово (1)", "на складе 50 л"))
      for (const question of ["На какой счёт?", "С какого склада?"]) {
        yield* admin.press("Назад")
        yield* admin.sees(shows(question))
      }
      yield* admin.press("Витрина (Мира)")
      const chat = yield* admin.sees((now) => shows("Витрина (Мира)")(now) && !shows("С какого склада?")(now))
      if (shows("На какой счёт?")(chat)) {
        yield* admin.press({ data: dataIn(chat, "writeoff:account:")[0] ?? "" })
        yield* admin.sees(shows("Что списываем?"))
      }
      yield* conclude(admin, farLines, milk.name)
      yield* admin.press("Отправить")
      yield* admin.sees(shows("Всё равно отправить?", milk.name, "700 л"))
      assert.deepEqual(yield* counts, before)
      yield* admin.press("Назад")
      yield* admin.sees(shows("Всё верно?"))
      yield* admin.press("Отменить")
      yield* admin.sees(shows("Удалить это списание?"))
      yield* admin.press("Удалить")
    })
  )
})
