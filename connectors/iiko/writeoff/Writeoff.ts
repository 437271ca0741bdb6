/** A write-off from its first draft to its outcome. */
import { Data, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { type Reason, storedReason } from "../../../core/sdk.ts"

export const WriteoffStatus = Schema.Literals([
  "draft",
  "waiting", // for an admin
  "sending",
  "sent",
  "failed", // certainly not applied: may be sent again
  "unknown", // perhaps applied: a retry looks for it first
  "rejected",
  "cancelled",
  "expired"
])
export type WriteoffStatus = typeof WriteoffStatus.Type

export const WriteoffItem = Schema.Struct({
  productId: Schema.String,
  name: Schema.String,
  unit: Schema.NullOr(Schema.String),
  /** Decimal text. */
  amount: Schema.String
})
export type WriteoffItem = typeof WriteoffItem.Type

const Items = Schema.fromJsonString(Schema.Array(WriteoffItem))
const Moment = Schema.NullOr(Schema.DateTimeUtcFromDate)
const Text = Schema.NullOr(Schema.String)

const Row = Schema.Struct({
  id: Schema.BigInt,
  status: WriteoffStatus,
  number: Text,
  author: Schema.String,
  author_name: Schema.String,
  department_id: Schema.String,
  store_id: Schema.String,
  store_name: Schema.String,
  store_kind: Schema.Literals(["bar", "kitchen", "other"]),
  account_id: Text,
  account_name: Text,
  reason: Schema.String,
  items: Items,
  submitted_items: Schema.NullOr(Items),
  locked_by: Text,
  locked_until: Moment,
  corrected_by: Text,
  decided_by: Text,
  rejection: Text,
  detail: Text,
  detail_reason: Schema.Unknown,
  created_at: Schema.DateTimeUtcFromDate,
  changed_at: Schema.DateTimeUtcFromDate,
  submitted_at: Moment,
  decided_at: Moment
})
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

/** Names as in the table, in camel case. */
export interface Writeoff {
  readonly id: number
  readonly status: WriteoffStatus
  /** Set from submission on. */
  readonly number: string | null
  readonly author: string
  readonly authorName: string
  readonly departmentId: string
  readonly store: { readonly id: string; readonly name: string; readonly kind: (typeof Row.Type)["store_kind"] }
  readonly account: { readonly id: string; readonly name: string } | null
  readonly reason: string
  readonly items: ReadonlyArray<WriteoffItem>
  /** The author's items, since an admin may have corrected them. */
  readonly submittedItems: ReadonlyArray<WriteoffItem> | null
  readonly lockedBy: string | null
  readonly lockedUntil: (typeof Row.Type)["locked_until"]
  readonly correctedBy: string | null
  /** The admin who approved or rejected it. */
  readonly decidedBy: string | null
  readonly rejection: string | null
  /** The message of iiko or the network. */
  readonly detail: string | null
  readonly detailReason: Reason | null
  readonly createdAt: (typeof Row.Type)["created_at"]
  readonly changedAt: (typeof Row.Type)["changed_at"]
  readonly submittedAt: (typeof Row.Type)["submitted_at"]
  readonly decidedAt: (typeof Row.Type)["decided_at"]
}

/** Items as text: the driver would read their numbers as doubles. */
export const columns = Effect.map(SqlClient.SqlClient, (sql) =>
  sql.literal(
    Object.keys(Row.fields)
      .map((name) => (name === "items" || name === "submitted_items" ? `w.${name}::text` : `w.${name}`))
      .join(", ")
  )
)

const writeoffOf = (row: typeof Row.Type): Writeoff => ({
  id: Number(row.id),
  status: row.status,
  number: row.number,
  author: row.author,
  authorName: row.author_name,
  departmentId: row.department_id,
  store: { id: row.store_id, name: row.store_name, kind: row.store_kind },
  account: row.account_id === null ? null : { id: row.account_id, name: row.account_name ?? "" },
  reason: row.reason,
  items: row.items,
  submittedItems: row.submitted_items,
  lockedBy: row.locked_by,
  lockedUntil: row.locked_until,
  correctedBy: row.corrected_by,
  decidedBy: row.decided_by,
  rejection: row.rejection,
  detail: row.detail,
  detailReason: row.detail === null ? null : storedReason(row.detail_reason, row.detail),
  createdAt: row.created_at,
  changedAt: row.changed_at,
  submittedAt: row.submitted_at,
  decidedAt: row.decided_at
})

export const writeoffsOf = (rows: unknown) =>
  Effect.map(Effect.orDie(decodeRows(rows)), (decoded) => decoded.map(writeoffOf))

/** The request was refused, and nothing was changed. */
export class WriteoffRefused extends Data.TaggedError("WriteoffRefused")<{
  readonly reason:
    | "missing"
    | "notYours"
    /** Its status has changed; `writeoff.status` is the present one. */
    | "moved"
    /** Another admin has it open. */
    | "locked"
    /** An admin must open it before deciding, or the time to decide is over. */
    | "notOpened"
    | "expired"
    /** No products, no account or no reason. */
    | "incomplete"
    /** A store, an account or a product that the person may not choose. */
    | "notOffered"
    | "badAmount"
  readonly message: string
  /** Its present state. */
  readonly writeoff: Writeoff | undefined
}> {}
