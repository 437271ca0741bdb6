/**
 * The rows of `tributary.account`. A change and its line in `tributary.account_event` are one statement, so that none goes
 * without the other; neither line nor row holds a secret that is not sealed.
 */
import { DateTime, Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { AccountRef } from "../config/Account.ts"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { json } from "../database/tables/StorableText.ts"
import type { Initiator } from "../observe/Initiator.ts"
import type { Customer } from "../plugin/AccountType.ts"
import { isReason, type Reason, reason } from "../reason/Reason.ts"
import type { Sealed } from "./Seal.ts"

export const AccountStatus = Schema.Literals(["active", "paused", "invalid"])
export type AccountStatus = typeof AccountStatus.Type

/** An account and its connector, which all that is done with it needs. */
export interface AccountKey extends AccountRef {
  readonly connector: string
}

/** What may be shown of an account. */
export interface Account extends AccountKey {
  readonly status: AccountStatus
  /** Why it is invalid. */
  readonly reason: Reason | null
  /** The vendor's line about whom the credentials belong to. */
  readonly belongsTo: string
  readonly expiresAt: DateTime.Utc | null
  readonly refreshedAt: DateTime.Utc | null
  readonly lastUsedAt: DateTime.Utc | null
  readonly createdAt: DateTime.Utc
  readonly createdBy: string | null
}

/** An account with its sealed credentials. */
export interface StoredAccount extends Account {
  readonly sealed: Sealed
  /** The vendor's id of whom the credentials belong to; null: the vendor was not asked since there are ids. */
  readonly customer: string | null
  /** Grows with every pair of credentials. */
  readonly generation: bigint
  readonly refreshAskedAt: DateTime.Utc | null
}

export type AccountEvent =
  | "added"
  | "authorized"
  | "refreshed"
  | "refused"
  | "verified"
  | "paused"
  | "resumed"
  | "removed"
  | "resealed"

const time = Schema.NullOr(Schema.DateTimeUtcFromDate)

const Row = Schema.Struct({
  ...{ id: Schema.String, connector: Schema.String, owner: Schema.String, name: Schema.String },
  status: AccountStatus,
  reason: Schema.Unknown,
  belongs_to: Schema.String,
  customer: Schema.NullOr(Schema.String),
  sealed: Schema.Uint8ArrayFromHex,
  sealed_by: Schema.String,
  generation: Schema.BigInt,
  expires_at: time,
  refreshed_at: time,
  refresh_asked_at: time,
  last_used_at: time,
  created_at: Schema.DateTimeUtcFromDate,
  created_by: Schema.NullOr(Schema.String)
})
const decodeStored = decodeOwn(Row)

const storedOf = ({ belongs_to, reason: why, sealed, sealed_by, ...row }: typeof Row.Type): StoredAccount => ({
  ...{ id: row.id, connector: row.connector, owner: row.owner, name: row.name, status: row.status },
  reason: why === null ? null : isReason(why) ? why : reason("unsaid"),
  belongsTo: belongs_to,
  customer: row.customer,
  sealed: { bytes: sealed, by: sealed_by },
  generation: row.generation,
  expiresAt: row.expires_at,
  refreshedAt: row.refreshed_at,
  refreshAskedAt: row.refresh_asked_at,
  lastUsedAt: row.last_used_at,
  createdAt: row.created_at,
  createdBy: row.created_by
})

const all = (rows: unknown) => Effect.map(decodeStored(rows), (decoded) => decoded.map(storedOf))

const first = (rows: unknown) => Effect.map(all(rows), ([row]) => Option.fromNullishOr(row))

/** An account without what only the vault needs. */
export const shown = ({
  customer: _c,
  generation: _g,
  refreshAskedAt: _r,
  sealed: _s,
  ...account
}: StoredAccount): Account => account

/** The columns, from a table or a part of a statement. */
const columns = (from: string): string =>
  [
    ...["id", "connector", "owner", "name", "status", "reason", "belongs_to", "customer", "sealed_by", "generation"],
    ...["expires_at", "refreshed_at", "refresh_asked_at", "last_used_at", "created_at", "created_by"]
  ]
    .map((column) => `${from}.${column}`)
    .join(", ")
    .concat(`, encode(${from}.sealed, 'hex') as sealed`)

const stamp = (at: DateTime.Utc | null | undefined): string | null => (at == null ? null : DateTime.formatIso(at))

/** Days are what vendors count idle credentials in; a write for every request would be for nothing. */
const usedEvery = "1 hour"

export const list = Effect.fn("AccountRows.list")(function* (connector?: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${sql.literal(columns("a"))} from tributary.account as a
    where ${connector ?? null}::text is null or a.connector = ${connector ?? null}
    order by a.connector, a.owner, a.name`
  return yield* all(rows)
})

export const read = Effect.fn("AccountRows.read")(function* (id: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`select ${sql.literal(columns("a"))} from tributary.account as a where a.id = ${id}::uuid`
  return yield* first(rows)
})

/** Reads an account for a request, and notes from time to time that it is in use. */
export const use = Effect.fn("AccountRows.use")(function* (
  { connector, id }: Pick<AccountKey, "connector" | "id">,
  now: DateTime.Utc
) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    with used as (
      update tributary.account set last_used_at = ${stamp(now)}::timestamptz
      where id = ${id}::uuid and connector = ${connector}
        and (last_used_at is null or last_used_at <= ${stamp(now)}::timestamptz - ${usedEvery}::interval)
    )
    select ${sql.literal(columns("a"))} from tributary.account as a
    where a.id = ${id}::uuid and a.connector = ${connector}`
  return yield* first(rows)
})

export interface Change {
  readonly event: AccountEvent
  readonly initiator: Initiator
  readonly at: DateTime.Utc
  readonly reason?: Reason
}

/**
 * Runs a statement that returns changed rows, with its line in the audit. The schedules of an account that is active again
 * promise something from now on; the table still has the status before.
 */
const audited = Effect.fnUntraced(function* (
  changed: ReturnType<SqlClient.SqlClient["literal"]> | ReturnType<SqlClient.SqlClient>,
  { at, event, initiator, reason: why }: Change
) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    with changed as (${changed} returning *), audited as (
      insert into tributary.account_event (account, connector, owner, name, event, reason, trigger, actor, at)
      select c.id, c.connector, c.owner, c.name, ${event}, ${why === undefined ? null : json(why)}::jsonb,
        ${initiator.trigger}, ${initiator.actor}, ${stamp(at)}::timestamptz
      from changed as c
    ), resumed as (
      update tributary.schedule as s set since = ${stamp(at)}::timestamptz
      from changed as c join tributary.account as b on b.id = c.id
      where s.account = c.id and c.status = 'active' and b.status <> 'active'
    )
    select ${sql.literal(columns("c"))} from changed as c`
  return yield* first(rows)
})

/** Credentials ready to be stored. */
export interface SealedGrant {
  readonly sealed: Sealed
  readonly expiresAt: DateTime.Utc | undefined
}

const hex = ({ bytes }: Sealed): string => Buffer.from(bytes).toString("hex")

export const insert = Effect.fn("AccountRows.insert")(function* (
  account: AccountKey,
  customer: Customer,
  { expiresAt, sealed }: SealedGrant,
  change: Change
) {
  const sql = yield* SqlClient.SqlClient
  const at = stamp(change.at)
  return yield* audited(
    sql`insert into tributary.account
      (id, connector, owner, name, status, belongs_to, customer, sealed, sealed_by, expires_at, created_at, created_by)
      values (${account.id}::uuid, ${account.connector}, ${account.owner}, ${account.name}, 'active', ${customer.line},
        ${customer.id}, decode(${hex(sealed)}, 'hex'), ${sealed.by}, ${stamp(expiresAt)}::timestamptz, ${at}::timestamptz,
        ${change.initiator.actor})
      on conflict (connector, owner, name) do nothing`,
    change
  )
})

/** Stores the next credentials, unless others were stored since `generation`. An invalid account is active again. */
export const replace = Effect.fn("AccountRows.replace")(function* (
  { generation, id }: Pick<StoredAccount, "generation" | "id">,
  { expiresAt, sealed }: SealedGrant,
  change: Change
) {
  const sql = yield* SqlClient.SqlClient
  return yield* audited(
    sql`update tributary.account
      set sealed = decode(${hex(sealed)}, 'hex'), sealed_by = ${sealed.by}, generation = generation + 1,
        expires_at = ${stamp(expiresAt)}::timestamptz, refreshed_at = ${stamp(change.at)}::timestamptz,
        refresh_asked_at = null, reason = null, status = case when status = 'invalid' then 'active' else status end
      where id = ${id}::uuid and generation = ${generation}`,
    change
  )
})

/** Notes since when the vendor is asked for the next credentials, before it is. */
export const ask = Effect.fn("AccountRows.ask")(function* (
  { generation, id }: Pick<StoredAccount, "generation" | "id">,
  since: DateTime.Utc
) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    update tributary.account set refresh_asked_at = ${stamp(since)}::timestamptz
    where id = ${id}::uuid and generation = ${generation}`
})

