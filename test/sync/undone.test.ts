/** What triggers do to rows once they were written is told with the run that wrote them. */
import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import * as PendingDeletes from "../../core/database/audit/PendingDeletes.ts"
import { apply } from "../../core/sync/plan/ApplyPlan.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, entity, layerRegistry } from "../support/source.ts"
import { ids, rows, syncerOf, tableOf } from "./fixtures.ts"
import { often, upsert } from "./LongRead.ts"

/** Made before the first sync, so that triggers fire from the first row on. */
const made = Effect.fnUntraced(function* (name: string, more: Partial<Entity> = {}) {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(`create table fake_${name} (id bigint primary key, name text, amount numeric)`)
  return entity(name, more)
})

const trigger = (name: string, when: string, body: string, each = "row", kind = "") =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.andThen(
      sql.unsafe(
        `create or replace function then_${name}() returns trigger language plpgsql as $$ begin if pg_trigger_depth() < 2 then ${body} end if; return null; end $$`
      ),
      sql.unsafe(`create ${kind} trigger then_${name} ${when} for each ${each} execute function then_${name}()`)
    )
  )

const auditOf = (name: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.map(
      sql<Record<string, unknown>>`
        select status, warnings, reasons from tributary.sync_log where entity = ${name} order by id desc limit 1`,
      ([row]) => row
    )
  )

const undone = (count: number, keys: string) => ({ code: "load.undone", params: { count, keys } })
const returned = (count: number, keys: string) => ({ code: "load.returned", params: { count, keys } })

