import { assert, describe, it } from "@effect/vitest"
import { Duration, Schema } from "effect"
import {
  combineReasons,
  define,
  foreignText,
  mapTexts,
  partsOf,
  Reason,
  reason,
  render,
  rootOf,
  spanOf,
  storedReason
} from "../../core/reason/Reason.ts"
import { allCodes, sources } from "../support/reasons.ts"

describe("a span of time", () => {
  it("is told to the millisecond", () => {
    assert.deepEqual(
      [187.35498, 0.2, 61_000, 1_500.6].map((millis) => spanOf(Duration.millis(millis))),
      ["187ms", "0", "1m 1s", "1s 501ms"]
    )
  })
})

describe("a reason", () => {
  it("is told in English with the word that goes with its number, and with the reasons in it", () => {
    assert.strictEqual(
      render(reason("run.keyless", { count: 1 })),
      "1 record had no readable key, so no row was deleted for being missing"
    )
    assert.strictEqual(
      render(reason("run.keyless", { count: 2 })),
      "2 records had no readable key, so no row was deleted for being missing"
    )
    assert.strictEqual(
      render(reason("cursor.passed", { count: 1 })),
      "the cursor moved past 1 rejected record, which is not asked for again until it changes or the declaration does"
    )
    const why = reason("several", { whys: [reason("read.pageCap", { limit: 3 }), foreignText("said")] })
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
    assert.deepEqual(storedReason({ code: "run.unheard", params: {} }, "as it was told"), foreignText("as it was told"))
  })

  it("can have every text changed, those of reasons in it too", () => {
    const why = reason("run.partial", { why: reason("several", { whys: [foreignText("key=hidden")] }) })
    const changed = mapTexts(why, (text) => text.replace("hidden", "…"))
    assert.strictEqual(render(changed), "the read is partial: key=…")
  })

  it("is of one kind with others when they have the same reason at the bottom, whatever wraps it", () => {
    const timeout = reason("request.timeout", { limit: "30s" })
    const asked = (request: string) => reason("request.failed", { request, why: timeout })
    const tried = reason("request.tried", { why: asked("iiko: GET /stores"), count: 4 })
    assert.deepEqual(rootOf(tried), timeout)
    assert.deepEqual(rootOf(reason("several", { whys: [tried, foreignText("else")] })), timeout)
    assert.deepEqual(rootOf(foreignText("else")), foreignText("else"))
  })

  it("puts between those of a list what its place says", () => {
    const whys = [reason("job.ok", { count: 2 }), reason("job.failed", { count: 1 })]
    assert.strictEqual(render(reason("job.entities", { counts: whys })), "entities: 2 ok, 1 failed")
    assert.strictEqual(render(combineReasons(whys)), "2 ok; 1 failed")
    assert.include(render(reason("alert.jobFailed", { job: "j", at: "t", whys })), "failed:\n2 ok\n1 failed")
  })

  it("is defined once, by core or by the connector that it concerns", async () => {
    const made = define({ "test.once": "{name} is late" })
    assert.strictEqual(render(made("test.once", { name: "Anna" })), "Anna is late")
    assert.throws(() => define({ "test.once": "again" }), /defined twice/)
    assert.includeMembers([...(await allCodes())], ["run.deadline", "iiko.refused"])
  })

  it("names every code in the sources that make reasons", async () => {
    const text = sources()
    const unused = (await allCodes()).filter((code) => !text.includes(`"${code}"`) && !code.startsWith("test."))
    assert.deepEqual(unused, [])
  })

  it("is made where it arises: no sentence of ours passes for the words of somebody else", () => {
    const text = sources()
    assert.deepEqual(text.match(/\bsaid\(\s*["'`][^"'`]*/g) ?? [], [])
    assert.deepEqual(text.match(/\.report\(\s*[\w.]+,\s*["'`][^"'`]*/g) ?? [], [])
    assert.deepEqual(text.match(/\bat(?:Key|Value)\([^()]*,\s*["'`][^"'`]*\)/g) ?? [], [])
    assert.deepEqual(text.match(/\|\| ["'`]expected [^"'`]*|message: ["'`]expected [^"'`]*/g) ?? [], [
      '|| "expected a code that is known'
    ])
  })

  it("has places that the language of templates knows", async () => {
    for (const code of await allCodes()) {
      assert.isNotEmpty(partsOf(code), code)
      for (const part of partsOf(code)) if (part._tag !== "Text") assert.match(part.name, /^[a-z]\w*$/i, code)
    }
  })
})
