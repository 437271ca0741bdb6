/**
 * The stock of each store from its last mirrored balances, kept in memory, so that it is shown with a write-off or an
 * approval without another statement. A request never fails: unknown amounts are reported as unknown.
 */
import { BigDecimal, DateTime, Duration, Effect, Option, Schema, type Scope, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { StaleWhileRevalidate } from "../../../core/sdk.ts"
import { tables } from "../EntityTables.ts"

/** The balances of one store. */
export interface StoreStock {
  /** When they were read; `null`: never, or they are unavailable. */
  readonly at: DateTime.Utc | null
  /** Their age, if they are so old that much may have changed since; else `null`. */
  readonly age: Duration.Duration | null
  /** Decimal text, which may be negative; `undefined`: unknown. */
  readonly of: (productId: string) => string | undefined
}

export interface OnHandOptions {
  readonly connector: string
  /** Ids of entities that were just synced. */
  readonly synced: Stream.Stream<string>
  /** Older balances are shown with their age. */
  readonly staleAfter: Duration.Duration
}

/** Older balances are still served, and loaded again in the background: another process may have synced. */
const maxAge = Duration.minutes(10)

/** If the stock is unknown, a larger amount is not plausible for a restaurant's write-off, in whatever unit. */
const plenty = BigDecimal.fromNumberUnsafe(1_000)
const twice = BigDecimal.fromNumberUnsafe(2)

const decode = Schema.decodeUnknownEffect(
  Schema.Array(
    Schema.Struct({
      read_at: Schema.NullOr(Schema.DateTimeUtcFromDate),
      store_id: Schema.NullOr(Schema.String),
      product_id: Schema.NullOr(Schema.String),
      amount: Schema.NullOr(Schema.String)
    })
  )
)

interface Balances {
  readonly at: DateTime.Utc | null
  readonly stores: ReadonlyMap<string, ReadonlyMap<string, string>>
}

const nothing: Balances = { at: null, stores: new Map() }

/**
 * One statement, so that the time and the balances are of one moment. A failed run, or one with an empty answer, does
 * not count as the time of the balances, because it did not change them.
 */
const load = Effect.fn("OnHand.load")(
  function* (connector: string) {
    const sql = yield* SqlClient.SqlClient
    const { stockBalance } = yield* tables(connector)
    const rows = yield* sql`
      select r.read_at, b.store_id, b.product_id, trim_scale(b.amount)::text as amount
      from (
        select max(l.started_at) as read_at from tributary.sync_log as l
        where l.connector = ${connector} and l.entity = 'stock_balance' and l.status in ('ok', 'warning')
          and l.fetched > 0
      ) as r left join ${stockBalance} as b on true`
    const stores = new Map<string, Map<string, string>>()
    const decoded = yield* Effect.orDie(decode(rows))
    for (const { amount, product_id, store_id } of decoded) {
      if (amount === null || product_id === null || store_id === null) continue
      const store = stores.get(store_id) ?? new Map<string, string>()
      stores.set(store_id, store.set(product_id, amount))
    }
    return { at: decoded[0]?.read_at ?? null, stores } satisfies Balances
  },
  // A missing table was never synced.
  Effect.catchIf(
    ({ reason }) => reason._tag === "SqlSyntaxError",
    () => Effect.succeed(nothing)
  )
)

export const make = Effect.fn("OnHand.make")(function* ({
  connector,
  staleAfter,
  synced
}: OnHandOptions): Effect.fn.Return<
  (storeId: string) => Effect.Effect<StoreStock>,
  never,
  SqlClient.SqlClient | Scope.Scope
> {
  const sql = yield* SqlClient.SqlClient
  const { get } = yield* StaleWhileRevalidate.make({
    what: "the stock on hand",
    read: Effect.provideService(load(connector), SqlClient.SqlClient, sql),
    news: Stream.filter(synced, (id) => id === `${connector}.stock_balance`),
    maxAge
  })
  return Effect.fnUntraced(function* (storeId: string) {
    const { at, stores } = yield* Effect.orElseSucceed(get, () => nothing)
    const store = stores.get(storeId)
    const passed = at === null ? Duration.zero : DateTime.distance(at, yield* DateTime.now)
    const age = Duration.isGreaterThan(passed, staleAfter) ? passed : null
    return { at, age, of: (productId) => (at === null ? undefined : store?.get(productId)) } satisfies StoreStock
  })
})

const exceeds = (amount: string, limit: BigDecimal.BigDecimal): boolean =>
  Option.exists(BigDecimal.fromString(amount), (wanted) => BigDecimal.isGreaterThan(wanted, limit))

const known = (onHand: string | undefined) =>
  onHand === undefined ? undefined : Option.getOrUndefined(BigDecimal.fromString(onHand))

/** Whether the amount is more than twice the stock: that is probably a typing error, so the person is asked. */
export const isFar = (amount: string, onHand: string | undefined): boolean => {
  const there = known(onHand)
  return exceeds(amount, there === undefined ? plenty : BigDecimal.multiply(there, twice))
}

export const isMore = (amount: string, onHand: string | undefined): boolean => {
  const there = known(onHand)
  return there !== undefined && exceeds(amount, there)
}
