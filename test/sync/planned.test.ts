/** A plan reads what the sync would read: from the same cursors, or everything for the same reasons. */
import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import type { SyncEvent } from "../../core/sync/RunResult.ts"
import { completeIn, partial } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, type Answers, column, entity, layerRegistry } from "../support/source.ts"
import { inTurn, rows, syncer } from "./fixtures.ts"

const columns = [column("id", "bigint"), column("at", "timestamp")]

const events = (name: string, more: Partial<Entity> = {}) =>
  entity(name, {
    mode: "upsert",
    columns,
    incremental: { cursor: "at", param: "since", overlap: Duration.zero, format: "iso", initial: "2020-01-01" },
    ...more
  })

/** Records by minute; only those since `since` are sent. */
const world = (entities: ReadonlyArray<Entity>, target: Entity) => {
  const minutes = [10, 20]
  const asked: Array<string> = []
  const answers: Answers = (_, options) => {
    asked.push(`${Object.values(options?.params ?? {}).join()}${options?.since}`)
    const since = options?.since ?? ""
    const records = minutes.map((minute) => ({ id: minute, at: `2026-03-01T10:${minute}:00.000Z` }))
    return { records: records.filter(({ at }) => at >= since) }
  }
  const sync = syncer(entities)
  const planned = (full?: boolean) =>
    plan([target], { full }).pipe(
      Effect.provide(layerRegistry(entities, answers)),
      Effect.flatMap(({ entities: [one] }) => Effect.fromNullishOr(one))
    )
  /** Returns the requests since the last call. */
  const seen = () => asked.splice(0)
  return { minutes, planned, seen, sync: (full = false) => sync(answers, [target], { full }) }
}

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a plan", () => {
    it.effect("tells of each entity when it begins, before it reads", () =>
      Effect.gen(function* () {
        const things = [entity("planned_first"), entity("planned_second")]
        const events: Array<string> = []
        const onEvent = (event: SyncEvent) => Effect.sync(() => void events.push(`${event._tag} ${event.entity}`))
        yield* Effect.provide(
          plan(things, { onEvent }),
          layerRegistry(things, () => ({ records: rows(1, 2) }))
        )
        for (const { name } of things) {
          const own = events.filter((one) => one.endsWith(` fake.${name}`))
          assert.deepStrictEqual(own.slice(0, 2), [`Started fake.${name}`, `Rows fake.${name}`])
        }
      })
    )

    it.effect("tells rows by their keys, whatever the order they lie in", () =>
      Effect.gen(function* () {
        const thing = entity("planned_order", { columns: [column("id", "bigint"), column("name", "text")] })
        const ids = [10, 9, 2, 1]
        yield* syncer([thing])(() => ({ records: ids.map((id) => ({ id, name: "x" })) }))
        const { entities } = yield* plan([thing], {}).pipe(
          Effect.provide(layerRegistry([thing], () => ({ records: [10, 30, 4].map((id) => ({ id, name: "x" })) })))
        )
        assert.deepStrictEqual(
          entities.map(({ deletes, inserts }) => [deletes.map(({ id }) => id), inserts.map(({ id }) => id)]),
          [
            [
              ["1", "2", "9"],
              ["4", "30"]
            ]
          ]
        )
      })
    )
  })

  describe("a plan of an incremental entity", () => {
    it.effect("asks from the cursor, and shows what the sync then writes", () =>
      Effect.gen(function* () {
        const event = events("planned_event")
        const { minutes, planned, seen, sync } = world([event], event)
        const before = yield* planned()
        assert.strictEqual(before.inserts.length, 2)
        assert.deepStrictEqual(before.noteReasons, [
          { code: "read.whole", params: { whys: [{ code: "whole.none", params: {} }] } }
        ])
        assert.notProperty(before, "since")
        yield* sync()
        seen()
        minutes.push(30)
        const next = yield* planned()
        assert.deepInclude(next, { fetched: 2, unchanged: 1, since: true })
        assert.deepStrictEqual(
          next.inserts.map(({ id }) => id),
          ["30"]
        )
        assert.notProperty(next, "notes")
        const [run] = yield* sync()
        assert.deepInclude(run, { fetched: 2, inserted: 1, unchanged: 1 })
        assert.deepStrictEqual(seen(), ["2026-03-01T10:20:00.000Z", "2026-03-01T10:20:00.000Z"])
      })
    )

    it.effect("reads everything when asked to, and moves no cursor", () =>
      Effect.gen(function* () {
        const event = events("planned_whole")
        const { planned, seen, sync } = world([event], event)
        yield* sync()
        seen()
        const whole = yield* planned(true)
        assert.deepInclude(whole, { fetched: 2, unchanged: 2 })
        assert.match(whole.notes?.join() ?? "", /a full read was asked for/)
        yield* sync()
        assert.deepStrictEqual(seen(), ["2020-01-01", "2026-03-01T10:20:00.000Z"])
      })
    )

    it.effect("reads everything for the reasons for which the sync does", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        for (const [name, change, wider] of [
          ["planned_emptied", sql`delete from fake_planned_emptied`, {}],
          ["planned_dropped", sql`drop table fake_planned_dropped`, {}],
          ["planned_wider", Effect.void, { columns: [...columns, column("name", "text")] }]
        ] as const) {
          const event = events(name)
          yield* world([event], event).sync()
          yield* change
          const changed = events(name, wider)
          const { planned, sync } = world([changed], changed)
          const before = yield* planned()
          assert.isNotEmpty(before.noteReasons)
          const [run] = yield* sync()
          assert.deepStrictEqual(before.noteReasons, run?.noteReasons, name)
          assert.deepInclude(run, { inserted: before.inserts.length, unchanged: before.unchanged })
        }
      })
    )
  })

  describe("a plan of an entity read for each row of another", () => {
    const part = (name: string, parent: Entity) =>
      events(name, { forEach: { table: parent.table, params: { of: "id" } } })

    it.effect("asks for each of them from its own cursor", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const parent = entity("planned_parent", { columns: [column("id", "bigint")] })
        const event = part("planned_parts", parent)
        yield* syncer([parent])({ records: [{ id: 1 }] })
        const { planned, seen, sync } = world([parent, event], event)
        yield* sync()
        yield* sql`insert into fake_planned_parent (id) values (2)`
        seen()
        const { notes } = yield* planned()
        assert.match(notes?.join() ?? "", /1 of 2 parents were read whole/)
        assert.deepStrictEqual(seen(), ["12026-03-01T10:20:00.000Z", "22020-01-01"])
      })
    )

    it.effect("fails like the sync where the rows that it goes through have no such column", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`create table bare_deal (id bigint primary key)`
        const forEach = { table: { schema: "public", name: "bare_deal" }, params: { deal: "code" } }
        const note = events("of_bare", { forEach })
        const { planned, sync } = world([note], note)
        const message = /column "code" does not exist/
        assert.match((yield* planned()).error ?? "", message)
        const [run] = yield* sync()
        assert.match(run?.error ?? "", message)
      })
    )

    it.effect("asks for nothing while there are none, and says which table fills with them", () =>
      Effect.gen(function* () {
        const parent = entity("planned_nobody", { columns: [column("id", "bigint")] })
        const event = part("planned_orphans", parent)
        const { planned, seen } = world([parent, event], event)
        const orphans = yield* planned()
        assert.deepInclude(orphans, { error: null, fetched: 0, inserts: [] })
        assert.match(orphans.warnings.join(), /made from rows of public\.fake_planned_nobody, which does not exist yet/)
        assert.deepStrictEqual(seen(), [])
      })
    )
  })

  describe("a plan of a list of several pages", () => {
    const list = (...missing: ReadonlyArray<number>): Answer => ({
      records: rows(1, 20).filter(({ id }) => !missing.includes(id)),
      end: completeIn(2)
    })
    const asking = Effect.fnUntraced(function* (...answers: Parameters<typeof inTurn>) {
      const thing = entity("planned_pages")
      yield* syncer([thing])(list())
      const source = inTurn(...answers)
      const { entities } = yield* Effect.provide(plan([thing]), layerRegistry([thing], source.next))
      const { confirmed, deletes, reasons, withheld } = yield* Effect.fromNullishOr(entities[0])
      const ids = deletes.map(({ id }) => id)
      return {
        asked: source.asked(),
        confirmed,
        ids,
        withheld: withheld.length,
        codes: reasons.map(({ code }) => code)
      }
    })

    it.effect("says of the rows that both reads missed that they are sure to be gone", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* asking(list(5, 6), list(5)), {
          asked: 2,
          confirmed: true,
          ids: ["5"],
          withheld: 0,
          codes: ["confirm.slid"]
        })
        const found = { asked: 2, confirmed: false, ids: [], withheld: 0 }
        assert.deepStrictEqual(yield* asking(list(5, 6), list()), { ...found, codes: ["confirm.slid"] })
        const cut = { ...list(5, 6), end: partial(foreignText("cut off")) }
        assert.deepStrictEqual(yield* asking(list(5, 6), cut), { ...found, codes: ["confirm.kept"] })
      })
    )

    it.effect("says so of rows that are gone alone, whatever else changes", () =>
      Effect.gen(function* () {
        const renamed = { records: rows(1, 19, "new"), end: completeIn(2) }
        assert.deepInclude(yield* asking(renamed, renamed), { confirmed: true, ids: ["20"], codes: [] })
      })
    )

    it.effect("is read once where nothing would go, or the guard holds what would", () =>
      Effect.gen(function* () {
        assert.deepInclude(yield* asking(list()), { asked: 1, confirmed: false })
        const most = { records: rows(1, 5), end: completeIn(2) }
        assert.deepInclude(yield* asking(most), { asked: 1, confirmed: false, ids: [], withheld: 15 })
      })
    )
  })
})
