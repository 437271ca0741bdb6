/** Rows that deletes would affect through foreign keys of foreign tables are counted, reported and withheld. */
import { PgConnection } from "@effect/sql-pg"
import { it as alone, assert, describe, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import * as PendingDeletes from "../../core/database/audit/PendingDeletes.ts"
import * as Database from "../../core/database/connection/Database.ts"
import { render } from "../../core/reason/Reason.ts"
import { apply } from "../../core/sync/plan/ApplyPlan.ts"
import type { Plan } from "../../core/sync/plan/Plan.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import type { SourceRecord } from "../../core/upstream/Source.ts"
import { declaration, emptyDatabase, layerDatabase } from "../support/database.ts"
import { column, entity, layerRegistry } from "../support/source.ts"
import { ids, rows, syncerOf } from "./fixtures.ts"

const run = (...statements: ReadonlyArray<string>) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.forEach(statements, (statement) => sql.unsafe<Record<string, unknown>>(statement))
  )

const count = (table: string) =>
  Effect.map(run(`select count(*)::integer as n from ${table}`), ([found]) => found?.[0]?.n)

const allowing = (thing: Entity): Entity => ({ ...thing, guard: { ...thing.guard, cascade: "allow" } })

const planned = (thing: Entity, records: ReadonlyArray<SourceRecord>) =>
  plan([thing]).pipe(Effect.provide(layerRegistry([thing], () => ({ records }))))

const applied = (thing: Entity, document: Plan) =>
  apply(document, "anna").pipe(
    Effect.provide(layerRegistry([thing], () => ({}))),
    Effect.flatMap(([result]) => Effect.fromNullishOr(result))
  )

/** Plans, then syncs the same; returns the counts and reasons of both. */
const both = Effect.fnUntraced(function* (thing: Entity, records: ReadonlyArray<SourceRecord>) {
  const { entities } = yield* planned(thing, records)
  const before = yield* Effect.fromNullishOr(entities[0])
  const after = yield* syncerOf(thing)({ records })
  assert.deepStrictEqual([before.error, after.error], [null, null])
  return {
    planned: {
      counts: [before.inserts, before.updates, before.deletes].map(({ length }) => length),
      reasons: before.reasons,
      notes: before.noteReasons ?? []
    },
    synced: {
      counts: [after.inserted, after.updated, after.deleted],
      reasons: after.reasons,
      notes: after.noteReasons
    }
  }
})

/** Rows 1 to 6; other tables refer to 5 and 6, three with `cascade` and one with `set null`. */
const referredTo = Effect.fnUntraced(function* (name: string) {
  const thing = entity(name, { columns: [column("id", "bigint"), column("name", "text")] })
  yield* syncerOf(thing)({ records: rows(1, 6) })
  yield* run(
    `create table ${name}_order (id bigint primary key, thing bigint references fake_${name} on delete cascade)`,
    `create table ${name}_note (thing bigint references fake_${name} on delete set null)`,
    `insert into ${name}_order values (1, 5), (2, 5), (3, 6), (4, 1), (5, null)`,
    `insert into ${name}_note values (6), (2)`
  )
  return thing
})

