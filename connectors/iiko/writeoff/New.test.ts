import { assert, describe } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { really } from "../../../test/actions/fixtures.ts"
import { withStatementCount } from "../stop-list/TestClient.ts"
import { type Cafe, refusal, scenario } from "./TestClient.ts"

/** The data that a form has collected. */
const gathered = (cafe: Cafe) => ({
  author: "anna",
  authorName: "Анна",
  departmentId: cafe.departmentId,
  storeId: cafe.bar,
  accountId: cafe.account,
  items: [
    { productId: cafe.milk, amount: "1,5" },
    { productId: cafe.juice, amount: "2" }
  ],
  reason: " бой "
})

const warm = (cafe: Cafe) => cafe.writeoffs.search("", { limit: 1 })

describe("a write-off that is submitted whole", () => {
  scenario("waits for approval after one statement, and goes the way of any other", (cafe) =>
    Effect.gen(function* () {
      yield* warm(cafe)
      const { answer, statements } = yield* withStatementCount(cafe.writeoffs.submitNew(gathered(cafe), "needed"))
      assert.strictEqual(statements, 1)
      assert.deepInclude(answer, { status: "waiting", number: "TR-000001", reason: "бой", lockedBy: null })
      assert.deepEqual(answer.submittedItems, answer.items)
      assert.deepEqual(answer.submittedAt, answer.createdAt)
      assert.deepEqual(yield* cafe.writeoffs.waiting, [answer])
      yield* cafe.writeoffs.open(answer.id, "boss")
      const done = yield* cafe.writeoffs.approve(answer.id, "boss")
      assert.strictEqual(done.status, "sent")
      assert.deepEqual(yield* cafe.writeoffs.history("anna"), [done])
      assert.deepEqual([cafe.taken(cafe.milk), cafe.taken(cafe.juice), yield* cafe.sent], [1.5, 2, 1])
    })
  )

  scenario("goes out at once where nobody could approve, and each one by itself", (cafe) =>
    Effect.gen(function* () {
      yield* warm(cafe)
      const { answer, statements } = yield* withStatementCount(cafe.writeoffs.submitNew(gathered(cafe), "none"))
      // The row, its outcome, and the outcome in the log of actions.
      assert.strictEqual(statements, 3)
      assert.deepInclude(answer, { status: "sent", number: "TR-000001", decidedBy: null })
      assert.deepInclude(yield* cafe.writeoffs.submitNew(gathered(cafe), "none"), { number: "TR-000002" })
      assert.deepEqual([cafe.taken(cafe.milk), yield* cafe.sent], [3, 2])
    })
  )

  scenario("is the same one when it is submitted again under its token, at the same moment or later", (cafe) =>
    Effect.gen(function* () {
      const { submitNew } = cafe.writeoffs
      const wanted = { ...gathered(cafe), token: "message 7" }
      const taps = yield* Effect.all(
        [1, 2, 3].map(() => submitNew(wanted, "none")),
        { concurrency: "unbounded" }
      )
      const later = yield* submitNew({ ...wanted, reason: "порча" }, "none")
      assert.deepInclude(later, { status: "sent", reason: "бой" })
      for (const tap of taps) assert.strictEqual(tap.id, later.id)
      assert.deepEqual([cafe.taken(cafe.milk), yield* cafe.sent], [1.5, 1])
      const others = yield* Effect.forEach(
        [
          { ...wanted, token: "message 8" },
          { ...wanted, author: "boris" }
        ],
        (one) => submitNew(one, "needed")
      )
      assert.strictEqual(new Set([later, ...others].map(({ id }) => id)).size, 3)
    })
  )

  scenario("that was cut off while it was being sent is finished, and its token answers with that", (cafe) =>
    Effect.gen(function* () {
      const wanted = { ...gathered(cafe), token: "message 7" }
      yield* cafe.fault({ path: "*/v2/documents/writeoff", method: "POST", mode: "hangAfter", times: 1 })
      const fiber = yield* Effect.forkChild(cafe.writeoffs.submitNew(wanted, "none"))
      yield* really(Effect.sync(() => cafe.taken(cafe.milk) > 0))
      yield* Fiber.interrupt(fiber)
      const again = yield* cafe.writeoffs.submitNew(wanted, "none")
      assert.strictEqual(again.status, "sending")
      yield* TestClock.adjust("2 minutes")
      yield* really(Effect.map(cafe.writeoffs.byId(again.id), (writeoff) => writeoff?.status === "sent"))
      assert.deepEqual([cafe.taken(cafe.milk), yield* cafe.sent], [1.5, 1])
    })
  )

  scenario("is refused without products, an account or a reason, and with what is not offered", (cafe) =>
    Effect.gen(function* () {
      yield* warm(cafe)
      const { accountId: _, ...without } = gathered(cafe)
      const wrong = [
        [without, "incomplete"],
        [{ ...gathered(cafe), items: [] }, "incomplete"],
        [{ ...gathered(cafe), reason: "  " }, "incomplete"],
        [{ ...gathered(cafe), storeId: cafe.store("Бар (Гагарина)") }, "notOffered"],
        [{ ...gathered(cafe), accountId: cafe.accountOf("Списание кухня") }, "notOffered"],
        [{ ...gathered(cafe), items: [{ productId: cafe.milk, amount: "0" }] }, "badAmount"]
      ] as const
      for (const [wanted, reason] of wrong) {
        const { answer, statements } = yield* withStatementCount(refusal(cafe.writeoffs.submitNew(wanted, "none")))
        assert.deepEqual([answer, statements], [reason, 0])
      }
      assert.deepEqual([yield* cafe.sent, yield* cafe.writeoffs.history("anna")], [0, []])
    })
  )
})