/** Notes what the vendor says of the customer: the line may change, the id does not. */
export const meet = Effect.fn("AccountRows.meet")(function* ({ id }: Pick<AccountKey, "id">, customer: Customer) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    update tributary.account set belongs_to = ${customer.line}, customer = ${customer.id}
    where id = ${id}::uuid and (customer is null or (customer = ${customer.id} and belongs_to <> ${customer.line}))`
})

/** Moves an account to another status, if its credentials are still the given ones: only of them is the reason true. */
export const judge = Effect.fn("AccountRows.judge")(function* (
  { generation, id }: Pick<StoredAccount, "generation" | "id">,
  from: ReadonlyArray<AccountStatus>,
  to: AccountStatus,
  change: Change
) {
  const sql = yield* SqlClient.SqlClient
  const why = change.reason === undefined ? null : json(change.reason)
  return yield* audited(
    sql`update tributary.account set status = ${to}, reason = ${why}::jsonb
      where id = ${id}::uuid and generation = ${generation} and ${sql.in("status", from)}`,
    change
  )
})

/** Moves an account from one status to another, whatever its credentials. */
export const move = Effect.fn("AccountRows.move")(function* (
  { connector, id }: Pick<AccountKey, "connector" | "id">,
  from: AccountStatus,
  to: AccountStatus,
  change: Change
) {
  const sql = yield* SqlClient.SqlClient
  return yield* audited(
    sql`update tributary.account set status = ${to}
      where id = ${id}::uuid and connector = ${connector} and status = ${from}`,
    change
  )
})

/** Destroys the credentials with the row. */
export const remove = Effect.fn("AccountRows.remove")(function* (
  { connector, id }: Pick<AccountKey, "connector" | "id">,
  change: Change
) {
  const sql = yield* SqlClient.SqlClient
  return yield* audited(sql`delete from tributary.account where id = ${id}::uuid and connector = ${connector}`, change)
})

/** Stores the same credentials sealed anew, if they are still sealed as they were. */
export const reseal = Effect.fn("AccountRows.reseal")(function* (
  { generation, id, sealed: { by } }: Pick<StoredAccount, "generation" | "id" | "sealed">,
  sealed: Sealed,
  change: Change
) {
  const sql = yield* SqlClient.SqlClient
  return yield* audited(
    sql`update tributary.account set sealed = decode(${hex(sealed)}, 'hex'), sealed_by = ${sealed.by}
      where id = ${id}::uuid and generation = ${generation} and sealed_by = ${by}`,
    change
  )
})
