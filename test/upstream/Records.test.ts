import { assert, describe, it } from "@effect/vitest"
import { Channel, Duration, Effect, Result } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { render } from "../../core/reason/Reason.ts"
import { EnvelopeReader } from "../../core/upstream/Envelope.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { complete, completeIn } from "../../core/upstream/Source.ts"
import { drain, entity, upstream } from "./vendor.ts"

type Declared = Partial<Pick<Entity, "format" | "records" | "page">>

const types = { json: "application/json", xml: "application/xml", csv: "text/csv", ndjson: "application/x-ndjson" }

const source = Effect.fnUntraced(function* (declared: Declared, body: string | Uint8Array<ArrayBuffer>, type?: string) {
  const headers = { "content-type": type ?? types[declared.format ?? "json"], "transfer-encoding": "chunked" }
  const crm = yield* upstream(() => new Response(body, { headers }))
  return HttpSource.make(crm)(entity(declared))
})

const read = (...args: Parameters<typeof source>) => Effect.flatMap(source(...args), drain)
const records = (...args: Parameters<typeof source>) => Effect.map(read(...args), (result) => result.records)
const failure = (...args: Parameters<typeof source>) => Effect.flip(read(...args))

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

  it.effect("that is cut, or has no array there, fails with what was expected, where, and how it begins", () =>
    Effect.gen(function* () {
      const cut = yield* failure({}, '{"status":200,"items":[{"id":1},{"id"')
      assert.strictEqual(cut.kind, "Format")
      assert.strictEqual(
        cut.message,
        "crm: GET /deals: expected JSON with an array at /items; Unexpected end of input near character 37; " +
          'the answer begins «{"status":200,"items":[{"id":1},{"id"»'
      )
      assert.include((yield* failure({}, '{"items":{"id":1}}')).message, 'Expected an array at "/items"')
      assert.include((yield* failure({}, '{"other":[]}')).message, 'No value at "/items"')
      assert.include((yield* failure({}, "")).message, "the answer begins nothing")
    })
  )

  it.effect("that is a page of HTML is called that", () =>
    Effect.gen(function* () {
      for (const [body, type] of [
        ["<!DOCTYPE html><html><h1>Server is starting</h1></html>", "text/html;charset=UTF-8"],
        ["\n<HTML><body>gateway</body></HTML>", "application/json"]
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
      assert.include((yield* failure({ page }, '{"items":{}}')).message, 'Expected an array at "/items"')
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
      assert.include((yield* failure(declared, "id,name\n1\n")).message, "expected CSV with a header line;")
    })
  )

  it.effect("of unknown length is not known to be whole", () =>
    Effect.gen(function* () {
      const crm = yield* upstream(() => new Response("id\n1\n"))
      const { completeness } = yield* drain(HttpSource.make(crm)(entity({ format: "csv", records: "" })))
      assert.strictEqual(completeness._tag, "Partial")
    })
  )
})

