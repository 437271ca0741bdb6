import { assert, describe } from "@effect/vitest"
import { Effect, Fiber, Stream } from "effect"
import { TestClock } from "effect/testing"
import { foreignText } from "../../../core/reason/Reason.ts"
import { inTime, really } from "../../../test/actions/fixtures.ts"
import { withStatementCount } from "../stop-list/TestClient.ts"
import { type Cafe, refusal, scenario } from "./TestClient.ts"

/** A write-off that never reaches iiko, although nobody can know that. */
const lost = Effect.fnUntraced(function* (cafe: Cafe) {
  const { id } = yield* cafe.draft
  yield* cafe.fault({ path: "*/v2/documents/writeoff", method: "POST", mode: "disconnect", times: 1 })
  assert.deepInclude(yield* inTime(cafe.writeoffs.submit(id, "anna", "none")), { status: "unknown" })
  const [entry] = yield* cafe.entries
  return { id, entry: entry?.id ?? assert.fail("nothing was logged") }
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
    { send: () => Effect.succeed({ status: "unknown", detail: foreignText("no answer") }) }
  )

  scenario("of which a person says that it did not arrive has failed, and may be tried again", (cafe) =>
    Effect.gen(function* () {
      const { entry, id } = yield* lost(cafe)
      const learned = yield* Effect.forkChild(Stream.runHead(cafe.writeoffs.learned), { startImmediately: true })
      yield* cafe.actions.resolve(entry, "failed", "boss")
      assert.deepInclude(yield* Effect.flatMap(Fiber.join(learned), Effect.fromOption), {
        id,
        status: "failed",
        detail: null
      })
      assert.deepInclude(yield* cafe.writeoffs.retry(id, "anna"), { status: "sent" })
      assert.deepEqual([cafe.taken(cafe.milk), yield* cafe.sent], [1.5, 2])
    })
  )

  scenario(
    "is over when somebody has said elsewhere that it arrived",
    (cafe) =>
      Effect.gen(function* () {
        const { entry, id } = yield* lost(cafe)
        yield* cafe.actions.resolve(entry, "done", "boss")
        assert.deepInclude(yield* cafe.writeoffs.byId(id), { status: "unknown" })
        yield* TestClock.adjust("1 minute")
        yield* really(Effect.map(cafe.writeoffs.byId(id), (writeoff) => writeoff?.status === "sent"))
        assert.strictEqual(yield* refusal(cafe.writeoffs.retry(id, "boss")), "moved")
      }),
    { decided: Stream.empty }
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
      const learned = yield* Effect.flatMap(Stream.runHead(cafe.writeoffs.learned), Effect.fromOption)
      assert.deepInclude(learned, { id, status: "sent" })
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
      const { answer, statements } = yield* withStatementCount(writeoffs.history("anna", "kitchen"))
      assert.deepEqual([answer.length, statements], [125, 1])
      assert.lengthOf(yield* writeoffs.history("anna"), 200)
      yield* cafe.run("tidy-writeoffs")
      const [row] = yield* sql<{ count: bigint }>`select count(*) as count from tributary.iiko_writeoff`
      // Waiting write-offs are never deleted.
      assert.strictEqual(Number(row?.count), 201)
      assert.deepEqual(yield* writeoffs.history("boris"), [])
    })
  )
})
