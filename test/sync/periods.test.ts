/** One period of an entity, read in its windows. */
import { assert, describe, it, layer } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import * as EntityFacts from "../../core/database/audit/EntityFacts.ts"
import { WindowRepeats } from "../../core/sync/map/WindowRepeats.ts"
import type { RunResult } from "../../core/sync/RunResult.ts"
import { layerDatabase } from "../support/database.ts"
import { entity } from "../support/source.ts"
import { served, type Vendor } from "./served.ts"
import { setTime, timed } from "./versionFixtures.ts"

const declared = (name: string) => `
  ${name}:
    path: /sales
    query: { from: "{from}", to: "{to}" }
    windows: { from: 2026-01-01, to: 2026-03-31, step: 1mo }
    key: id
    fields: { id: bigint, day: date, sum: decimal }
  ${name}_line:
    parent: ${name}
    records: /lines
    key: [sale_id, no]
    fields: { sale_id: { from: ../id, type: bigint }, no: bigint }
  ${name}_shop:
    path: /shops
    key: id
    fields: { id: bigint }`

interface Sale {
  readonly id: number
  readonly day: string
  readonly sum?: string
  readonly lines: ReadonlyArray<number>
}

const till =
  (sales: ReadonlyArray<Sale>, asked: Array<string> = []): Vendor =>
  ({ pathname, searchParams }) => {
    const [from, to] = [searchParams.get("from") ?? "", searchParams.get("to") ?? ""]
    if (pathname === "/shops") return Response.json([{ id: 1 }])
    asked.push(`${from} ${to}`)
    const found = sales.filter(({ day }) => from <= day && day <= to)
    return Response.json(found.map(({ lines, ...sale }) => ({ ...sale, lines: lines.map((no) => ({ no })) })))
  }

const sale = (id: number, day: string, sum = "1", lines: ReadonlyArray<number> = [1]): Sale => ({ id, day, sum, lines })
const before = [sale(1, "2026-01-05"), sale(2, "2026-02-05", "1", [1, 2]), sale(3, "2026-02-20"), sale(4, "2026-03-05")]
const february = { from: { day: "2026-02-01" }, to: { day: "2026-02-28" } }

const textsOf = (rows: ReadonlyArray<Readonly<Record<string, unknown>>>) =>
  rows.map((row) => Object.values(row).map(String).join(" "))

