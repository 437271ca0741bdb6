import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // Messages that Telegram has not accepted yet.
  yield* sql`
    create table tributary.bot_outbox (
      id bigint generated always as identity primary key,
      chat_id bigint not null,
      -- What it stands for once it is there; null: nothing.
      kind text,
      subject text,
      pin boolean not null,
      text text not null,
      keyboard jsonb not null,
      made_at timestamptz not null,
      due_at timestamptz not null,
      tries integer not null
    )`
  yield* sql`create index bot_outbox_due on tributary.bot_outbox (due_at)`
  // Groups that became supergroups have a new id.
  yield* sql`create table tributary.bot_moved (chat_id bigint primary key, to_chat_id bigint not null)`
})
