import { assert, describe, it } from "@effect/vitest"
import { Duration, Redacted } from "effect"
import type { Entity, ForEach, Incremental } from "../../core/config/Entity.ts"
import type { Span } from "../../core/config/files/Problems.ts"
import type { Tree } from "../../core/config/files/Tree.ts"
import { fingerprintOf, hashOf, readingHash, sourceHash } from "../../core/config/Hash.ts"
import { column, entity } from "../support/source.ts"

const forEach: ForEach = { table: { schema: "public", name: "shops" }, params: { shop: "id" } }
const incremental: Incremental = { cursor: "at", param: "since", overlap: Duration.minutes(1), format: "iso" }
const declared = entity("deal", { forEach, incremental })

const reading = (changes: Partial<Entity>) => readingHash({ ...declared, ...changes }, { ...declared, ...changes })
const source = (changes: Partial<Entity>) => sourceHash({ ...declared, ...changes }, { ...declared, ...changes })

/** What decides on the records that come. */
const asked: ReadonlyArray<Partial<Entity>> = [
  { request: { ...declared.request, path: "/other" } },
  { request: { ...declared.request, query: { all: "1" } } },
  { own: { sheet: "a" } },
  { format: "xml" },
  { records: "/items" },
  { forEach: { ...forEach, params: { shop: "code" } } },
  { forEach: { ...forEach, table: { schema: "public", name: "stores" } } },
  { parent: "order", records: "/lines" }
]

/** What decides only on where a read begins, or on the rows that become of them. */
const kept: ReadonlyArray<Partial<Entity>> = [
  { incremental: { ...incremental, param: "from" } },
  { incremental: { ...incremental, format: "unix" } },
  { incremental: { ...incremental, cursor: "changed_at" } },
  { timezone: "UTC" },
  { table: { schema: "public", name: "other" } },
  { columns: [...declared.columns, column("note", "text")] },
  { key: ["id", "name"] },
  { mode: "upsert" },
  { scope: { shop: 1 } }
]

/** How it is paged, ordered, overlapped, named and guarded. */
const neither: ReadonlyArray<Partial<Entity>> = [
  { page: { type: "page", param: "page", size: 100, first: 1, maxPages: 10, until: "short" } },
  { incremental: { ...incremental, overlap: Duration.hours(1) } },
  { incremental: { ...incremental, ordered: true } },
  { guard: { ...declared.guard, maxDelete: 1 } },
  { indexes: [["name"]] },
  { request: { query: {}, headers: {}, path: declared.request.path, method: "GET" } }
]

const differing = (hash: (changes: Partial<Entity>) => string, changes: ReadonlyArray<Partial<Entity>>) =>
  changes.filter((one) => hash(one) !== hash({}))

describe("the hash of what a cursor is good for", () => {
  it("is another one for other records or other rows, and for nothing else", () => {
    assert.deepEqual(differing(reading, [...asked, ...kept]), [...asked, ...kept])
    assert.deepEqual(differing(reading, neither), [])
    assert.strictEqual(reading({ forEach: { ...forEach, onStatus: { 404: "empty" } } }), reading({}))
    const of = (...values: ReadonlyArray<string>) => reading({ forEach: { values, params: { city: "city" } } })
    assert.strictEqual(of("riga"), of("riga", "bonn"))
    assert.notStrictEqual(of("riga"), reading({}))
  })
})

describe("the hash of what the fields of a source are known by", () => {
  it("is another one for other records, and for nothing else", () => {
    assert.deepEqual(differing(source, asked), asked)
    assert.deepEqual(differing(source, [...kept, ...neither]), [])
  })
})

describe("the hash of what is written", () => {
  const span: Span = { source: { file: "a.yaml", text: "" }, start: 0, end: 0 }
  const scalar = (value: string | number | boolean): Tree => ({ _tag: "Scalar", span, value })
  const secret = (name: string, value: string): Tree => ({ _tag: "Secret", span, name, value: Redacted.make(value) })
  const map = (...entries: ReadonlyArray<readonly [string, Tree]>): Tree => ({
    _tag: "Map",
    span,
    entries: new Map(entries.map(([name, value]) => [name, { key: span, value }]))
  })
  const list = (...items: ReadonlyArray<Tree>): Tree => ({ _tag: "List", span, items })
  const tree = map(["a", list(scalar(1), scalar(2))], ["b", secret("TOKEN", "x")])

  it("tells types, orders, names and what is inherited, not the order of keys and no secret", () => {
    const same = map(["b", secret("TOKEN", "y")], ["a", list(scalar(1), scalar(2))])
    const others = [
      map(["a", list(scalar(2), scalar(1))], ["b", secret("TOKEN", "x")]),
      map(["a", list(scalar("1"), scalar(2))], ["b", secret("TOKEN", "x")]),
      map(["a", list(scalar(1), scalar(2))], ["b", secret("OTHER", "x")]),
      map(["a", list(scalar(1), scalar(2))], ["c", secret("TOKEN", "x")]),
      map(["a", list(scalar(1), scalar(2))])
    ]
    const all = [tree, ...others].map((one) => hashOf(one))
    assert.lengthOf(new Set(all), all.length)
    assert.strictEqual(hashOf(same), hashOf(tree))
    assert.notStrictEqual(fingerprintOf(same), fingerprintOf(tree))
    for (const hash of [hashOf, fingerprintOf]) {
      assert.notStrictEqual(hash(tree, { timezone: "UTC" }), hash(tree))
      assert.notStrictEqual(hash(tree, { timezone: "UTC" }), hash(tree, { timezone: "Asia/Tokyo" }))
      assert.strictEqual(hash(tree, { a: "1", b: "2" }), hash(tree, { b: "2", a: "1" }))
      assert.notStrictEqual(hash(map(["b", secret("TOKEN", "x")])), hash(map(["b", secret("OTHER", "x")])))
    }
  })
})
