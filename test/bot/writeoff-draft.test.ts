import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { eventually } from "../support/eventually.ts"
import { World } from "./fixtures.ts"
import { begin, dataIn, gather, pick, says, shows, synced } from "./writeoffFixtures.ts"

const cafe = World.layer({ sync: synced })
const options = { timeout: "60 seconds", excludeTestServices: true } as const

layer(cafe, options)("a draft of a write-off", (it) => {
  it.effect("is one document however fast its button is pressed again, and can be repeated", () =>
    Effect.gen(function* () {
      const { employee, signIn, sql } = yield* World
      yield* signIn
      const count = Effect.map(sql<{ count: bigint }>`select count(*) as count from tributary.iiko_writeoff`, ([row]) =>
        Number(row?.count)
      )
      const before = yield* count
      yield* gather(employee, "мол", "4")
      const [send = ""] = dataIn(yield* employee.messages, "writeoff:send:")
      yield* Effect.forEach([1, 2, 3], () => employee.press({ data: send }), { concurrency: "unbounded" })
      yield* employee.sees(shows("Ждёт решения", "TR-000001"))
      yield* employee.press({ data: send })
      yield* employee.sees(shows("Ждёт решения", "TR-000001"))
      assert.strictEqual(yield* count, before + 1)

      yield* employee.press("Отозвать")
      yield* employee.sees(says("Отменено", "TR-000001"))
      yield* employee.press("Мои списания")
      const list = yield* employee.sees(shows("новые сверху"))
      const documents = dataIn(list, "writeoff:doc:")
      yield* employee.press("• Все")
      yield* employee.press({ data: "writeoff:history:kitchen:0" })
      yield* employee.sees(says("ничего нет"))
      yield* employee.press({ data: documents[0] ?? "" })
      yield* employee.sees(shows("Отменено", "TR-000001", "Повторить"))
      yield* employee.press("Повторить")
      yield* employee.sees(shows("Всё верно?", "4"))
      yield* employee.press("Отправить")
      yield* employee.sees(shows("Ждёт решения", "TR-000002"))
      assert.strictEqual(yield* count, before + 2)
    })
  )

  it.effect("takes nothing that is not offered, however the button was come by", () =>
    Effect.gen(function* () {
      const { employee, iiko, sql } = yield* World
      const foreign = iiko.state.corporateItems.find(({ name }) => name === "Бар (Гагарина)")?.id ?? ""
      const account = iiko.state.accounts.find(({ name }) => name === "Списание кухня")?.id ?? ""
      yield* employee.send("/writeoff")
      yield* employee.sees(shows("На какой счёт?"))
      yield* employee.press({ data: `writeoff:account:${account}` })
      yield* employee.sees(shows("нельзя выбрать", "На какой счёт?"))
      // A button of another step only shows the current step again.
      yield* employee.press({ data: `writeoff:store:${foreign}` })
      yield* employee.sees(shows("На какой счёт?"))
      yield* employee.press("Списание бар")
      yield* employee.sees(shows("Что списываем?"))
      yield* employee.press({ data: `writeoff:product:${foreign}` })
      yield* employee.sees(shows("нельзя выбрать", "Что списываем?"))
      // Another person's document.
      const [row] = yield* sql<{ id: bigint }>`
        insert into tributary.iiko_writeoff (connector, status, author, author_name, department_id, store_id, store_name,
          store_kind, items, created_at, changed_at, submitted_at)
        select connector, 'failed', 'telegram:1', author_name, department_id, store_id, store_name, store_kind, items,
          created_at, changed_at, submitted_at from tributary.iiko_writeoff limit 1 returning id`
      for (const name of ["doc", "repeat", "again", "retry"])
        yield* employee.press({ data: `writeoff:${name}:${row?.id}` })
      yield* employee.sees(says("Такого списания нет"))
      yield* employee.press({ data: `writeoff:cancel:${row?.id}` })
      const chat = yield* employee.sees(says("чужое списание"))
      assert.isFalse(shows("Всё верно?")(chat))
      const [after] = yield* sql<{ status: string }>`
        select status from tributary.iiko_writeoff where id = ${row?.id ?? 0n}`
      assert.strictEqual(after?.status, "failed")
    })
  )
})

layer(cafe, options)("a draft that somebody leaves", (it) => {
  it.effect("goes on where it was after a restart, and is kept when somebody looks at the menu", () =>
    Effect.gen(function* () {
      const { employee, signIn, startBot, stopBot } = yield* World
      yield* signIn
      yield* begin(employee)
      yield* pick(employee, "мол")
      yield* stopBot
      yield* employee.send("7")
      yield* startBot
      yield* employee.sees(shows("Что списываем?", "7", "Готово (1)"))
      yield* employee.send("/start")
      yield* employee.sees(shows("Продолжить списание"))
      yield* employee.press("🗑 Списание")
      yield* employee.sees(shows("незаконченное списание", "Начать заново"))
      yield* employee.press("Продолжить")
      yield* employee.sees(shows("Что списываем?", "Готово (1)"))
      yield* employee.press("Готово")
      yield* employee.sees(shows("Почему списываем?"))
      yield* employee.press("Порча")
      yield* employee.sees(shows("Всё верно?", "порча"))
      yield* employee.press("Количество")
      const lines = yield* employee.sees(shows("Что исправить"))
      yield* employee.press({ data: dataIn(lines, "writeoff:item:")[0] ?? "" })
      yield* employee.sees(shows("Сейчас 7"))
      yield* employee.press("Убрать")
      // Without products there is nothing to confirm.
      yield* employee.sees((chat) => shows("Что списываем?")(chat) && !shows("Готово")(chat))
    })
  )

  it.effect("is searched for without a word to the database before the answer", () =>
    Effect.gen(function* () {
      const { employee, sql } = yield* World
      yield* begin(employee)
      const isStored = (part: string) =>
        eventually(
          Effect.map(sql<{ value: string }>`select value::text as value from tributary.bot_session`, (rows) =>
            rows.some(({ value }) => value.includes(part))
          )
        )
      /** Queries of any of these tables wait until the end. */
      const locked = <E>(effect: Effect.Effect<unknown, E>) =>
        sql.withTransaction(
          Effect.andThen(
            sql`
              lock table iiko_product, iiko_store, iiko_entity, iiko_employee, tributary.iiko_writeoff,
                tributary.bot_session, tributary.bot_person in access exclusive mode`,
            effect
          )
        )
      yield* isStored('"step": "products"')
      yield* locked(Effect.andThen(employee.send("а"), employee.sees(shows("«а»", "1 / "))))
      yield* isStored('"query": "а"')
      // Turning pages writes nothing afterwards either: the second turn would wait.
      yield* locked(
        Effect.gen(function* () {
          yield* employee.press("›")
          yield* employee.sees(shows("2 / "))
          yield* employee.press("›")
          yield* employee.sees(shows("3 / "))
        })
      )
    })
  )
})
