/** A write-off where the stock was never read, or long ago. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { World } from "./fixtures.ts"
import {
  begin,
  conclude,
  configured,
  nobody,
  openWaiting,
  pickThe,
  says,
  shows,
  stocked,
  synced,
  withStock
} from "./writeoffFixtures.ts"

const options = { timeout: "60 seconds", excludeTestServices: true } as const

const impatient = configured.replace("writeoffs:\n", "writeoffs:\n  stockStaleAfter: 1ms\n")

layer(World.layer({ sync: synced }), options)("where the stock was never read", (it) => {
  it.effect("that is said to both, more than a thousand is asked about, and units are understood or asked for", () =>
    Effect.gen(function* () {
      const { admin, employee, iiko, signIn } = yield* World
      const unit = iiko.state.references.find((each) => each.rootType === "MeasureUnit" && each.name === "л")?.id
      const found = iiko.state.products.find(
        ({ deleted, mainUnit, name, type }) =>
          type === "GOODS" &&
          !deleted &&
          mainUnit === unit &&
          iiko.state.products.filter((one) => one.name.trim() === name.trim()).length === 1
      )
      const milk = { id: found?.id ?? "", name: found?.name.trim() ?? "" }
      yield* signIn
      yield* begin(employee)
      yield* pickThe(employee, milk)
      yield* employee.sees(shows("Сколько на складе, неизвестно", "Остатки неизвестны"))
      for (const typed of ["2 кг", "5 шт", "1,5 ящика"]) {
        yield* employee.send(typed)
        yield* employee.sees(shows(`«${typed}»: этот товар списывают в других единицах (л)`, "Сколько списать"))
      }
      yield* employee.send("1001 л")
      yield* employee.sees(shows("1\u00a0001 л — необычно много", "Да, 1\u00a0001 л"))
      yield* employee.send("1 000 000 мл")
      yield* employee.sees(shows("Готово (1)", "1\u00a0000 л", "Остатки неизвестны"))
      for (const [typed, read] of [
        ["1,5 л", "1,5 л"],
        ["250 мл", "0,25 л"]
      ] as const) {
        yield* pickThe(employee, milk)
        yield* employee.send(typed)
        yield* employee.sees(shows("Готово (1)", read))
      }
      yield* conclude(employee, "0,25 л", "Остатки неизвестны")
      yield* employee.press("Отправить")
      yield* employee.sees(shows("Ждёт решения", "TR-000001", "Остатки неизвестны"))
      const before = iiko.state.writeoffs.length
      const open = yield* openWaiting(admin, "TR-000001")
      yield* admin.sees(shows("Одобрить", "0,25 л", "Остатки неизвестны"))
      yield* admin.press({ data: `${open.replace("open", "line")}:${milk.id}` })
      yield* admin.sees(shows("Напишите новое количество", "Сколько на складе, неизвестно"))
      yield* admin.send("3 кг")
      yield* admin.sees(shows("«3 кг»: этот товар списывают в других единицах (л)"))
      yield* admin.send("1500 мл")
      yield* admin.sees(shows("Одобрить", "1,5 л", "(было 0,25 л)"))
      yield* admin.press("Одобрить")
      yield* admin.sees(says("Проведено", "TR-000001"))
      assert.deepEqual(
        iiko.state.writeoffs.slice(before).map(({ items }) => items.map(({ amount }) => Number(amount))),
        [[1.5]]
      )
    })
  )
})

layer(World.layer({ files: { "bot.yaml": impatient }, sync: withStock }), options)("stock that is old", (it) => {
  it.effect("is told with its age to who writes off and to who approves", () =>
    Effect.gen(function* () {
      const cafe = yield* World
      const { admin, employee, signIn } = cafe
      const [milk = nobody] = yield* stocked(cafe, 20)
      yield* signIn
      yield* begin(employee)
      yield* pickThe(employee, milk)
      yield* employee.sees(shows("Остатки на ", ", им 1 мин: посмотрите на полке"))
      yield* employee.send("2")
      yield* employee.sees(shows("Готово (1)", ", им 1 мин"))
      yield* conclude(employee, ", им 1 мин")
      yield* employee.press("Отправить")
      yield* employee.sees(shows("Ждёт решения", "TR-000001", ", им 1 мин"))
      yield* openWaiting(admin, "TR-000001")
      yield* admin.sees(shows("Одобрить", "на складе 20 л", ", им 1 мин: посмотрите на полке"))
    })
  )
})
