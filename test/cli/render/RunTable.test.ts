import { assert, describe, it } from "@effect/vitest"
import { plain } from "../../../core/cli/render/terminal/Style.ts"
import * as RunTable from "../../../core/cli/render/views/RunTable.ts"
import { reason } from "../../../core/reason/Reason.ts"
import type { RunResult } from "../../../core/sync/RunResult.ts"
import { run } from "./fixtures.ts"

const lines = (results: ReadonlyArray<RunResult>, width: number): ReadonlyArray<string> =>
  RunTable.render(results, { width, style: plain }).split("\n")

const deal = run("fintablo.deal", {
  status: "warning",
  fetched: 512,
  inserted: 12,
  unchanged: 500,
  rejected: 2,
  warnings: ["310 deletes withheld: 61 % of 510 rows, the guard allows 50 %", "2 records rejected"]
})
const store = run("iiko.store", {
  status: "failed",
  durationMs: 72_000,
  error: "GET /resto/api/corporation/stores: no answer in 60 s"
})
const measureUnit = run("iiko.entity_measure_unit", { fetched: 12_345, inserted: 12_345, durationMs: 3200 })

describe("RunTable", () => {
  it("puts problems first and says what to do about them", () => {
    assert.deepStrictEqual(lines([measureUnit, deal, store], 120), [
      "entity                    status   fetched  inserted  updated  unchanged  deleted  rejected        time",
      "iiko.store                failed         0         0        0          0        0         0  1 min 12 s",
      "fintablo.deal             warning      512        12        0        500        0         2         1 s",
      "iiko.entity_measure_unit  ok        12 345    12 345        0          0        0         0       3.2 s",
      "",
      "✗ iiko.store",
      "  GET /resto/api/corporation/stores: no answer in 60 s",
      "",
      "! fintablo.deal",
      "  310 deletes withheld: 61 % of 510 rows, the guard allows 50 %",
      "  2 records rejected",
      "  → see the rows and decide: tributary deletes",
      "  → the records and the reasons are in the table tributary.sync_reject",
      "",
      "3 entities: 1 ok, 1 warning, 1 failed; 12 857 rows, 12 357 inserted, 2 rejected",
      "  → which systems answer: tributary doctor",
      "  → again: tributary sync iiko.store"
    ])
  })

  it("asks which systems answer only where one of them may be why", () => {
    const moved = { ...store, errorReason: reason("plan.table", { table: "public.iiko_store" }) }
    const advice = (...runs: ReadonlyArray<RunResult>) => lines(runs, 120).filter((line) => line.includes("→ which"))
    assert.deepStrictEqual(advice(moved), [])
    assert.lengthOf(advice(moved, store), 1)
  })

  it("fits 80 columns by leaving out what says nothing, and fewer by short titles", () => {
    assert.deepStrictEqual(lines([measureUnit, deal], 80).slice(0, 3), [
      "entity                    status   fetched  inserted  unchanged  rejected   time",
      "fintablo.deal             warning      512        12        500         2    1 s",
      "iiko.entity_measure_unit  ok        12 345    12 345          0         0  3.2 s"
    ])
    assert.deepStrictEqual(lines([measureUnit, deal], 60).slice(0, 3), [
      "entity             status     read     new  same  rej   time",
      "fintablo.deal      warning     512      12   500    2    1 s",
      "iiko.ent…ure_unit  ok       12 345  12 345     0    0  3.2 s"
    ])
  })

  it("names an account, and repeats a failed entity once", () => {
    const orders = ["first", "second"].map((account) => ({
      ...run("allegro.order"),
      account,
      status: "failed" as const
    }))
    const shown = lines(orders, 80)
    assert.deepStrictEqual(
      shown.slice(1, 3).map((line) => line.split(" ")[0]),
      ["allegro.order@first", "allegro.order@second"]
    )
    assert.strictEqual(shown.at(-1), "  → again: tributary sync allegro.order")
  })

  it("tells a single clean run in few words", () => {
    assert.deepStrictEqual(lines([run("a.b", { fetched: 1, unchanged: 1 })], 40), [
      "entity  status  fetched  unchanged  time",
      "a.b     ok            1          1   1 s",
      "",
      "1 entity: 1 ok; 1 row, nothing changed"
    ])
  })

  it("says so when nothing was selected", () => {
    assert.deepStrictEqual(lines([], 80), ["Nothing was selected. `tributary status` lists every entity."])
  })
})