describe("XML", () => {
  const xml = (body: string, path = "employee") => records({ format: "xml", records: path }, body)

  it.effect("yields the children of the root and not the same names below them", () =>
    Effect.gen(function* () {
      const body = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
        <employees xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
          <employee><id>1</id><name>Анна </name><employee>true</employee><login/><email></email>
            <role>A</role><role>B</role><role>C</role></employee>
          <employee kind="x" xsi:type="y"><price cur="RUB">5</price><group><id>7</id></group></employee>
        </employees>`
      const expected = [
        { id: "1", name: "Анна ", employee: "true", login: null, email: null, role: ["A", "B", "C"] },
        { "@kind": "x", price: { "@cur": "RUB", "#text": "5" }, group: { id: "7" } }
      ]
      assert.deepEqual(yield* xml(body), expected)
      assert.deepEqual(yield* xml(body, "employees/employee"), expected)
    })
  )

  it.effect("keeps an array of empty and repeated elements in order", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* xml("<a><employee><r/><r>1</r><r>&lt;2</r></employee></a>"), [{ r: [null, "1", "<2"] }])
    })
  )

  it.effect("yields nothing from an empty list, and takes a deeper path", () =>
    Effect.gen(function* () {
      for (const body of [
        "<employees/>",
        "<employees></employees>",
        "<?xml version='1.0'?>\n<employees>\n</employees>"
      ]) {
        assert.deepEqual(yield* read({ format: "xml", records: "employees/employee" }, body), {
          records: [],
          completeness: completeIn(0)
        })
      }
      assert.deepEqual(yield* xml("<r><data><row><v>1</v></row></data></r>", "r/data/row"), [{ v: "1" }])
    })
  )

  it.effect("with another root, or cut off, is not an empty list", () =>
    Effect.gen(function* () {
      const declared = { format: "xml", records: "employees/employee" } as const
      assert.include((yield* failure(declared, "<!-- e --><error>no</error>")).message, "the root is <error>")
      assert.strictEqual((yield* failure(declared, "<employees><employee><id>1</id></employee>")).kind, "Format")
      assert.strictEqual((yield* failure(declared, "")).kind, "Format")
    })
  )

  it.effect("is read in the charset it names; what is no text becomes U+FFFD", () =>
    Effect.gen(function* () {
      const cyrillic = (...head: ReadonlyArray<string>) =>
        new Uint8Array([...Buffer.from(head.join("")), 0xc0, 0xed, 0xed, 0xe0, ...Buffer.from("</n></employee></a>")])
      const declared = { format: "xml", records: "employee" } as const
      const named = cyrillic('<?xml version="1.0" encoding="windows-1251"?>', "<a><employee><n>")
      assert.deepEqual(yield* records(declared, named), [{ n: "Анна" }])
      const told = cyrillic("<a><employee><n>")
      assert.deepEqual(yield* records(declared, told, "application/xml; charset=windows-1251"), [{ n: "Анна" }])
      assert.deepEqual(yield* records(declared, told), [{ n: "\uFFFD\uFFFD\uFFFD\uFFFD" }])
      assert.strictEqual((yield* failure(declared, told, "application/xml; charset=klingon")).kind, "Format")
    })
  )
})

it.effect("an answer without content is an empty list", () =>
  Effect.gen(function* () {
    const crm = yield* upstream(() => new Response(null, { status: 204 }))
    assert.deepEqual(yield* drain(HttpSource.make(crm)(entity())), { records: [], completeness: completeIn(0) })
  })
)

it.effect("a next page that leads to another host is not asked for", () =>
  Effect.gen(function* () {
    const links = ['<http://evil.test/2>; rel="next"', '</api/deals?page=2>; rel="last next", </x>; rel=prev']
    const asked: Array<string> = []
    for (const link of links) {
      const crm = yield* upstream((_, url) => {
        asked.push(url.href)
        return Response.json({ items: [{ id: url.search }] }, { headers: url.search === "" ? { link } : {} })
      })
      const { completeness } = yield* drain(HttpSource.make(crm)(entity({ page: { type: "link", maxPages: 5 } })))
      assert.strictEqual(completeness._tag, link.includes("evil") ? "Partial" : "Complete")
    }
    assert.deepEqual(asked, [
      "http://crm.test/api/deals",
      "http://crm.test/api/deals",
      "http://crm.test/api/deals?page=2"
    ])
  })
)

describe("an answer in pages", () => {
  const page = { type: "page", param: "page", size: 3, first: 1, maxPages: 10 } as const
  const answers = Effect.fnUntraced(function* (
    declared: Partial<Entity>,
    ...each: ReadonlyArray<string | Response | null>
  ) {
    let nth = 0
    const crm = yield* upstream(() => {
      const answer = each[nth++] ?? null
      return answer instanceof Response ? answer : new Response(answer, { status: answer === null ? 204 : 200 })
    })
    return yield* Effect.result(drain(HttpSource.make(crm)(entity({ page, ...declared }))))
  })
  const told = (result: Effect.Success<ReturnType<typeof answers>>) =>
    Result.isFailure(result) ? result.failure.message : result.success.completeness

  it.effect("ends with no content, an empty array, null or nothing in its place", () =>
    Effect.gen(function* () {
      for (const end of [null, '{"items":[]}', '{"items":null}', "{}", '{"page":2}']) {
        assert.deepEqual(told(yield* answers({}, '{"page":1,"items":[{"id":1}]}', end)), completeIn(1))
      }
    })
  )

  it.effect("does not end with something else in its place", () =>
    Effect.gen(function* () {
      const message = told(yield* answers({}, '{"items":[{"id":1}]}', '{"message":"internal error"}'))
      assert.include(message, 'No value at "/items"')
      assert.include(told(yield* answers({}, "{}")), 'No value at "/items"')
    })
  )

  it.effect("is read for the totals that are declared, which spares the empty page", () =>
    Effect.gen(function* () {
      const first = '{"meta":{"total":"2","pages":2},"has_more":true,"items":[{"id":1}]}'
      const second = '{"items":[{"id":2}],"has_more":false,"meta":{"pages":2}}'
      for (const proof of [
        { total: ["meta", "total"] },
        { totalPages: ["meta", "pages"] },
        { hasMore: ["has_more"] }
      ]) {
        assert.deepEqual(told(yield* answers({ page: { ...page, ...proof } }, first, second, "oops")), completeIn(2))
      }
      const counted = (total: number) =>
        Response.json({ items: [{ id: total }] }, { headers: { "x-total-count": String(total) } })
      assert.deepEqual(told(yield* answers({}, counted(2), counted(3), '{"items":[{"id":4}]}', "oops")), completeIn(3))
    })
  )

  it.effect("of 206 and a range counts what the range counts, without a range it is a piece", () =>
    Effect.gen(function* () {
      const part = (range: string | undefined, id: number) =>
        Response.json(
          { items: [{ id }] },
          { status: 206, headers: range === undefined ? {} : { "content-range": range } }
        )
      assert.deepEqual(told(yield* answers({}, part("items 0-0/2", 1), part("items 1-1/2", 2), "oops")), completeIn(2))
      for (const answer of [part(undefined, 1), part("bytes 0-9/90", 1)]) {
        const [result] = [yield* answers({}, answer, null)]
        assert.isTrue(Result.isSuccess(result) && result.success.completeness._tag === "Partial")
      }
    })
  )
})

describe("an answer that is not whole", () => {
  const told = (body: unknown, changes: Partial<Entity> = {}, init?: ResponseInit) =>
    Effect.gen(function* () {
      const crm = yield* upstream(() => Response.json(body, init))
      return yield* drain(HttpSource.make(crm)(entity(changes)))
    })
  const reason = (...args: Parameters<typeof told>) =>
    Effect.map(told(...args), ({ completeness }) =>
      completeness._tag === "Partial" ? render(completeness.reason) : "whole"
    )
  const items = [{ id: 1 }]

  it.effect("is told by its status, a range, an error, or a refusal beside the records", () =>
    Effect.gen(function* () {
      assert.include(yield* reason({ items }, {}, { status: 206 }), "a part of something larger (206)")
      const range = { headers: { "content-range": "items 0-0/40" } }
      assert.include(yield* reason({ items }, {}, range), "the vendor counts 40")
      for (const beside of [{ error: "partial result" }, { errors: ["x"] }, { success: false }]) {
        const [name] = Object.keys(beside)
        assert.include(yield* reason({ items, ...beside }), `declare fail: { pointer: /${name}, equals: … }`)
        assert.include(yield* reason({ ...beside, items }), `/${name}`)
        assert.strictEqual(yield* reason({ items, ...beside }, { fail: "none" }), "whole")
      }
      for (const beside of [{ error: null }, { errors: [] }, { success: true }, { error: "" }]) {
        assert.strictEqual(yield* reason({ items, ...beside }), "whole")
      }
    })
  )

  it.effect("fails where the declared refusal is met", () =>
    Effect.gen(function* () {
      const fail = { pointer: ["status"], equals: "error" } as const
      const error = yield* Effect.flip(told({ items, status: "error" }, { fail }))
      assert.deepEqual({ kind: error.kind, status: error.status }, { kind: "Status", status: 200 })
      assert.strictEqual(yield* reason({ items, status: "ok", error: "x" }, { fail }), "whole")
    })
  )

  it.effect("is doubted where it counts more records than it holds, or tells of a next page", () =>
    Effect.gen(function* () {
      for (const beside of [
        { total: 2 },
        { meta: { total_count: 2 } },
        { count: 2 },
        { has_more: true },
        { next: "http://crm.test/api/deals?page=2" },
        { links: { next: "/deals?page=2" } }
      ]) {
        assert.notStrictEqual(yield* reason({ ...beside, items }), "whole", JSON.stringify(beside))
        const page = { type: "none", total: "none", hasMore: "none" } as const
        assert.strictEqual(yield* reason({ ...beside, items }, { page }), "whole")
      }
      assert.strictEqual(yield* reason({ total: 1, next: null, has_more: false, items }), "whole")
      assert.strictEqual(yield* reason({ total: 12.5, items: [{ id: 1, total: 90, error: "x" }] }), "whole")
    })
  )
})

it.effect("what stands around the records is known however the text is cut", () =>
  Effect.sync(() => {
    const text =
      '\uFEFF{"a":[{"items":[1,"]"]}],"s":"\\"items\\":[","items":[{"x":[1,{}]},{"t":"]]\\\\"},[]],"n":{"items":[2]},"total":12345678901234567890}'
    const around = {
      a: [{ items: [1, "]"] }],
      s: '"items":[',
      items: [],
      n: { items: [2] },
      total: "12345678901234567890"
    }
    for (const size of [1, 2, 3, 7, 1000]) {
      const reader = new EnvelopeReader(["items"])
      let out = ""
      for (let at = 0; at < text.length; at += size) out += reader.feed(text.slice(at, at + size))
      assert.strictEqual(out + reader.end(), text.replace("12345678901234567890", '"12345678901234567890"'))
      assert.deepEqual<unknown>(reader.envelope(), around)
    }
    const nested = new EnvelopeReader(["a", "1", "b"])
    nested.feed('{"a":[{"b":[1]},{"c":1,"b":[2,3],"d":4}]}')
    assert.deepEqual<unknown>(nested.envelope(), { a: [{ b: [1] }, { c: 1, b: [], d: 4 }] })
  })
)
