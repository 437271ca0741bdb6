import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    create table tributary.bot_person (
      telegram_id bigint primary key,
      name text not null,
      phone text,
      -- Of iiko; null: an admin who is no employee, or somebody who is still to be confirmed.
      employee_id uuid,
      department_id uuid,
      locale text,
      -- Who pressed «block»: nothing is sent until they write again.
      blocked boolean not null default false,
      created_at timestamptz not null
    )`
  yield* sql`create unique index bot_person_employee on tributary.bot_person (employee_id)`
  yield* sql`
    create table tributary.bot_admin (
      telegram_id bigint primary key,
      added_by text not null,
      added_at timestamptz not null
    )`
  yield* sql`
    create table tributary.bot_session (
      key text primary key,
      value jsonb not null,
      changed_at timestamptz not null
    )`
  // Confirmations of a message's buttons, taken once: a plan, an edited file, a person who wants to be let in.
  yield* sql`
    create table tributary.bot_offer (
      id bigint generated always as identity primary key,
      kind text not null,
      about jsonb not null,
      made_by text not null,
      made_at timestamptz not null
    )`
  // Sent messages by chat, so that they can be edited or replaced later.
  yield* sql`
    create table tributary.bot_message (
      kind text not null,
      subject text not null,
      chat_id bigint not null,
      message_id bigint not null,
      sent_at timestamptz not null,
      primary key (kind, subject, chat_id)
    )`
  // The last notification, where the next message says what has changed since.
  yield* sql`create table tributary.bot_told (subject text primary key, state jsonb not null)`
  yield* sql`
    create table tributary.bot_mute (
      chat_id bigint not null,
      -- A kind of alerts; empty: all.
      kind text not null,
      until timestamptz not null,
      primary key (chat_id, kind)
    )`
})
