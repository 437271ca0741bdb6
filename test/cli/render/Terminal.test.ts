import { assert, describe, it } from "@effect/vitest"
import { coloured, plain } from "../../../core/cli/render/terminal/Style.ts"
import { detect } from "../../../core/cli/render/terminal/Terminal.ts"

const tty = { isTTY: true, columns: 120, rows: 40 }

describe("Terminal", () => {
  it("takes the window as it is", () => {
    assert.deepStrictEqual(detect({}, tty), { width: 120, height: 40, live: true, style: coloured })
  })

  it("cuts nothing for a pipe, unless told how wide it is", () => {
    assert.deepStrictEqual(detect({}, {}), { width: Number.POSITIVE_INFINITY, height: 24, live: false, style: plain })
    assert.strictEqual(detect({ COLUMNS: "72" }, {}).width, 72)
  })

  it("assumes 80 columns where a terminal says nothing", () => {
    assert.strictEqual(detect({}, { isTTY: true, columns: 0, rows: 0 }).width, 80)
  })

  it("colours terminals, heeding NO_COLOR, then FORCE_COLOR", () => {
    assert.strictEqual(detect({ NO_COLOR: "1", FORCE_COLOR: "1" }, tty).style, plain)
    assert.strictEqual(detect({ NO_COLOR: "" }, tty).style, coloured)
    assert.strictEqual(detect({ FORCE_COLOR: "0" }, tty).style, plain)
    assert.strictEqual(detect({ FORCE_COLOR: "1" }, {}).style, coloured)
  })

  it("does not move the cursor of a dumb terminal", () => {
    const { live, style } = detect({ TERM: "dumb" }, tty)
    assert.deepStrictEqual({ live, style }, { live: false, style: plain })
  })
})
