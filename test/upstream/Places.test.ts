/** Records at several places, in objects and in wrappers of JSON, however its text is cut. */
import { assert, describe, it } from "@effect/vitest"
import { Channel, Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { placeOf } from "../../core/config/RecordPlaces.ts"
import { render } from "../../core/reason/Reason.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { JsonPlaces } from "../../core/upstream/records/JsonPlaces.ts"
import { unreadableOf } from "../../core/upstream/records/UnreadableRecord.ts"
import { completeIn } from "../../core/upstream/Source.ts"
import { column } from "../support/source.ts"
import { drain, entity, inTurn, upstream } from "./vendor.ts"

const placesOf = (...pointers: ReadonlyArray<string>) => pointers.flatMap((pointer) => placeOf(pointer) ?? [])

const declared = (pointers: ReadonlyArray<string>, more: Partial<Entity> = {}) =>
  entity({ records: pointers.join(", "), places: placesOf(...pointers), columns: [column("value", "text")], ...more })

const source = (pointers: ReadonlyArray<string>, body: string, more: Partial<Entity> = {}) =>
  Effect.map(
    upstream(() => new Response(body, { headers: { "content-type": "application/json" } })),
    (crm) => HttpSource.make(crm)(declared(pointers, more))
  )
const read = (...args: Parameters<typeof source>) => Effect.flatMap(source(...args), drain)
const records = (...args: Parameters<typeof source>) => Effect.map(read(...args), (result) => result.records)
const failure = (...args: Parameters<typeof source>) => Effect.map(Effect.flip(read(...args)), ({ message }) => message)

/** The rewritten document, fed in pieces. */
const rewritten = (pointers: ReadonlyArray<string>, pieces: ReadonlyArray<string>) => {
  const places = new JsonPlaces(placesOf(...pointers))
  const text = pieces.map((piece) => places.feed(piece)).join("") + places.end()
  return { text, kept: places.kept, fault: places.fault === undefined ? undefined : render(places.fault) }
}

describe("the values of an object", () => {
  it.effect("are records, each with its key, whatever the key is", () =>
    Effect.gen(function* () {
      const body =
        '{"total":6,"x":{"7":{"a":1},"9007199254740993":{"b":12345678901234567890},"constructor":{},' +
        '"__proto__":{"c":[1]},"a/b~c\\u0041\\"":{"d":{"e":null}},"":{"#key":"own"}},"more":[1,{"x":{}}]}'
      assert.deepEqual(yield* records(["/x/*"], body), [
        { a: 1, "#key": "7" },
        { b: "12345678901234567890", "#key": "9007199254740993" },
        { "#key": "constructor" },
        { c: [1], "#key": "__proto__" },
        { d: { e: null }, "#key": 'a/b~cA"' },
        { "#key": "" }
      ])
    })
  )

  it.effect("are found behind escapes and positions, and at the root", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* records(["/a~1b/m~0n/*"], '{"a/b":{"m~n":{"k":{}}}}'), [{ "#key": "k" }])
      assert.deepEqual(yield* records(["/0/x/*"], '[{"x":{"k":{}}},{"x":{"l":{}}}]'), [{ "#key": "k" }])
      assert.deepEqual(yield* records(["/*"], ' {"k" : {"id":1} } '), [{ id: 1, "#key": "k" }])
    })
  )

  it.effect("are none in an empty object, an empty array and null, which are whole", () =>
    Effect.gen(function* () {
      for (const body of ['{"x":{}}', '{"x":[]}', '{"x":null}']) {
        assert.deepEqual(yield* read(["/x/*"], body), { records: [], completeness: completeIn(0) }, body)
      }
    })
  )

  it.effect("may be in an array, where they have no key", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* records(["/x/*"], '{"x":[{"a":1},{}]}'), [{ a: 1 }, {}])
    })
  )

  it.effect("that are no objects are records of a column that says so, and else are unreadable with their key", () =>
    Effect.gen(function* () {
      const body = '{"rates":{"EUR":0.10,"USD":null,"X":[1],"Y":"a\\"]b"}}'
      assert.deepEqual(yield* records(["/rates/*"], body), [
        { value: 0.1, "#key": "EUR" },
        { value: null, "#key": "USD" },
        { value: [1], "#key": "X" },
        { value: 'a"]b', "#key": "Y" }
      ])
      const [first] = yield* records(["/rates/*"], body, { columns: [column("id", "text")] })
      assert.deepEqual(first && unreadableOf(first)?.shown, { value: 0.1, "#key": "EUR" })
      assert.strictEqual(first?.["#key"], "EUR")
    })
  )

  it.effect("have the keys of all objects on their way", () =>
    Effect.gen(function* () {
      const body = '{"rates":{"2026-01-01":{"EUR":1,"USD":2},"2026-01-02":{},"2026-01-03":[3]}}'
      assert.deepEqual(yield* records(["/rates/*/*"], body), [
        { value: 1, "#key": "EUR", "../#key": "2026-01-01" },
        { value: 2, "#key": "USD", "../#key": "2026-01-01" },
        { value: 3, "../#key": "2026-01-03" }
      ])
    })
  )
})

