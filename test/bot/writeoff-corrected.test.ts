/** An admin's corrections of a write-off: the author reads them, and iiko receives nothing else. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { World } from "./fixtures.ts"
import { begin, dataIn, messageWith, pick, says, shows, synced } from "./writeoffFixtures.ts"

layer(World.layer({ sync: synced }), { timeout: "60 seconds", excludeTestServices: true })(
  "a write-off that an admin corrects",
  (it) => {
    it.effect(
      "goes to iiko without what was struck, its author reads what was changed, and one line always stays",
      () =>
        Effect.gen(function* () {
          const { admin, employee, iiko, signIn } = yield* World
          yield* signIn
          const before = iiko.state.writeoffs.length
          const nameOf = (id: string) => iiko.state.products.find((product) => product.id === id)?.name.trim() ?? "?"

          yield* begin(employee)
          const products: Array<string> = []
          for (const [query, amount] of [
            ["мол", "15"],
            ["сок", "3"],
            ["сыр", "2"]
          ] as const) {
            products.push(yield* pick(employee, query))
            yield* employee.send(amount)
            yield* employee.sees(shows(`Готово (${products.length})`))
          }
          const [milk = "", juice = "", cheese = ""] = products
          yield* employee.press("Готово")
          yield* employee.sees(shows("Почему списываем?"))
          yield* employee.press("Бой")
          yield* employee.sees(shows("Всё верно?"))
          yield* employee.press("Отправить")
          yield* employee.sees(shows("Ждёт решения", "TR-000001"))

          const asked = yield* admin.sees(says("просит списать", "3 товара", "TR-000001"))
          const open = dataIn(asked, "writeoff:open:").at(-1) ?? ""
          yield* admin.press({ data: open }, messageWith(asked, open))
          yield* admin.sees(shows("Одобрить", nameOf(milk), nameOf(juice), nameOf(cheese)))
          const line = (product: string) =>
            Effect.gen(function* () {
              yield* admin.press("Исправить")
              const lines = yield* admin.sees(shows("Что исправить или убрать?"))
              yield* admin.press({ data: dataIn(lines, "writeoff:line:").find((data) => data.endsWith(product)) ?? "" })
              return yield* admin.sees(shows("Напишите новое количество", nameOf(product)))
            })
          const isStruck = (product: string, amount: string) => (chat: Parameters<ReturnType<typeof says>>[0]) =>
            chat.some(({ html }) =>
              new RegExp(`<s>${RegExp.escape(nameOf(product))}(?: \\(\\d+\\))?: ${amount}[^<]*</s>`).test(html)
            )

          yield* line(juice)
          yield* admin.press("Убрать из списка")
          yield* admin.sees((chat) => shows("Одобрить")(chat) && isStruck(juice, "3")(chat))
          yield* line(milk)
          yield* admin.send("1,5")
          yield* admin.sees(shows("Одобрить", "(было 15"))
          yield* line(cheese)
          yield* admin.press("Убрать из списка")
          yield* admin.sees((chat) => shows("Одобрить")(chat) && isStruck(cheese, "2")(chat))

          // The last line cannot be removed, even with a forged button: rejecting is for that.
          const last = yield* line(milk)
          assert.isFalse(shows("Убрать из списка")(last))
          yield* admin.press({ data: `${open.replace("open", "strike")}:${milk}` })
          yield* admin.sees((chat) => shows("Что исправить или убрать?", nameOf(milk), "1,5")(chat))
          yield* admin.press("Назад")
          yield* admin.sees(shows("Одобрить", nameOf(milk), "1,5"))
          assert.lengthOf(iiko.state.writeoffs, before)

          yield* admin.press("Одобрить")
          yield* admin.sees(says("Проведено", "TR-000001"))
          const messages = yield* employee.sees(says("Проведено", "TR-000001", nameOf(milk), ": 1,5", "(было 15"))
          assert.isTrue(isStruck(juice, "3")(messages))
          assert.isTrue(isStruck(cheese, "2")(messages))
          assert.lengthOf(iiko.state.writeoffs, before + 1)
          assert.deepEqual(
            iiko.state.writeoffs.at(-1)?.items.map(({ amount, productId }) => [productId, Number(amount)]),
            [[milk, 1.5]]
          )
        })
    )
  }
)
