import { assert, describe, it } from "@effect/vitest"
import { plain, type Style } from "../../core/cli/render/terminal/Style.ts"
import { render } from "../../core/cli/render/views/LogLineView.ts"

const line = { timestamp: "2026-11-20T07:00:00.500Z", level: "info", message: "the run ended", fields: {} } as const
const marked: Style = (tone, text) => (text === "" ? "" : `<${tone}>${text}</>`)

describe("a log line for a person", () => {
  it("names the entity first and leaves out what says nothing", () => {
    const fields = {
      connector: "shop",
      entity: "item",
      account: null,
      fetched: 3,
      deleted: 0,
      trace_id: "a",
      span_id: "b"
    }
    assert.match(
      render(plain)({ ...line, fields }),
      /^2026-11-(?:19|20|21) \d\d:\d\d:00 INFO {2}shop\.item the run ended fetched=3$/
    )
  })

  it("quotes what would run into its neighbours", () => {
    const fields = { why: 'a "b" c', list: [1, { d: "e" }], path: "/x" }
    assert.match(render(plain)({ ...line, fields }), /why="a \\"b\\" c" list=\[1,\{"d":"e"\}\] path=\/x$/)
  })

  it("shows what a vendor sent and obeys none of it, and no line of theirs passes for one of ours", () => {
    const evil = "\u001b[2J\u009b1m\u202e\r\n2026-11-20 07:00:00 INFO  all is well"
    const fields = { connector: evil, entity: evil, path: evil, stack: evil }
    const text = render(plain)({ ...line, message: evil, fields })
    assert.notMatch(text, /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    assert.include(text, "\\u001b[2J\\u009b1m\\u202e\\u000d")
    for (const below of text.split("\n").slice(1)) assert.match(below, /^ {4}/)
  })

  it("has the stack below itself, and colours by the level", () => {
    const text = render(marked)({ ...line, level: "error", fields: { stack: "Error: no\n  at x" } })
    const [first, ...below] = text.split("\n")
    assert.include(first, "<bad>ERROR</> the run ended")
    assert.deepEqual(below, ["<dim>    Error: no", "      at x</>"])
  })
})
