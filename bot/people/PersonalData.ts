/** Personal data in the bot's tables: its erasure and its expiry. */
import { DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { changedRows, erasedName, type PersonalData } from "../../core/plugin/PersonalData.ts"
import { telegramIdOf } from "./Person.ts"

export const personalData: PersonalData = {
  /** The person has to sign in again; an admin whom `bot.yaml` names stays one. */
  erase: Effect.fn("PersonalData.erase")(function* (actor) {
    const sql = yield* SqlClient.SqlClient
    const id = telegramIdOf(actor)
    if (id === undefined) return 0
    const [telegramId, key] = [BigInt(id), String(id)]
    const rows = yield* sql`
      with person as (delete from tributary.bot_person where telegram_id = ${telegramId} returning 1),
        admin as (delete from tributary.bot_admin where telegram_id = ${telegramId} returning 1),
        added as (
          update tributary.bot_admin set added_by = ${erasedName}
          where added_by = ${actor} and telegram_id <> ${telegramId} returning 1
        ),
        session as (delete from tributary.bot_session where key = ${key} returning 1),
        offer as (
          delete from tributary.bot_offer where made_by = ${actor} or about ->> 'telegramId' = ${key} returning 1
        ),
        message as (delete from tributary.bot_message where chat_id = ${telegramId} returning 1),
        waiting as (delete from tributary.bot_outbox where chat_id = ${telegramId} returning 1),
        mute as (delete from tributary.bot_mute where chat_id = ${telegramId} or actor = ${actor} returning 1)
      select (select count(*) from person) + (select count(*) from admin) + (select count(*) from added)
        + (select count(*) from session) + (select count(*) from offer) + (select count(*) from message)
        + (select count(*) from waiting) + (select count(*) from mute) as rows`
    return yield* changedRows(rows)
  }),
  trim: Effect.fn("PersonalData.trim")(function* (before, most) {
    const sql = yield* SqlClient.SqlClient
    const at = DateTime.formatIso(before)
    const rows = yield* sql`
      with session as (
        delete from tributary.bot_session where key = any (array(
          select key from tributary.bot_session where changed_at < ${at}::timestamptz limit ${most}))
        returning 1
      ), offer as (
        delete from tributary.bot_offer where id = any (array(
          select id from tributary.bot_offer where made_at < ${at}::timestamptz limit ${most}))
        returning 1
      )
      select (select count(*) from session) + (select count(*) from offer) as rows`
    return yield* changedRows(rows)
  })
}
