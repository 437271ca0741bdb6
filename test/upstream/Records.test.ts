import { assert, describe, it } from "@effect/vitest"
import { Channel, Duration, Effect } from "effect"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { JsonSkipper } from "../../core/upstream/records/JsonSkipper.ts"
import { complete, completeIn } from "../../core/upstream/Source.ts"
import { failure, read, records, source, types } from "./records.ts"
import { drain, entity, upstream } from "./vendor.ts"

describe("JSON", () => {
  it.effect("yields the elements of the array at the pointer, with every digit", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* records({}, '{"status":200,"items":[{"id":1},{"id":12345678901234567890,"sum":0.10}]}'), [
        { id: 1 },
        { id: "12345678901234567890", sum: 0.1 }
      ])
      assert.deepEqual(yield* records({ records: "" }, '[{"id":1}]'), [{ id: 1 }])
      assert.deepEqual(yield* records({ records: "/a~1b/0" }, '{"a/b":[[{"id":1}]]}'), [{ id: 1 }])
      assert.deepEqual(yield* read({}, '{"items":[]}'), { records: [], completeness: completeIn(0) })
    })
  )

  it.effect("yields what is no object as the value of one", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* records({}, '{"items":["a",[1],null]}'), [
        { value: "a" },
        { value: [1] },
        { value: null }
      ])
    })
  )

  it.effect("comes in batches of at most a thousand", () =>
    Effect.gen(function* () {
      const body = JSON.stringify({ items: Array.from({ length: 5_500 }, (_, id) => ({ id })) })
      const sizes = yield* Effect.flatMap(source({}, body), (deals) =>
        Channel.runCollect(Channel.map(deals, (batch) => batch.length))
      )
      assert.isAtMost(Math.max(...sizes), 1_000)
      assert.strictEqual(
        sizes.reduce((sum, size) => sum + size, 0),
        5_500
      )
    })
  )

  it("that is skipped is judged alike wherever a piece of it ends, within an escape sequence, too", () => {
    const judged = (text: string, cut: number) => {
      const skipper = new JsonSkipper()
      skipper.read(text.slice(0, cut), 0)
      skipper.read(text.slice(cut), 0)
      return !skipper.wrong && !skipper.goesOn
    }
    const texts: Readonly<Record<string, boolean>> = {
      '["\\"\\u0416\\\\u04","\\n"]': true,
      '["\\u041\\u00006"]': false,
      '["\\u04"]': false,
      '["\\x"]': false,
      '["a\nb"]': false
    }
    for (const [text, isValid] of Object.entries(texts)) {
      for (let cut = 1; cut < text.length; cut++) {
        assert.strictEqual(judged(text, cut), isValid, `${text}, cut at ${cut}`)
      }
    }
  })

  it.effect("that is cut, or has no array there, fails with what was expected, where, and how it begins", () =>
    Effect.gen(function* () {
      const cut = yield* failure({}, '{"status":200,"items":[{"id":1},{"id"')
      assert.strictEqual(cut.kind, "Format")
      assert.strictEqual(
        cut.message,
        "crm: GET /deals: expected JSON with an array at /items; the JSON ends in the middle near character 37; " +
          'the answer begins «{"status":200,"items":[{"id":1},{"id"»'
      )
      for (const glued of [
        '{"meta":1{"a":2},"items":[]}',
        '{"meta":1[2],"items":[]}',
        '{"items":[],"next":1{"a":2}}'
      ]) {
        assert.strictEqual((yield* failure({}, glued)).kind, "Format", glued)
      }
      assert.include((yield* failure({}, '{"items":{"id":1}}')).message, 'there is no array at "/items"')
      assert.include((yield* failure({}, '{"other":[]}')).message, 'no value at "/items"')
      assert.include((yield* failure({}, "")).message, "the answer begins nothing")
      assert.include((yield* failure({ records: "" }, "{}")).message, "expected JSON with an array at its root; ")
    })
  )

  it.effect("that is a page of HTML is called that", () =>
    Effect.gen(function* () {
      for (const [body, type] of [
        ["<!DOCTYPE html><html><h1>Server is starting</h1></html>", "text/html;charset=UTF-8"],
        ["\n<HTML><body>gateway</body></HTML>", "application/json"],
        ['<?xml version="1.0"?>\n<!-- down --><html xmlns="http://www.w3.org/1999/xhtml"/>', "application/xhtml+xml"]
      ] as const) {
        for (const format of ["json", "xml", "csv", "ndjson"] as const) {
          const error = yield* failure({ format, records: format === "xml" ? "row" : "" }, body, type)
          assert.strictEqual(error.kind, "Format")
          assert.include(error.message, "the answer is an HTML page: a proxy or a restart")
        }
      }
    })
  )

  it.effect("gives the cursor of an incremental read with every digit, in pages of cursors too", () =>
    Effect.gen(function* () {
      const incremental = { from: ["meta", "since"], param: "since", overlap: Duration.zero, format: "text" }
      const given: Array<string> = []
      const page = { type: "cursor", param: "after", next: ["meta", "next"], maxPages: 10 } as const
      for (const since of ["12345678901234567890", '"2026-03-01T00:00:00Z"', "null", '""', "{}"]) {
        for (const more of [{}, { page }]) {
          const body = `{"items":[{"id":1}],"meta":{"next":null,"since":${since}}}`
          const crm = yield* upstream(() => new Response(body, { headers: { "content-type": types.json } }))
          const changed = { ...entity(more), incremental }
          yield* drain(HttpSource.make(crm)(changed, { onCursor: (value) => given.push(value) }))
        }
      }
      const [number, text] = ["12345678901234567890", "2026-03-01T00:00:00Z"]
      assert.deepEqual(given, [number, number, text, text])
    })
  )

  it.effect("of a cursor page is read for its cursor too", () =>
    Effect.gen(function* () {
      const page = { type: "cursor", param: "after", next: ["meta", "next"], maxPages: 10 } as const
      assert.deepEqual(yield* read({ page }, '{"items":[{"id":1e400}],"meta":{"next":null}}'), {
        records: [{ id: "1e400" }],
        completeness: complete
      })
      assert.include((yield* failure({ page }, '{"items":{}}')).message, 'there is no array at "/items"')
      assert.strictEqual((yield* failure({ page }, '{"items":[')).kind, "Format")
    })
  )
})

