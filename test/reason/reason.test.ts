import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { codes, mapTexts, partsOf, Reason, reason, render, said, stored } from "../../core/reason/Reason.ts"
import { templates } from "../../core/reason/templates/index.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

describe("a reason", () => {
  it("is told in English with the word that goes with its number, and with the reasons in it", () => {
    assert.strictEqual(
      render(reason("run.keyless", { count: 1 })),
      "1 record had no readable key, so nothing was deleted"
    )
    assert.strictEqual(
      render(reason("run.keyless", { count: 2 })),
      "2 records had no readable key, so nothing was deleted"
    )
    const why = reason("several", { whys: [reason("read.pageCap", { limit: 3 }), said("said")] })
    assert.strictEqual(
      render(reason("run.partial", { why })),
      "the read is partial: page cap of 3 reached (page.maxPages); said"
    )
    assert.strictEqual(
      render(reason("read.nextUndeclared")),
      "the answer has a next page; declare page: { type: link }"
    )
  })

  it("is of a closed set: a code that is not known, or a parameter that is missing or of another kind, is none", () => {
    const is = Schema.is(Reason)
    assert.isTrue(is({ code: "run.keyless", params: { count: 1 } }))
    assert.isFalse(is({ code: "run.keyless", params: {} }))
    assert.isFalse(is({ code: "run.keyless", params: { count: "1" } }))
    assert.isFalse(is({ code: "run.unheard", params: {} }))
    assert.isFalse(is({ code: "run.partial", params: { why: { code: "no", params: {} } } }))
    assert.deepEqual(stored({ code: "run.unheard", params: {} }, "as it was told"), said("as it was told"))
  })

  it("can have every text changed, those of reasons in it too", () => {
    const why = reason("run.partial", { why: reason("several", { whys: [said("key=hidden")] }) })
    const changed = mapTexts(why, (text) => text.replace("hidden", "…"))
    assert.strictEqual(render(changed), "the read is partial: key=…")
  })

  it("names every code once in the sources that make reasons", () => {
    const sources = ["core", "connectors", "bot"]
      .flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(root, folder, name))
      )
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.includes("/templates/"))
      .map((name) => readFileSync(name, "utf8"))
      .join("\n")
    assert.deepEqual(
      codes.filter((code) => !sources.includes(`"${code}"`)),
      []
    )
  })

  it("has places that the language of templates knows", () => {
    for (const code of codes) {
      for (const part of partsOf(code)) {
        if (part._tag !== "Text") assert.match(part.name, /^[a-z]\w*$/i, code)
      }
      assert.isNotEmpty(templates[code])
    }
  })
})
