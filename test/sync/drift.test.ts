import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect, Metric } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { foreignText, render } from "../../core/reason/Reason.ts"
import type { RunResult } from "../../core/sync/RunResult.ts"
import { completeIn, partial, type SourceRecord } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, column, entity } from "../support/source.ts"
import { brokenOff, inTurn, rows, syncerOf } from "./fixtures.ts"

const summaryOf = ({ noteReasons, reasons, status }: RunResult) => ({
  status,
  reasons: reasons.map(render),
  notes: noteReasons.map(render)
})
type Summary = ReturnType<typeof summaryOf>
const quiet: Summary = { status: "ok", reasons: [], notes: [] }
const warning = (...reasons: Array<string>): Summary => ({ status: "warning", reasons, notes: [] })
const note = (...notes: Array<string>): Summary => ({ status: "ok", reasons: [], notes })

/** Records with additional fields. */
const having = (more: SourceRecord, count = 4): Answer => ({
  records: rows(1, count).map((row) => ({ ...row, ...more }))
})
const lacking = (name: string, count = 4): Answer => ({
  records: rows(1, count).map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => key !== name)))
})
const cutOff = (answer: Answer): Answer => ({ ...answer, end: partial(foreignText("cut off")) })

const colour = "1 field of the source is new, and not declared: colour"
const colourGone = "1 field that was new and not declared is in none of the records: colour"

const noteGone =
  "1 declared field is in none of the records: note; if that is as it should be, declare it optional: true"
const noteBack = "1 declared field is in the records again: note"