describe("the records of windows", () => {
  it("are counted anew behind a load, in another list, and in a read that starts again", () => {
    const repeats = new WindowRepeats(-1)
    const window = (...keys: ReadonlyArray<string>) => {
      repeats.begin()
      for (const key of keys) repeats.see(key, [key])
      return repeats.count
    }
    assert.deepEqual([window("1", "2"), window("2")], [0, 1])
    repeats.checkpoint()
    assert.deepEqual([window("2"), window("2", "3")], [1, 2])
    repeats.reset()
    assert.deepEqual([repeats.count, window("2"), window("2")], [1, 1, 2])
    repeats.forget()
    assert.strictEqual(window("2"), 2)
  })

  it("are alike whenever they were requested", () => {
    const repeats = new WindowRepeats(1)
    for (const row of ["10:00 a", "10:01 a", "10:02 b"]) {
      repeats.begin()
      repeats.see("1", ["1", ...row.split(" ")])
    }
    assert.deepInclude(repeats, { count: 2, changed: 1 })
  })
})

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a period", () => {
    it.effect("is all that is read; what is missing in it stays, and so does what is around it", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(declared("sale"))
        const only = ["sale", "sale_line"]
        yield* sync(till(before), { only })
        const asked: Array<string> = []
        const now = [sale(2, "2026-02-05", "7", [2, 3]), sale(5, "2026-02-07")]
        const { sale: read, sale_line: lines } = yield* sync(till(now, asked), { only, period: february })
        assert.deepStrictEqual(asked, ["2026-02-01 2026-02-28"])
        assert.deepInclude(read, { status: "ok", inserted: 1, updated: 1, deleted: 0 })
        assert.include(read?.notes.join("; "), "only the period from 2026-02-01 to 2026-02-28 was read")
        assert.deepStrictEqual(
          textsOf(yield* rows("sale")).map((text) => text.replace(/ .* /, " ")),
          ["1 1", "2 7", "3 1", "4 1", "5 1"]
        )
        // A line that its own sale lacks goes, within what was read.
        assert.deepInclude(lines, { status: "ok", inserted: 2, deleted: 1 })
        assert.deepStrictEqual(textsOf(yield* rows("sale_line")), ["1 1", "2 2", "2 3", "3 1", "4 1", "5 1"])
      })
    )

    it.effect("of a job makes the entity fresh, and one that a person reads does not", () =>
      Effect.gen(function* () {
        const { sync } = yield* served(declared("receipt"))
        const target = { entity: entity("receipt", { connector: "shop" }), account: null }
        const fresh = Effect.map(
          EntityFacts.health([target], () => false),
          ([facts]) => facts?.fresh_at !== null
        )
        yield* sync(till(before), { only: ["receipt"], period: february, trigger: "cli" })
        assert.isFalse(yield* fresh)
        yield* sync(till(before), { only: ["receipt"], period: february, trigger: "job" })
        assert.isTrue(yield* fresh)
      })
    )
  })

  describe("a record in several windows", () => {
    /** The sales of each month, as a vendor lists them that dates a sale by each of its lines. */
    const listed =
      (...months: ReadonlyArray<ReadonlyArray<Sale>>): Vendor =>
      ({ searchParams }) => {
        const month = Number(searchParams.get("from")?.slice(5, 7)) - 1
        return Response.json(
          (months[month] ?? []).map(({ lines, ...one }) => ({ ...one, lines: lines.map((no) => ({ no })) }))
        )
      }

    it.effect("is a note, of which the later one counts, and no duplicate; two in one window are", () =>
      Effect.gen(function* () {
        const { plan, rows, sync } = yield* served(declared("basket"))
        const only = ["basket", "basket_line"]
        const [one, two] = [sale(1, "2026-01-05"), sale(2, "2026-01-06", "1", [1, 2])]
        const codes = ({ reasons }: { readonly reasons: ReadonlyArray<{ readonly code: string }> }) =>
          reasons.map(({ code }) => code)
        const noted = (run: RunResult | undefined) =>
          run?.noteReasons?.find(({ code }) => code.startsWith("run.inWindows"))
        const alike = yield* sync(listed([one, two], [two], [sale(3, "2026-03-01"), two]), { only })
        assert.deepInclude(alike.basket, { status: "ok", inserted: 3, warnings: [] })
        assert.deepEqual(noted(alike.basket), { code: "run.inWindows", params: { count: 2 } })
        assert.deepInclude(alike.basket_line, { status: "ok", inserted: 4, warnings: [] })
        assert.deepEqual(noted(alike.basket_line), { code: "run.inWindows", params: { count: 4 } })

        const paid = sale(2, "2026-01-06", "9", [1, 2])
        const changed = yield* sync(listed([one, two], [paid], [sale(3, "2026-03-01")]), { only })
        assert.deepInclude(changed.basket, { status: "ok", updated: 1, warnings: [] })
        assert.deepEqual(noted(changed.basket), { code: "run.inWindowsChanged", params: { count: 1, changed: 1 } })
        assert.deepStrictEqual(
          textsOf(yield* rows("basket"))
            .at(1)
            ?.split(" ")
            .at(-1),
          "9"
        )

        const twice = yield* sync(listed([one, two], [two, two], [sale(3, "2026-03-01")]), { only })
        assert.deepEqual([twice.basket?.status, twice.basket && codes(twice.basket)], ["warning", ["run.folded"]])
        assert.deepEqual(twice.basket?.reasons[0]?.params, { count: 1 })
        assert.deepEqual(noted(twice.basket), { code: "run.inWindows", params: { count: 1 } })
        const planned = (yield* plan(listed([one, two], [two], [sale(3, "2026-03-01")]))).entities[0]
        assert.deepEqual(planned && codes(planned), [])
      })
    )
  })

  describe("a record with the time of its request", () => {
    it.effect("is alike in several windows", () =>
      Effect.gen(function* () {
        const { sync } = yield* served(`
  stay:
    path: /stays
    query: { from: "{from}" }
    windows: { from: 2026-01-01, to: 2026-03-31, step: 1mo }
    key: id
    mode: upsert
    versions: stay_versions
    fields: { id: bigint }`)
        let at = 100
        setTime(at)
        const { stay } = yield* sync(() => {
          setTime(++at)
          return Response.json([{ id: 1 }])
        })
        assert.deepInclude(stay, { status: "ok", inserted: 1 })
        assert.deepEqual(stay?.noteReasons, [{ code: "run.inWindows", params: { count: 2 } }])
      }).pipe(timed)
    )
  })

  describe("windows until now", () => {
    it.effect("have a record that changes while they are read, or on a clock that is ahead", () =>
      Effect.gen(function* () {
        const { sync } = yield* served(`
  change:
    path: /changes
    query: { from: "{from}", to: "{to}" }
    windows: { from: today-5d, step: 3d, format: iso }
    key: id
    fields: { id: bigint, at: timestamp }`)
        const now = yield* DateTime.now
        const at = (offset: Partial<DateTime.DateTime.PartsForMath>) => DateTime.formatIso(DateTime.add(now, offset))
        const old = [1, 2, 3, 4, 5].map((id) => ({ id, at: at({ days: -1, minutes: -id }) }))
        const listing =
          (changes: ReadonlyArray<{ readonly id: number; readonly at: string }>): Vendor =>
          ({ searchParams }) => {
            const [from, to] = [searchParams.get("from") ?? "", searchParams.get("to") ?? ""]
            return Response.json(changes.filter((one) => from <= one.at && one.at < to))
          }
        assert.deepInclude((yield* sync(listing(old))).change, { status: "ok", inserted: 5 })
        const ahead = old.map((one) => (one.id === 4 ? { ...one, at: at({ minutes: 30 }) } : one))
        assert.deepInclude((yield* sync(listing(ahead))).change, { status: "ok", updated: 1, deleted: 0 })
      })
    )
  })
})