describe("wrappers", () => {
  it.effect("give their records; one without a record gives none that could be missed", () =>
    Effect.gen(function* () {
      const body =
        '{"edges":[{"cursor":"a","node":{"id":1}},{"node":null},{"cursor":{"node":2}},null,{"node":{"id":2}}]}'
      const found = yield* records(["/edges/*/node"], body, { columns: [column("id", "bigint")] })
      assert.deepEqual(
        found.map((record) => record.id ?? (unreadableOf(record) === undefined ? "row" : "reject")),
        [1, "reject", "reject", "reject", 2]
      )
    })
  )

  it.effect("may hold lists, of which some may be missing, but not all", () =>
    Effect.gen(function* () {
      const pointers = ["/groups/*/items/*"]
      const some = '{"groups":[{"items":[{"id":1}]},{"items":null},{},null,{"items":{"k":{"id":2}}}]}'
      assert.deepEqual(yield* records(pointers, some), [{ id: 1 }, { id: 2, "#key": "k" }])
      assert.deepEqual(yield* records(pointers, '{"groups":[]}'), [])
      assert.deepEqual(yield* records(pointers, '{"groups":[{"items":[]}]}'), [])
      assert.include(yield* failure(pointers, '{"groups":[{"itms":[]},{}]}'), 'no value at "/groups/*/items/*"')
    })
  )
})

describe("several arrays", () => {
  it.effect("are one list, in the order of the answer", () =>
    Effect.gen(function* () {
      const pointers = ["/data/open", "/data/closed"]
      const body = '{"data":{"closed":[{"id":1}],"other":[7],"open":[{"id":2},{"id":1}]}}'
      assert.deepEqual(yield* records(pointers, body), [{ id: 1 }, { id: 2 }, { id: 1 }])
      assert.deepEqual(yield* records(pointers, '{"data":{"closed":null,"open":[{"id":2}]}}'), [{ id: 2 }])
      assert.deepEqual(yield* records(["/a", "/b/*/c"], '{"b":{"k":{"c":{}}},"a":[{}]}'), [{ "#key": "k" }, {}])
    })
  )

  it.effect("fail when one of them is missing from the first page, or is no array", () =>
    Effect.gen(function* () {
      const pointers = ["/a", "/b"]
      assert.include(yield* failure(pointers, '{"a":[{"id":1}]}'), 'no value at "/a, /b"')
      assert.include(yield* failure(pointers, '{"error":"no"}'), "expected JSON with records at /a, /b")
      assert.include(yield* failure(pointers, '{"a":[],"b":{}}'), 'there is no array at "/b"')
    })
  )

  it.effect("may be missing from a later page that says nothing else", () =>
    Effect.gen(function* () {
      const more: Partial<Entity> = {
        page: { type: "page", param: "page", size: 2, first: 1, maxPages: 9 }
      }
      const { handler } = inTurn(
        () => Response.json({ a: [{ id: 1 }], b: [{ id: 2 }] }),
        () => Response.json({ a: [{ id: 3 }] }),
        () => Response.json({})
      )
      const crm = yield* upstream(handler)
      const found = yield* drain(HttpSource.make(crm)(declared(["/a", "/b"], more)))
      assert.deepEqual(found, { records: [{ id: 1 }, { id: 2 }, { id: 3 }], completeness: completeIn(2) })
    })
  )
})