const removals = [
  ["each", "after insert on fake_each", "row", ""],
  ["all", "after insert on fake_all", "statement", ""],
  ["late", "after insert on fake_late deferrable initially deferred", "row", "constraint"]
] as const

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a trigger that fires after rows were written", () => {
    it.effect.each(removals)("and removes some of them is told of in each run, with their keys: %s", (removal) =>
      Effect.gen(function* () {
        const [name, when, each, kind] = removal
        const thing = yield* made(name)
        yield* trigger(name, when, `delete from fake_${name} where id in (3, 5);`, each, kind)
        const sync = syncerOf(thing)
        for (const inserted of [6, 2]) {
          const result = yield* sync({ records: rows(1, 6) })
          assert.deepInclude(result, { status: "warning", fetched: 6, inserted, unchanged: 6 - inserted })
          assert.deepStrictEqual(result.reasons, [undone(2, "id 3; id 5")])
          assert.deepStrictEqual(yield* auditOf(name), {
            status: "warning",
            warnings: result.warnings,
            reasons: result.reasons
          })
          assert.deepStrictEqual(yield* ids(thing), [1, 2, 4, 6])
        }
        yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(`drop trigger then_${name} on fake_${name}`))
        assert.deepInclude(yield* sync({ records: rows(1, 6) }), { status: "ok", inserted: 2, unchanged: 4 })
      })
    )

    it.effect("and changes them, or another row, is told of with a value before and after", () =>
      Effect.gen(function* () {
        const thing = yield* made("shouted")
        yield* trigger(
          "shouted",
          "after insert or update on fake_shouted",
          "update fake_shouted set name = upper(name) where id in (1, new.id);"
        )
        const sync = syncerOf(thing)
        const altered = (count: number, key: string, came: string, held: string) => ({
          code: "load.altered",
          params: { count, column: "name", key, came, held }
        })
        const first = yield* sync({ records: rows(1, 2) })
        assert.deepInclude(first, { status: "warning", inserted: 2 })
        assert.deepStrictEqual(first.reasons, [altered(2, "id 1", "row 1", "ROW 1")])
        const second = yield* sync({ records: rows(1, 2) })
        assert.deepInclude(second, { status: "warning", updated: 2 })
        assert.deepStrictEqual(second.reasons, first.reasons)
      })
    )

    it.effect("and puts back what was deleted, or adds rows, is told of", () =>
      Effect.gen(function* () {
        const thing = yield* made("returning")
        yield* trigger(
          "returning",
          "after delete on fake_returning",
          "insert into fake_returning select old.id, old.name, old.amount where old.id = 5;"
        )
        const sync = syncerOf(thing)
        assert.deepInclude(yield* sync({ records: rows(1, 6) }), { status: "ok", inserted: 6 })
        for (const deleted of [2, 1]) {
          const result = yield* sync({ records: rows(1, 4) })
          assert.deepInclude(result, { status: "warning", deleted, unchanged: 4 })
          assert.deepStrictEqual(result.reasons, [returned(1, "id 5")])
        }
      })
    )

    it.effect("is told of beside what one before did, each row once", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = yield* made("beside")
        yield* sql`create function turns_away() returns trigger language plpgsql as $$ begin
          if new.id = 2 then return null; end if; return new; end $$`
        yield* sql`create trigger first before insert on fake_beside for each row execute function turns_away()`
        yield* trigger("beside", "after insert on fake_beside", "delete from fake_beside where id = 4;")
        const result = yield* syncerOf(thing)({ records: rows(1, 5) })
        assert.deepInclude(result, { status: "warning", inserted: 4 })
        assert.deepStrictEqual(
          result.reasons.map(({ code, params }) => [code, params.count]),
          [
            ["load.unwritten", 1],
            ["load.undone", 1]
          ]
        )
      })
    )

    it.effect("and writes elsewhere, or what is not declared, is no matter; what a guard keeps is not told again", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = yield* made("audited")
        yield* sql`alter table fake_audited add seen integer`
        yield* sql`create table audits (id bigint)`
        yield* trigger(
          "audited",
          "after insert or update or delete on fake_audited",
          "insert into audits values (coalesce(new.id, old.id)); update fake_audited set seen = 1 where id = new.id;"
        )
        const sync = syncerOf(thing)
        assert.deepInclude(yield* sync({ records: rows(1, 8) }), { status: "ok", inserted: 8, reasons: [] })
        const changed = [...rows(1, 1, "new"), ...rows(3, 8)]
        const next = yield* sync({ records: changed })
        assert.deepInclude(next, { status: "ok", updated: 1, deleted: 1, unchanged: 6 })
        assert.deepStrictEqual(
          (yield* sync({ records: rows(7, 8) })).reasons.map(({ code }) => code),
          ["guard.share"]
        )
        const twice = { ...thing, guard: { ...thing.guard, confirm: "next" as const } }
        const waiting = yield* syncerOf(twice)({ records: rows(3, 8) })
        assert.deepStrictEqual(
          waiting.reasons.map(({ code }) => code),
          ["confirm.next"]
        )
        assert.lengthOf(yield* sql`select from audits`, 10)
      })
    )

    it.effect("leaves the rows of an append that were there before out of it", () =>
      Effect.gen(function* () {
        const thing = yield* made("appended", { mode: "append" })
        yield* trigger("appended", "after insert on fake_appended", "update fake_appended set amount = 0 where id = 2;")
        const sync = syncerOf(thing)
        const first = yield* sync({ records: rows(1, 2) })
        assert.deepStrictEqual(first.reasons, [
          { code: "load.altered", params: { count: 1, column: "amount", key: "id 2", came: "1.50", held: "0" } }
        ])
        assert.deepInclude(yield* sync({ records: rows(1, 3) }), { status: "ok", inserted: 1, reasons: [] })
      })
    )

    it.effect("and is of a history of ours, or off, costs nothing", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const history = { schema: "public", name: "kept_of" }
        const sync = syncerOf(entity("kept_in", { history }))
        assert.deepInclude(yield* sync({ records: rows(1, 2) }), { status: "ok", inserted: 2 })
        yield* trigger("kept_in", "after insert on fake_kept_in", "delete from fake_kept_in where id = 3;")
        yield* sql`alter table fake_kept_in disable trigger then_kept_in`
        assert.deepInclude(yield* sync({ records: rows(1, 3) }), { status: "ok", inserted: 1 })
      })
    )

    it.effect("holds the cursor until the rows stay, or a person moves on", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const incremental = { cursor: "at", param: "since", overlap: Duration.zero, format: "iso" }
        const columns = [column("id", "bigint"), column("at", "timestamp")]
        const event = entity("eaten", { mode: "upsert", columns, incremental })
        const sync = syncerOf(event)
        const asked: Array<string | undefined> = []
        const answers =
          (last: number): Answers =>
          (_, options) => {
            const since = options?.since
            asked.push(since?.slice(0, 10))
            const days = [1, 2, 3, 4].slice(0, last).map((id) => ({ id, at: `2026-03-0${id}T00:00:00Z` }))
            return { records: days.filter(({ at }) => at >= (since ?? "")) }
          }
        yield* sync(answers(1))
        yield* trigger("eaten", "after insert on fake_eaten", "delete from fake_eaten where id = 2;")
        for (const inserted of [2, 1]) {
          const result = yield* sync(answers(3))
          assert.deepInclude(result, { status: "warning", inserted })
          assert.deepStrictEqual(
            result.reasons.map(({ code }) => code),
            ["load.undone", "cursor.stays"]
          )
        }
        const past = yield* sync(answers(3), { pastRejected: true })
        assert.deepStrictEqual(past.reasons, [undone(1, "id 2")])
        yield* sql`drop trigger then_eaten on fake_eaten`
        assert.deepInclude(yield* sync(answers(4)), { status: "ok", inserted: 1 })
        assert.deepStrictEqual(asked, [undefined, "2026-03-01", "2026-03-01", "2026-03-01", "2026-03-03"])
      })
    )

    it.effect("shows in a checkpoint, in a list that is read twice before it deletes, and among staged rows", () =>
      Effect.gen(function* () {
        const early = upsert("eaten_early")
        yield* syncerOf(early, often)({ records: rows(1, 1) })
        yield* trigger("eaten_early", "after insert on fake_eaten_early", "delete from fake_eaten_early where id = 2;")
        const parts = yield* syncerOf(early, often)({ records: rows(1, 8), pageSize: 4 })
        assert.deepInclude(parts, { status: "warning", inserted: 7 })
        assert.deepStrictEqual(parts.reasons, [undone(1, "id 2")])

        const twice = yield* made("eaten_twice")
        const sync = syncerOf(twice)
        yield* sync({ records: rows(1, 6) })
        yield* trigger("eaten_twice", "after insert on fake_eaten_twice", "delete from fake_eaten_twice where id = 7;")
        const paged = { end: { _tag: "Complete", pages: 2 } as const, pageSize: 3 }
        const result = yield* sync({ records: rows(2, 7), ...paged })
        assert.deepInclude(result, { status: "warning", inserted: 1, deleted: 1 })
        assert.deepStrictEqual(result.reasons, [undone(1, "id 7")])

        const large = yield* made("eaten_staged")
        yield* trigger(
          "eaten_staged",
          "after insert on fake_eaten_staged",
          "delete from fake_eaten_staged where id = 9;"
        )
        const padding = "x".repeat(1_100_000)
        const records = Array.from({ length: 10 }, (_, id) => ({ id, name: `${id}${padding}`, amount: 1 }))
        assert.deepStrictEqual((yield* syncerOf(large)({ records, pageSize: 1 })).reasons, [undone(1, "id 9")])
      })
    )

    it.effect("shows when a plan or a pending delete is applied", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = yield* made("decided_then")
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 8) })
        yield* sync({ records: rows(7, 8) })
        yield* trigger(
          "decided_then",
          "after insert or update or delete on fake_decided_then",
          `if tg_op = 'DELETE' and old.id = 2 then insert into fake_decided_then values (2, old.name, old.amount); end if;
          if tg_op = 'INSERT' then delete from fake_decided_then where id = 9; end if;
          if tg_op = 'UPDATE' then update fake_decided_then set name = upper(name) where id = new.id; end if;`
        )
        const [question] = yield* PendingDeletes.open(1)
        assert.deepStrictEqual(yield* PendingDeletes.apply(question?.id ?? 0n, "me", "test"), {
          deleted: 6,
          total: 6,
          kept: 1
        })
        const [audit] = yield* sql`select status, deleted, reasons from tributary.sync_log order by id desc limit 1`
        assert.deepStrictEqual(audit, { status: "warning", deleted: 6, reasons: [returned(1, "id 2")] })

        const engine = layerRegistry([thing], () => ({ records: [...rows(7, 7, "new"), ...rows(8, 10)] }))
        const [result] = yield* Effect.provide(
          Effect.flatMap(plan([thing]), (document) => apply(document, null)),
          engine
        )
        assert.deepInclude(result, { status: "warning", inserted: 2, updated: 1, deleted: 1 })
        const expected = [
          undone(1, "id 9"),
          returned(1, "id 2"),
          { code: "load.altered", params: { count: 1, column: "name", key: "id 7", came: "new 7", held: "NEW 7" } }
        ]
        assert.deepStrictEqual(result?.reasons, expected)
        assert.deepInclude(yield* auditOf("decided_then"), { status: "warning", reasons: expected })
        assert.deepStrictEqual(
          (yield* tableOf(thing)).map(({ id }) => Number(id)),
          [2, 7, 8, 10]
        )
      })
    )
  })
})
