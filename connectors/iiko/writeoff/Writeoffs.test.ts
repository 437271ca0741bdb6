import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { really } from "../../../test/actions/World.ts"
import { counted } from "../stop-list/TestClient.ts"
import { amountOf } from "./Drafts.ts"
import { refusal, scenario, service } from "./TestClient.ts"

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
        const { answer, statements } = yield* counted(cafe.writeoffs.search("  МОЛОКО 3,2 ", { limit: 5 }))
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

  it("amounts are read as people type them", () => {
    const read = ["1,5", " 2 ", "0,250", ".5", "1 000", "007", "3."].map(amountOf)
    assert.deepEqual(read, ["1.5", "2", "0.25", "0.5", "1000", "7", undefined])
    assert.deepEqual(["0", "-1", "1e3", "", "1.2.3", "0.0000001", "1234567890"].map(amountOf), Array(7).fill(undefined))
  })
})

describe("a write-off with approval", () => {
  scenario("goes from its draft to iiko as the admin corrected it, each step one statement", (cafe) =>
    Effect.gen(function* () {
      const { writeoffs } = cafe
      const steps: Array<number> = []
      const step = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        Effect.map(counted(effect), ({ answer, statements }) => {
          steps.push(statements)
          return answer
        })
      yield* writeoffs.search("", { limit: 1 })
      const { id } = yield* step(
        writeoffs.create({ author: "anna", authorName: "Анна", departmentId: cafe.departmentId, storeId: cafe.bar })
      )
      yield* step(writeoffs.edit(id, "anna", { accountId: cafe.account }))
      yield* step(writeoffs.edit(id, "anna", { items: [{ productId: cafe.milk, amount: "15" }], reason: " бой " }))
      const submitted = yield* step(writeoffs.submit(id, "anna", "needed"))
      assert.deepInclude(submitted, { status: "waiting", number: "TR-000001", reason: "бой", lockedBy: null })
      const [waiting] = yield* step(writeoffs.waiting)
      assert.deepEqual(waiting, submitted)
      assert.deepInclude(yield* step(writeoffs.open(id, "boss")), { status: "waiting", lockedBy: "boss" })
      const corrected = yield* step(writeoffs.correct(id, "boss", [{ productId: cafe.milk, amount: "1.5" }]))
      assert.deepEqual(
        [corrected.items[0]?.amount, corrected.submittedItems?.[0]?.amount, corrected.correctedBy],
        ["1.5", "15", "boss"]
      )
      assert.deepEqual(steps, Array(7).fill(1))
      const { answer: done, statements } = yield* counted(writeoffs.approve(id, "boss"))
      // Beside the two of the row: the outcome in the log of actions.
      assert.strictEqual(statements, 3)
      assert.deepInclude(done, { status: "sent", decidedBy: "boss", lockedBy: null, detail: null })
      assert.deepEqual([cafe.taken(cafe.milk), yield* cafe.sent], [1.5, 1])
      assert.deepInclude(cafe.state.writeoffs.at(-1), { documentNumber: "TR-000001", comment: "бой (Анна)" })
      assert.deepInclude((yield* cafe.entries)[0], { key: "iiko.writeoff:TR-000001", actor: "boss", trigger: "bot" })
      assert.deepEqual(yield* writeoffs.waiting, [])
      assert.deepEqual(yield* writeoffs.history("anna"), [done])
    })
  )

  scenario("is locked by one of twenty admins who open it at the same moment", (cafe) =>
    Effect.gen(function* () {
      const { id } = yield* cafe.submitted
      const admins = Array.from({ length: 20 }, (_, at) => `admin ${at}`)
      const opened = yield* Effect.forEach(admins, (admin) => Effect.result(cafe.writeoffs.open(id, admin)), {
        concurrency: "unbounded"
      })
      const won = opened.flatMap((result) => (result._tag === "Success" ? [result.success] : []))
      assert.lengthOf(won, 1)
      for (const result of opened)
        if (result._tag === "Failure") assert.deepInclude(result.failure, { reason: "locked" })
      assert.strictEqual((yield* cafe.writeoffs.byId(id))?.lockedBy, won[0]?.lockedBy)
    })
  )

  scenario("goes out once however often and by whomever it is decided on at the same moment", (cafe) =>
    Effect.gen(function* () {
      const { id } = yield* cafe.submitted
      yield* cafe.writeoffs.open(id, "boss")
      const { approve, cancel, reject } = cafe.writeoffs
      const decisions = [
        ...Array.from({ length: 6 }, () => approve(id, "boss")),
        ...Array.from({ length: 6 }, () => reject(id, "boss", "нет")),
        approve(id, "other"),
        cancel(id, "anna")
      ]
      const results = yield* Effect.forEach(decisions, Effect.result, { concurrency: "unbounded" })
      assert.lengthOf(
        results.filter(({ _tag }) => _tag === "Success"),
        1
      )
      const now = yield* cafe.writeoffs.byId(id)
      assert.oneOf(now?.status, ["sent", "rejected"])
      assert.strictEqual(yield* cafe.sent, now?.status === "sent" ? 1 : 0)
    })
  )

  scenario("is free for others when the ten minutes of its lock are over, and lost to the first", (cafe) =>
    Effect.gen(function* () {
      const { id } = yield* cafe.submitted
      const { approve, correct, open, release } = cafe.writeoffs
      assert.strictEqual(yield* refusal(approve(id, "boss")), "notOpened")
      yield* open(id, "boss")
      yield* TestClock.adjust("9 minutes")
      assert.strictEqual(yield* refusal(open(id, "other")), "locked")
      yield* open(id, "boss")
      yield* TestClock.adjust("9 minutes")
      assert.strictEqual(yield* refusal(approve(id, "other")), "locked")
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* refusal(approve(id, "boss")), "notOpened")
      yield* open(id, "other")
      assert.strictEqual(yield* refusal(correct(id, "boss", [{ productId: cafe.milk, amount: "1" }])), "locked")
      assert.strictEqual(yield* refusal(cafe.writeoffs.cancel(id, "anna")), "locked")
      yield* release(id, "other")
      yield* open(id, "boss")
      assert.deepInclude(yield* approve(id, "boss"), { status: "sent" })
    })
  )

  scenario("is rejected with a reason and can be repeated; what is no longer offered is left out", (cafe) =>
    Effect.gen(function* () {
      const { writeoffs } = cafe
      const { id } = yield* cafe.submitted
      yield* writeoffs.open(id, "boss")
      const rejected = yield* writeoffs.reject(id, "boss", " не бой, а порча ")
      assert.deepInclude(rejected, {
        status: "rejected",
        rejection: "не бой, а порча",
        decidedBy: "boss",
        lockedBy: null
      })
      assert.strictEqual(yield* refusal(writeoffs.submit(id, "anna", "needed")), "moved")
      const { answer, statements } = yield* counted(writeoffs.repeat(id, "anna"))
      assert.strictEqual(statements, 1)
      assert.deepInclude(answer.writeoff, { status: "draft", number: null, reason: "бой", submittedAt: null })
      assert.deepEqual([answer.writeoff.items, answer.gone], [rejected.items, []])
      const milk = cafe.state.products.find((product) => product.id === cafe.milk)
      if (milk !== undefined) milk.deleted = true
      yield* cafe.sync("product")
      const other = yield* service({ send: cafe.send })
      const again = yield* other.repeat(id, "anna")
      assert.deepEqual(again.gone.join(), milk?.name.trim())
      assert.deepEqual(
        again.writeoff.items.map(({ productId }) => productId),
        [cafe.juice]
      )
    })
  )

  scenario(
    "expires after a day, which nobody can approve any more, and is cleared away with abandoned drafts",
    (cafe) =>
      Effect.gen(function* () {
        const { writeoffs } = cafe
        const draft = yield* cafe.draft
        const first = yield* cafe.submitted
        yield* TestClock.adjust("23 hours")
        const second = yield* cafe.submitted
        assert.deepEqual(yield* writeoffs.expire, [])
        yield* writeoffs.open(second.id, "boss")
        yield* TestClock.adjust("1 hour")
        assert.deepEqual(
          (yield* writeoffs.waiting).map(({ id }) => id),
          [second.id]
        )
        assert.strictEqual(yield* refusal(writeoffs.open(first.id, "boss")), "expired")
        const ran = yield* cafe.run("tidy-writeoffs")
        assert.deepEqual(ran.data, {
          expired: [
            { id: draft.id, author: "anna", number: null },
            { id: first.id, author: "anna", number: first.number }
          ]
        })
        yield* cafe.run("tidy-writeoffs")
        assert.isUndefined(yield* writeoffs.byId(draft.id))
        assert.strictEqual((yield* writeoffs.byId(first.id))?.status, "expired")
        assert.strictEqual(yield* refusal(writeoffs.open(first.id, "boss")), "expired")
      })
  )

  scenario("waits a whole day from its submission on, however old its draft is", (cafe) =>
    Effect.gen(function* () {
      const { id } = yield* cafe.draft
      yield* TestClock.adjust("20 hours")
      yield* cafe.writeoffs.submit(id, "anna", "needed")
      yield* TestClock.adjust("20 hours")
      assert.deepEqual(yield* cafe.writeoffs.expire, [])
      assert.deepInclude(yield* cafe.writeoffs.open(id, "boss"), { lockedBy: "boss" })
      yield* TestClock.adjust("4 hours")
      assert.deepEqual(
        (yield* cafe.writeoffs.expire).map((expired) => expired.id),
        [id]
      )
    })
  )

  scenario("is not submitted without products, an account or a reason", (cafe) =>
    Effect.gen(function* () {
      const { create, edit, submit } = cafe.writeoffs
      const about = { author: "anna", authorName: "Анна", departmentId: cafe.departmentId, storeId: cafe.bar }
      const { id } = yield* create(about)
      const items = [{ productId: cafe.milk, amount: "1" }]
      for (const changes of [{ accountId: cafe.account }, { items }]) {
        yield* edit(id, "anna", changes)
        assert.strictEqual(yield* refusal(submit(id, "anna", "needed")), "incomplete")
      }
      yield* edit(id, "anna", { reason: "бой" })
      // Another kind of store has other accounts.
      yield* edit(id, "anna", { storeId: cafe.store("Кухня (Мира)") })
      assert.strictEqual(yield* refusal(submit(id, "anna", "none")), "incomplete")
      assert.strictEqual(yield* cafe.sent, 0)
    })
  )
})

