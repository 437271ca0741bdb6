import { assert, describe } from "@effect/vitest"
import { Effect, PubSub, Stream } from "effect"
import { TestClock } from "effect/testing"
import { really } from "../../../test/actions/fixtures.ts"
import { withStatementCount } from "../stop-list/TestClient.ts"
import { type Cafe, scenario, service } from "./TestClient.ts"

const rename = (cafe: Cafe, name: string) =>
  Effect.sync(() => {
    const product = cafe.state.products.find(({ id }) => id === cafe.milk)
    if (product !== undefined) product.name = name
  })

describe("what is chosen from", () => {
  scenario("is loaded once for all who ask at the same time, before anybody does", (cafe) =>
    Effect.gen(function* () {
      const asking = Effect.gen(function* () {
        const writeoffs = yield* service(cafe.sending)
        yield* Effect.all(
          [1, 2, 3].map(() => writeoffs.search("м", { limit: 1 })),
          { concurrency: "unbounded" }
        )
      })
      const { statements } = yield* withStatementCount(asking)
      // Stores, accounts, products, stock; and the query for write-offs that are still being sent.
      assert.isAtMost(statements, 5)
    })
  )

  scenario("is renewed by a sync of its tables, and only of those", (cafe) =>
    Effect.gen(function* () {
      const synced = yield* PubSub.unbounded<string>()
      const writeoffs = yield* service({ ...cafe.sending, synced: Stream.fromPubSub(synced) })
      const found = Effect.map(writeoffs.search("Ряженка", { limit: 1 }), ({ total }) => total)
      assert.strictEqual(yield* found, 0)
      yield* rename(cafe, "Ряженка 4% ")
      yield* cafe.sync("product")
      yield* TestClock.adjust("1 second")
      yield* PubSub.publishAll(synced, ["iiko.stock_balance", "other.product", "fintablo.product"])
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(yield* found, 0)
      yield* PubSub.publishAll(synced, ["iiko.product", "iiko.product_group"])
      yield* TestClock.adjust("2 seconds")
      yield* really(Effect.map(found, (total) => total === 1))
    })
  )

  scenario("is renewed when it is old, and answered at once meanwhile", (cafe) =>
    Effect.gen(function* () {
      const { writeoffs } = cafe
      const found = Effect.map(writeoffs.search("Ряженка", { limit: 1 }), ({ total }) => total)
      assert.strictEqual(yield* found, 0)
      yield* rename(cafe, "Ряженка")
      yield* cafe.sync("product")
      yield* TestClock.adjust("9 minutes")
      assert.strictEqual(yield* found, 0)
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual(yield* found, 0)
      yield* really(Effect.map(found, (total) => total === 1))
    })
  )
})
