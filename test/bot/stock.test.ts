import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { World } from "./fixtures.ts"
import { departmentOf, newcomer } from "./People.ts"

/** Makes two goods of two cafés the only ones below their minimum. */
const prepared = Effect.gen(function* () {
  const world = yield* World
  const { employee, iiko, signIn, sql } = world
  yield* signIn
  const [mira, gagarina] = [departmentOf(world, "Кафе на Мира"), departmentOf(world, "Кафе на Гагарина")]
  yield* employee.press({ data: `department:${mira}` })
  yield* employee.sees(
    (chat) =>
      chat
        .at(-1)
        ?.buttons.flat()
        .some((label) => label.includes("📦")) === true
  )
  const [milk, salt] = iiko.state.products.filter(
    ({ deleted, mainUnit, type }) => type === "GOODS" && !deleted && mainUnit !== null
  )
  if (milk === undefined || salt === undefined) return assert.fail("there are no goods")
  yield* sql`delete from min_stock_level`
  yield* sql`
    insert into min_stock_level (product_id, department_id, min_level, max_level)
    values (${milk.id}::uuid, ${mira}::uuid, 50000, 60000.5), (${salt.id}::uuid, ${gagarina}::uuid, 70000, null)`
  return { ...world, mira, milk: milk.name.trim(), milkId: milk.id, salt: salt.name.trim() }
})

layer(World.layer(), { timeout: "60 seconds", excludeTestServices: true })("what is below its minimum", (it) => {
  it.effect("is told of the own department as it was read, and read anew by a button", () =>
    Effect.gen(function* () {
      const { admin, control, employee, iiko, milk, milkId, mira, salt } = yield* prepared

      yield* control.actions.run("iiko.below-minimum", { refresh: false }, { trigger: "job", actor: null })
      const isNotification = (text: string) => text.startsWith("📦 Ниже минимума")
      const own = yield* employee.sees((chat) => chat.some(({ text }) => isNotification(text)))
      const all = yield* admin.sees((chat) => chat.some(({ text }) => isNotification(text)))
      const [forEmployee, forAdmin] = [own, all].map(
        (chat) => chat.find(({ text }) => isNotification(text))?.text ?? ""
      )
      assert.include(forEmployee, milk)
      assert.notInclude(forEmployee, salt)
      assert.include(forAdmin, milk)
      assert.include(forAdmin, salt)

      const { corporateItems } = iiko.state
      const store = corporateItems.find(({ name }) => name === "Бар (Мира)")?.id ?? ""
      assert.strictEqual(corporateItems.find(({ id }) => id === store)?.parentId, mira)
      iiko.state.balances.push({ store, product: milkId, amount: 90_000, sum: 1 })
      yield* employee.send("/stock")
      const opened = yield* employee.sees((chat) => chat.at(-1)?.buttons.flat().includes("🔄 Обновить") === true)
      const text = opened.at(-1)?.text ?? ""
      assert.include(text, "ниже минимума 1 товар")
      assert.include(text, milk)
      assert.notInclude(text, salt)
      assert.match(text, /из 50\s000 .*\(макс\. 60\s000,5\), не хватает/)
      assert.match(text, /Остатки прочитаны \d\d\.\d\d/)
      yield* employee.press("🔄 Обновить")
      yield* employee.sees((chat) => chat.some((one) => one.text.includes("Всего хватает")))
    })
  )

  it.effect("is an admin's to choose by department, whatever a button of an employee names", () =>
    Effect.gen(function* () {
      const { admin, employee, salt } = yield* prepared
      yield* admin.send("/stock")
      yield* admin.sees((chat) => chat.at(-1)?.buttons.flat().includes("Кафе на Гагарина") === true)
      yield* admin.press("Кафе на Гагарина")
      yield* admin.sees((chat) => chat.some(({ buttons, text }) => buttons.length > 0 && text.includes(salt)))
      yield* employee.press({ data: "stock:show:all:0" })
      const chat = yield* employee.sees((messages) =>
        messages.some(({ buttons, text }) => buttons.flat().includes("🔄 Обновить") && text.includes("Мира"))
      )
      assert.notInclude(chat.map(({ text }) => text).join(), salt)
    })
  )

  it.effect("is told once an employee has said where they work", () =>
    Effect.gen(function* () {
      const person = yield* newcomer(yield* World)
      yield* person.sees((chat) => chat.at(-1)?.text.includes("В каком ресторане") === true)
      yield* person.send("/stock")
      yield* person.sees((chat) => chat.at(-1)?.text.includes("Сначала выберите") === true)
      yield* person.press("Выбрать ресторан")
      yield* person.sees((chat) => chat.at(-1)?.buttons.flat().includes("Кафе на Мира") === true)
    })
  )
})
