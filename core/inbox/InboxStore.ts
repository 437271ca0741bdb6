/**
 * Stores a delivery, once: a sender's id for ever, the same key and content within the window of their source. What two
 * processes receive at the same moment is decided by the primary key of `tributary.inbox_seen`.
 */
import { createHash } from "node:crypto"
import { DateTime, type Duration, Effect, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { json, toStorable } from "../database/tables/StorableText.ts"
import { type Accepted, defaultRepeats } from "../plugin/Inbox.ts"

export interface NewDelivery extends Pick<Accepted, "body" | "id" | "key"> {
  readonly connector: string
  readonly source: string
  /** The window of content without an id. */
  readonly repeats?: Duration.Duration | undefined
}

export interface Stored {
  readonly id: number
  /** Whether it was known already. */
  readonly repeated: boolean
}

const decodeIds = decodeOwn(Schema.Struct({ id: Schema.BigInt }))

/** A hash, because content is long and an id may be, too. */
const identityOf = ({ id, key }: NewDelivery, body: string): string =>
  createHash("sha256")
    .update(JSON.stringify(id === undefined ? { key, body } : { id }))
    .digest("base64")

/** Returns once it is stored. */
export const store = Effect.fn("InboxStore.store")(function* (
  delivery: NewDelivery
): Effect.fn.Return<Stored, SqlError.SqlError, SqlClient.SqlClient> {
  const sql = yield* SqlClient.SqlClient
  const now = yield* DateTime.now
  const body = json(delivery.body)
  const { connector, source } = delivery
  const at = DateTime.formatIso(now)
  const identity = identityOf(delivery, body)
  const forgotten =
    delivery.id === undefined
      ? DateTime.formatIso(DateTime.subtractDuration(now, delivery.repeats ?? defaultRepeats))
      : null
  const [stored] = yield* decodeIds(
    yield* sql`
      with seen as (
        insert into tributary.inbox_seen as s (connector, source, identity, inbox, seen_at)
        values (${connector}, ${source}, ${identity}, nextval(pg_get_serial_sequence('tributary.inbox', 'id')),
          ${at}::timestamptz)
        on conflict (connector, source, identity) do update set inbox = excluded.inbox, seen_at = excluded.seen_at
        where s.seen_at <= ${forgotten}::timestamptz
        returning inbox
      )
      insert into tributary.inbox (id, connector, source, key, delivery, received_at, next_try, body)
      select inbox, ${connector}, ${source}, ${toStorable(delivery.key)}, ${delivery.id === undefined ? null : toStorable(delivery.id)},
        ${at}::timestamptz, ${at}::timestamptz, ${body}::jsonb
      from seen returning id`
  )
  if (stored !== undefined) return { id: Number(stored.id), repeated: false }
  const [known] = yield* decodeIds(
    yield* sql`
      update tributary.inbox as i set repeats = i.repeats + 1 from tributary.inbox_seen as s
      where (s.connector, s.source, s.identity) = (${connector}, ${source}, ${identity}) and i.id = s.inbox
      returning i.id`
  )
  // Trimmed in between, it is new.
  return known === undefined ? yield* store(delivery) : { id: Number(known.id), repeated: true }
})
