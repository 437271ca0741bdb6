/** Records written behind a cursor: of a parent that returns with older records, or in an hour that occurs twice. */
import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { render } from "../../core/reason/Reason.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import type { SourceRecord } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, entity, layerRegistry } from "../support/source.ts"
import { syncer, syncerOf } from "./fixtures.ts"

const incremental = { cursor: "at", param: "since", overlap: Duration.zero, format: "iso" }

const changing = (name: string, more: Partial<Entity> = {}) =>
  entity(name, { mode: "upsert", columns: [column("id", "bigint"), column("at", "timestamp")], incremental, ...more })

const day = (id: number) => ({ id, at: `2026-03-${String(id).padStart(2, "0")}T00:00:00Z` })

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a parent that was gone and came back", () => {
    const parent = entity("shelf", { columns: [column("id", "bigint")] })
    const child = changing("book", {
      forEach: { table: parent.table, params: { shelf: "id" } },
      columns: [column("shelf", "bigint", { source: { _tag: "Parameter", name: "shelf" } }), ...changing("x").columns],
      key: ["shelf", "id"]
    })
    const sync = syncer([parent, child])
    const library =
      (shelves: Readonly<Record<string, ReadonlyArray<SourceRecord>>>, asked: Array<string> = []): Answers =>
      ({ name }, options) => {
        if (name === "shelf") return { records: Object.keys(shelves).map((id) => ({ id: Number(id) })) }
        const shelf = String(options?.params?.shelf)
        asked.push(`${shelf} ${options?.since}`)
        const since = options?.since
        return { records: (shelves[shelf] ?? []).filter(({ at }) => since === undefined || String(at) >= since) }
      }

    it.effect("is read whole once, since what it has now may be older; a plan says so before", () =>
      Effect.gen(function* () {
        const asked: Array<string> = []
        const all = { 1: [day(9)], 2: [day(9)] }
        const moved = { 1: [day(9)], 2: [day(9), day(3)] }
        yield* sync(library(all))
        // Whether or not the children were read meanwhile.
        yield* sync(library({ 1: [day(9)] }), [parent])
        const answers = library(moved, asked)
        const planned = yield* plan([parent, child]).pipe(Effect.provide(layerRegistry([parent, child], answers)))
        const [, books] = yield* sync(answers)
        assert.deepInclude(books, { status: "ok", inserted: 1 })
        assert.lengthOf(planned.entities[1]?.inserts ?? [], 1)
        const note = "1 of 2 parents were read whole, not only what changed: its parent came back after it was gone"
        assert.deepStrictEqual(books?.notes, [note])
        assert.deepStrictEqual(planned.entities[1]?.noteReasons?.map(render), [note])
        yield* sync(answers)
        const [one, two] = ["1 2026-03-09T00:00:00.000Z", "2 2026-03-09T00:00:00.000Z"]
        assert.deepStrictEqual(asked, [one, "2 undefined", one, "2 undefined", one, two])
      })
    )

    it.effect("is no other than one that changes", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const named = { ...parent, columns: [...parent.columns, column("name", "text")] }
        const asked: Array<string> = []
        const answers =
          (name: string): Answers =>
          (read, options) => {
            const { records = [] } = library({ 7: [day(9)] }, asked)(read, options)
            return { records: read.name === "shelf" ? records.map((one) => ({ ...one, name })) : records }
          }
        yield* sql`drop table if exists fake_shelf, fake_book`
        const both = [named, child]
        yield* syncer(both)(answers("old"))
        yield* plan(both).pipe(Effect.provide(layerRegistry(both, answers("new"))))
        yield* syncer(both)(answers("new"))
        const since = "7 2026-03-09T00:00:00.000Z"
        assert.deepStrictEqual(asked, ["7 undefined", since, since])
      })
    )
  })

  describe("the overlap of a cursor of numbers", () => {
    it.effect.each([
      { name: "back_id", type: "bigint", id: "9223372036854775807", overlap: 100, since: "9223372036854775707" },
      { name: "back_none", type: "bigint", id: "7", overlap: 0, since: "7" },
      { name: "back_most", type: "integer", id: "7", overlap: 7, since: "0" },
      { name: "back_beyond", type: "integer", id: "7", overlap: 8, since: "0" },
      { name: "back_below", type: "integer", id: "-7", overlap: 8, since: "-15" },
      { name: "back_decimal", type: "decimal", id: "1000.25", overlap: 1, since: "999.25" }
    ] as const)("is taken from it: $id less $overlap", ({ id, name, overlap, since, type }) =>
      Effect.gen(function* () {
        const target = changing(name, {
          columns: [column("id", type)],
          incremental: { cursor: "id", param: "since", format: "text", overlap }
        })
        const sync = syncerOf(target)
        const asked: Array<string | undefined> = []
        const answers: Answers = (_, options) => {
          asked.push(options?.since)
          return { records: [{ id }] }
        }
        yield* sync(answers)
        yield* sync(answers)
        assert.deepStrictEqual(asked, [undefined, since])
      })
    )
  })

  describe("the hour that comes twice when clocks are put back", () => {
    const night = (name: string, format: string) =>
      changing(name, {
        timezone: "Europe/Berlin",
        incremental: { ...incremental, overlap: Duration.minutes(5), format }
      })

    it.effect.each([
      // A time of the second hour may look earlier than one of the first.
      { name: "night_wall", at: "2024-10-27 02:58:00", format: "yyyy-MM-dd HH:mm", since: "2024-10-27 01:53" },
      { name: "night_after", at: "2024-10-27 03:04:00", format: "yyyy-MM-dd HH:mm", since: "2024-10-27 01:59" },
      { name: "night_zone", at: "2024-10-27T00:58:00Z", format: "yyyy-MM-dd HH:mm", since: "2024-10-27 01:53" },
      { name: "night_iso", at: "2024-10-27 02:58:00", format: "iso", since: "2024-10-26T23:53:00.000Z" },
      { name: "night_before", at: "2024-10-27 02:04:00", format: "yyyy-MM-dd HH:mm", since: "2024-10-27 01:59" },
      { name: "night_over", at: "2024-10-27 03:05:00", format: "yyyy-MM-dd HH:mm", since: "2024-10-27 03:00" },
      { name: "night_spring", at: "2024-03-31 03:02:00", format: "yyyy-MM-dd HH:mm", since: "2024-03-31 01:57" }
    ])("is asked for as a whole: $at as $format", ({ at, format, name, since }) =>
      Effect.gen(function* () {
        const target = night(name, format)
        const sync = syncerOf(target)
        const asked: Array<string | undefined> = []
        const answers: Answers = (_, options) => {
          asked.push(options?.since)
          return { records: [{ id: 1, at }] }
        }
        yield* sync(answers)
        yield* sync(answers)
        assert.deepStrictEqual(asked, [undefined, since])
      })
    )
  })
})
