/** Entities read for each row of another: the values that they take from that row, and equal keys under two rows. */
import { assert, describe, layer, it as plain } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { targetOf } from "../../core/config/RunTarget.ts"
import * as Runs from "../../core/database/audit/Runs.ts"
import { foreignText, reason } from "../../core/reason/Reason.ts"
import { checkExamples } from "../../core/sync/discover/Examples.ts"
import { completeIn, partial, UpstreamError } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, entity } from "../support/source.ts"
import { inTurn, syncer, tableOf } from "./fixtures.ts"
import { given, lines, type Notes, notesOf, ofParent, source } from "./parentFixtures.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a table of parents that others fill, too", () => {
    it.effect("is gone through by the rows of the one entity alone", () =>
      Effect.gen(function* () {
        const kind = column("kind", "text", { source: { _tag: "Constant", value: "a" } })
        const { note } = notesOf("shared")
        const through = note.forEach ?? { table: note.table, params: {} }
        const thing = { ...note, forEach: { ...through, params: { deal: "id" }, scope: [kind] } }
        const sql = yield* SqlClient.SqlClient
        yield* sql`create table fake_shared_deal (id bigint, kind text)`
        yield* sql`insert into fake_shared_deal values (7, 'a'), (8, 'b'), (9, null)`
        const asked: Array<unknown> = []
        yield* syncer([thing])((_, options) => {
          asked.push(options?.params)
          return { records: [{ id: 1 }] }
        })
        assert.deepStrictEqual(asked, [{ deal: "7" }])
      })
    )

    it.effect("is there as far as the one entity was read, whatever became of the others", () =>
      Effect.gen(function* () {
        const kind = (value: string) => column("kind", "text", { source: { _tag: "Constant", value } })
        const table = { schema: "public", name: "fake_kinds" }
        const [one, other] = ["a", "b"].map((value) =>
          entity(`kind_${value}`, { table, columns: [column("id", "bigint"), kind(value)], scope: { kind: value } })
        )
        if (one === undefined || other === undefined) return assert.fail("declared")
        const part = entity("part", {
          forEach: { table, params: { of: "id" }, scope: [kind("a")] },
          columns: [column("id", "bigint")]
        })
        const error = new UpstreamError({ kind: "Status", status: 500, reason: foreignText("down") })
        const sync = syncer([one, other, part])
        const statuses = (failing: Entity | undefined) =>
          Effect.map(
            sync((read) => (read === failing ? { error } : { records: [{ id: read === other ? 2 : 1 }] })),
            (results) => results.map(({ status }) => status)
          )
        assert.deepStrictEqual(yield* statuses(undefined), ["ok", "ok", "ok"])
        assert.deepStrictEqual(yield* statuses(other), ["ok", "failed", "ok"])
        assert.deepStrictEqual(yield* statuses(one), ["failed", "ok", "warning"])
      })
    )
  })

  describe("a field that takes a parameter of forEach", () => {
    it.effect("holds the parent's value, in the declared type, and tells its records from those of others", () =>
      Effect.gen(function* () {
        const columns = [
          given("deal_id", "bigint", "deal"),
          column("id", "integer"),
          column("text", "text"),
          given("owner", "text", "owner")
        ]
        const { deal, note } = notesOf("noted", { columns })
        const sync = syncer([deal, note])
        const notes: Notes = { 7: [{ id: 1, text: "a" }], 12: [{ id: 1, text: "b" }, { id: 2 }] }
        const [, first] = yield* sync(source(notes))
        assert.deepInclude(first, { status: "ok", inserted: 3 })
        assert.deepStrictEqual(yield* tableOf(note), [
          { deal_id: 7n, id: 1, text: "a", owner: "owner of 7" },
          { deal_id: 12n, id: 1, text: "b", owner: "owner of 12" },
          { deal_id: 12n, id: 2, text: null, owner: "owner of 12" }
        ])
        const [, same] = yield* sync(source(notes))
        assert.deepInclude(same, { status: "ok", unchanged: 3 })
        const [, fewer] = yield* sync(source({ 7: [{ id: 1, text: "a" }] }))
        assert.deepInclude(fewer, { status: "ok", deleted: 2 })
      })
    )

    it.effect("is read again with the list before rows are deleted", () =>
      Effect.gen(function* () {
        const { deal, note } = notesOf("slid")
        const sync = syncer([deal, note])
        const both = [{ id: 1 }, { id: 2 }]
        yield* sync(source({ 7: both, 8: both }))
        const end = completeIn(2)
        // The first read misses one note of each deal, the second misses only that of deal 8.
        const reads = inTurn(
          { records: [{ id: 1 }], end },
          { records: [{ id: 1 }], end },
          { records: both, end },
          { records: [{ id: 1 }], end }
        )
        const [result] = yield* sync((_, options) => reads.next(note, options), [note])
        assert.deepInclude(result, { status: "warning", deleted: 1 })
        assert.deepStrictEqual(yield* lines(note), ["7 1 null", "7 2 null", "8 1 null"])
      })
    )

    it.effect("in the scope bounds deletes to the parents that are there, with and without records", () =>
      Effect.gen(function* () {
        const { deal, note } = notesOf("scoped", { within: ["deal_id"] })
        const sync = syncer([deal, note])
        yield* sync(source({ 7: [{ id: 1 }, { id: 2 }], 8: [{ id: 1 }], 9: [{ id: 1 }] }))
        const [, result] = yield* sync(source({ 7: [{ id: 2 }], 8: [] }))
        assert.deepInclude(result, { status: "ok", deleted: 2, unchanged: 1 })
        assert.deepStrictEqual(yield* lines(note), ["7 2 null", "9 1 null"])
      })
    )

    it.effect("is none where its row has no value that the path needs", () =>
      Effect.gen(function* () {
        const request = { method: "GET", path: "/owners/{owner}/notes", query: {}, headers: {} } as const
        const { deal, note } = notesOf("nameless", { request })
        const owned =
          (owners: Readonly<Record<string, string | null>>): Answers =>
          ({ name }) =>
            name.endsWith("_deal")
              ? { records: Object.entries(owners).map(([id, owner]) => ({ id, owner })) }
              : { records: [{ id: 1 }] }
        const sync = syncer([deal, note])
        const [, first] = yield* sync(owned({ 7: "a", 8: "b", 9: null }))
        assert.deepInclude(first, { status: "ok", fetched: 2, inserted: 2 })
        assert.deepStrictEqual(first?.noteReasons, [
          { code: "read.namelessParents", params: { table: "public.fake_nameless_deal", names: "owner" } }
        ])
        const [, second] = yield* sync(owned({ 7: "a", 8: null, 9: null }))
        assert.deepInclude(second, { deleted: 1, unchanged: 1 })
        assert.deepStrictEqual(yield* lines(note), ["7 1 null"])
      })
    )

    it.effect("is there for children of its records, too", () =>
      Effect.gen(function* () {
        const { deal, note } = notesOf("filed")
        const file = entity("filed_file", {
          parent: note.name,
          records: "/files",
          columns: [given("deal", "bigint", "deal"), column("note", "integer", ofParent), column("name", "text")],
          key: ["deal", "note", "name"],
          within: ["deal"]
        })
        const sync = syncer([deal, note, file])
        const files = (...names: ReadonlyArray<string>) => ({ id: 1, files: names.map((name) => ({ name })) })
        const [, , first] = yield* sync(source({ 7: [files("a", "b")], 8: [files("a")], 9: [files("c")] }))
        assert.deepInclude(first, { status: "ok", inserted: 4 })
        const [, , second] = yield* sync(source({ 7: [files("b")], 8: [] }))
        assert.deepInclude(second, { status: "ok", deleted: 2 })
        assert.deepStrictEqual(yield* lines(file), ["7 1 b", "9 1 c"])
      })
    )
  })

  describe("parents that were not read", () => {
    const broken = { error: new UpstreamError({ kind: "Status", status: 500, reason: foreignText("down") }) }

    it.effect("make the read of their records incomplete, whether there are older ones or none", () =>
      Effect.gen(function* () {
        const { deal, note } = notesOf("unread")
        const sync = syncer([deal, note])
        const notes = source({ 7: [{ id: 1 }, { id: 2 }] })
        const failing: Answers = (read, options) => (read === deal ? broken : notes(read, options))
        const why = { code: "read.parents", params: { entity: "fake.unread_deal", why: foreignText("down") } }
        const [, first] = yield* sync(failing)
        assert.deepInclude(first, { status: "warning", fetched: 0 })
        assert.deepStrictEqual(first?.reasons, [{ code: "run.partialKept", params: { why } }])
        // On its own it learns that from the audit.
        const [alone] = yield* sync(failing, [note])
        assert.deepStrictEqual(alone?.reasons, first?.reasons)
        yield* sync(notes)
        const fewer: Answers = (read, options) => (read === deal ? broken : source({ 7: [{ id: 1 }] })(read, options))
        const [, older] = yield* sync(fewer)
        assert.deepInclude(older, { status: "warning", fetched: 1, deleted: 0 })
        assert.deepStrictEqual(older?.reasons, first?.reasons)
        assert.lengthOf(yield* lines(note), 2)
        // Where there are rows, those of an earlier run are as good.
        const [later] = yield* sync(notes, [note])
        assert.deepInclude(later, {
          status: "ok",
          noteReasons: [reason("read.oldParents", { table: "public.fake_unread_deal", entities: "fake.unread_deal" })]
        })
      })
    )

    it.effect("in full make it so, too; parents that were never read, likewise", () =>
      Effect.gen(function* () {
        const { deal, note } = notesOf("half")
        const sync = syncer([deal, note])
        const notes = source({ 7: [{ id: 1 }] })
        yield* syncer([deal])({ records: [] })
        const sql = yield* SqlClient.SqlClient
        yield* sql`delete from tributary.sync_log where entity = 'half_deal'`
        const [never] = yield* sync(notes, [note])
        assert.match(never?.warnings.join() ?? "", /partial: fake\.half_deal, for whose rows .* has not been read yet/)
        const [alone, together] = yield* Effect.gen(function* () {
          yield* Runs.begin([targetOf(deal)], { trigger: "test", actor: null, configHash: "" })
          return [yield* sync(notes, [note]), yield* sync(notes)] as const
        }).pipe(Effect.scoped)
        assert.match(alone[0]?.warnings.join() ?? "", /has not been read yet/)
        assert.deepInclude(together[0], { status: "skipped" })
        assert.match(together[1]?.warnings.join() ?? "", /half_deal, for whose rows it is asked, was not read whole/)
        const cut = partial(foreignText("cut"))
        const [, result] = yield* sync((read, options) => ({
          ...notes(read, options),
          ...(read === deal ? { end: cut } : {})
        }))
        assert.deepInclude(result, { status: "warning", inserted: 1 })
        const why = reason("read.parents", { entity: "fake.half_deal", why: foreignText("cut") })
        assert.deepStrictEqual(result?.reasons[0]?.params.why, why)
      })
    )

    it.effect("because there are none are noted, and nothing more", () =>
      Effect.gen(function* () {
        const { deal, note } = notesOf("childless")
        const [, result] = yield* syncer([deal, note])({ records: [] })
        assert.deepInclude(result, { status: "ok", fetched: 0, warnings: [] })
        const none = [{ code: "read.noParents", params: { table: "public.fake_childless_deal" } }]
        assert.deepStrictEqual(result?.noteReasons, none)
      })
    )

    it.effect("because their values make no request keep their rows, and the others' come", () =>
      Effect.gen(function* () {
        const { deal, note } = notesOf("misled")
        const sync = syncer([deal, note])
        yield* sync(source({ 7: [{ id: 1 }], 8: [{ id: 1 }] }))
        const refused = new UpstreamError({ kind: "Declaration", reason: foreignText("no address") })
        const notes = source({ 7: [{ id: 1 }], 8: [{ id: 1 }, { id: 2 }], 9: [] })
        const [, result] = yield* sync((read, options) =>
          ["7", "9"].includes(String(options?.params?.deal)) ? { error: refused } : notes(read, options)
        )
        assert.deepInclude(result, { status: "warning", inserted: 1, deleted: 0 })
        const why = {
          code: "read.parentRefused",
          params: { count: 2, parent: 'deal "7", owner "owner of 7"', why: foreignText("no address") }
        }
        assert.deepStrictEqual(result?.reasons, [{ code: "run.partialKept", params: { why } }])
        assert.deepStrictEqual(yield* lines(note), ["7 1 null", "8 1 null", "8 2 null"])
        const [, all] = yield* sync((read, options) => (read === note ? { error: refused } : notes(read, options)))
        assert.deepInclude(all, { status: "failed" })
      })
    )
  })
})

describe("an example of a record that was asked for with parameters", () => {
  plain("says what they were", () => {
    const { note } = notesOf("example")
    const example = { record: { id: 1 }, params: { deal: 7 }, row: { deal_id: "7", id: "1" } }
    assert.deepStrictEqual(checkExamples({ ...note, examples: [example] }), [])
    const [problem] = checkExamples({ ...note, examples: [{ record: { id: 1 }, row: { id: "1" } }] })
    assert.match(problem?.message ?? "", /rejected: deal_id is missing/)
  })
})