describe("what somebody wrote off most often", () => {
  scenario("is offered before they type, read once and counted on as they submit", (cafe) =>
    Effect.gen(function* () {
      const { frequent, submit, submitNew } = cafe.writeoffs
      yield* warm(cafe)
      const ids = (author: string, limit = 5) =>
        Effect.map(withStatementCount(frequent(author, limit)), ({ answer, statements }) => ({
          products: answer.map(({ id }) => id),
          statements
        }))
      assert.deepEqual(yield* ids("anna"), { products: [], statements: 1 })
      assert.deepEqual(yield* ids("anna"), { products: [], statements: 0 })
      const [first = { productId: "", amount: "" }, second = first] = gathered(cafe).items
      yield* submitNew({ ...gathered(cafe), items: [first] }, "needed")
      assert.deepEqual(yield* ids("anna"), { products: [cafe.milk], statements: 0 })
      for (const _ of [1, 2]) yield* submitNew({ ...gathered(cafe), items: [second] }, "needed")
      assert.deepEqual(yield* ids("anna"), { products: [cafe.juice, cafe.milk], statements: 0 })
      assert.deepEqual(yield* ids("anna", 1), { products: [cafe.juice], statements: 0 })
      const { id } = yield* cafe.draft
      assert.deepEqual(yield* ids("anna"), { products: [cafe.juice, cafe.milk], statements: 0 })
      yield* submit(id, "anna", "needed")
      assert.deepEqual((yield* ids("anna")).statements, 0)
      assert.deepEqual((yield* ids("boris")).products, [])
      const [found] = yield* frequent("anna", 1)
      assert.deepInclude(found, { id: cafe.juice, type: "GOODS" })
      assert.isString(found?.unit)
    })
  )

  scenario("holds nothing that was rejected or cancelled, or that is no longer offered", (cafe) =>
    Effect.gen(function* () {
      const { cancel, frequent, open, reject, submitNew } = cafe.writeoffs
      const cancelled = yield* submitNew(gathered(cafe), "needed")
      yield* cancel(cancelled.id, "anna")
      const rejected = yield* submitNew(gathered(cafe), "needed")
      yield* open(rejected.id, "boss")
      yield* reject(rejected.id, "boss", "нет")
      assert.deepEqual(yield* frequent("anna", 5), [])
      const another = yield* submitNew(gathered(cafe), "needed")
      assert.lengthOf(yield* frequent("anna", 5), 2)
      yield* cancel(another.id, "anna")
      assert.deepEqual(yield* frequent("anna", 5), [])
      const { id } = yield* submitNew(gathered(cafe), "needed")
      const gone = JSON.stringify([
        { productId: "00000000-0000-4000-8000-000000000000", name: "?", unit: null, amount: "1" }
      ])
      yield* cafe.sql`
        update tributary.iiko_writeoff set submitted_items = submitted_items || ${gone}::jsonb where id = ${BigInt(id)}`
      assert.sameMembers(
        (yield* frequent("anna", 5)).map((product) => product.id),
        [cafe.milk, cafe.juice]
      )
    })
  )
})