describe("sending", () => {
  scenario("happens at once where nobody could approve", (cafe) =>
    Effect.gen(function* () {
      const { id } = yield* cafe.draft
      const taps = [1, 2, 3].map(() => Effect.result(cafe.writeoffs.submit(id, "anna", "none")))
      const results = yield* Effect.all(taps, { concurrency: "unbounded" })
      assert.deepEqual(results.map(({ _tag }) => _tag).toSorted(), ["Failure", "Failure", "Success"])
      assert.deepInclude(yield* cafe.writeoffs.byId(id), { status: "sent", decidedBy: null })
      assert.deepEqual([cafe.taken(cafe.milk), cafe.taken(cafe.juice), yield* cafe.sent], [1.5, 2, 1])
    })
  )

  scenario("that iiko refused may be tried again under the same number", (cafe) =>
    Effect.gen(function* () {
      const { id } = yield* cafe.draft
      yield* cafe.fault({
        path: "*/v2/documents/writeoff",
        method: "POST",
        mode: "status",
        status: 409,
        body: "Закрыто",
        times: 1
      })
      const failed = yield* cafe.writeoffs.submit(id, "anna", "none")
      assert.strictEqual(failed.status, "failed")
      assert.match(failed.detail ?? "", /409.*Закрыто/)
      const sent = yield* cafe.writeoffs.retry(id, "boss")
      assert.deepInclude(sent, { status: "sent", number: failed.number, detail: null })
      assert.strictEqual(cafe.taken(cafe.milk), 1.5)
      assert.strictEqual(yield* refusal(cafe.writeoffs.retry(id, "boss")), "moved")
    })
  )

  scenario("that could not even begin has failed, and may be tried again", (cafe) =>
    Effect.gen(function* () {
      const { id } = yield* cafe.draft
      yield* TestClock.adjust("11 minutes")
      yield* cafe.fault({ path: "*/auth", mode: "licence", times: 9 })
      const failed = yield* cafe.writeoffs.submit(id, "anna", "none")
      assert.strictEqual(failed.status, "failed")
      assert.match(failed.detail ?? "", /nothing was sent: .*licence slot/)
      yield* cafe.clearFaults
      assert.deepInclude(yield* cafe.writeoffs.retry(id, "anna"), { status: "sent" })
      assert.strictEqual(yield* cafe.sent, 1)
    })
  )

  scenario(
    "of which nobody knows what became stays unknown until it is looked for again",
    (cafe) =>
      Effect.gen(function* () {
        const { id } = yield* cafe.draft
        assert.deepInclude(yield* cafe.writeoffs.submit(id, "anna", "none"), { status: "unknown", detail: "no answer" })
        assert.deepInclude(yield* cafe.writeoffs.retry(id, "boss"), { status: "unknown" })
      }),
    { send: () => Effect.succeed({ status: "unknown", detail: "no answer" }) }
  )

  scenario("that was cut off by the end of its process is finished by the next, once", (cafe) =>
    Effect.gen(function* () {
      const { id } = yield* cafe.draft
      yield* cafe.fault({ path: "*/v2/documents/writeoff", method: "POST", mode: "hangAfter", times: 1 })
      const fiber = yield* Effect.forkChild(cafe.writeoffs.submit(id, "anna", "none"))
      yield* really(Effect.sync(() => cafe.taken(cafe.milk) > 0))
      yield* Fiber.interrupt(fiber)
      assert.strictEqual((yield* cafe.writeoffs.byId(id))?.status, "sending")
      yield* TestClock.adjust("2 minutes")
      yield* really(Effect.map(cafe.writeoffs.byId(id), (writeoff) => writeoff?.status === "sent"))
      assert.deepEqual([cafe.taken(cafe.milk), yield* cafe.sent], [1.5, 1])
    })
  )

  scenario("keeps two hundred of somebody's, filtered by bar or kitchen", (cafe) =>
    Effect.gen(function* () {
      const { sql, writeoffs } = cafe
      const { id } = yield* cafe.submitted
      yield* sql`
        insert into tributary.iiko_writeoff (connector, status, author, author_name, department_id, store_id, store_name,
          store_kind, items, created_at, changed_at, submitted_at)
        select connector, 'sent', author, author_name, department_id, store_id, store_name,
          case when n % 2 = 0 then 'kitchen' else 'bar' end, items, created_at, changed_at, submitted_at
        from tributary.iiko_writeoff cross join generate_series(1, 250) as n where id = ${BigInt(id)}`
      const { answer, statements } = yield* counted(writeoffs.history("anna", "kitchen"))
      assert.deepEqual([answer.length, statements], [125, 1])
      assert.lengthOf(yield* writeoffs.history("anna"), 200)
      yield* cafe.run("tidy-writeoffs")
      const [row] = yield* sql<{ count: bigint }>`select count(*) as count from tributary.iiko_writeoff`
      // What waits is never cleared away.
      assert.strictEqual(Number(row?.count), 201)
      assert.deepEqual(yield* writeoffs.history("boris"), [])
    })
  )
})
