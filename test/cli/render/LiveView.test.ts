import { assert, describe, it } from "@effect/vitest"
import { plain } from "../../../core/cli/render/terminal/Style.ts"
import { render } from "../../../core/cli/render/views/LiveView.ts"
import type { LiveCheckResult } from "../../../core/sync/discover/LiveCheck.ts"

const look = (more: Partial<LiveCheckResult>): LiveCheckResult => ({
  connector: "shop",
  entity: "deal",
  records: 20,
  rejected: 0,
  leftOut: 0,
  repeatedKeys: 0,
  verdict: "ok",
  reject: null,
  rejectReason: null,
  absent: [],
  undeclared: [],
  absentPlaces: [],
  unmetPlaces: [],
  error: null,
  errorReason: null,
  ...more
})
const shown = (...looks: ReadonlyArray<LiveCheckResult>) => render(looks, { width: 200, style: plain })
const agrees = "All fields that were seen are declared, and all declared ones were seen."

describe("a look at the sources", () => {
  it("says that all agrees where every entity has records, all of which become rows", () => {
    assert.strictEqual(shown(look({})), `✓ shop.deal  20 records of the first page\n\n${agrees}`)
    assert.strictEqual(shown(), "No entity is declared, so nothing was read.")
    for (const other of [
      look({ rejected: 1, verdict: "warning", reject: "id is missing, though part of the key" }),
      look({ rejected: 20, verdict: "failed", reject: "id is missing, though part of the key" }),
      look({ records: 0 }),
      look({ records: 0, verdict: "failed", error: "answered 500" })
    ]) {
      assert.notInclude(shown(look({}), other), agrees)
    }
  })

  it("marks what would be rejected, with how many and why the first", () => {
    const reject = "amount is not a decimal number"
    assert.strictEqual(
      shown(look({ rejected: 1, verdict: "warning", reject })),
      `! shop.deal  20 records of the first page, 1 would be rejected: ${reject}`
    )
    assert.strictEqual(
      shown(look({ records: 300, rejected: 200, verdict: "failed", reject })),
      `✗ shop.deal  300 records of the first page, 200 would be rejected; the first: ${reject}`
    )
    assert.strictEqual(
      shown(look({ repeatedKeys: 2, verdict: "warning" })),
      "! shop.deal  20 records of the first page, 2 keys came more than once"
    )
    assert.strictEqual(
      shown(look({ records: 0, leftOut: 1, absentPlaces: ["where: statsu"], unmetPlaces: ["where: gone"] })),
      [
        "✓ shop.deal  1 record of the first page, all left out by where",
        "Named by where, drop or join, but in no record:\n  shop.deal: where: statsu",
        "Looked at by conditions, and in no record, as may be:\n  shop.deal: where: gone"
      ].join("\n\n")
    )
    assert.strictEqual(
      shown(look({ records: 0, verdict: "failed", error: "answered 500" })),
      "✗ shop.deal  answered 500"
    )
  })
})
