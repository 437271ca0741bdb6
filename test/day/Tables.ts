/** What the tables hold at the end of a day, beside what the systems hold. */
import { assert } from "@effect/vitest"
import { Array as Arr, Effect } from "effect"
import { quoteTable } from "../../core/database/tables/Identifier.ts"
import type { World } from "./fixtures.ts"

/** So many rows as the systems have. */
const countsOf = ({ fintablo, iiko }: World): Readonly<Record<string, number>> => {
  const { cloud, corporateItems, ...server } = iiko.state
  const stores = corporateItems.filter(({ type }) => type === "STORE").length
  const money = Object.entries({
    category: "category",
    moneybag: "moneybag",
    moneybag_group: "moneybag-group",
    partner: "partner",
    partner_group: "partner-group",
    direction: "direction",
    goods: "goods",
    obtaining: "obtaining",
    job: "job",
    deal: "deal",
    deal_status: "deal-status",
    deal_salary: "deal-salary",
    obligation_status: "obligation-status",
    obligation: "obligation",
    pnl_category: "pnl-category",
    pnl_item: "pnl-item",
    employee: "employees",
    salary: "salary",
    possession: "possession",
    transaction: "transaction"
  } as const).map(([table, items]): [string, number] => [`ft_${table}`, fintablo.state.items[items].length])
  return {
    ...Object.fromEntries(money),
    active_stoplist: cloud.stopList.length,
    iiko_department: corporateItems.length, // the whole tree
    iiko_employee: server.employees.length,
    iiko_employee_role: server.roles.length,
    iiko_entity: server.references.length + server.accounts.length + server.categories.length,
    iiko_group: server.groups.length,
    iiko_product: server.products.length,
    iiko_product_group: server.productGroups.length,
    iiko_stock_balance: server.balances.filter(({ amount, sum }) => amount !== 0 || sum !== 0).length,
    iiko_store: stores,
    iiko_supplier: server.suppliers.length,
    iiko_terminal_group: cloud.terminalGroups.length
  }
}

/**
 * Every declared table has what its last read brought, or where rows stay although they are read no more, what the first
 * one brought; and where a system has a list of it, as much as that.
 */
export const checkCounts = Effect.fnUntraced(function* (world: World) {
  const { entities, sql } = world
  const counts = countsOf(world)
  for (const [name, of] of Map.groupBy(entities, ({ table }) => table.name)) {
    const [{ connector, mode, parent, table }] = Arr.isReadonlyArrayNonEmpty(of) ? of : assert.fail(name)
    const stays = mode === "upsert" || entities.some((entity) => entity.name === parent && entity.mode === "upsert")
    const order = sql.literal(stays ? "id" : "id desc")
    const names = of.map((entity) => entity.name)
    const [found] = yield* sql<{ rows: number; fetched: number }>`
      select (select count(*)::int from ${sql.literal(quoteTable(table))}) as rows, (
        select sum(fetched)::int from (
          select distinct on (entity) fetched from tributary.sync_log
          where connector = ${connector} and ${sql.in("entity", names)} and status = 'ok' order by entity, ${order}
        ) as read
      ) as fetched`
    assert.isAbove(found?.rows ?? 0, 0, name)
    assert.strictEqual(found?.rows, found?.fetched, name)
    assert.strictEqual(found?.rows, counts[name] ?? found?.rows, name)
  }
  assert.isEmpty(
    Object.keys(counts).filter((name) => entities.every(({ table }) => table.name !== name)),
    "tables that are not declared"
  )
})

/** The mirrored stock, amount by amount. */
export const checkBalances = Effect.fnUntraced(function* ({ iiko, sql }: World) {
  const rows = yield* sql<{ store: string; product: string; amount: string; named: boolean }>`
    select store_id as store, product_id as product, amount, store_name is not null and product_name is not null as named
    from iiko_stock_balance`
  const mirrored = new Map(rows.map(({ amount, product, store }) => [`${store} ${product}`, Number(amount)]))
  const wrong = iiko.state.balances.filter(
    ({ amount, product, store }) => (mirrored.get(`${store} ${product}`) ?? 0) !== amount
  )
  assert.isEmpty(wrong)
  assert.isTrue(rows.every(({ named }) => named))
})

/** What is stopped now is what the cafés have stopped, and of nothing else an interval is open. */
export const checkStopList = Effect.fnUntraced(function* ({ iiko, sql }: World) {
  const stopped = iiko.state.cloud.stopList.map(({ productId, terminalGroupId }) => `${terminalGroupId} ${productId}`)
  const active = yield* sql<{ what: string; named: boolean }>`
    select terminal_group_id || ' ' || product_id as what, product_name is not null and department_id is not null as named
    from active_stoplist`
  const open = yield* sql<{ what: string }>`
    select terminal_group_id || ' ' || product_id as what from stoplist_history where ended_at is null`
  assert.sameMembers(
    active.map(({ what }) => what),
    stopped
  )
  assert.isTrue(active.every(({ named }) => named))
  assert.sameMembers(
    open.map(({ what }) => what),
    stopped
  )
})
