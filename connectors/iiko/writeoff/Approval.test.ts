import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { withStatementCount } from "../stop-list/TestClient.ts"
import { refusal, scenario, service } from "./TestClient.ts"

describe("a write-off with approval", () => {
  scenario("goes from its draft to iiko as the admin corrected it, each step one statement", (cafe) =>
    Effect.gen(function* () {
      const { writeoffs } = cafe
      const steps: Array<number> = []
      const step = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        Effect.map(withStatementCount(effect), ({ answer, statements }) => {
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
      const { answer: done, statements } = yield* withStatementCount(writeoffs.approve(id, "boss"))
      // In addition to the row's two: the outcome in the log of actions.
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
      const { answer, statements } = yield* withStatementCount(writeoffs.repeat(id, "anna"))
      assert.strictEqual(statements, 1)
      assert.deepInclude(answer.writeoff, { status: "draft", number: null, reason: "бой", submittedAt: null })
      assert.deepEqual([answer.writeoff.items, answer.gone], [rejected.items, []])
      const milk = cafe.state.products.find((product) => product.id === cafe.milk)
      if (milk !== undefined) milk.deleted = true
      yield* cafe.sync("product")
      const other = yield* service(cafe.sending)
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
