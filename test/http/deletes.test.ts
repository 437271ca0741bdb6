import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { Sync } from "../../core/sync/Sync.ts"
import { column, entity } from "../support/source.ts"
import { ask, layer } from "./fixtures.ts"

/** Two key columns, numbers beyond what a double holds, and a name that has to be quoted. */
const big = 9_007_199_254_740_993n
const thing = entity("thing", {
  columns: [column("id", "bigint"), column("sh op", "text"), column("amount", "decimal")],
  key: ["id", "sh op"]
})

const record = (at: number) => ({ id: String(big + BigInt(at)), "sh op": `shop ${at}`, amount: `${at}.10` })

/** Has had a hundred rows and now has one, so that the delete of 99 was withheld. */
const world = () => {
  // The last first: what is withheld is told by its keys, whatever the order it came in.
  let records = Array.from({ length: 100 }, (_, at) => record(99 - at))
  const served = layer({ entities: [thing], answers: () => ({ records }) })
  const sync = Effect.flatMap(Sync, ({ run }) => run([thing], { trigger: "test", actor: null }))
  const withhold = Effect.gen(function* () {
    yield* sync
    records = records.slice(-1)
    yield* sync
    const { text } = yield* ask("/api/v1/pending-deletes")
    return /"id":(\d+)/.exec(text)?.[1] ?? "none"
  })
  return { served, sync, withhold }
}

const field = (body: unknown, name: string): unknown => Reflect.get(Object(body), name)

const list = (body: unknown, name: string): ReadonlyArray<unknown> => {
  const found = field(body, name)
  return Array.isArray(found) ? found : []
}

describe("a withheld delete", () => {
  it.live("shows its exact rows, page by page, and each as the table has it now", () => {
    const { served, withhold } = world()
    return Effect.gen(function* () {
      const id = yield* withhold
      const { body, status } = yield* ask(`/api/v1/pending-deletes/${id}`)
      assert.strictEqual(status, 200)
      assert.deepInclude(body, { rows: 99, keyColumns: ["id", "sh op"] })
      const keys = list(body, "rowsPage")
      assert.deepStrictEqual(
        [...keys],
        Array.from({ length: 99 }, (_, at) => ({ id: String(big + BigInt(at + 1)), "sh op": `shop ${at + 1}` }))
      )
      for (const [at, row] of list(body, "current").entries()) {
        const [id, shop] = [field(keys[at], "id"), field(keys[at], "sh op")]
        assert.deepInclude(row, { id, "sh op": shop, amount: `${String(shop).slice("shop ".length)}.10` })
        assert.deepStrictEqual(Object.keys(Object(row)).slice(0, 3), ["id", "sh op", "amount"])
      }
      const page = (query: string) =>
        Effect.map(ask(`/api/v1/pending-deletes/${id}?${query}`), (answer) => list(answer.body, "rowsPage"))
      assert.deepStrictEqual(yield* page("offset=2&limit=3"), keys.slice(2, 5))
      assert.deepStrictEqual(yield* page("offset=98"), keys.slice(98))
      const part = yield* ask(`/api/v1/pending-deletes/${id}?offset=2&limit=3`)
      assert.deepStrictEqual(list(part.body, "current"), list(body, "current").slice(2, 5))
      assert.isEmpty(yield* page("offset=99"))
      const sql = yield* SqlClient.SqlClient
      yield* sql`delete from fake_thing where "sh op" = ${String(field(keys[0], "sh op"))}`
      const gone = yield* ask(`/api/v1/pending-deletes/${id}?limit=1`)
      assert.deepStrictEqual(field(gone.body, "current"), [null])
      yield* sql`drop table fake_thing`
      const dropped = yield* ask(`/api/v1/pending-deletes/${id}?limit=2`)
      assert.deepStrictEqual(field(dropped.body, "current"), [null, null])
      assert.strictEqual((yield* ask("/api/v1/pending-deletes/999")).status, 404)
      assert.strictEqual((yield* ask(`/api/v1/pending-deletes/${id}?limit=1001`)).status, 400)
    }).pipe(Effect.provide(served))
  })

  it.live("is decided on once, and tells afterwards by whom", () => {
    const { served, sync, withhold } = world()
    return Effect.gen(function* () {
      const id = yield* withhold
      const decide = (decision: string) => ask(`/api/v1/pending-deletes/${id}`, { method: "POST", body: { decision } })
      assert.deepStrictEqual((yield* ask("/api/v1/pending-deletes?status=decided")).body, { pending: [] })
      const both = yield* Effect.all([decide("apply"), decide("apply")], { concurrency: 2 })
      assert.sameMembers(
        both.map(({ status }) => status),
        [200, 404]
      )
      assert.strictEqual((yield* decide("drop")).status, 404)
      const [only] = list((yield* ask("/api/v1/pending-deletes?status=decided")).body, "pending")
      assert.deepInclude(only, { status: "applied", decidedBy: "api", deleted: 99, rows: 99 })
      assert.match(String(field(only, "decidedAt")), /^\d{4}-/)
      assert.deepStrictEqual((yield* ask("/api/v1/pending-deletes?status=open")).body, { pending: [] })
      // Nobody is shown what was true before the decision.
      assert.include((yield* ask("/api/v1/runs?limit=1")).text, '"deleted":99')
      yield* sync
      const [still] = list((yield* ask("/api/v1/pending-deletes?status=decided")).body, "pending")
      assert.deepStrictEqual(still, only, "a later run replaces no decision")
    }).pipe(Effect.provide(served))
  })
})
