/** Write-offs as rows: their creation, their lists, and their expiry. */
import { DateTime, type Duration, Effect } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import type { DraftChoices, NewDraft, NewWriteoff } from "./Drafts.ts"
import type { StoreKind } from "./Kinds.ts"
import { byId, isoTime, type Rules } from "./Transitions.ts"
import { columns, WriteoffRefused, writeoffsOf } from "./Writeoff.ts"

/** How many write-offs of each author are shown and kept. */
const maxKept = 200

const only = (rows: unknown) => Effect.flatMap(writeoffsOf(rows), ([row]) => Effect.orDie(Effect.fromNullishOr(row)))

export const insert = Effect.fn("Writeoffs.insert")(function* (
  connector: string,
  draft: NewDraft,
  chosen: DraftChoices
) {
  const sql = yield* SqlClient.SqlClient
  return yield* only(
    yield* sql`
      insert into tributary.iiko_writeoff as w (${sql.literal(given)}, status)
      values (${yield* valuesOf(connector, draft, chosen)}, 'draft')
      returning ${yield* columns}`
  )
})

/** `isNew` is false if this token was submitted before; the existing write-off is returned unchanged. */
export const insertSubmitted = Effect.fn("Writeoffs.insertSubmitted")(function* (
  connector: string,
  draft: NewWriteoff,
  chosen: DraftChoices,
  { number, status }: { readonly number: Statement.Fragment; readonly status: "waiting" | "sending" }
) {
  const sql = yield* SqlClient.SqlClient
  const { author, token = null } = draft
  const rows = yield* sql`
    insert into tributary.iiko_writeoff as w (${sql.literal(given)}, status, token, number, submitted_items, submitted_at)
    values (${yield* valuesOf(connector, draft, chosen)}, ${status}, ${token}, ${number},
      ${JSON.stringify(chosen.items)}::jsonb, ${isoTime(yield* DateTime.now)}::timestamptz)
    on conflict (connector, author, token) where token is not null do nothing
    returning ${yield* columns}`
  const [inserted] = yield* writeoffsOf(rows)
  if (inserted !== undefined) return { writeoff: inserted, isNew: true }
  const known = yield* sql`
    select ${yield* columns} from tributary.iiko_writeoff as w
    where w.connector = ${connector} and w.author = ${author} and w.token = ${token}`
  return { writeoff: yield* only(known), isNew: false }
})

const given = `connector, author, author_name, department_id, store_id, store_name, store_kind, account_id, account_name,
  reason, items, created_at, changed_at`

const valuesOf = Effect.fnUntraced(function* (
  connector: string,
  { author, authorName, departmentId, reason = "" }: NewDraft,
  { account, items, store }: DraftChoices
) {
  const sql = yield* SqlClient.SqlClient
  const now = isoTime(yield* DateTime.now)
  return sql`${connector}, ${author}, ${authorName}, ${departmentId}::uuid, ${store.id}::uuid, ${store.name},
    ${store.kind}, ${account?.id ?? null}::uuid, ${account?.name ?? null}, ${reason.trim()},
    ${JSON.stringify(items)}::jsonb, ${now}::timestamptz, ${now}::timestamptz`
})

/** Creates a draft as a copy of one of the author's own. */
export const copy = Effect.fn("Writeoffs.copy")(function* ({ connector }: Rules, id: number, author: string) {
  const sql = yield* SqlClient.SqlClient
  const now = isoTime(yield* DateTime.now)
  const rows = yield* sql`
    insert into tributary.iiko_writeoff as w (connector, status, author, author_name, department_id, store_id,
      store_name, store_kind, account_id, account_name, reason, items, created_at, changed_at)
    select connector, 'draft', author, author_name, department_id, store_id, store_name, store_kind, account_id,
      account_name, reason, items, ${now}::timestamptz, ${now}::timestamptz
    from tributary.iiko_writeoff where id = ${BigInt(id)} and connector = ${connector} and author = ${author}
    returning ${yield* columns}`
  const [copied] = yield* writeoffsOf(rows)
  if (copied !== undefined) return copied
  const writeoff = yield* byId(connector, id)
  return yield* new WriteoffRefused(
    writeoff === undefined
      ? { reason: "missing", message: "There is no such write-off any more.", writeoff }
      : { reason: "notYours", message: "The write-off is somebody else's.", writeoff }
  )
})

export const waiting = Effect.fn("Writeoffs.waiting")(function* ({ connector, expiry }: Rules) {
  const sql = yield* SqlClient.SqlClient
  const oldest = isoTime(DateTime.subtractDuration(yield* DateTime.now, expiry))
  const rows = yield* sql`
    select ${yield* columns} from tributary.iiko_writeoff as w
    where w.connector = ${connector} and w.status = 'waiting' and w.submitted_at > ${oldest}::timestamptz
    order by w.submitted_at, w.id`
  return yield* writeoffsOf(rows)
})

export const history = Effect.fn("Writeoffs.history")(function* (connector: string, author: string, kind?: StoreKind) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${yield* columns} from tributary.iiko_writeoff as w
    where w.connector = ${connector} and w.author = ${author} and w.submitted_at is not null
      ${kind === undefined ? sql`` : sql`and w.store_kind = ${kind}`}
    order by w.id desc limit ${maxKept}`
  return yield* writeoffsOf(rows)
})

/** Write-offs that may have arrived, and those in status sending for so long that probably nobody is sending them. */
export const inDoubt = Effect.fn("Writeoffs.inDoubt")(function* (connector: string, since: Duration.Duration) {
  const sql = yield* SqlClient.SqlClient
  const before = isoTime(DateTime.subtractDuration(yield* DateTime.now, since))
  const rows = yield* sql`
    select ${yield* columns} from tributary.iiko_writeoff as w
    where w.connector = ${connector}
      and (w.status = 'unknown' or (w.status = 'sending' and w.changed_at <= ${before}::timestamptz))
    order by w.id`
  return yield* writeoffsOf(rows)
})

/** A write-off that an admin has open waits until the lock ends. */
export const expire = Effect.fn("Writeoffs.expire")(function* ({
  connector,
  expiry
}: Pick<Rules, "connector" | "expiry">) {
  const sql = yield* SqlClient.SqlClient
  const now = yield* DateTime.now
  const [at, oldest] = [isoTime(now), isoTime(DateTime.subtractDuration(now, expiry))]
  const rows = yield* sql`
    update tributary.iiko_writeoff as w
    set status = 'expired', changed_at = ${at}::timestamptz, locked_by = null, locked_until = null
    where w.connector = ${connector}
      and ((w.status = 'draft' and w.changed_at <= ${oldest}::timestamptz)
        or (w.status = 'waiting' and w.submitted_at <= ${oldest}::timestamptz))
      and (w.locked_until is null or w.locked_until <= ${at}::timestamptz)
    returning ${yield* columns}`
  return yield* writeoffsOf(rows)
})

/** Deletes what no list shows: abandoned drafts, and all but the last write-offs of each author. */
export const trim = Effect.fn("Writeoffs.trim")(function* (connector: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    delete from tributary.iiko_writeoff as w using (
      select id, submitted_at, row_number() over (partition by author, submitted_at is null order by id desc) as place
      from tributary.iiko_writeoff where connector = ${connector}
    ) as o
    where o.id = w.id and (
      (o.submitted_at is null and w.status in ('expired', 'cancelled'))
      or (o.submitted_at is not null and o.place > ${maxKept}
        and w.status in ('sent', 'failed', 'rejected', 'cancelled', 'expired')))
    returning 1`
  return rows.length
})
