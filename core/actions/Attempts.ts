/**
 * Attempts to send, decided by the log. The insert of a key decides who sends. An attempt holds its own lock while its
 * process lives, so that the attempt of a killed process can be detected.
 */
import { DateTime, Duration, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { onLocks } from "../database/connection/Locks.ts"
import type { Initiator } from "../observe/Initiator.ts"
import type { Intent, Json } from "../plugin/Action.ts"
import { type Reason, render } from "../reason/Reason.ts"
import { reasonSql, textSql } from "../reason/Sql.ts"
import { cleanReason, cleanText, toText } from "./LogJson.ts"
import type { Outcome } from "./Outcome.ts"

export interface Attempt extends Initiator {
  /** A UUID, so that a statement repeated after a lost answer is the same attempt. */
  readonly id: string
  readonly action: string
  readonly intent: Intent
}

export const storedKey = (action: string, key: string): string => `${action}:${cleanText(key)}`

const lockOf = (attempt: string) => `hashtextextended('tributary action_log ' || ${attempt}, 0)`

/** A failed attempt was certainly not applied, so it may be tried again; everything else stays as it is. */
const beginStatement = `
with begun as (
  insert into tributary.action_log as l (action, key, attempt, what, reasons, status, trigger, actor, request, created_at)
  values ($1, $2, $3::uuid, $4, jsonb_build_object('what', $5::jsonb), 'sending', $6, $7, $8::jsonb, $9::timestamptz)
  on conflict (key) do update set attempt = excluded.attempt, status = 'sending', what = excluded.what,
    reasons = excluded.reasons, trigger = excluded.trigger, actor = excluded.actor, request = excluded.request,
    attempts = l.attempts + (case when l.attempt = excluded.attempt then 0 else 1 end),
    response = null, error = null, detail = null, resolved_by = null, finished_at = null,
    unknown_since = null, absent_at = null
  where l.status = 'failed' or (l.status = 'sending' and l.attempt = excluded.attempt)
  returning id, attempt
)
select id, pg_try_advisory_lock(${lockOf("attempt::text")}) as held from begun`

const decodeIds = decodeOwn(Schema.Struct({ id: Schema.BigInt }))
const idsOf = (rows: unknown) => Effect.map(decodeIds(rows), (decoded) => decoded.map(({ id }) => Number(id)))

/** Stores the intent and returns its entry's id, or `undefined` if the key is taken. The scope releases the lock. */
export const begin = Effect.fn("Attempts.begin")(function* ({ action, actor, id, intent, trigger }: Attempt) {
  const ask = yield* onLocks
  const now = DateTime.formatIso(yield* DateTime.now)
  // Added before the lock is taken, so that an interruption in between leaves no lock behind.
  yield* Effect.addFinalizer(() => Effect.ignore(ask(`select pg_advisory_unlock(${lockOf("$1")})`, [id])))
  const [key, what, request] = [storedKey(action, intent.key), cleanReason(intent.what), toText(intent.request)]
  const texts = [render(what), JSON.stringify(what)]
  const begun = yield* Effect.flatMap(
    ask(beginStatement, [action, key, id, ...texts, trigger, actor, request, now]),
    idsOf
  )
  return begun[0]
})

/** Stores the outcome of an attempt, unless somebody has decided on it or tried again since. */
export const settle = Effect.fn("Attempts.settle")(function* (attempt: string, outcome: Outcome) {
  const sql = yield* SqlClient.SqlClient
  const now = DateTime.formatIso(yield* DateTime.now)
  const [finished, unknownSince] = outcome.status === "unknown" ? [null, now] : [now, null]
  const response = outcome.status === "done" ? toText(outcome.response) : null
  const why = outcome.status === "done" ? null : outcome.why
  const kept = JSON.stringify(why === null ? {} : { error: why })
  yield* sql`
    update tributary.action_log
    set status = ${outcome.status}, response = ${response}::jsonb, error = ${why === null ? null : render(why)},
      reasons = reasons || ${kept}::jsonb, finished_at = ${finished}::timestamptz,
      unknown_since = ${unknownSince}::timestamptz
    where attempt = ${attempt}::uuid and status in ('sending', 'unknown')`
})

/**
 * Marks as `unknown` what killed processes were sending, for all keys or the given one, and returns the ids. It does
 * not use the locks' own connection, which could take its own locks again.
 */
export const markAbandoned = Effect.fn("Attempts.markAbandoned")(function* (key: string | null = null) {
  const sql = yield* SqlClient.SqlClient
  const now = DateTime.formatIso(yield* DateTime.now)
  const rows = yield* sql.unsafe(
    `update tributary.action_log as l set status = 'unknown', error = ${textSql("action.processEnded", {})},
      unknown_since = $2::timestamptz, reasons = l.reasons || jsonb_build_object('error', ${reasonSql("action.processEnded", {})})
    where l.status = 'sending' and ($1::text is null or l.key = $1)
      and pg_try_advisory_xact_lock(${lockOf("l.attempt::text")})
    returning id`,
    [key, now]
  )
  return yield* idsOf(rows)
})

/** Records that reading back found it, which also corrects a person's `failed` unless it is being sent again. */
export const markFound = Effect.fn("Attempts.markFound")(function* (id: number, response: Json) {
  const sql = yield* SqlClient.SqlClient
  const now = DateTime.formatIso(yield* DateTime.now)
  yield* sql`
    update tributary.action_log set status = 'done', response = ${toText(response)}::jsonb,
      detail = ${sql.literal(textSql("action.foundLater", {}))},
      reasons = reasons || jsonb_build_object('detail', ${sql.literal(reasonSql("action.foundLater", {}))}),
      finished_at = ${now}::timestamptz
    where id = ${BigInt(id)} and (status = 'unknown' or (status = 'failed' and resolved_by is not null))`
})

/** Records what reading back saw of an entry that stays unknown. */
export const noteReadBack = Effect.fn("Attempts.noteReadBack")(function* (id: number, detail: Reason) {
  const sql = yield* SqlClient.SqlClient
  const kept = cleanReason(detail)
  yield* sql`
    update tributary.action_log set detail = ${render(kept)},
      reasons = reasons || ${JSON.stringify({ detail: kept })}::jsonb
    where id = ${BigInt(id)} and status = 'unknown'`
})

/** Between the looks that both have to be in vain. */
const betweenLooks = Duration.seconds(30)

/**
 * Records that an entry was looked for in vain. It has certainly not been applied, and may be sent again, if two such looks
 * came after the time in which the system settles; returns whether they did.
 */
export const noteAbsence = Effect.fn("Attempts.noteAbsence")(function* (id: number, settlesAfter: Duration.Duration) {
  const sql = yield* SqlClient.SqlClient
  const now = yield* DateTime.now
  const [at, settled, earlier] = [
    now,
    DateTime.subtractDuration(now, settlesAfter),
    DateTime.subtractDuration(now, betweenLooks)
  ].map(DateTime.formatIso)
  const rows = yield* sql<{ failed: boolean }>`
    update tributary.action_log set
      absent_at = case when unknown_since <= ${settled}::timestamptz then coalesce(absent_at, ${at}::timestamptz) end,
      status = case when absent_at <= ${earlier}::timestamptz then 'failed' else status end,
      finished_at = case when absent_at <= ${earlier}::timestamptz then ${at}::timestamptz end
    where id = ${BigInt(id)} and status = 'unknown' returning status = 'failed' as failed`
  return rows[0]?.failed === true
})

/** Records a person's decision on an unknown entry. Returns whether it was still unknown. */
export const resolve = Effect.fn("Attempts.resolve")(function* (
  id: number,
  as: "done" | "failed",
  actor: string | null
) {
  const sql = yield* SqlClient.SqlClient
  const now = DateTime.formatIso(yield* DateTime.now)
  // The new attempt id makes a late outcome of the lost attempt have no effect.
  const rows = yield* sql`
    update tributary.action_log set status = ${as}, attempt = gen_random_uuid(), resolved_by = ${actor ?? "somebody"},
      finished_at = ${now}::timestamptz
    where id = ${BigInt(id)} and status = 'unknown' returning id`
  return rows.length > 0
})
