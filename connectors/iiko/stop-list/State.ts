/**
 * The products that are stopped now, one line per product of a department, and the difference between two such states.
 */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { tables } from "../EntityTables.ts"

export const StoppedProduct = Schema.Struct({
  departmentId: Schema.NullOr(Schema.String),
  /** null: `cloud.organizations` names a department that the Server does not have, or did not have yet. */
  department: Schema.NullOr(Schema.String),
  productId: Schema.String,
  product: Schema.NullOr(Schema.String),
  /**
   * Decimal text: 0 is stopped, a higher number is the portions left; the smallest of the department's terminal groups.
   */
  balance: Schema.NullOr(Schema.String),
  /** ISO 8601 in UTC: since when any of them has stopped it, by iiko's own date if there is one. */
  since: Schema.String
}).annotate({ identifier: "Stopped" })
export type StoppedProduct = typeof StoppedProduct.Type

const decode = Schema.decodeUnknownEffect(Schema.Array(StoppedProduct))

/** One statement, on the tables that the shipped configuration fills; sorted by name, as people search it. */
export const current = Effect.fn("StopList.current")(function* (connector: string) {
  const sql = yield* SqlClient.SqlClient
  const of = yield* tables(connector)
  const rows = yield* sql`
    select a.department_id as "departmentId", trim(d.name) as department, a.product_id as "productId",
      trim(max(a.product_name)) as product, trim_scale(min(a.balance))::text as balance,
      to_char(min(coalesce(a.date_add, a._first_seen_at)) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since
    from active_stoplist as a
    left join ${of.department} as d on d.id = a.department_id
    group by a.department_id, d.name, a.product_id`
  return (yield* Effect.orDie(decode(rows))).toSorted(byName)
})

export interface Difference {
  readonly added: ReadonlyArray<StoppedProduct>
  readonly gone: ReadonlyArray<StoppedProduct>
  /** In the later state: its balance may have changed. */
  readonly still: ReadonlyArray<StoppedProduct>
}

/** The difference between an earlier and a later state; each part is sorted by name. */
export const difference = (before: ReadonlyArray<StoppedProduct>, after: ReadonlyArray<StoppedProduct>): Difference => {
  const [known, now] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))]
  return {
    added: after.filter((one) => !known.has(keyOf(one))).toSorted(byName),
    gone: before.filter((one) => !now.has(keyOf(one))).toSorted(byName),
    still: after.filter((one) => known.has(keyOf(one))).toSorted(byName)
  }
}

const keyOf = ({ departmentId, productId }: StoppedProduct): string => `${departmentId} ${productId}`

const collator = new Intl.Collator("ru")

const byName = (one: StoppedProduct, other: StoppedProduct): number =>
  collator.compare(one.product ?? "", other.product ?? "") ||
  collator.compare(one.department ?? "", other.department ?? "") ||
  collator.compare(one.productId, other.productId)
