import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Effect } from "effect"
import { today } from "../sandbox/TestClient.ts"
import { withStatementCount } from "../stop-list/TestClient.ts"
import { incoming, incomingItems } from "./Incoming.ts"
import { start, withDatabase } from "./TestClient.ts"

const days = { since: "2026-02-20", until: today, timezone: "Europe/Kaliningrad" }

const delivered = Effect.gen(function* () {
  const cafe = yield* start()
  const results = yield* cafe.sync("incoming_invoice", "incoming_invoice_item", "supplier")
  for (const { entity, error } of results) assert.isNull(error, entity)
  const expected = cafe.state.incomingInvoices
    .filter(({ dateIncoming }) => dateIncoming.slice(0, 10) >= days.since && dateIncoming.slice(0, 10) <= days.until)
    .toSorted(
      (one, other) =>
        other.dateIncoming.localeCompare(one.dateIncoming) || other.documentNumber.localeCompare(one.documentNumber)
    )
  return { ...cafe, expected }
})

const exactly = (numbers: ReadonlyArray<number>) =>
  BigDecimal.format(
    BigDecimal.normalize(BigDecimal.sumAll(numbers.map((one) => BigDecimal.fromStringUnsafe(`${one}`))))
  )

describe("incoming invoices", () => {
  it.effect("of some days are told by one statement, the newest first, with names and an exact sum", () =>
    Effect.gen(function* () {
      const { expected, state } = yield* delivered
      const { answer, statements } = yield* withStatementCount(incoming("iiko", days))
      assert.strictEqual(statements, 1)
      assert.isNotEmpty(answer)
      assert.deepEqual(
        answer,
        expected.map(({ counteragent, dateIncoming, defaultStore, documentNumber, id, items, status }) => ({
          id,
          number: documentNumber,
          date: dateIncoming.slice(0, 10),
          supplier: state.suppliers.find((supplier) => supplier.id === counteragent)?.name.trim() ?? null,
          store: state.corporateItems.find((item) => item.id === defaultStore)?.name.trim() ?? null,
          sum: exactly(items.map(({ sum }) => sum)),
          status,
          items: items.length
        }))
      )
    }).pipe(withDatabase)
  )

  it.effect("of a department are those that came to its stores, even where only the lines name them", () =>
    Effect.gen(function* () {
      const { expected, sql, state } = yield* delivered
      const departmentId = state.corporateItems.find(({ name }) => name === "Кафе на Мира")?.id ?? ""
      const own = new Set(state.corporateItems.filter(({ name }) => /\(Мира\)/.test(name)).map(({ id }) => id))
      const ids = expected.filter(({ defaultStore }) => own.has(defaultStore)).map(({ id }) => id)
      assert.isTrue(ids.length > 0 && ids.length < expected.length)
      yield* sql`update iiko_incoming_invoice set default_store_id = null where id = ${ids[0] ?? ""}::uuid`
      const found = yield* incoming("iiko", { ...days, departmentId })
      assert.deepEqual(
        found.map(({ id }) => id),
        ids
      )
      assert.match(found[0]?.store ?? "", /\(Мира\)$/)
    }).pipe(withDatabase)
  )

  it.effect("belong to the chain's day", () =>
    Effect.gen(function* () {
      const { expected, sql } = yield* delivered
      const id = expected[0]?.id ?? ""
      // 00:30 of the fifth in Kaliningrad.
      yield* sql`update iiko_incoming_invoice set date_incoming = '2026-03-04T22:30:00Z' where id = ${id}::uuid`
      const on = (day: string) => incoming("iiko", { ...days, since: day, until: day })
      assert.deepInclude(
        (yield* on("2026-03-05")).find((invoice) => invoice.id === id),
        { date: "2026-03-05" }
      )
      assert.isUndefined((yield* on("2026-03-04")).find((invoice) => invoice.id === id))
    }).pipe(withDatabase)
  )

  it.effect("have their lines, by one statement, in the order of the document", () =>
    Effect.gen(function* () {
      const { expected, sql, state } = yield* delivered
      const [invoice] = expected
      const { answer, statements } = yield* withStatementCount(incomingItems("iiko", invoice?.id ?? ""))
      assert.strictEqual(statements, 1)
      const text = (value: number | undefined) => (value === undefined ? null : exactly([value]))
      assert.deepEqual(
        answer.map(({ unit: _, ...line }) => line),
        invoice?.items.map(({ amount, price, product, sum }) => ({
          product: state.products.find(({ id }) => id === product)?.name.trim() ?? null,
          amount: text(amount),
          price: text(price),
          sum: text(sum)
        }))
      )
      assert.isTrue(answer.every(({ unit }) => unit !== null))
      yield* sql`update iiko_incoming_invoice_item set container_id = gen_random_uuid(), amount_unit = null`
      assert.isTrue((yield* incomingItems("iiko", invoice?.id ?? "")).every(({ unit }) => unit === null))
      assert.deepEqual(yield* incomingItems("iiko", "00000000-0000-4000-8000-000000000000"), [])
    }).pipe(withDatabase)
  )

  it.effect("cannot be told before they were synced, and the error says so", () =>
    Effect.gen(function* () {
      const nobody = "00000000-0000-4000-8000-000000000000"
      const errors = [yield* Effect.flip(incoming("iiko", days)), yield* Effect.flip(incomingItems("iiko", nobody))]
      for (const { message } of errors) {
        assert.match(message, /relation "iiko_incoming_invoice\w*" does not exist; .*sync incoming_invoice/)
      }
    }).pipe(withDatabase)
  )
})
