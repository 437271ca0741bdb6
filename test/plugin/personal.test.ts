/** What the daemon's own tables keep of people and of what sources sent. */
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Layer, Logger } from "effect"
import { SqlClient } from "effect/sql"
import { pluginType } from "../../bot/index.ts"
import { connectorType as iiko } from "../../connectors/iiko/index.ts"
import * as Retention from "../../core/jobs/Retention.ts"
import * as Migrations from "../../core/plugin/Migrations.ts"
import * as PersonalData from "../../core/plugin/PersonalData.ts"
import { layerDatabase } from "../support/database.ts"

const types = [iiko, pluginType]
const somebody = "telegram:4242"
const other = "telegram:4243"

const layerMigrated = Layer.effectDiscard(Migrations.run(types)).pipe(Layer.provideMerge(layerDatabase))

/** A row of each kind, of the one and of the other. */
const seeded = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* Migrations.run(types)
  for (const who of [somebody, other]) {
    const id = who.slice("telegram:".length)
    const [{ run } = { run: "0" }] = yield* sql<{ run: string }>`
      insert into tributary.sync_log (connector, entity, trigger, actor, status, last_requests)
      values ('c', 'e', 'bot', ${who}, 'ok', '[{"url": "of somebody"}]') returning id::text as run`
    yield* sql`insert into tributary.sync_reject (run_id, position, reason, value) values (${run}::bigint, 1, 'x', 'Иван')`
    yield* sql`
      insert into tributary.action_log (action, key, attempt, what, status, trigger, actor, resolved_by, request, created_at)
      values ('a', gen_random_uuid()::text, gen_random_uuid(), 'w', 'done', 'bot', ${who}, ${who}, '{}', now())`
    yield* sql`insert into tributary.bot_person (telegram_id, name, phone, created_at) values (${id}::bigint, 'Иван', '+7', now())`
    yield* sql`insert into tributary.bot_admin (telegram_id, added_by, added_at) values (${id}::bigint, ${somebody}, now())`
    yield* sql`insert into tributary.bot_session (key, value, changed_at) values (${id}, '{}', now())`
    yield* sql`insert into tributary.bot_offer (kind, about, made_by, made_at) values ('k', '{}', ${who}, now())`
    yield* sql`insert into tributary.bot_mute (chat_id, kind, until, actor) values (${id}::bigint, '', now(), ${who})`
    yield* sql`insert into tributary.bot_message (kind, subject, chat_id, message_id, sent_at) values ('k', 's', ${id}::bigint, 1, now())`
    yield* sql`
      insert into tributary.bot_outbox (chat_id, pin, text, keyboard, made_at, due_at, tries)
      values (${id}::bigint, false, 'Иван', '[]', now(), now(), 0)`
    yield* sql`
      insert into tributary.account (id, connector, owner, name, status, belongs_to, sealed, sealed_by, created_at, created_by)
      values (gen_random_uuid(), 'c', 'company', ${`of ${run}`}, 'active', 'b', '', 'k', now(), ${who})`
    yield* sql`
      insert into tributary.account_event (account, connector, owner, name, event, trigger, actor, at)
      values (gen_random_uuid(), 'c', 'company', 'n', 'paused', 'bot', ${who}, now()),
        (gen_random_uuid(), 'c', 'company', 'n', 'refreshed', 'vault', null, now())`
    yield* sql`
      insert into tributary.task (id, kind, connector, state, trigger, created_by, created_at, finished_at, finished_by)
      values (gen_random_uuid(), 'k', 'c', 'running', 'bot', ${who}, now(), null, null),
        (gen_random_uuid(), 'k', 'c', 'stopped', 'bot', ${who}, now(), now(), ${who})`
    yield* sql`
      with delivery as (
        insert into tributary.inbox (connector, source, key, received_at, next_try, body)
        values ('c', 's', ${`of ${run}`}, now(), now(), '{"name": "Иван"}') returning id
      )
      insert into tributary.inbox_replay (inbox, at, trigger, actor, state)
      select id, now(), 'bot', ${who}, 'dead' from delivery`
    for (const status of ["draft", "sent"]) {
      yield* sql`
        insert into tributary.iiko_writeoff (connector, status, author, author_name, decided_by, department_id, store_id,
          store_name, store_kind, created_at, changed_at, submitted_at)
        values ('iiko', ${status}, ${who}, 'Иван', ${who}, gen_random_uuid(), gen_random_uuid(), 's', 'bar', now(), now(),
          case when ${status} = 'sent' then now() end)`
    }
  }
})

