import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Logger, Schema } from "effect"
import { TestClock } from "effect/testing"
import { withStatementCount } from "../stop-list/TestClient.ts"
import { start, type World, withDatabase } from "./TestClient.ts"

const scenario = (
  name: string,
  test: (world: World) => Effect.Effect<void, unknown>,
  change?: (yaml: string) => string
) => it.effect(name, () => withDatabase(Effect.flatMap(start({}, change), test)).pipe(Effect.provide(Logger.layer([]))))

const decodeData = Schema.decodeUnknownEffect(
  Schema.Struct({
    day: Schema.String,
    transfers: Schema.Array(
      Schema.Struct({
        restaurant: Schema.String,
        source: Schema.String,
        target: Schema.String,
        status: Schema.String,
        detail: Schema.NullOr(Schema.String),
        items: Schema.Array(Schema.Struct({ product: Schema.String, amount: Schema.String, unit: Schema.String }))
      })
    ),
    unmatched: Schema.Array(
      Schema.Struct({
        restaurant: Schema.String,
        products: Schema.Array(Schema.Struct({ product: Schema.String, why: Schema.String }))
      })
    ),
    skipped: Schema.Array(Schema.Struct({ restaurant: Schema.String, why: Schema.String }))
  })
)

/** A store's debts of consumables, by product. */
const debtsOf = ({ state }: World, storeId: string): ReadonlyMap<string, number> => {
  const tops = new Set(state.productGroups.filter(({ name }) => name === "Расходные материалы").map(({ id }) => id))
  const groups = new Set(state.productGroups.filter(({ parent }) => tops.has(parent ?? "")).map(({ id }) => id))
  const consumables = new Set(state.products.filter(({ parent }) => groups.has(parent ?? "")).map(({ id }) => id))
  return new Map(
    state.balances
      .filter(({ amount, product, store }) => store === storeId && amount < 0 && consumables.has(product))
      .map(({ amount, product }) => [product, -amount])
  )
}

/** Products that a transfer cannot contain. */
const oddOf = ({ state }: World): ReadonlySet<string> =>
  new Set(state.products.filter(({ deleted, name }) => deleted || name.startsWith("Скотч")).map(({ id }) => id))

/** The action's transfers: the chain has had others before. */
const movedIn = ({ state }: World) => state.transfers.filter(({ documentNumber }) => documentNumber.startsWith("N26"))

const restaurants = ["Мира", "Гагарина", "Светлогорск"]
const pairs = restaurants.flatMap((restaurant) => [`Бар (${restaurant})`, `Кухня (${restaurant})`])

const statuses = ({ items }: { readonly items: ReadonlyArray<{ readonly status: string }> }) =>
  items.map(({ status }) => status)

const transfer = "/documents/internalTransfer"
const olap = "/reports/olap"

