/** Every order of every seller in its last content, every content that was read, no token lost, whatever happens. */
import { assert, it } from "@effect/vitest"
import { Config, Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { eventsAt, ordersAt } from "../../connectors/allegro/sandbox/Sellers.ts"
import type { Ledger } from "./month/Ledger.ts"
import { simulate } from "./month/Month.ts"
import { options } from "./Options.ts"

const versionsOf = (sql: SqlClient.SqlClient, account: string) =>
  Effect.map(
    sql<{ order: string; from: Date; to: Date | null; content: unknown }>`
      select id::text as order, valid_from as from, valid_to as to, content
      from order_versions where account_id = ${account}::uuid order by id, valid_from`,
    (rows) =>
      rows.map(({ from, to, ...row }) => ({ ...row, from: from.getTime(), to: to === null ? null : to.getTime() }))
  )

const idsIn = (sql: SqlClient.SqlClient, table: string, account: string) =>
  Effect.map(
    sql<{ id: string }>`select id::text from ${sql(table)} where account_id = ${account}::uuid`,
    (rows) => new Set(rows.map(({ id }) => id))
  )

const check = Effect.fnUntraced(function* (
  { ended, last, sql, state }: Effect.Success<ReturnType<typeof simulate>>,
  account: string,
  ledger: Ledger
) {
  const { seller } = ledger
  assert.deepEqual(ledger.faultsOf(yield* versionsOf(sql, account)), [])

  const rows = yield* sql<{ id: string; raw: unknown; gone: boolean }>`
    select id::text, raw, gone_at is not null as gone from orders where account_id = ${account}::uuid`
  const stored = new Map(rows.map((row) => [row.id, row]))
  for (const { id } of ordersAt(seller, last)) {
    const { gone, raw } = stored.get(id) ?? {}
    assert.isFalse(gone, `${seller.login} ${id} is there`)
    assert.deepEqual(raw, JSON.parse(JSON.stringify(ledger.formAt(id, last))), `${seller.login} ${id}`)
  }
  for (const { gone, id } of rows) {
    assert.isTrue(seller.byId.has(id), `${id} is an order of ${seller.login}`)
    const isThere = ledger.formAt(id, last) !== undefined
    assert.strictEqual(gone, !isThere, `${seller.login} ${id} is gone`)
  }

  const events = yield* idsIn(sql, "order_events", account)
  const missed = [...ledger.events].filter((id) => !events.has(String(id)))
  assert.deepEqual(missed, [], `events of ${seller.login}`)
  const strange = events.difference(new Set(eventsAt(seller, ended).map(({ id }) => String(id))))
  assert.deepEqual([...strange], [], `events of ${seller.login}`)

  const toSend = ordersAt(seller, last).flatMap(({ id }) => {
    const { fulfillment, status } = ledger.formAt(id, last) ?? {}
    return status === "READY_FOR_PROCESSING" && fulfillment?.status === "NEW" ? [id] : []
  })
  assert.deepEqual(yield* idsIn(sql, "orders_to_send", account), new Set(toSend), `orders to send of ${seller.login}`)
  const sessions = [...state.granted.sessions].filter((session) => session.seller === seller)
  assert.lengthOf(sessions, 1, seller.login)
})

/** `PROOF_CASES=200 PROOF_DAYS=30` is the whole month. A seed repeats what the world and the daemons do, not when they meet. */
it.live(
  "whatever the vendor answers and whichever daemon is killed, each order and each of its contents is kept",
  () =>
    Effect.gen(function* () {
      const { cases: sellers, seed } = yield* options(3)
      const { days, ordersPerDay } = yield* Config.all({
        days: Config.Int("PROOF_DAYS").pipe(Config.withDefault(6)),
        ordersPerDay: Config.Int("PROOF_ORDERS").pipe(Config.withDefault(4))
      })
      const month = yield* simulate({ seed, sellers, days, ordersPerDay })
      const { counts, ledgers, results, sql } = month
      // A field that no order had before is told.
      const failed = results.filter(({ status }) => status !== "ok" && status !== "warning")
      assert.deepEqual(failed, [], `PROOF_SEED=${seed}`)
      const refused = yield* sql`select owner, reason, refresh_asked_at from tributary.account where status <> 'active'`
      assert.deepEqual(refused, [], `PROOF_SEED=${seed}`)
      for (const [account, ledger] of ledgers) yield* check(month, account, ledger)
      if (sellers > 3) console.log(`seed ${seed}, ${sellers} sellers, ${days} days: ${JSON.stringify(counts)}`)
    }).pipe(Effect.scoped, Effect.provide(TestClock.layer())),
  3_600_000
)