/** How many rows of all tables hold the text anywhere. */
const holding = Effect.fnUntraced(function* (text: string) {
  const sql = yield* SqlClient.SqlClient
  const tables = yield* sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'tributary'`
  const found = yield* Effect.forEach(tables, ({ name }) =>
    Effect.map(
      sql.unsafe<{ n: number }>(`select count(*)::int as n from tributary.${name} as t where t::text ~ $1`, [
        `\\m${text}\\M`
      ]),
      ([row]) => ({ name, n: row?.n ?? 0 })
    )
  )
  return found.filter(({ n }) => n > 0)
})

describe("a person", () => {
  it.live("who is erased is in no table of the daemon's own any more, and nobody else is touched", () =>
    Effect.gen(function* () {
      yield* seeded
      const before = yield* holding("4243")
      const parts = yield* PersonalData.erase(types, somebody)
      assert.deepEqual(
        parts.map(({ part, rows }) => [part, rows > 0]),
        [
          ["tributary", true],
          ["iiko", true],
          ["telegram", true]
        ]
      )
      assert.deepEqual(yield* holding("4242"), [])
      assert.deepEqual(yield* holding("4243"), before)
      const sql = yield* SqlClient.SqlClient
      assert.deepEqual(
        yield* sql`select author, author_name, decided_by from tributary.iiko_writeoff where author = 'erased'`,
        [{ author: "erased", author_name: "erased", decided_by: "erased" }]
      )
      assert.deepEqual(
        (yield* PersonalData.erase(types, somebody)).map(({ rows }) => rows),
        [0, 0, 0]
      )
    }).pipe(Effect.provide(layerDatabase))
  )

  it.live("parents that are gone leave no cursors behind, and what was not read for long keeps its own", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const now = yield* DateTime.now
      yield* sql`
        insert into tributary.sync_cursor (connector, entity, part, value, updated_at) values
          ('c', 'often', 'there', '1', now()), ('c', 'often', 'gone', '1', now() - interval '2 days'),
          ('c', 'seldom', 'one', '1', now() - interval '2 days'), ('c', 'seldom', 'two', '1', now() - interval '3 days')`
      yield* PersonalData.trim(types, DateTime.subtractDuration(now, Duration.days(1)))
      const left = yield* sql`select entity, part from tributary.sync_cursor order by entity, part`
      assert.deepEqual(left, [
        { entity: "often", part: "there" },
        { entity: "seldom", part: "one" },
        { entity: "seldom", part: "two" }
      ])
    }).pipe(Effect.provide(Layer.fresh(layerMigrated)))
  )

  it.live("leaves nothing behind that nobody goes on with, after a while", () =>
    Effect.gen(function* () {
      yield* seeded
      const sql = yield* SqlClient.SqlClient
      const lines: Array<string> = []
      const logger = Logger.make(({ message }) => void lines.push(String(message)))
      const trimmed = (keep: Duration.Duration) =>
        Effect.provide(Retention.runOnce(types, keep), Logger.layer([logger]))
      yield* trimmed(Duration.days(1))
      const counts = sql`
        select (select count(*) from tributary.sync_reject)::int as rejects,
          (select count(*) from tributary.sync_log where last_requests <> '[]')::int as requests,
          (select count(*) from tributary.bot_session)::int as sessions,
          (select count(*) from tributary.bot_offer)::int as offers,
          (select count(*) from tributary.iiko_writeoff)::int as writeoffs,
          (select count(*) from tributary.account_event)::int as events,
          (select count(*) from tributary.task)::int as tasks,
          (select count(*) from tributary.inbox where body is not null)::int as bodies,
          (select count(*) from tributary.inbox where state = 'waiting')::int as waiting,
          (select count(*) from tributary.sync_log)::int as runs`
      assert.deepEqual(yield* counts, [
        {
          rejects: 2,
          requests: 2,
          sessions: 2,
          offers: 2,
          writeoffs: 4,
          events: 4,
          tasks: 4,
          bodies: 2,
          waiting: 2,
          runs: 2
        }
      ])
      assert.deepEqual(lines, [], "nothing was old enough")
      // As if it were tomorrow.
      yield* trimmed(Duration.days(-1))
      assert.deepEqual(yield* counts, [
        {
          rejects: 0,
          requests: 0,
          sessions: 0,
          offers: 0,
          writeoffs: 2,
          events: 2,
          tasks: 2,
          bodies: 0,
          waiting: 0,
          runs: 2
        }
      ])
      assert.lengthOf(lines, 1)
      assert.match(
        lines[0] ?? "",
        /^\d+ rows of rejected records, requests, webhooks and drafts were older than they are kept$/
      )
    }).pipe(Effect.provide(layerDatabase))
  )
})