describe("the document around them", () => {
  it.effect("is judged as that around one array: totals, next pages, refusals", () =>
    Effect.gen(function* () {
      const outcomeOf = (body: string, pointers = ["/data/x/*"]) =>
        Effect.map(read(pointers, body), ({ completeness }) =>
          completeness._tag === "Partial" ? render(completeness.reason) : "whole"
        )
      assert.include(yield* outcomeOf('{"data":{"x":{"k":{}},"total":2}}'), "/data/total of the answer says 2")
      assert.include(yield* outcomeOf('{"data":{"x":{"k":{}}},"has_more":true}'), "/has_more")
      assert.include(yield* outcomeOf('{"success":false,"data":{"x":{"k":{}}}}'), "/success")
      assert.include(yield* outcomeOf('{"a":[{}],"b":[{}],"total":3}', ["/a", "/b"]), "/total of the answer says 3")
      assert.strictEqual(yield* outcomeOf('{"data":{"x":{"total":{}}},"total":1}'), "whole")
      const apart = '{"a":[{}],"data":{"b":[{}],"total":3}}'
      assert.include(yield* outcomeOf(apart, ["/a", "/data/b"]), "/data/total of the answer says 3")
    })
  )

  it.effect("must have an object or array there, once", () =>
    Effect.gen(function* () {
      for (const [body, says] of [
        ['{"x":7}', 'there is no object or array at "/x"'],
        ['{"x":"{}"}', 'there is no object or array at "/x"'],
        ["[]", 'no value at "/x/*"'],
        ["7", 'there is no object or array at ""'],
        ["null", 'there is no object or array at ""'],
        ['{"y":{}}', 'no value at "/x/*"'],
        ['{"x":{"k":{}},"x":{}}', 'the key "x" stands there twice'],
        ['{"x":{}}{', "unexpected content after the JSON near character 8"],
        ['{"x":{},}', '"}" cannot stand there near character 8'],
        ['{"x":{"k":{"a":1,}}}', "no valid JSON"],
        ['{"x":{"k":[1}}', "no valid JSON"],
        ['{"x":{"k":}}', "no valid JSON"],
        ['{"x":{"k":{},}}', "cannot stand there"],
        ['{"x":{"\\q":{}}}', "no valid JSON"],
        ['{"y":tru,"x":{}}', "no valid JSON"],
        ['{"y":[1 2],"x":{}}', "no valid JSON"],
        ['{"x":{"k":{}}', "the JSON ends in the middle near character 13"],
        ["", "the JSON ends in the middle near character 0"]
      ] as const) {
        assert.include(yield* failure(["/x/*"], body), says, body)
      }
    })
  )
})

const documents: ReadonlyArray<readonly [pointers: ReadonlyArray<string>, text: string]> = [
  [
    ["/x/*"],
    '\uFEFF{ "a\\"" : -1.5e3 , "y":[{"z":"}"},[],"]"], "x" : {"k\\\\" : {"a":"\\"}","b":[ true ]}, "l":null,"m" : 1.25 ,"n":"s"},"t":2 }'
  ],
  [["/edges/*/node"], '{"edges":[{"node":{"id":1},"c":"x"},{"c":12},null,{"node":"\\u0041"}],"n":false}'],
  [["/x/*", "/y/z"], '{"x": null ,"y":{"z":null,"w":true},"v":false}'],
  [["/a", "/b/c/*/d"], '{"a":[1,"2",[3],{}],"b":{"c":{"k":{"d":[]},"l":{"e":{"d":1}}},"f":{}}}']
]

describe("a document", () => {
  it("is the same however it is cut", () => {
    for (const [pointers, text] of documents) {
      const whole = rewritten(pointers, [text])
      assert.isUndefined(whole.fault)
      assert.doesNotThrow(() => JSON.parse(whole.text), text)
      assert.doesNotThrow(() => JSON.parse(whole.kept), text)
      for (let at = 0; at <= text.length; at++) {
        assert.deepStrictEqual(rewritten(pointers, [text.slice(0, at), text.slice(at)]), whole, `cut at ${at}`)
      }
      assert.deepStrictEqual(rewritten(pointers, [...text]), whole)
    }
  })

  it("that ends early is never whole", () => {
    for (const [pointers, text] of documents) {
      for (let at = 0; at < text.length - 1; at++) {
        const { fault, text: cut } = rewritten(pointers, [text.slice(0, at)])
        if (fault === undefined) assert.throws(() => JSON.parse(cut), SyntaxError, undefined, `cut at ${at}`)
      }
    }
  })

  it.effect("of a hundred thousand entries is read in batches, and its lists are not kept", () =>
    Effect.gen(function* () {
      const count = 100_000
      const body = JSON.stringify({
        total: count,
        x: Object.fromEntries(Array.from({ length: count }, (_, id) => [`k${id}`, { id, name: `name ${id}` }]))
      })
      const found = yield* source(["/x/*"], body)
      const sizes = yield* Channel.runCollect(Channel.map(found, (batch) => batch.length))
      assert.isAtMost(Math.max(...sizes), 1_000)
      assert.strictEqual(
        sizes.reduce((sum, size) => sum + size, 0),
        count
      )
      const { kept } = rewritten(["/x/*"], [body])
      assert.strictEqual(kept, `{"total":${count},"x":{}}`)
    })
  )
})
