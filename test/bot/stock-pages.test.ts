/** More products below their minimum than a message holds: turning pages queries nothing; a sync shows its progress. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { eventually } from "../support/eventually.ts"
import { type Chat, labels, lastText } from "./Chat.ts"
import { World } from "./fixtures.ts"
import { departmentOf } from "./People.ts"

/** Whether the newest message or its buttons contain the text. */
const shows =
  (...parts: ReadonlyArray<string>) =>
  (chat: Chat): boolean => {
    const whole = [lastText(chat), ...labels(chat.at(-1))].join("\n")
    return parts.every((part) => whole.includes(part))
  }

const count = 30

/** Makes products of one café the only ones below their minimum. */
const prepared = Effect.gen(function* () {
  const world = yield* World
  const { employee, iiko, signIn, sql } = world
  yield* signIn
  const mira = departmentOf(world, "Кафе на Мира")
  yield* employee.press({ data: `department:${mira}` })
  yield* employee.sees(shows("📦"))
  const names = new Set<string>()
  const goods = iiko.state.products
    .filter(({ deleted, name, type }) => {
      const isFirst = !names.has(name.trim())
      names.add(name.trim())
      return isFirst && type === "GOODS" && !deleted
    })
    .slice(0, count)
  assert.lengthOf(goods, count)
  yield* sql`delete from min_stock_level`
  for (const { id } of goods) {
    yield* sql`
      insert into min_stock_level (product_id, department_id, min_level, max_level)
      values (${id}::uuid, ${mira}::uuid, 50000, null)`
  }
  return { ...world, names: goods.map(({ name }) => name.trim()) }
})

layer(World.layer(), { timeout: "60 seconds", excludeTestServices: true })("a long list of what runs low", (it) => {
  it.effect("is turned forth and back in one message, without a request to iiko and a word to the database", () =>
    Effect.gen(function* () {
      const { employee, iiko, names, sql } = yield* prepared
      yield* employee.send("/stock")
      const opened = yield* employee.sees(shows(`ниже минимума ${count} товаров`, "1 / 3"))
      yield* iiko.clearRequests
      const window = opened.at(-1)?.id ?? 0
      yield* eventually(
        Effect.map(
          sql<{ window: string }>`select value #>> '{window,id}' as window from tributary.bot_session`,
          (rows) => rows.some((row) => row.window === String(window))
        )
      )
      const turned = Effect.gen(function* () {
        yield* employee.press("›")
        const second = yield* employee.sees(shows("2 / 3"))
        yield* employee.press("›")
        const third = yield* employee.sees(shows("3 / 3"))
        yield* employee.press("‹")
        yield* employee.sees(shows("2 / 3"))
        yield* employee.press("‹")
        return [second, third, yield* employee.sees(shows("1 / 3"))] as const
      })
      // Queries of any of these tables wait until the end.
      const [second, third, first] = yield* sql.withTransaction(
        Effect.andThen(
          sql`
            lock table min_stock_level, iiko_product, iiko_stock_balance, tributary.bot_session, tributary.bot_person,
              tributary.action_log, tributary.sync_log in access exclusive mode`,
          turned
        )
      )
      assert.isEmpty(yield* iiko.requests)

      const pages = [opened, second, third].map((chat) => chat.at(-1))
      assert.deepEqual(new Set([...pages, first.at(-1)].map((page) => page?.id)).size, 1)
      assert.strictEqual(first.at(-1)?.text, opened.at(-1)?.text)
      const shown = pages.map((page) => names.filter((name) => page?.html.includes(`<b>${name}</b>`)))
      assert.deepEqual(
        shown.map(({ length }) => length),
        [12, 12, 6]
      )
      assert.sameMembers(shown.flat(), names)
    })
  )

  it.effect("says how far it is while iiko takes its time, and becomes the result in the same message", () =>
    Effect.gen(function* () {
      const { employee, iiko } = yield* prepared
      yield* employee.send("/stock")
      yield* employee.sees(shows("1 / 3"))
      yield* employee.press("›")
      const before = yield* employee.sees(shows("2 / 3"))
      yield* iiko.fault({ path: "*/v2/reports/balance/stores", mode: "slow", ms: 6_000, times: 1 })
      yield* employee.press("Обновить")
      yield* employee.sees(shows("⏳ Обновляю товары и остатки…"))
      const isReading = /^⏳ Обновляю\.\s+Товары: \d[\d\s]* ✅\s+Остатки: 0…$/
      const reading = yield* employee.sees((chat) => isReading.test(chat.at(-1)?.text ?? ""))
      const after = yield* employee.sees(shows(`ниже минимума ${count} товаров`, "1 / 3", "Остатки прочитаны"))
      assert.deepEqual(
        [before, reading, after].map((chat) => chat.at(-1)?.id),
        Array(3).fill(before.at(-1)?.id)
      )
      assert.lengthOf(after, before.length)
      assert.notInclude(after.at(-1)?.text ?? "", "Не всё удалось обновить")
    })
  )
})