const pendingOf = ({ name }: Entity) =>
  Effect.flatMap(PendingDeletes.open(5), (open) => Effect.fromNullishOr(open.find(({ entity: of }) => of === name)))

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("foreign keys that delete or empty rows of others", () => {
    it.effect("withhold the deletes, with the numbers; a person lets them happen, and the audit counts what went", () =>
      Effect.gen(function* () {
        const thing = yield* referredTo("cascaded")
        const records = [...rows(1, 4), ...rows(7, 7)]
        const { planned, synced } = yield* both(thing, records)
        assert.deepStrictEqual(planned, synced)
        assert.deepStrictEqual(synced.counts, [1, 0, 0])
        const warning =
          "2 rows are gone from the source, and foreign keys (cascaded_note_thing_fkey, cascaded_order_thing_fkey) would delete 3 rows and change 1 in public.cascaded_note, public.cascaded_order with them: the deletes were withheld (guard.cascade: refuse)"
        assert.deepStrictEqual(synced.reasons.map(render), [warning])
        assert.strictEqual(yield* count("cascaded_order"), 5)
        const pending = yield* pendingOf(thing)
        assert.deepStrictEqual([pending.reason, pending.total], [warning, 2])
        assert.deepInclude(yield* PendingDeletes.apply(pending.id, "anna", "test"), { deleted: 2, kept: 0 })
        assert.deepStrictEqual(
          [yield* count("cascaded_order"), yield* count("cascaded_note where thing is null"), yield* ids(thing)],
          [2, 1, [1, 2, 3, 4, 7]]
        )
        const [audit] = yield* run("select status, notes from tributary.sync_log where actor = 'anna' and deleted = 2")
        assert.deepStrictEqual(audit, [
          {
            status: "ok",
            notes: [
              "with what is deleted, foreign keys (cascaded_note_thing_fkey, cascaded_order_thing_fkey) delete 3 rows and change 1 in public.cascaded_note, public.cascaded_order"
            ]
          }
        ])
      })
    )

    it.effect("withhold nothing where nothing refers to what is gone", () =>
      Effect.gen(function* () {
        const thing = yield* referredTo("unreferred")
        const { planned, synced } = yield* both(
          thing,
          rows(1, 6).filter(({ id }) => id !== 3)
        )
        assert.deepStrictEqual(planned, synced)
        assert.deepStrictEqual(synced, { counts: [0, 0, 1], reasons: [], notes: [] })
      })
    )

    it.effect("do so where that is declared, and plan, run and apply count it in a note", () =>
      Effect.gen(function* () {
        const thing = allowing(yield* referredTo("let"))
        const note = (removed: number, changed: number, tables: string, rules: string) =>
          `with what is deleted, foreign keys (${rules}) delete ${removed} ${removed === 1 ? "row" : "rows"} and change ${changed} in ${tables}`
        const { planned: first, synced } = yield* both(thing, rows(1, 5))
        assert.deepStrictEqual(first, synced)
        assert.deepStrictEqual(synced.counts, [0, 0, 1])
        assert.deepStrictEqual(synced.notes.map(render), [
          note(1, 1, "public.let_note, public.let_order", "let_note_thing_fkey, let_order_thing_fkey")
        ])
        const document = yield* planned(thing, rows(1, 4))
        const result = yield* applied(thing, document)
        assert.deepInclude(result, { status: "ok", deleted: 1 })
        assert.deepStrictEqual(result.notes, [note(2, 0, "public.let_order", "let_order_thing_fkey")])
        assert.strictEqual(yield* count("let_order"), 2)
      })
    )

    it.effect("say that what refers to those in turn was not counted", () =>
      Effect.gen(function* () {
        const thing = yield* referredTo("chained")
        yield* run("create table chained_line (item bigint references chained_order on delete set null)")
        const { planned, synced } = yield* both(thing, rows(1, 5))
        assert.deepStrictEqual(planned, synced)
        const further =
          "other rows refer in turn to those of public.chained_order that go, and may be deleted or changed with them; they were not counted"
        assert.strictEqual(synced.reasons.map(render)[1], further)
        assert.include((yield* pendingOf(thing)).reasons.map(render), further)
      })
    )

    it.effect("are told beside another reason to withhold the deletes", () =>
      Effect.gen(function* () {
        const thing = yield* referredTo("shared_out")
        const { planned, synced } = yield* both(thing, rows(1, 1))
        assert.deepStrictEqual(planned, synced)
        const { reason, reasons } = yield* pendingOf(thing)
        assert.deepStrictEqual(
          reasons.map(({ code }) => code),
          ["guard.share", "load.cascade"]
        )
        assert.strictEqual(reason, reasons.map(render).join("; "))
      })
    )

    it.effect("stop a plan that is applied when rows refer by then to what it deletes", () =>
      Effect.gen(function* () {
        const thing = yield* referredTo("meanwhile")
        const records = rows(1, 6).filter(({ id }) => id !== 3)
        const document = yield* planned(thing, records)
        yield* run("insert into meanwhile_order values (6, 3)")
        const result = yield* applied(thing, document)
        assert.deepInclude(result, { status: "failed", deleted: 0 })
        assert.match(result.error ?? "", /1 row is no longer as the plan saw it/)
        assert.strictEqual(yield* count("meanwhile_order"), 6)
      })
    )

    it.effect("of partitions and of tables that inherit count once; one whose trigger is off does nothing", () =>
      Effect.gen(function* () {
        const columns = [column("id", "bigint"), column("name", "text")]
        const thing = entity("split", { columns })
        yield* run(
          "create table fake_split (id bigint primary key, name text) partition by range (id)",
          "create table split_low partition of fake_split for values from (0) to (5)",
          "create table split_high partition of fake_split default",
          "create table split_order (thing bigint references fake_split on delete cascade) partition by range (thing)",
          "create table split_order_all partition of split_order default",
          "create table split_only (thing bigint references split_high on delete cascade)"
        )
        yield* syncerOf(thing)({ records: rows(1, 6) })
        yield* run("insert into split_order values (6), (2)", "insert into split_only values (6)")
        const { planned, synced } = yield* both(thing, rows(1, 5))
        assert.deepStrictEqual(planned, synced)
        assert.match(
          synced.reasons.map(render).join(),
          /would delete 2 rows and change 0 in public.split_only, public.split_order/
        )
        yield* run("alter table split_high disable trigger all", "delete from split_order where thing = 6")
        const last = yield* both(thing, rows(1, 5))
        assert.deepStrictEqual(last.synced, { counts: [0, 0, 1], reasons: [], notes: [] })
        assert.deepStrictEqual(last.planned.counts, last.synced.counts)
      })
    )

    it.effect("of the table to itself count rows that stay, by what they will refer to", () =>
      Effect.gen(function* () {
        const thing = entity("tree", {
          columns: [column("id", "bigint"), column("above", "bigint"), column("name", "text")]
        })
        yield* run(
          "create table fake_tree (id bigint primary key, above bigint references fake_tree on delete cascade, name text)"
        )
        const node = (id: number, above: number | null) => ({ id, above, name: "n" })
        yield* syncerOf(thing)({ records: [node(1, null), node(2, 1), node(3, 2), node(4, 2), node(5, null)] })
        // 2 is deleted with its child 3, and 4 moves to 5.
        const moved = yield* both(thing, [node(1, null), node(4, 5), node(5, null)])
        assert.deepStrictEqual(moved.planned, moved.synced)
        assert.deepStrictEqual(moved.synced, { counts: [0, 1, 2], reasons: [], notes: [] })
        assert.deepStrictEqual(yield* ids(thing), [1, 4, 5])
        // 5 is deleted although 4 still refers to it; a change of 4's name does not alter that.
        const left = yield* both(thing, [node(1, null), { ...node(4, 5), name: "new" }])
        assert.deepStrictEqual(left.planned, left.synced)
        assert.deepStrictEqual(left.synced.counts, [0, 1, 0])
        assert.match(left.synced.reasons.map(render).join(), /would delete 1 row and change 0 in public.fake_tree/)
        assert.deepStrictEqual(yield* ids(thing), [1, 4, 5])
      })
    )

    it.effect("withhold only what this run would delete, where two runs have to miss a row", () =>
      Effect.gen(function* () {
        const usual = yield* referredTo("twice")
        const thing: Entity = { ...usual, guard: { ...usual.guard, confirm: "next" } }
        const first = yield* both(thing, rows(1, 5))
        assert.deepStrictEqual(
          first.synced.reasons.map(({ code }) => code),
          ["confirm.next"]
        )
        const second = yield* both(thing, rows(1, 5))
        assert.deepStrictEqual(second.planned.counts, second.synced.counts)
        assert.deepStrictEqual(
          second.synced.reasons.map(({ code }) => code),
          ["guard.cascade"]
        )
        assert.strictEqual(yield* count("twice_order"), 5)
      })
    )
  })
})

