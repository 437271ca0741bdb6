/** A name twice in one object of JSON, with different values: nobody knows which is meant, so nothing is proven by it. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { placeOf } from "../../core/config/RecordPlaces.ts"
import { render } from "../../core/reason/Reason.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { unreadableOf } from "../../core/upstream/records/UnreadableRecord.ts"
import type { SourceRecord } from "../../core/upstream/Source.ts"
import { failure, read, types } from "./records.ts"
import { drain, entity, upstream } from "./vendor.ts"

const why = (record: SourceRecord | undefined) => {
  const found = record && unreadableOf(record)
  return found && render(found.why)
}

const twice = (pointer: string) => `ambiguous: ${pointer} stands there twice, with different values`

/** The records of a body that comes in these pieces. */
const inPieces = Effect.fnUntraced(function* (declared: Partial<Entity>, ...pieces: ReadonlyArray<string>) {
  const headers = { "content-type": types[declared.format ?? "json"], "transfer-encoding": "chunked" }
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece))
      controller.close()
    }
  })
  const crm = yield* upstream(() => new Response(body, { headers }))
  return (yield* drain(HttpSource.make(crm)(entity(declared)))).records
})

const forms: ReadonlyArray<readonly [Partial<Entity>, (records: ReadonlyArray<string>) => string]> = [
  [{}, (all) => `{"total": 3, "items": [${all.join(" , ")}], "more": {"a": 1}}`],
  [{ records: "" }, (all) => `[${all.join(",")}]`],
  [{ format: "ndjson", records: "" }, (all) => `${all.join("\n\n")}\n`],
  [
    { records: "/of/*", places: [placeOf("/of/*")].flatMap((place) => place ?? []) },
    (all) => `{"of":{${all.map((one, at) => `"${at}": ${one}`).join(",")}}}`
  ]
]

describe("a name twice in a record", () => {
  it.effect("makes it unreadable, in every form and wherever a piece of the answer ends", () =>
    Effect.gen(function* () {
      const all = ['{"id":1,"of":[{"id":5},{"id":5.25}]}', '{"id": 3, "name": "a:b", "id": 99}', '{"id":2,"name":"id"}']
      for (const [declared, bodyOf] of forms) {
        const body = bodyOf(all)
        for (let cut = 0; cut <= body.length; cut++) {
          const [first, second, third, ...more] = yield* inPieces(declared, body.slice(0, cut), body.slice(cut))
          assert.deepInclude(first, { id: 1, of: [{ id: 5 }, { id: 5.25 }] }, `${body} at ${cut}`)
          assert.deepInclude(third, { id: 2, name: "id" }, `${body} at ${cut}`)
          assert.strictEqual(why(second), twice("/id"), `${body} at ${cut}`)
          assert.notProperty(second, "id")
          assert.isEmpty(more)
        }
      }
    })
  )

  it.effect("is found at every depth and however it is written; equal values and other objects have none", () =>
    Effect.gen(function* () {
      const deep = (inner: string) => `${'{"a":['.repeat(30)}${inner}${"]}".repeat(30)}`
      const cases: ReadonlyArray<readonly [record: string, pointer: string | undefined]> = [
        ['{"id":3,"id":3}', undefined],
        ['{"id":3,"of":{"id":4},"to":{"id":5}}', undefined],
        ['{"of":[{"id":4},{"id":5}],"id":3}', undefined],
        ['{"a":"id\\":1","b":"\\"id\\":2"}', undefined],
        ['[{"id":4},{"id":5}]', undefined],
        [deep('{"x":1},{"x":2}'), undefined],
        ['{"id":3,"\\u0069d":99}', "/id"],
        ['{"of":{"id":4,"i\\u0064":5}}', "/of/id"],
        ['{"id":12345678901234567890,"id":12345678901234567891}', "/id"],
        ['{"of":[{"a":1},{"b":{"c":null,"d":[],"c":0}}]}', "/of/1/b/c"],
        ['{"of":{"x":1,"in":{"x":2},"x":3}}', "/of/x"],
        ['{"of":{"x":{"y":1,"y":2}},"of":{"x":{"y":2}}}', "/of/x/y and 1 more name stand"],
        ['{"__proto__":1,"__proto__":2}', "/__proto__"],
        ['{"a/b":1,"a/b":{}}', "/a~1b"],
        ['[{"id":4,"id":5}]', "/0/id"],
        [deep('{"x":1,"x":2}'), `${"/a/0".repeat(30)}/x`]
      ]
      for (const [declared, bodyOf] of forms) {
        for (const [record, pointer] of cases) {
          const [found] = yield* inPieces(declared, bodyOf([record]))
          if (pointer === undefined) assert.notInclude(why(found) ?? "", "ambiguous", record)
          else assert.include(why(found), `ambiguous: ${pointer} `, record)
        }
      }
    })
  )

  it.effect("makes a record that is the whole answer unreadable, too", () =>
    Effect.gen(function* () {
      const single = { single: true, records: "" } as const
      const [found] = yield* inPieces(single, '{"id":3,', '"id":99}')
      assert.strictEqual(why(found), twice("/id"))
      const [within] = yield* inPieces({ ...single, records: "/data" }, '{"data":{"id":3},"data":{"id":99}}')
      assert.strictEqual(why(within), twice("/data"))
      assert.deepEqual(yield* inPieces(single, '{"id":3,"id":3}'), [{ id: 3 }])
    })
  )
})

describe("a name twice in XML", () => {
  it.effect("is a list of elements, which no key is read from, and no document with attributes", () =>
    Effect.gen(function* () {
      const xml = { format: "xml", records: "a/b" } as const
      const { records } = yield* read(xml, "<a><b><id>3</id><id>99</id></b></a>")
      assert.deepEqual(records, [{ id: ["3", "99"] }])
      assert.strictEqual((yield* failure(xml, '<a><b id="3" id="99"/></a>')).kind, "Format")
    })
  )
})

describe("a name twice beside the records", () => {
  const doubt = (completeness: { readonly _tag: string; readonly reason?: Parameters<typeof render>[0] }) =>
    completeness.reason === undefined ? completeness._tag : render(completeness.reason)

  it.effect("proves nothing, unless both values are equal", () =>
    Effect.gen(function* () {
      const of = (beside: string, declared: Partial<Entity> = {}) =>
        Effect.map(read(declared, `{"items":[{"id":1}],${beside}}`), ({ completeness }) => doubt(completeness))
      const ambiguous = (pointer: string) =>
        `what the answer says beside its records may mean two things: ${pointer} stands there twice, with different values`
      assert.strictEqual(yield* of('"has_more":true,"has_more":false'), ambiguous("/has_more"))
      assert.strictEqual(yield* of('"meta":{"total":40,"total":1}'), ambiguous("/meta/total"))
      assert.strictEqual(yield* of('"total":1,"total":1'), "Complete")
      const [wrapped = {}] = forms.slice(3).map(([declared]) => declared)
      const inWrappers = yield* read(wrapped, '{"of":{"7":{"id":1}},"has_more":true,"has_more":false}')
      assert.strictEqual(doubt(inWrappers.completeness), ambiguous("/has_more"))
    })
  )

  it.effect("is a failure where it is the list, and never an empty one", () =>
    Effect.gen(function* () {
      for (const body of [
        '{"items":[{"id":1}],"items":null}',
        '{"items":[],"items":[]}',
        '{"items":{},"items":null}'
      ]) {
        assert.strictEqual((yield* failure({}, body)).kind, "Format", body)
      }
      assert.deepEqual((yield* read({}, '{"items":null,"items":null}')).records, [])
    })
  )
})
