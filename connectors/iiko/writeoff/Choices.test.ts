import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { withStatementCount } from "../stop-list/TestClient.ts"
import { amountOf } from "./Amounts.ts"
import { refusal, scenario } from "./TestClient.ts"

describe("what may be chosen", () => {
  scenario("are the stores of the department, one of them by position, and the few accounts of its kind", (cafe) =>
    Effect.gen(function* () {
      const { writeoffs } = cafe
      const chosenBy = (position: string) =>
        Effect.map(writeoffs.stores(cafe.departmentId, position), ({ chosen }) => chosen?.name)
      const { chosen, stores } = yield* writeoffs.stores(cafe.departmentId)
      assert.sameMembers(
        stores.map(({ name }) => name),
        ["Бар (Мира)", "Кухня (Мира)", "Хоз. товары (Мира)", "Витрина (Мира)"]
      )
      assert.isUndefined(chosen)
      assert.strictEqual(yield* chosenBy("Бар-менеджер"), "Бар (Мира)")
      for (const cook of ["Повар", "Шеф-повар", "Су-шеф кухни"])
        assert.strictEqual(yield* chosenBy(cook), "Кухня (Мира)")
      assert.isUndefined(yield* chosenBy("Управляющий"))
      const accounts = (yield* writeoffs.accounts("bar")).map(({ name }) => name)
      assert.isTrue(
        accounts.length >= 3 && accounts.length <= 5 && accounts.every((name) => /^Списание бар/.test(name))
      )
      assert.isTrue((yield* writeoffs.accounts("kitchen")).every(({ name }) => /^Списание кухня/.test(name)))
      assert.deepEqual(
        (yield* writeoffs.accounts("other")).map(({ name }) => name),
        ["Списание хоз. товаров"]
      )
    })
  )

  scenario(
    "are products by what is typed, prefixes first and what is prepared last, without asking the database",
    (cafe) =>
      Effect.gen(function* () {
        yield* cafe.writeoffs.search("", { limit: 1 })
        const { answer, statements } = yield* withStatementCount(cafe.writeoffs.search("  МОЛОКО 3,2 ", { limit: 5 }))
        assert.strictEqual(statements, 0)
        assert.isNotEmpty(answer.products)
        for (const { name } of answer.products) assert.match(name, /^Молоко 3,2/)
        const { products, total } = yield* cafe.writeoffs.search("мор", { limit: 500 })
        assert.strictEqual(products.length, total)
        const rank = products.map(({ name, type }) => (/^мор/i.test(name) ? 0 : 2) + (type === "PREPARED" ? 1 : 0))
        assert.deepEqual(rank, rank.toSorted())
        assert.isTrue(rank.includes(0) && rank.includes(3))
        assert.isTrue(products.every(({ name }) => name === name.trim() && /мор/i.test(name)))
        const page = yield* cafe.writeoffs.search("мор", { limit: 3, offset: 3 })
        assert.deepEqual(page.products, products.slice(3, 6))
        const units = new Set(cafe.state.references.map(({ name }) => name))
        assert.isTrue(products.every(({ unit }) => unit === null || units.has(unit)))
        const living = new Set(cafe.state.products.filter(({ deleted }) => !deleted).map(({ id }) => id))
        const all = (yield* cafe.writeoffs.search("", { limit: 9_999 })).products
        assert.isTrue(all.every(({ id, type }) => living.has(id) && ["GOODS", "DISH", "PREPARED"].includes(type)))
      })
  )

  scenario(
    "are products of allowed groups with everything below them",
    (cafe) =>
      Effect.gen(function* () {
        const { products } = yield* cafe.writeoffs.search("", { limit: 9_999 })
        const { productGroups } = cafe.state
        const tops = new Map(productGroups.map(({ id, name, parent }) => [id, { name, parent }]))
        const pathOf = (id: string | null): ReadonlyArray<string> => {
          const group = tops.get(id ?? "")
          return group === undefined ? [] : [...pathOf(group.parent), group.name]
        }
        const paths = products.map(({ id }) => pathOf(cafe.state.products.find((one) => one.id === id)?.parent ?? null))
        assert.isTrue(paths.every(([top, shelf]) => top === "Продукты бара" || shelf === "Молочка"))
        assert.isTrue(paths.some(([top]) => top === "Продукты бара") && paths.some((path) => path.includes("Молочка")))
      }),
    { groups: ["Продукты бара", "Молочка"] }
  )

  scenario("is nothing that a forged button names", (cafe) =>
    Effect.gen(function* () {
      const { id } = yield* cafe.draft
      const { edit } = cafe.writeoffs
      const foreign = cafe.store("Бар (Гагарина)")
      const nobody = "00000000-0000-4000-8000-000000000000"
      assert.strictEqual(yield* refusal(edit(id, "anna", { storeId: foreign })), "notOffered")
      assert.strictEqual(yield* refusal(edit(id, "anna", { accountId: cafe.account.replace(/./g, "0") })), "notOffered")
      assert.strictEqual(
        yield* refusal(edit(id, "anna", { accountId: cafe.accountOf("Списание кухня") })),
        "notOffered"
      )
      assert.strictEqual(
        yield* refusal(edit(id, "anna", { items: [{ productId: nobody, amount: "1" }] })),
        "notOffered"
      )
      assert.strictEqual(
        yield* refusal(edit(id, "anna", { items: [{ productId: cafe.milk, amount: "-1" }] })),
        "badAmount"
      )
      assert.strictEqual(yield* refusal(edit(id, "boris", { reason: "мой" })), "notYours")
      assert.strictEqual(yield* refusal(edit(999, "anna", { reason: "мой" })), "missing")
      assert.strictEqual(yield* refusal(cafe.writeoffs.repeat(id, "boris")), "notYours")
    })
  )

  it("amounts are read with their units, in the unit of the product", () => {
    const read = ([typed, unit]: readonly [string, string | null]) => amountOf(typed, unit)
    const understood: ReadonlyArray<readonly [typed: string, unit: string | null, amount: string]> = [
      ["1,5 л", "л", "1.5"],
      ["1.5л.", "л", "1.5"],
      ["1,5 литра", "л", "1.5"],
      ["2 шт", "шт", "2"],
      ["12 ШТУК", "шт.", "12"],
      ["500 г", "кг", "0.5"],
      ["250мл", "л", "0.25"],
      ["1,5 кг", "г", "1500"],
      ["1\u00a0000 г", "г", "1000"],
      ["3 ящика", "ящика", "3"],
      ["2 kg", "кг", "2"]
    ]
    assert.deepEqual(
      understood.map(([typed, unit]) => read([typed, unit])),
      understood.map(([, , amount]) => amount)
    )
    // Units of another measure give no amount; without the product's unit the meaning is unknown.
    const open = [
      ["1,5 л", "кг"],
      ["2 шт", "л"],
      ["500 г", null],
      ["2 ящика", "кг"],
      ["1 мг", "г"],
      ["0,0001 г", "кг"],
      ["л", "л"]
    ] as const
    assert.deepEqual(open.map(read), Array(open.length).fill(undefined))
  })

  it("amounts are read as people type them", () => {
    const read = ["1,5", " 2 ", "0,250", ".5", "1 000", "007", "3."].map((typed) => amountOf(typed))
    assert.deepEqual(read, ["1.5", "2", "0.25", "0.5", "1000", "7", undefined])
    assert.deepEqual(
      ["0", "-1", "1e3", "", "1.2.3", "0.0000001", "1234567890"].map((typed) => amountOf(typed)),
      Array(7).fill(undefined)
    )
  })
})
