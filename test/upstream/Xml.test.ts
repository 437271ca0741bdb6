import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { memoryLimits } from "../../core/upstream/exchange/MemoryLimits.ts"
import { completeIn } from "../../core/upstream/Source.ts"
import { failure, read, records } from "./records.ts"

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

  it.effect("has names without their prefixes, unless they are declared or stand beside the same name", () =>
    Effect.gen(function* () {
      const feed = `<n:feed xmlns:n="u" xmlns="v" xmlns:a="w" xmlns:xsi="x">
        <n:Item xml:lang="ru" a:kind="1" kind="2" xsi:type="t"><n:Name xmlns:q="z">Oak</n:Name><n:In><a:of>1</a:of></n:In>
          <a:title>big</a:title><title>small</title></n:Item>
        <Item><a:v>1</a:v><b:v>2</b:v><Name/></Item></n:feed>`
      const first = { "@lang": "ru", "@a:kind": "1", "@kind": "2", Name: "Oak", In: { of: "1" } }
      const [titles, second] = [
        { "a:title": "big", title: "small" },
        { v: ["1", "2"], Name: null }
      ]
      for (const path of ["Item", "feed/Item", "/feed/Item", "n:feed/Item", "*/Item"])
        assert.deepEqual(yield* xml(feed, path), [{ ...first, ...titles }, second], path)
      const prefixed = ["n:Item", "@xml:lang", "@xsi:type", "a:v", "a:of"]
      const { "@lang": lang, ...others } = first
      const own = { "@xml:lang": lang, "@xsi:type": "t", ...others, In: { "a:of": "1" }, ...titles }
      assert.deepEqual(yield* records({ format: "xml", records: "feed/n:Item", prefixed }, feed), [own])
      assert.deepEqual(yield* records({ format: "xml", records: "feed/Item", prefixed }, feed), [
        own,
        { "a:v": "1", v: "2", Name: null }
      ])
      const other = yield* failure({ format: "xml", records: "m:feed/Item" }, feed)
      assert.include(other.message, "the root is <n:feed>")
    })
  )

  it.effect("says beside its records, by names without prefixes too, how many there are", () =>
    Effect.gen(function* () {
      const body = '<f:feed f:size="3"><o:total>2</o:total><f:item><id>1</id></f:item></f:feed>'
      const outcomeOf = (...total: ReadonlyArray<string>) =>
        Effect.map(
          read(
            { format: "xml", records: "feed/item", page: { type: "none", total }, prefixed: ["o:total"] },
            total[0] === "o:total" ? body : body.replaceAll("o:total", "t:total")
          ),
          ({ completeness }) => JSON.stringify(completeness)
        )
      for (const [name, count] of [
        ["total", 2],
        ["o:total", 2],
        ["@size", 3]
      ] as const) {
        assert.include(yield* outcomeOf(name), `"total":${count}`, name)
      }
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
      const undeclared = cyrillic("<a><employee><n>")
      assert.deepEqual(yield* records(declared, undeclared, "application/xml; charset=windows-1251"), [{ n: "Анна" }])
      assert.deepEqual(yield* records(declared, undeclared), [{ n: "\udcc0\udced\udced\udce0" }])
      const japanese = new Uint8Array([...Buffer.from("<a><employee><n>"), 0xff, ...Buffer.from("</n></employee></a>")])
      assert.deepEqual(yield* records(declared, japanese, "application/xml; charset=shift_jis"), [{ n: "\udcff" }])
      const attribute = new Uint8Array([
        ...Buffer.from('<a><employee b="'),
        0xe9,
        ...Buffer.from('"><n>\uFFFD</n></employee></a>')
      ])
      assert.deepEqual(yield* records(declared, attribute), [{ "@b": "\udce9", n: "\uFFFD" }])
      assert.strictEqual((yield* failure(declared, undeclared, "application/xml; charset=klingon")).kind, "Format")
    })
  )
})