describe("negative-transfer", () => {
  scenario("settles what bars and kitchens owe out of their own store of supplies", (world) =>
    Effect.gen(function* () {
      const odd = oddOf(world)
      const owed = new Map(pairs.map((name) => [name, debtsOf(world, world.store(name))]))
      const supplies = world.state.balances.map((row) => ({ ...row }))
      const ran = yield* world.run("negative-transfer")
      assert.deepEqual(statuses(ran), [...pairs.map(() => "done"), "skipped"])
      for (const [name, debts] of owed) {
        const left = debtsOf(world, world.store(name))
        assert.isAbove(debts.size, 3, name)
        assert.deepEqual(
          [...left.keys()].filter((product) => !odd.has(product)),
          [],
          name
        )
      }
      for (const restaurant of restaurants) {
        const source = world.store(`Хоз. товары (${restaurant})`)
        for (const product of world.state.products) {
          const given = ["Бар", "Кухня"].reduce(
            (sum, type) =>
              sum + (odd.has(product.id) ? 0 : (owed.get(`${type} (${restaurant})`)?.get(product.id) ?? 0)),
            0
          )
          const before = supplies.find((row) => row.store === source && row.product === product.id)?.amount ?? 0
          assert.closeTo(before - world.stock(source, product.id), given, 1e-6, product.name)
        }
      }
    })
  )

  scenario("asks for one report and the database once, and sends at the same time", (world) =>
    Effect.gen(function* () {
      yield* world.clearRequests
      const { statements } = yield* withStatementCount(world.dryRun("negative-transfer"))
      assert.strictEqual(statements, 1)
      yield* world.fault({ path: `*${transfer}`, method: "POST", mode: "slow", ms: 30_000 })
      yield* world.run("negative-transfer")
      assert.strictEqual((yield* world.requests).filter(({ path }) => path.endsWith(olap)).length, 2)
      const posted = (yield* world.requests).filter(({ path }) => path.endsWith(transfer))
      assert.lengthOf(posted, pairs.length)
      assert.isAbove(Math.max(...posted.map(({ inFlight }) => inFlight)), 1)
    })
  )

  scenario("names what it cannot match once per restaurant, and a restaurant without a pair", (world) =>
    Effect.gen(function* () {
      const ran = yield* world.run("negative-transfer")
      assert.strictEqual(ran.status, "warning")
      assert.deepInclude(ran.items.at(-1), { what: "Цех", detail: 'there is no store "Хоз. товары (Цех)"' })
      const { skipped, transfers, unmatched } = yield* decodeData(ran.data)
      assert.deepEqual(
        skipped.map(({ restaurant }) => restaurant),
        ["Цех"]
      )
      const mira = unmatched.filter(({ restaurant }) => restaurant === "Мира")
      assert.lengthOf(mira, 1)
      const products = mira[0]?.products ?? []
      assert.lengthOf(new Set(products.map(({ product }) => product)), products.length)
      assert.include(products.find(({ product }) => product.startsWith("Скотч"))?.why, "2 products of this name")
      assert.isTrue(products.some(({ why }) => why.includes("deleted")))
      assert.lengthOf(
        ran.notes.filter((note) => note.startsWith("Мира: not moved: ")),
        1
      )
      const bar = transfers.find(({ target }) => target === "Бар (Мира)")
      assert.isTrue(bar?.items.every(({ amount }) => /^\d+(\.\d+)?$/.test(amount)))
    })
  )

  scenario("takes the unit of the report for a product without one", (world) =>
    Effect.gen(function* () {
      yield* world.run("negative-transfer")
      const unitless = new Set(world.state.products.filter(({ mainUnit }) => mainUnit === null).map(({ id }) => id))
      const sent = movedIn(world)
        .flatMap(({ items }) => items)
        .filter(({ productId }) => unitless.has(productId))
      const { references } = world.state
      const units = sent.map(({ measureUnitId }) => references.find(({ id }) => id === measureUnitId)?.name)
      assert.isNotEmpty(units)
      assert.deepEqual([...new Set(units)], ["шт"])
    })
  )

  scenario(
    "moves nothing a second time on the same evening, also when something new is owed, but does on the next",
    (world) =>
      Effect.gen(function* () {
        yield* world.run("negative-transfer")
        const afterFirst = JSON.stringify(world.state.balances)
        const calm = yield* world.run("negative-transfer")
        assert.strictEqual(JSON.stringify(world.state.balances), afterFirst)
        assert.deepEqual(statuses(calm), ["skipped"])
        const bar = world.store("Бар (Мира)")
        const item = movedIn(world).find(({ storeToId }) => storeToId === bar)?.items[0]
        const balance = world.state.balances.find(({ product, store }) => store === bar && product === item?.productId)
        if (balance === undefined) return assert.fail("nothing was moved to the bar")
        balance.amount = -7
        const sent = world.state.transfers.length
        const again = yield* world.run("negative-transfer")
        assert.deepEqual(statuses(again), ["already", "skipped"])
        assert.deepEqual([balance.amount, world.state.transfers.length], [-7, sent])
        yield* TestClock.adjust("1 day")
        assert.deepEqual(statuses(yield* world.run("negative-transfer")), ["done", "skipped"])
        assert.strictEqual(balance.amount, 0)
      })
  )

  scenario("moves once when two evenings' runs begin at the same moment", (world) =>
    Effect.gen(function* () {
      const both = yield* Effect.all([world.run("negative-transfer"), world.run("negative-transfer")], {
        concurrency: "unbounded"
      })
      assert.lengthOf(movedIn(world), pairs.length)
      const sent = both.flatMap(({ items }) => items.filter(({ status }) => status === "done"))
      assert.lengthOf(sent, pairs.length)
    })
  )

  scenario("is done by read-back when an answer was lost, and moved once", (world) =>
    Effect.gen(function* () {
      yield* world.fault({ path: `*${transfer}`, method: "POST", mode: "disconnectAfter", times: 3 })
      const ran = yield* world.run("negative-transfer")
      assert.deepEqual(statuses(ran), [...pairs.map(() => "done"), "skipped"])
      assert.lengthOf(movedIn(world), pairs.length)
    })
  )

  scenario("shows in a dry run what it would move", (world) =>
    Effect.gen(function* () {
      const before = JSON.stringify(world.state.balances)
      const ran = yield* world.dryRun("negative-transfer")
      assert.deepEqual(statuses(ran), [...pairs.map(() => "planned"), "skipped"])
      const { day, transfers } = yield* decodeData(ran.data)
      assert.strictEqual(day, "2026-03-05")
      assert.isAbove(transfers[0]?.items.length ?? 0, 3)
      assert.deepEqual([JSON.stringify(world.state.balances), yield* world.posts(transfer)], [before, 0])
      assert.deepEqual(yield* world.entries, [])
    })
  )

  scenario("is of the restaurant's day, also when that has begun and the day of UTC has not", (world) =>
    Effect.gen(function* () {
      // Half an hour after midnight in Kaliningrad.
      yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-03-05T22:30:00Z")))
      const ran = yield* world.run("negative-transfer")
      assert.strictEqual((yield* decodeData(ran.data)).day, "2026-03-06")
      const moved = movedIn(world)
      assert.lengthOf(moved, pairs.length)
      assert.isTrue(moved.every(({ dateIncoming }) => dateIncoming === "2026-03-06T00:30:00"))
      assert.isTrue(moved.every(({ documentNumber }) => documentNumber.startsWith("N260306-")))
      const sent = (yield* world.entries).map(({ key }) => key)
      assert.isTrue(sent.every((key) => key.startsWith("iiko.negative-transfer:2026-03-06/")))
      const [report] = (yield* world.requests).filter(({ path }) => path.endsWith(olap)).slice(-1)
      assert.include(JSON.stringify(report), "06.03.2026")
    })
  )

  scenario("works for a new restaurant as soon as its stores are there", (world) =>
    Effect.gen(function* () {
      const { corporateItems } = world.state
      const kitchen = corporateItems.find(({ name }) => name === "Кухня (Цех)")
      const store = { ...corporateItems[0], id: "00000000-0000-4000-8000-00000000c0de", type: "STORE" as const }
      corporateItems.push({
        code: "x",
        revision: 1,
        ...store,
        parentId: kitchen?.parentId ?? "",
        name: " хоз. Товары  (Цех) "
      })
      yield* world.sync("store")
      const ran = yield* world.run("negative-transfer")
      assert.deepEqual(
        statuses(ran),
        [...pairs, "Цех"].map(() => "done")
      )
    })
  )

  scenario("moves nothing when the report cannot be had", (world) =>
    Effect.gen(function* () {
      yield* world.fault({ path: `*${olap}`, mode: "html", times: 9 })
      const ran = yield* world.run("negative-transfer")
      assert.deepEqual([ran.status, ran.items], ["failed", []])
      assert.match(ran.summary, /nothing was moved: .*HTML page/)
      assert.lengthOf(movedIn(world), 0)
    })
  )

  scenario(
    "keeps to the prefixes and the group of its settings",
    (world) =>
      Effect.gen(function* () {
        const ran = yield* world.run("negative-transfer")
        assert.deepEqual(statuses(ran), ["done", "done", "done"])
        const { transfers } = yield* decodeData(ran.data)
        assert.isTrue(transfers.every(({ target }) => target.startsWith("Бар (")))
      }),
    (yaml) => yaml.replace("targetPrefixes: [Бар, Кухня]", "targetPrefixes: [Бар]")
  )
})
