import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import type { Behaviour } from "../sandbox/Model.ts"
import { start, withDatabase } from "./TestClient.ts"

const asXml = (yaml: string) => yaml.replace(/^(\s*)writeoff:.*$/m, "$1writeoff: { api: xml }")

const prepare = Effect.fnUntraced(function* (behaviour: Partial<Behaviour>) {
  const world = yield* start(behaviour, asXml)
  const bar = world.store("Бар (Мира)")
  const product = world.state.balances.find((row) => row.store === bar && row.amount > 2)?.product ?? ""
  const before = world.stock(bar, product)
  const input = {
    storeId: bar,
    accountId: world.account("Списание бар"),
    items: [{ productId: product, amount: "1.25" }],
    comment: "бой <стекло> & «чашки»",
    number: "X-1"
  }
  const send = (more: object = {}) =>
    Effect.map(world.run("writeoff", { ...input, ...more }), ({ data, items: [item] }) => ({ data, ...item }))
  return { ...world, send, taken: () => Number((before - world.stock(bar, product)).toFixed(3)) }
})

const scenario = (
  name: string,
  behaviour: Partial<Behaviour>,
  test: (world: Effect.Success<ReturnType<typeof prepare>>) => Effect.Effect<void, unknown>
) =>
  it.effect(name, () => withDatabase(Effect.flatMap(prepare(behaviour), test)).pipe(Effect.provide(Logger.layer([]))))

const outgoing = "/documents/writeoff/outgoing"

describe("a write-off as XML", () => {
  for (const documentApi of ["xml", "both"] as const) {
    scenario(`takes stock once where an installation has it (${documentApi})`, { documentApi }, (world) =>
      Effect.gen(function* () {
        assert.deepInclude(yield* world.send(), { status: "done", data: { documentNumber: "X-1" } })
        assert.deepInclude(yield* world.send(), { status: "already" })
        assert.deepEqual([world.taken(), yield* world.posts(outgoing)], [1.25, 1])
        assert.strictEqual(world.state.writeoffs.at(-1)?.comment, "бой <стекло> & «чашки»")
      })
    )
  }

  scenario("tells why it was not valid, and may be sent again", { documentApi: "both" }, (world) =>
    Effect.gen(function* () {
      const refused = yield* world.send({ accountId: "00000000-0000-4000-8000-000000000000" })
      assert.strictEqual(refused.status, "failed")
      assert.match(refused.detail ?? "", /refused the document X-1: .*ACCOUNT_NOT_FOUND/)
      assert.deepInclude(yield* world.send(), { status: "done" })
      assert.strictEqual(world.taken(), 1.25)
    })
  )

  scenario("has failed where an installation does not have it", { documentApi: "json" }, (world) =>
    Effect.gen(function* () {
      const { detail, status } = yield* world.send()
      assert.strictEqual(status, "failed")
      assert.match(detail ?? "", /no such endpoint/)
    })
  )

  scenario("is found by its number in the JSON form after a lost answer", { documentApi: "both" }, (world) =>
    Effect.gen(function* () {
      yield* world.fault({ path: `*${outgoing}`, method: "POST", mode: "disconnectAfter", times: 1 })
      assert.deepInclude(yield* world.send(), { status: "done" })
      assert.deepEqual([world.taken(), yield* world.posts(outgoing)], [1.25, 1])
    })
  )

  scenario(
    "stays unknown after a lost answer where there is only XML: nobody can look",
    { documentApi: "xml" },
    (world) =>
      Effect.gen(function* () {
        yield* world.fault({ path: `*${outgoing}`, method: "POST", mode: "htmlAfter", times: 1 })
        const { detail, status } = yield* world.send()
        assert.strictEqual(status, "unknown")
        assert.match(detail ?? "", /that cannot be found out: .*no such endpoint/)
        assert.deepInclude(yield* world.send(), { status: "unknown" })
        assert.deepEqual([world.taken(), yield* world.posts(outgoing)], [1.25, 1])
      })
  )

  scenario(
    "knows another number that the server gave it",
    { documentApi: "both", repeatedNumbers: "renumber" },
    (world) =>
      Effect.gen(function* () {
        yield* world.send()
        yield* world.sql`delete from tributary.action_log`
        const { data, status } = yield* world.send()
        assert.strictEqual(status, "done")
        assert.match(JSON.stringify(data), /"W-\d{6}"/)
      })
  )
})