const noting = (name: string, more: Partial<Entity> = {}) =>
  entity(name, { columns: [column("id", "bigint"), column("name", "text"), column("note", "text")], ...more })

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a field that nobody declared", () => {
    it.effect("is told once when it comes anew, and once when it is gone; what was there at first is known", () =>
      Effect.gen(function* () {
        const sync = syncerOf(entity("appeared"))
        assert.deepStrictEqual(summaryOf(yield* sync(having({ old: 1 }))), quiet)
        assert.deepStrictEqual(summaryOf(yield* sync(having({ old: 1 }))), quiet)
        assert.deepStrictEqual(summaryOf(yield* sync(having({ old: 1, colour: null }))), warning(colour))
        assert.deepStrictEqual(summaryOf(yield* sync(having({ old: 1, colour: 2 }))), quiet)
        assert.deepStrictEqual(summaryOf(yield* sync(having({ old: 1 }))), note(colourGone))
        assert.deepStrictEqual(summaryOf(yield* sync(having({ old: 1 }))), quiet)
        assert.deepStrictEqual(
          summaryOf(yield* sync(having({}))),
          quiet,
          "what was never told is not told when it goes"
        )
        assert.deepStrictEqual(summaryOf(yield* sync(having({ colour: 1 }))), warning(colour))
      })
    )

    it.effect("may have a name that every object has", () =>
      Effect.gen(function* () {
        const sync = syncerOf(entity("raced"))
        const come = { constructor: "Ferrari" }
        assert.deepStrictEqual(summaryOf(yield* sync(having({}))), quiet)
        assert.deepStrictEqual(summaryOf(yield* sync(having(come))), warning(colour.replace("colour", "constructor")))
        assert.deepStrictEqual(summaryOf(yield* sync(having(come))), quiet)
        assert.deepStrictEqual(summaryOf(yield* sync(having({}))), note(colourGone.replace("colour", "constructor")))
      })
    )

    it.effect("is in none of the records also where a try that broke off held it", () =>
      Effect.gen(function* () {
        const sync = syncerOf(noting("broken_try"))
        yield* sync(having({ note: null }))
        const source = inTurn({ ...having({ note: null }), error: brokenOff }, lacking("note"))
        assert.deepStrictEqual(summaryOf(yield* sync(source.next)), warning(noteGone))
        const anew = inTurn({ ...having({ colour: 1, note: "a" }), error: brokenOff }, having({ note: "a" }))
        assert.notInclude(summaryOf(yield* sync(anew.next)).reasons, colour)
      })
    )

    it.effect("is news of its own source, whatever another one calls its entities", () =>
      Effect.gen(function* () {
        const [here, there] = ["fake", "other"].map((connector) => {
          const table = { schema: "public", name: `${connector}_namesake` }
          return syncerOf(entity("namesake", { connector, table }), { name: connector })
        })
        if (here === undefined || there === undefined) return yield* Effect.die("two connectors")
        assert.deepStrictEqual(summaryOf(yield* here(having({}))), quiet)
        assert.deepStrictEqual(summaryOf(yield* there(having({ colour: 1 }))), quiet)
        assert.deepStrictEqual(summaryOf(yield* here(having({}))), quiet)
        assert.deepStrictEqual(summaryOf(yield* here(having({ colour: 1 }))), warning(colour))
      })
    )

    it.effect("is shown to be there by any read, and to be gone by a whole one alone", () =>
      Effect.gen(function* () {
        const sync = syncerOf(entity("shown", { mode: "upsert" }))
        assert.deepStrictEqual((yield* sync(cutOff(having({ old: 1 })))).reasons.length, 1)
        assert.deepStrictEqual(summaryOf(yield* sync(having({ old: 1, rare: 1 }))), quiet, "no whole read came before")
        assert.deepStrictEqual((yield* sync(cutOff(having({ colour: 1 })))).reasons.map(render), [
          "the read is partial: cut off",
          colour
        ])
        assert.deepStrictEqual((yield* sync(cutOff(having({})))).reasons.length, 1)
        assert.deepStrictEqual(summaryOf(yield* sync({ records: [] })), quiet)
        assert.deepStrictEqual(
          summaryOf(yield* sync(having({ old: 1, rare: 1, colour: 1 }))),
          quiet,
          "nothing of it is new"
        )
        assert.deepStrictEqual(summaryOf(yield* sync(having({}))), note(colourGone))
      })
    )

    it.effect("ends without a word when it is declared, and what is declared no more is not new", () =>
      Effect.gen(function* () {
        const plain = entity("declared")
        const more = entity("declared", { columns: [...plain.columns, column("colour", "text")] })
        yield* syncerOf(plain)(having({}))
        assert.deepStrictEqual(summaryOf(yield* syncerOf(plain)(having({ colour: "red" }))), warning(colour))
        assert.deepStrictEqual(summaryOf(yield* syncerOf(more)(having({ colour: "red" }))), quiet)
        assert.deepStrictEqual(summaryOf(yield* syncerOf(plain)(having({ colour: "red" }))), quiet)
        const sql = yield* SqlClient.SqlClient
        assert.deepStrictEqual(
          yield* sql`select seen, appeared from tributary.source_fields where entity = 'declared'`,
          [{ seen: ["amount", "colour", "id", "name"], appeared: {} }]
        )
      })
    )

    it.effect("may lie in an object, which shows nothing new when it is looked into for the first time", () =>
      Effect.gen(function* () {
        const plain = entity("deep")
        const city = column("city", "text", { source: { _tag: "Pointer", pointer: { up: 0, tokens: ["at", "city"] } } })
        const deeper = entity("deep", { columns: [...plain.columns, city] })
        const whole = entity("deep", { columns: [...plain.columns, column("at", "json")] })
        yield* syncerOf(plain)(having({ at: { city: "K", zip: 1 } }))
        assert.deepStrictEqual(summaryOf(yield* syncerOf(deeper)(having({ at: { city: "K", zip: 1 } }))), quiet)
        assert.deepStrictEqual(
          summaryOf(yield* syncerOf(deeper)(having({ at: { city: "K", street: "S" } }))),
          warning("1 field of the source is new, and not declared: /at/street")
        )
        assert.deepStrictEqual(summaryOf(yield* syncerOf(whole)(having({ at: { city: "K" } }))), quiet)
        const both = entity("deep", { columns: [...whole.columns, city] })
        assert.deepStrictEqual(summaryOf(yield* syncerOf(both)(having({ at: { city: "K" } }))), quiet)
        assert.deepStrictEqual(summaryOf(yield* syncerOf(both)(having({ at: { city: "K", gate: 1 } }))), quiet)
      })
    )

    it.effect("begins anew with another request, and is told shortly where there are many", () =>
      Effect.gen(function* () {
        const here = entity("elsewhere")
        const there = { ...here, request: { ...here.request, query: { include: "all" } } }
        yield* syncerOf(here)(having({}))
        assert.deepStrictEqual(summaryOf(yield* syncerOf(there)(having({ colour: 1 }))), quiet)
        const many = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`f${at + 10}`, 1]))
        const { reasons } = yield* syncerOf(there)(having({ colour: 1, ...many }))
        assert.deepStrictEqual(reasons[0]?.params, {
          count: 12,
          fields: "f10, f11, f12, f13, f14, f15, f16, f17, f18, f19, … (+2)"
        })
        const days = (count: number) =>
          having(Object.fromEntries(Array.from({ length: count }, (_, at) => [`d${at}`, at])))
        assert.deepStrictEqual(summaryOf(yield* syncerOf(there)(days(600))), quiet, "names that are data")
        const back = yield* syncerOf(there)(having({ colour: 1, first: 1 }))
        assert.deepStrictEqual([back.status, back.noteReasons.map(({ code }) => code)], ["ok", ["field.gone"]])
      })
    )
  })

  describe("a declared field", () => {
    it.effect(
      "that vanishes is told once, whether values are lost, kept or were never there, and once when it is back",
      () =>
        Effect.gen(function* () {
          const sync = syncerOf(noting("vanished_field"))
          yield* sync(having({ note: null }))
          assert.deepStrictEqual(summaryOf(yield* sync(having({}))), warning(noteGone))
          assert.deepStrictEqual(summaryOf(yield* sync(having({}))), quiet)
          assert.deepStrictEqual(summaryOf(yield* sync(cutOff({ records: rows(1, 1) }))).reasons.length, 1)
          assert.deepStrictEqual(summaryOf(yield* sync(having({ note: "n" }))), note(noteBack))
          assert.deepStrictEqual(
            (yield* sync(having({}))).reasons.map(({ code }) => code),
            ["field.kept"]
          )
          assert.deepStrictEqual(
            (yield* sync(having({}))).reasons.map(({ code }) => code),
            ["field.kept"]
          )
          assert.deepStrictEqual(summaryOf(yield* sync(cutOff(having({ note: "n" })))).notes, [noteBack])
        })
    )

    it.effect("that was never there is known from the first read on; one declared later is told", () =>
      Effect.gen(function* () {
        const plain = entity("never")
        const more = (optional: boolean) =>
          entity("never", { columns: [...plain.columns, column("note", "text", { optional })] })
        const sync = syncerOf(noting("never_there"))
        assert.deepStrictEqual(summaryOf(yield* sync(having({}))), quiet)
        assert.deepStrictEqual(summaryOf(yield* sync(having({ note: 1 }))), quiet, "its absence was never told")
        yield* syncerOf(plain)(having({}))
        assert.deepStrictEqual(summaryOf(yield* syncerOf(more(false))(having({}))), warning(noteGone))
        assert.deepStrictEqual(summaryOf(yield* syncerOf(more(true))(having({}))), quiet)
        assert.deepStrictEqual(summaryOf(yield* syncerOf(more(true))(having({ note: "n" }))), quiet)
      })
    )

    it.effect("is told of what only adds, too, and of a list that is read twice once", () =>
      Effect.gen(function* () {
        const adds = syncerOf(noting("adds", { mode: "append" }))
        yield* adds(having({ note: 1 }))
        assert.deepStrictEqual(summaryOf(yield* adds(having({}))), warning(noteGone))
        assert.deepStrictEqual(summaryOf(yield* adds(having({}))), quiet)
        const twice = syncerOf(noting("twice"))
        const end = completeIn(2)
        yield* twice({ ...having({ note: null }), end })
        const pages = inTurn({ ...having({}, 3), end })
        assert.deepInclude(summaryOf(yield* twice(pages.next)).reasons, noteGone)
        assert.strictEqual(pages.asked(), 2)
        assert.deepStrictEqual(summaryOf(yield* twice({ ...having({}, 3), end })), quiet)
      })
    )
  })

  describe("an incremental read", () => {
    it.effect("shows what is new from the first, and what is gone only when it asked for everything", () =>
      Effect.gen(function* () {
        const incremental = { cursor: "id", param: "since", overlap: Duration.zero, format: "text" }
        const sync = syncerOf(noting("incremental_fields", { mode: "upsert", incremental }))
        yield* sync(having({ note: null, old: 1 }))
        assert.deepStrictEqual((yield* sync(having({}))).reasons, [])
        assert.deepStrictEqual((yield* sync(having({ colour: 1 }))).reasons.map(render), [colour])
        assert.deepStrictEqual((yield* sync(having({}))).noteReasons, [])
        const full = yield* sync(having({}), { full: true })
        assert.deepStrictEqual(full.reasons.map(render), [noteGone])
        assert.include(full.noteReasons.map(render), colourGone)
      })
    )
  })

  describe("what changed", () => {
    it.effect("is counted, and is kept only where something did", () =>
      Effect.gen(function* () {
        const sync = syncerOf(noting("counted"))
        const sql = yield* SqlClient.SqlClient
        const version = sql`select xmin::text as xmin from tributary.source_fields where entity = 'counted'`
        yield* sync(having({ note: null }))
        const before = yield* version
        yield* sync(having({ note: null }))
        assert.deepStrictEqual(yield* version, before)
        yield* sync(having({ colour: 1, size: 2 }))
        yield* sync(having({ note: 1 }))
        const text = yield* PrometheusMetrics.format()
        const labels = 'connector="fake",entity="counted"'
        for (const [change, count] of [
          ["appeared", 2],
          ["vanished", 1],
          ["gone", 2],
          ["returned", 1]
        ] as const) {
          assert.match(
            text,
            new RegExp(`tributary_field_changes_total\\{(?=[^}]*${change})[^}]*entity="counted"[^}]*\\} ${count}\\n`),
            labels
          )
        }
      }).pipe(Effect.provideService(Metric.MetricRegistry, new Map()))
    )

    it.effect("is told by the run that was loaded: one that failed leaves it to the next", () =>
      Effect.gen(function* () {
        const sync = syncerOf(entity("failed_first", { mode: "replace" }))
        yield* sync(having({}))
        assert.deepInclude(summaryOf(yield* sync(cutOff(having({ colour: 1 })))), {
          status: "failed",
          reasons: []
        })
        assert.deepStrictEqual(summaryOf(yield* sync(having({ colour: 1 }))), warning(colour))
        assert.deepStrictEqual(summaryOf(yield* sync(lacking("name"))).notes, [colourGone])
      })
    )
  })
})
