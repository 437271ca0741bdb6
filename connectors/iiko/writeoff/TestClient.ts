/** A test café: an author, its stores, the service over the sandbox, and what was sent. */
import { assert, it } from "@effect/vitest"
import { Context, Effect, Layer, Logger, type Scope } from "effect"
import type { SqlClient } from "effect/sql"
import { start, withDatabase } from "../documents/TestClient.ts"
import type { Behaviour } from "../sandbox/Model.ts"
import type { WriteoffRefused } from "./Writeoff.ts"
import { viaActions } from "./WriteoffSender.ts"
import { type Options, Writeoffs } from "./Writeoffs.ts"

export const service = (options: Partial<Options> & Pick<Options, "send">) =>
  Effect.map(Layer.build(Layer.fresh(Writeoffs.layer({ connector: "iiko", ...options }))), Context.get(Writeoffs))

const prepare = Effect.fnUntraced(function* (options: Partial<Options> = {}, behaviour: Partial<Behaviour> = {}) {
  const world = yield* start(behaviour)
  const { state } = world
  const sending = viaActions("iiko", world.actions)
  const writeoffs = yield* service({ ...sending, ...options })
  const departmentId = state.corporateItems.find(({ name }) => name === "Кафе на Мира")?.id ?? ""
  const bar = world.store("Бар (Мира)")
  const inBar = new Set(
    state.balances.filter(({ amount, store }) => store === bar && amount > 20).map((row) => row.product)
  )
  const goods = state.products.filter(({ deleted, id, type }) => type === "GOODS" && !deleted && inBar.has(id))
  const [milk = "", juice = ""] = goods.map(({ id }) => id)
  const before = new Map(goods.map(({ id }) => [id, world.stock(bar, id)]))
  const account = world.account("Списание бар")
  /** Complete, but not submitted yet. */
  const draft = writeoffs.create({
    author: "anna",
    authorName: "Анна",
    departmentId,
    storeId: bar,
    accountId: account,
    items: [
      { productId: milk, amount: "1,5" },
      { productId: juice, amount: "2" }
    ],
    reason: "бой"
  })
  return {
    ...world,
    writeoffs,
    sending,
    departmentId,
    bar,
    account,
    accountOf: world.account,
    milk,
    juice,
    draft,
    submitted: Effect.flatMap(draft, ({ id }) => writeoffs.submit(id, "anna", "needed")),
    taken: (product: string) => Number(((before.get(product) ?? 0) - world.stock(bar, product)).toFixed(3)),
    sent: world.posts("/v2/documents/writeoff")
  }
})

export type Cafe = Effect.Success<ReturnType<typeof prepare>>

export const scenario = (
  name: string,
  test: (cafe: Cafe) => Effect.Effect<void, unknown, SqlClient.SqlClient | Scope.Scope>,
  options?: Partial<Options>
) => it.effect(name, () => withDatabase(Effect.flatMap(prepare(options), test)).pipe(Effect.provide(Logger.layer([]))))

/** The reason for a refusal. */
export const refusal = <A, E, R>(effect: Effect.Effect<A, WriteoffRefused | E, R>) =>
  Effect.map(Effect.flip(effect), (error) =>
    typeof error === "object" && error !== null && "reason" in error ? error.reason : assert.fail(String(error))
  )
