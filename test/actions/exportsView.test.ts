import { assert, describe, it } from "@effect/vitest"
import type { ExportResult } from "../../core/actions/Exports.ts"
import { finishedLine } from "../../core/cli/render/progress/Frame.ts"
import { plain } from "../../core/cli/render/terminal/Style.ts"
import { render } from "../../core/cli/render/views/ExportView.ts"
import type { CellChange } from "../../core/plugin/Export.ts"

const change = (kind: CellChange["kind"], row: number, before: string | null, after: string | null): CellChange => ({
  cell: `A!B${row}`,
  kind,
  before,
  after
})

const result = (changes: ReadonlyArray<CellChange>, more: Partial<ExportResult> = {}): ExportResult => ({
  connector: "gsheet",
  entity: "list",
  account: null,
  status: "ok",
  fetched: 2,
  inserted: 0,
  updated: 0,
  unchanged: 2,
  deleted: 0,
  rejected: 0,
  warnings: [],
  error: null,
  errorReason: null,
  reasons: [],
  notes: [],
  noteReasons: [],
  durationMs: 12,
  dryRun: true,
  changes,
  ...more
})

const shown = (one: ExportResult, all = false, width = 80) =>
  render([one], { width, style: plain }, { all }).split("\n")

describe("exports are shown", () => {
  it("cell by cell, with what stands there and what will", () => {
    const changes = [
      change("set", 2, "Батон", "Булка"),
      change("insert", 10, null, "=1"),
      change("mark", 3, null, "снято"),
      change("set", 4, "5", null),
      change("remove", 5, "b", null)
    ]
    assert.deepEqual(shown(result(changes)).slice(0, 6), [
      "✓ gsheet.list would change 5 cells",
      '  ~ A!B2   "Батон" → "Булка"',
      '  + A!B10  "=1"',
      '  ~ A!B3   "снято"',
      '  ~ A!B4   "5" → empty',
      '  - A!B5   "b"'
    ])
  })

  it("by samples, unless all are asked for", () => {
    const changes = Array.from({ length: 25 }, (_, at) => change("insert", at + 2, null, "x"))
    assert.include(shown(result(changes)), "    and 5 more cells: --all shows them")
    assert.lengthOf(
      shown(result(changes), true).filter((line) => line.startsWith("  + ")),
      25
    )
  })

  it("harmlessly, and no wider than the window", () => {
    const lines = shown(result([change("set", 2, "\u001b[31m", "ж".repeat(200))]), false, 40)
    assert.isTrue(lines.every((line) => line.length <= 40 && !line.includes("\u001b")))
  })

  it("as what would change while it is a plan, and as what has changed afterwards", () => {
    const counts = { inserted: 1, updated: 2, deleted: 3, unchanged: 0 }
    const planned = shown(result([], counts), false, 120)
    assert.include(planned, "1 entity: 1 ok; 2 rows, would insert 1, update 2, delete 3")
    assert.match(planned.join("\n"), /to insert +to update +unchanged +to delete/)
    assert.notMatch(planned.join("\n"), /inserted|updated|deleted|changed \d/)
    assert.include(shown(result([])), "1 entity: 1 ok; 2 rows, nothing would change")
    assert.include(
      shown(result([], { ...counts, dryRun: false })),
      "1 entity: 1 ok; 2 rows, 1 inserted, 2 updated, 3 deleted"
    )
    const line = finishedLine("gsheet.list", result([], counts), 12, { width: 80, style: plain }, true)
    assert.include(line, "would insert 1, update 2, delete 3")
  })

  it("with the command that repeats a failed one", () => {
    const failed = result([], { status: "failed", error: "there is no such tab", dryRun: false })
    assert.include(shown(failed), "  → again: tributary export")
    assert.match(render([], { width: 80, style: plain }, { all: false }), /^No export is declared/)
  })
})
