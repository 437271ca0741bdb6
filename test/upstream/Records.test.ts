import { assert, describe, it } from "@effect/vitest"
import { Channel, Duration, Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { memoryLimits } from "../../core/upstream/exchange/MemoryLimits.ts"
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
        "crm: GET /deals: expected JSON with an array at /items; the JSON ends in the middle near character 37; " +
          'the answer begins «{"status":200,"items":[{"id":1},{"id"»'
      )
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
      const told = yield* upstream(() => new Response("id\n1\n", { headers: { "content-length": "5" } }))
      const whole = yield* drain(HttpSource.make(told)(entity({ format: "csv", records: "" })))
      assert.strictEqual(whole.completeness._tag, "Complete")
    })
  )
})

describe("XML", () => {
  it.effect("with a prolog that does not end is refused before it is as long as a record may be", () =>
    Effect.gen(function* () {
      const entities = '<!ENTITY a "x">'.repeat(memoryLimits.prolog / 15 + 1)
      const error = yield* failure({ format: "xml", records: "item" }, `<!DOCTYPE list [${entities}`)
      assert.include(error.message, `longer than ${memoryLimits.prolog} characters`)
      const long = `<!--${"x".repeat(700_000)}-->`.repeat(2)
      assert.deepEqual(
        yield* records({ format: "xml", records: "item" }, `${long}<list><item><id>1</id></item></list>`),
        [{ id: "1" }]
      )
    })
  )

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

  it.effect("keeps texts that stand between elements, of the record and inside of it, and no blanks", () =>
    Effect.gen(function* () {
      const body = `<a><employee at="1"> <id>1</id> one <b/>
        <note>before<i>in</i> <i>side</i>after</note> two </employee><employee>alone</employee><employee> </employee></a>`
      assert.deepEqual(yield* xml(body), [
        {
          "@at": "1",
          id: "1",
          b: null,
          "#text": [" one ", " two "],
          note: { "#text": ["before", "after"], i: ["in", "side"] }
        },
        { "#text": "alone" },
        {}
      ])
    })
  )

  it.effect("that is no XML fails in the decoder's words, and one too deep by its limit", () =>
    Effect.gen(function* () {
      const declared = { format: "xml", records: "employee" } as const
      const why = (body: string) => Effect.map(failure(declared, body), ({ message }) => message)
      assert.include(
        yield* why("<a><employee><id>1</employee></a>"),
        "; no well-formed XML: end tag </employee> does not match <id> at line 1, column 19;"
      )
      const deep = `<a><employee>${"<b>".repeat(1_100)}${"</b>".repeat(1_100)}</employee></a>`
      assert.include(yield* why(deep), "; elements nest deeper than 1024 levels, at line 1, column ")
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
      const named = "<a><employee><constructor>1</constructor><__proto__>2</__proto__><__proto__/></employee></a>"
      const [only] = yield* xml(named)
      assert.deepEqual(Object.entries(only ?? {}), [
        ["constructor", "1"],
        ["__proto__", ["2", null]]
      ])
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

  it.effect("is read in the charset it names; what is no text is kept apart as halves of surrogates", () =>
    Effect.gen(function* () {
      const cyrillic = (...head: ReadonlyArray<string>) =>
        new Uint8Array([...Buffer.from(head.join("")), 0xc0, 0xed, 0xed, 0xe0, ...Buffer.from("</n></employee></a>")])
      const declared = { format: "xml", records: "employee" } as const
      const named = cyrillic('<?xml version="1.0" encoding="windows-1251"?>', "<a><employee><n>")
      assert.deepEqual(yield* records(declared, named), [{ n: "Анна" }])
      const told = cyrillic("<a><employee><n>")
      assert.deepEqual(yield* records(declared, told, "application/xml; charset=windows-1251"), [{ n: "Анна" }])
      assert.deepEqual(yield* records(declared, told), [{ n: "\udcc0\udced\udced\udce0" }])
      const japanese = new Uint8Array([...Buffer.from("<a><employee><n>"), 0xff, ...Buffer.from("</n></employee></a>")])
      assert.deepEqual(yield* records(declared, japanese, "application/xml; charset=shift_jis"), [{ n: "\udcff" }])
      const attribute = new Uint8Array([
        ...Buffer.from('<a><employee b="'),
        0xe9,
        ...Buffer.from('"><n>\uFFFD</n></employee></a>')
      ])
      assert.deepEqual(yield* records(declared, attribute), [{ "@b": "\udce9", n: "\uFFFD" }])
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
