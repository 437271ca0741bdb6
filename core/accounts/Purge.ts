/**
 * Deletes the rows that were read for an account, in every table of its connector, with the account or after its removal:
 * counted first, because nobody gets them back, and deleted in one transaction only if they are still that many.
 */
import { Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { type AccountRef, accountName } from "../config/Account.ts"
import { accountColumn, bindAccount } from "../config/AccountEntity.ts"
import type { TableName } from "../config/Column.ts"
import type { Entity } from "../config/Entity.ts"
import { targetOf } from "../config/RunTarget.ts"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import * as Runs from "../database/audit/Runs.ts"
import { literal, quote, quoteTable, tableId } from "../database/tables/Identifier.ts"
import type { Initiator } from "../observe/Initiator.ts"
import { Registry } from "../plugin/Registry.ts"
import { reason } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"
import * as AccountEvents from "./AccountEvents.ts"
import { AccountRefused } from "./AccountRefused.ts"
import { type AccountKey, Accounts } from "./Accounts.ts"

export const TableRows = Schema.Struct({ table: Schema.String, rows: Schema.Int })

/** What is kept of an account; tables without a row of it are left out. */
export interface AccountRows {
  readonly rows: number
  readonly tables: ReadonlyArray<typeof TableRows.Type>
}

/** The rows are not as many as was confirmed. */
export class PurgeUnconfirmed extends ReasonError("PurgeUnconfirmed")<AccountRows> {}

export const unconfirmed = (account: AccountRef, kept: AccountRows) =>
  new PurgeUnconfirmed({
    ...kept,
    reason: reason("account.purgeUnconfirmed", { account: accountName(account), count: kept.rows })
  })

/** The entities of the account's connector. Without its declaration nobody knows the tables. */
const entitiesOf = Effect.fnUntraced(function* (account: AccountKey) {
  const { declaration, entities } = yield* Registry.now
  yield* Effect.mapError(declaration(account.connector), ({ reason }) => new AccountRefused({ reason }))
  return entities.filter((one) => one.connector === account.connector && one.perAccount === true)
})

/** The tables that hold rows of an entity by account; triggers write some of them, so they come after the entity's own. */
const tablesOf = ({ history, table, versions }: Entity): ReadonlyArray<TableName> => [
  table,
  ...(history === undefined ? [] : [history]),
  ...(versions === undefined ? [] : [versions])
]

const decodeNames = decodeOwn(Schema.Struct({ name: Schema.String }))

/** Those that exist. A table from before its connector had accounts has no column for them, and no row of one. */
const existing = Effect.fnUntraced(function* (tables: ReadonlyArray<TableName>) {
  const sql = yield* SqlClient.SqlClient
  const byName = new Map(tables.map((table) => [quoteTable(table), table]))
  const found = yield* sql`
    select t.name from jsonb_array_elements_text(${JSON.stringify([...byName.keys()])}::jsonb) as t(name)
    where exists (
      select from pg_attribute as a
      where a.attrelid = to_regclass(t.name) and a.attname = ${accountColumn} and not a.attisdropped
    )`
  return (yield* decodeNames(found)).flatMap(({ name }) => byName.get(name) ?? [])
})

/** Rejected records are rows of the source, too. */
const rejects = { schema: "tributary", name: "sync_reject" } satisfies TableName

interface Part {
  readonly table: TableName
  readonly where: string
}

/** Where the rows of an account are; `$1` is its id. */
const partsOf = Effect.fnUntraced(function* (entities: ReadonlyArray<Entity>) {
  const tables = yield* existing(entities.flatMap(tablesOf))
  const ofRuns = "t.run_id in (select l.id from tributary.sync_log as l where l.account = $1::text)"
  return [
    ...tables.map((table): Part => ({ table, where: `t.${quote(accountColumn)} = $1::uuid` })),
    { table: rejects, where: ofRuns }
  ]
})

const decodeRows = decodeOwn(Schema.Struct({ name: Schema.String, rows: Schema.BigInt }))

const counted = (rows: unknown) =>
  Effect.map(decodeRows(rows), (decoded): AccountRows => {
    const tables = decoded.flatMap(({ name, rows }) => (rows === 0n ? [] : [{ table: name, rows: Number(rows) }]))
    return { rows: tables.reduce((sum, { rows }) => sum + rows, 0), tables }
  })

const named = ({ table }: Part): string => `${literal(tableId(table))}::text as name`

/** Counts what `remove` would delete. */
export const count = Effect.fn("Purge.count")(function* (account: AccountKey) {
  const sql = yield* SqlClient.SqlClient
  const parts = yield* partsOf(yield* entitiesOf(account))
  const selects = parts.map(
    (part) => `select ${named(part)}, count(*) as rows from ${quoteTable(part.table)} as t where ${part.where}`
  )
  return yield* counted(yield* sql.unsafe(selects.join("\nunion all "), [account.id]))
})

/** One statement: foreign keys between the tables are checked when all rows are gone. */
const deleteRows = Effect.fnUntraced(function* (entities: ReadonlyArray<Entity>, { id }: AccountRef) {
  const sql = yield* SqlClient.SqlClient
  const parts = yield* partsOf(entities)
  const deletes = parts.map(
    ({ table, where }, at) => `gone${at} as (delete from ${quoteTable(table)} as t where ${where} returning 1)`
  )
  const counts = parts.map((part, at) => `select ${named(part)}, count(*) as rows from gone${at}`)
  return yield* counted(yield* sql.unsafe(`with ${deletes.join(",\n")}\n${counts.join("\nunion all ")}`, [id]))
})

/** What the daemon has noted about those rows. */
const forget = Effect.fnUntraced(function* ({ id }: AccountRef) {
  const sql = yield* SqlClient.SqlClient
  for (const table of ["sync_cursor", "missed_rows", "source_fields"]) {
    yield* sql`delete from ${sql.literal(`tributary.${table}`)} where account = ${id}`
  }
  yield* sql`
    update tributary.pending_delete set status = 'superseded', decided_at = now() where account = ${id} and status = 'open'`
})

/** The audit of the rows, one line for each entity that lost some. */
const note = Effect.fnUntraced(function* (
  entities: ReadonlyArray<Entity>,
  { id }: AccountRef,
  { tables }: AccountRows,
  { actor, trigger }: Initiator
) {
  const sql = yield* SqlClient.SqlClient
  // Entities may share a table.
  const deleted = tables.flatMap(({ rows, table }) =>
    entities
      .filter((one) => tableId(one.table) === table)
      .slice(0, 1)
      .map(({ connector, name }) => ({ connector, entity: name, rows }))
  )
  yield* sql`
    insert into tributary.sync_log (connector, entity, account, trigger, actor, status, finished_at, deleted)
    select w.connector, w.entity, ${id}, ${trigger}, ${actor}, 'ok', now(), w.rows
    from json_to_recordset(${JSON.stringify(deleted)}::json) as w(connector text, entity text, rows integer)`
})

interface Purge<E, R> {
  readonly account: AccountKey
  /** How many rows the person agreed to. */
  readonly confirmed: number
  readonly initiator: Initiator
  /** What else goes, in the same transaction. */
  readonly removing: Effect.Effect<void, E, R>
}

const purge = Effect.fnUntraced(function* <E, R>({ account, confirmed, initiator, removing }: Purge<E, R>) {
  const sql = yield* SqlClient.SqlClient
  const entities = yield* entitiesOf(account)
  // A run that began before would write its rows afterwards.
  if (!(yield* Runs.hold(entities.map((entity) => targetOf(bindAccount(entity, account)))))) {
    return yield* new AccountRefused({ reason: reason("account.beingRead", { account: accountName(account) }) })
  }
  const purging = Effect.gen(function* () {
    const gone = yield* deleteRows(entities, account)
    if (gone.rows !== confirmed) return yield* unconfirmed(account, gone)
    yield* forget(account)
    yield* note(entities, account, gone, initiator)
    yield* removing
    yield* AccountEvents.purged(account, gone.rows, initiator)
    return gone
  })
  return yield* sql.withTransaction(purging)
}, Effect.scoped)

/** Destroys the credentials and deletes the rows, if they are as many as `confirmed` says. */
export const remove = Effect.fn("Purge.remove")(function* (
  account: AccountKey,
  confirmed: number,
  initiator: Initiator
) {
  const accounts = yield* Accounts
  return yield* purge({ account, confirmed, initiator, removing: accounts.remove(account, initiator) })
})

/** Deletes the rows of an account that was removed before, if they are as many as `confirmed` says. */
export const purgeRemoved = Effect.fn("Purge.purgeRemoved")(
  (account: AccountKey, confirmed: number, initiator: Initiator) =>
    purge({ account, confirmed, initiator, removing: Effect.void })
)

/** Finds a removed account by its id. */
export const findRemoved = Effect.fn("Purge.findRemoved")(function* (id: string) {
  const found = yield* AccountEvents.findRemoved(id)
  if (Option.isSome(found)) return found.value
  const { read } = yield* Accounts
  return yield* new AccountRefused({ reason: reason("account.notRemoved", { account: accountName(yield* read(id)) }) })
})
