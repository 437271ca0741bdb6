/**
 * The personal data in the table of write-offs, and its erasure; sent write-offs stay, and their numbers are never
 * reused.
 */
import { DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { changedRows, erasedName, type PersonalData } from "../../../core/sdk.ts"

export const personalData: PersonalData = {
  erase: Effect.fn("Writeoffs.erase")(function* (actor) {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql`
      with drafts as (
        delete from tributary.iiko_writeoff
        where author = ${actor} and submitted_at is null and status in ('draft', 'cancelled', 'expired') returning 1
      ), others as (
        update tributary.iiko_writeoff set
          author_name = case when author = ${actor} then ${erasedName} else author_name end,
          author = case when author = ${actor} then ${erasedName} else author end,
          corrected_by = case when corrected_by = ${actor} then ${erasedName} else corrected_by end,
          decided_by = case when decided_by = ${actor} then ${erasedName} else decided_by end,
          locked_by = case when locked_by = ${actor} then ${erasedName} else locked_by end
        where ${actor} in (author, corrected_by, decided_by, locked_by)
          and not (author = ${actor} and submitted_at is null and status in ('draft', 'cancelled', 'expired'))
        returning 1
      )
      select (select count(*) from drafts) + (select count(*) from others) as rows`
    return yield* changedRows(rows)
  }),
  trim: Effect.fn("Writeoffs.trimDrafts")(function* (before, most) {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql`
      with gone as (
        delete from tributary.iiko_writeoff where id = any (array(
          select id from tributary.iiko_writeoff
          where changed_at < ${DateTime.formatIso(before)}::timestamptz and submitted_at is null
            and status in ('draft', 'cancelled', 'expired') limit ${most}))
        returning 1
      ) select count(*) as rows from gone`
    return yield* changedRows(rows)
  })
}