alone.effect("rows that may not be read are as many as there may be: the deletes are withheld", () =>
  Effect.gen(function* () {
    const url = yield* emptyDatabase
    const admin = yield* PgConnection.make({ url })
    const own = new URL(Redacted.value(url))
    const role = `r${own.pathname.slice(1)}`
    yield* admin.query(`create role ${role} login password 'own'`, [])
    yield* admin.query(`grant all on schema public to ${role}`, [])
    yield* admin.query(`grant create on database ${own.pathname.slice(1)} to ${role}`, [])
    Object.assign(own, { username: role, password: "own" })
    const thing = entity("unread")
    yield* Effect.gen(function* () {
      yield* syncerOf(thing)({ records: rows(1, 6) })
      yield* admin.query("create table secret (thing bigint references fake_unread on delete cascade)", [])
      yield* admin.query("insert into secret values (6)", [])
      const { planned, synced } = yield* both(thing, rows(1, 5))
      assert.deepStrictEqual(planned, synced)
      assert.deepStrictEqual(synced.counts, [0, 0, 0])
      assert.match(
        synced.reasons.map(render).join(),
        /1 row is gone from the source, and what foreign keys \(secret_thing_fkey\) would delete or change in public.secret/
      )
      const last = yield* both(allowing(thing), rows(1, 5))
      assert.deepStrictEqual(last.planned, last.synced)
      assert.deepStrictEqual(
        [last.synced.counts, last.synced.notes.map(({ code }) => code)],
        [[0, 0, 1], ["load.cascadeUnseen"]]
      )
    }).pipe(
      Effect.provide(Database.layer({ declaration: declaration(Redacted.make(own.href)), dataDirectory: "" })),
      Effect.ensuring(Effect.ignore(admin.query(`drop owned by ${role} cascade`, []))),
      Effect.ensuring(Effect.ignore(admin.query(`drop role ${role}`, [])))
    )
  }).pipe(Effect.scoped)
)