describe("NDJSON", () => {
  it.effect("yields a record a line, and fails where a line is cut", () =>
    Effect.gen(function* () {
      const declared = { format: "ndjson", records: "" } as const
      assert.deepEqual(yield* records(declared, '{"id":1}\n\n{"id":12345678901234567}\n'), [
        { id: 1 },
        { id: "12345678901234567" }
      ])
      assert.include((yield* failure(declared, '{"id":1}\n{"id"')).message, "the last line is cut off")
      assert.include((yield* failure(declared, 'oops\n{"id":1}\n')).message, "a line is not JSON")
    })
  )
})

describe("CSV", () => {
  it.effect("yields records by the names of its header", () =>
    Effect.gen(function* () {
      const declared = { format: "csv", records: "" } as const
      assert.deepEqual(yield* records(declared, 'id,name\r\n1,"a, ""b"""\r\n2,\r\n'), [
        { id: "1", name: 'a, "b"' },
        { id: "2", name: "" }
      ])
      assert.deepEqual(yield* read(declared, "id,name\n"), { records: [], completeness: completeIn(0) })
    })
  )

  it.effect("of unknown length is not known to be whole", () =>
    Effect.gen(function* () {
      const crm = yield* upstream(() => new Response("id\n1\n"))
      const { completeness } = yield* drain(HttpSource.make(crm)(entity({ format: "csv", records: "" })))
      assert.strictEqual(completeness._tag, "Partial")
      const sized = yield* upstream(() => new Response("id\n1\n", { headers: { "content-length": "5" } }))
      const whole = yield* drain(HttpSource.make(sized)(entity({ format: "csv", records: "" })))
      assert.strictEqual(whole.completeness._tag, "Complete")
    })
  )
})

it.effect("an answer without content is an empty list", () =>
  Effect.gen(function* () {
    const crm = yield* upstream(() => new Response(null, { status: 204 }))
    assert.deepEqual(yield* drain(HttpSource.make(crm)(entity())), { records: [], completeness: completeIn(0) })
  })
)

it.effect("a next page that leads to another host, or to the same one by another scheme, is not asked for", () =>
  Effect.gen(function* () {
    const foreign = ['<http://evil.test/2>; rel="next"', '<https://crm.test/api/deals?page=2>; rel="next"']
    const links = [...foreign, '</api/deals?page=2>; rel="last next", </x>; rel=prev']
    const asked: Array<string> = []
    for (const link of links) {
      const crm = yield* upstream((_, url) => {
        asked.push(url.href)
        return Response.json({ items: [{ id: url.search }] }, { headers: url.search === "" ? { link } : {} })
      })
      const { completeness } = yield* drain(HttpSource.make(crm)(entity({ page: { type: "link", maxPages: 5 } })))
      assert.strictEqual(completeness._tag, foreign.includes(link) ? "Partial" : "Complete")
    }
    assert.deepEqual(asked, [
      "http://crm.test/api/deals",
      "http://crm.test/api/deals",
      "http://crm.test/api/deals",
      "http://crm.test/api/deals?page=2"
    ])
  })
)
