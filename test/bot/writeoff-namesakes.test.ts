/** Two products with the same name can be told apart in every list, and the document has the right one. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { last } from "./Chat.ts"
import { World } from "./fixtures.ts"
import { begin, conclude, dataIn, openWaiting, says, shows, stocked, synced } from "./writeoffFixtures.ts"

const withStock = [...synced, "iiko.stock_balance"]

layer(World.layer({ sync: withStock }), { timeout: "60 seconds", excludeTestServices: true })(
  "two products of one name",
  (it) => {
    it.effect("are told apart from the search to the document, each with its own amount", () =>
      Effect.gen(function* () {
        const cafe = yield* World
        const { admin, employee, iiko, signIn } = cafe
        const name = "Абсент домашний"
        const pair = iiko.state.products.filter(
          ({ deleted, mainUnit, type }) => type === "GOODS" && !deleted && mainUnit !== null
        )
        const [first, second] = [
          pair[0],
          pair.find(({ mainUnit, num }) => mainUnit !== pair[0]?.mainUnit && num !== pair[0]?.num)
        ]
        if (first === undefined || second === undefined) return assert.fail("there are no two products")
        Object.assign(first, { name, num: "А-17" })
        Object.assign(second, { name: `${name}  `, num: "А-18" })
        yield* stocked(cafe)
        yield* signIn
        yield* begin(employee)

        const [one, other] = [`${name} (А-17)`, `${name} (А-18)`]
        const [ids, amounts] = [
          [first.id, second.id],
          ["3", "5"]
        ] as const
        for (const [at, called] of [one, other].entries()) {
          yield* employee.send("абсент дом")
          const found = yield* employee.sees(shows("«абсент дом»", one, other))
          assert.deepEqual(
            dataIn(found, "writeoff:product:").toSorted(),
            ids.map((id) => `writeoff:product:${id}`).toSorted()
          )
          yield* employee.press(called)
          yield* employee.sees(last(called, "Сколько списать"))
          yield* employee.send(amounts[at] ?? "")
          const chat = yield* employee.sees((now) => shows("⚠️ Да")(now) || shows(`Готово (${at + 1})`)(now))
          if (shows("⚠️ Да")(chat)) yield* employee.press("⚠️ Да")
          yield* employee.sees(shows(`Готово (${at + 1})`))
        }
        yield* conclude(employee, `${one}: 3`, `${other}: 5`)
        yield* employee.press("Количество")
        yield* employee.sees(shows("Что исправить", `${one}: 3`, `${other}: 5`))
        yield* employee.press("Назад")
        yield* employee.sees(shows("Всё верно?"))
        yield* employee.press("Отправить")
        yield* employee.sees(says("Ждёт решения", "TR-000001", `${one}: 3`, `${other}: 5`))

        const open = yield* openWaiting(admin, "TR-000001")
        yield* admin.sees(says(`${one}: 3`, `${other}: 5`))
        yield* admin.press("Исправить")
        yield* admin.sees(shows("Что исправить", `${one}: 3`, `${other}: 5`))
        yield* admin.press({ data: `${open.replace("open", "line")}:${second.id}` })
        yield* admin.sees(shows("Напишите новое количество", other))
        yield* admin.send("4")
        const chat = yield* admin.sees((now) => shows("⚠️ Да, 4")(now) || shows("(было 5")(now))
        if (shows("⚠️ Да, 4")(chat)) yield* admin.press("⚠️ Да, 4")
        yield* admin.sees(shows("Одобрить", `${one}: 3`, `${other}: 4`))
        yield* admin.press("Одобрить")
        const asked = yield* admin.sees((now) => says("Проведено")(now) || shows("всё равно одобрить?")(now))
        if (shows("всё равно одобрить?")(asked)) yield* admin.press("Да, одобрить")
        yield* admin.sees(says("Проведено", "TR-000001", `${one}: 3`, `${other}: 4`))
        yield* employee.sees(says("Проведено", "TR-000001", `${one}: 3`, `${other}: 4`))
        assert.deepEqual(
          iiko.state.writeoffs.at(-1)?.items.map(({ amount, productId }) => [productId, amount]),
          [
            [first.id, 3],
            [second.id, 4]
          ]
        )
        // Among the products that are often written off, before anything is typed.
        yield* begin(employee)
        yield* employee.sees(shows("Что списываем?", one, other))
      })
    )
  }
)
