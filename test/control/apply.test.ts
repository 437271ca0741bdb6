import { assert, describe, it } from "@effect/vitest"
import { Effect, Ref } from "effect"
import type { RunResult } from "../../core/sync/RunResult.ts"
import { by, world } from "./fixtures.ts"

const many = Array.from({ length: 20 }, (_, at) => ({ id: at + 1, name: `row ${at + 1}` }))
const renamed = many.map((row) => (row.id === 5 ? { ...row, name: "new" } : row))

/** A world whose table holds `many`, and a plan of what these records would change. */
const planned = Effect.fnUntraced(function* (records: typeof many) {
  const here = yield* world
  here.state.answer = { records: many }
  yield* here.control.sync(["fake.thing"], by)
  here.state.answer = { records }
  return { ...here, plan: yield* here.control.plan(["fake.thing"]) }
})

describe("a plan that is applied", () => {
  it.live("deletes no row that somebody edited since, and then does nothing at all", () =>
    Effect.gen(function* () {
      const { control, plan, sql } = yield* planned(renamed.slice(0, 19))
      assert.lengthOf(plan.entities[0]?.deletes ?? [], 1)
      yield* sql`update fake_thing set name = 'edited' where id = 20`
      const [result] = yield* control.apply(plan, by)
      assert.deepInclude(result, { status: "failed", deleted: 0, updated: 0 })
      assert.strictEqual(result?.error, "1 row is no longer as the plan saw it, so nothing was applied; plan again")
      // What stands in the table is as fresh as before.
      const [thing] = yield* control.summaries
      assert.deepInclude(thing, { id: "fake.thing", last: { status: "ok", errorReason: null } })
      assert.deepEqual(
        thing?.recent.map(({ status }) => status),
        ["ok"]
      )
      const [newest] = yield* control.runs({}, 1)
      assert.strictEqual(newest?.status, "failed")
      assert.deepEqual(yield* sql`select name from fake_thing where id in (5, 20) order by id`, [
        { name: "row 5" },
        { name: "edited" }
      ])
    })
  )

  it.live(
    "names no account as long as no connector has any, and one that does is refused before anything is locked",
    () =>
      Effect.gen(function* () {
        const { control, plan } = yield* planned(renamed)
        assert.isTrue(plan.entities.every((one) => !("account" in one)))
        const strange = { ...plan, entities: plan.entities.map((one) => ({ ...one, account: "north" })) }
        const { message } = yield* Effect.flip(control.apply(strange, by))
        assert.include(message, "fake.thing@north")
        assert.lengthOf(yield* control.runs({}, 10), 1, "the sync before")
        const [result] = yield* control.apply(plan, by)
        assert.deepInclude(result, { account: null, status: "ok", updated: 1 })
      })
  )

  it.live("puts in no row that is there since, and then does nothing at all", () =>
    Effect.gen(function* () {
      const { control, plan, sql } = yield* planned([...renamed, { id: 21, name: "row 21" }])
      yield* sql`insert into fake_thing (id, name) values (21, 'by hand')`
      const [result] = yield* control.apply(plan, by)
      assert.deepInclude(result, { status: "failed", inserted: 0, updated: 0 })
      assert.strictEqual(result?.error, "1 row is no longer as the plan saw it, so nothing was applied; plan again")
      assert.deepEqual(yield* sql`select name from fake_thing where id in (5, 21) order by id`, [
        { name: "row 5" },
        { name: "by hand" }
      ])
    })
  )

  it.live("fills in no row that is gone since, and then does nothing at all", () =>
    Effect.gen(function* () {
      const { control, sql, state } = yield* world
      state.answer = { records: many }
      yield* control.sync(["fake.thing"], by)
      yield* sql`update fake_thing set name = null where id in (5, 6)`
      const plan = yield* control.plan(["fake.thing"])
      assert.lengthOf(plan.entities[0]?.updates ?? [], 2)
      yield* sql`delete from fake_thing where id = 5`
      const [result] = yield* control.apply(plan, by)
      assert.deepInclude(result, { status: "failed", updated: 0 })
      assert.deepEqual(yield* sql`select name from fake_thing where id = 6`, [{ name: null }])
    })
  )

  it.live("takes back the question about rows that an older read missed, also where it changes nothing", () =>
    Effect.gen(function* () {
      for (const records of [many, renamed]) {
        const { control, sql, state } = yield* planned(many)
        const open = sql`select status from tributary.pending_delete where status = 'open'`
        state.answer = { records: many.slice(15) }
        yield* control.sync(["fake.thing"], by)
        assert.lengthOf(yield* open, 1)
        state.answer = { records: records.map((row) => (row.id === 1 ? { ...row, name: "refused" } : row)) }
        const refused = yield* control.plan(["fake.thing"])
        yield* sql`update fake_thing set name = 'edited' where id = 1`
        assert.deepInclude((yield* control.apply(refused, by))[0], { status: "failed" })
        assert.lengthOf(yield* open, 1)
        state.answer = { records: records.map((row) => (row.id === 1 ? { ...row, name: "edited" } : row)) }
        const whole = yield* control.plan(["fake.thing"])
        assert.deepInclude((yield* control.apply(whole, by))[0], { status: "ok", deleted: 0 })
        assert.deepStrictEqual(yield* open, [])
      }
    })
  )

  it.live("gives the rows that it changes their moment, and no others", () =>
    Effect.gen(function* () {
      const { control, plan, sql } = yield* planned(renamed)
      const [result] = yield* control.apply(plan, by)
      assert.deepInclude(result, { status: "ok", updated: 1 })
      assert.deepEqual(yield* sql`select id::int as id, name from fake_thing where _changed_at > _first_seen_at`, [
        { id: 5, name: "new" }
      ])
    })
  )

  it.live("does nothing while its entity is being synced, and says so", () =>
    Effect.gen(function* () {
      const { control, plan, sql, state } = yield* planned(renamed)
      const applied = yield* Ref.make<ReadonlyArray<RunResult>>([])
      const before = control.apply(plan, by).pipe(
        Effect.flatMap((results) => Ref.set(applied, results)),
        Effect.orDie
      )
      state.answer = { records: many, before }
      assert.deepInclude((yield* control.sync(["fake.thing"], by))[0], { status: "ok", unchanged: 20 })
      const [result] = yield* Ref.get(applied)
      assert.deepInclude(result, { status: "skipped", updated: 0, error: null })
      assert.deepEqual(yield* sql`select name from fake_thing where id = 5`, [{ name: "row 5" }])
    })
  )

  it.live("makes no change of a table that it did not show", () =>
    Effect.gen(function* () {
      const { control, plan, sql } = yield* planned(renamed)
      yield* sql`alter table fake_thing drop column name`
      const [result] = yield* control.apply(plan, by)
      assert.match(result?.error ?? "", /public\.fake_thing has changed since the plan was made/)
      assert.deepInclude((yield* control.summaries)[0]?.last, { status: "ok" })
      assert.isEmpty(yield* sql`select from pg_attribute where attrelid = 'fake_thing'::regclass and attname = 'name'`)
    })
  )

  it.live("takes a change of a table that was made by hand meanwhile for done", () =>
    Effect.gen(function* () {
      const { control, sql } = yield* world
      const plan = yield* control.plan(["fake.thing"])
      assert.isNotEmpty(plan.entities[0]?.ddl)
      for (const statement of plan.entities[0]?.ddl ?? []) yield* sql.unsafe(statement)
      assert.deepInclude((yield* control.apply(plan, by))[0], { status: "ok", inserted: 1 })
    })
  )
})
