/** What `one` and `leads` of an entity may say. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { linesOfFiles } from "./cases/harness.ts"

const found = (order: string, event: string) =>
  linesOfFiles({
    "config/connectors/shop.yaml": `type: rest\nbaseUrl: x\nentities:\n  order: ${order}\n  event: ${event}\n`
  })

const order = (more: string) => `{ path: /o, key: id, fields: { id: bigint, shop: text }, ${more} }`
const event = (more: string) =>
  `{ path: /e, key: id, mode: append, fields: { id: bigint, order_id: bigint, raw: json }, ${more} }`
const one = "one: { path: '/o/{id}' }"
const leads = "leads: { to: order, by: order_id }"

describe("records that are read by their key", () => {
  const cases: ReadonlyArray<readonly [name: string, order: string, event: string, expected: ReadonlyArray<string>]> = [
    ["are declared", order(one), event(leads), []],
    [
      "may be in a place of the answer",
      order("one: { path: /o, query: { id: '{id}' }, records: /result/item, gone: [404, 410] }"),
      event(leads),
      []
    ],
    [
      "need their key in the request",
      order("one: { path: /o/x }"),
      event(leads),
      ["4:80: {id}, the column of the key, stands neither in the path nor in the query"]
    ],
    [
      "have no other value there",
      order("one: { path: '/o/{id}/{shop}' }"),
      event(leads),
      ["4:80: nothing gives {shop} a value"]
    ],
    ["are below the base URL", order("one: { path: 'o/{id}' }"), event(leads), ["4:80: a path begins with a slash"]],
    [
      "have a place that is a pointer",
      order("one: { path: '/o/{id}', records: item }"),
      event(leads),
      ['"item" is no JSON Pointer']
    ],
    [
      "are not gone for want of credentials",
      order("one: { path: '/o/{id}', gone: [401] }"),
      event(leads),
      ["401 does not speak of one record"]
    ],
    [
      "are looked for by a column that puts them in order, where gone ones are marked",
      order("mode: upsert, versions: v, one: { path: '/o/{id}', missing: id }"),
      event(leads),
      []
    ],
    [
      "are not looked for by a text, nor without marks",
      order("mode: upsert, one: { path: '/o/{id}', missing: shop }"),
      event(leads),
      ["only with versions and mode: upsert", "shop does not put records in order"]
    ],
    [
      "are not looked for by a column that is not there",
      order("mode: upsert, versions: v, one: { path: '/o/{id}', missing: bought }"),
      event(leads),
      ['"bought"']
    ],
    [
      "are JSON",
      order("format: csv, one: { path: '/o/{id}' }"),
      event(leads),
      ["one record is read from json, and this entity is csv"]
    ],
    [
      "have a key of one column",
      order(`${one}`).replace("key: id", "key: [id, shop]"),
      event(leads),
      ["one record is read by a key of one column, and this key is id, shop"]
    ],
    [
      "are of no parent",
      order(`forEach: { values: [a], as: shop }, query: { shop: '{shop}' }, ${one}`),
      event(leads),
      ["the records of an entity with forEach belong to a parent"]
    ],
    ["are not swapped", order(`mode: replace, ${one}`), event(leads), ["replace swaps what was read as a whole"]],
    [
      "have all columns outside windows, too",
      order(`windows: { from: today-1y, step: 7d }, query: { from: '{from}' }, ${one}`).replace(
        "shop: text",
        "since: { value: '{from}', type: date }"
      ),
      event(leads),
      ["a bound of a window is not in one record"]
    ],
    [
      "are led to by a field",
      order(one),
      event("leads: { to: order, by: oder_id }"),
      ['5:122: "oder_id" is not a field']
    ],
    [
      "may have a time",
      order(one),
      event("leads: { to: order, by: order_id, at: done }").replace("raw: json", "done: timestamp"),
      []
    ],
    [
      "have a time of the daemon's",
      order(one),
      event("leads: { to: order, by: order_id, at: done }").replace("raw: json", "done: { from: x, type: timestamp }"),
      ['"done" gets a time of the daemon: write it as done: timestamp']
    ],
    ["are led to by one value", order(one), event("leads: { to: order, by: raw }"), ['"raw" is not']],
    [
      "are led to by all records of a list",
      order(one),
      event(`where: { id: 1 }, ${leads}`),
      ['records that "where" leaves out or deletes would lead to others']
    ],
    [
      "are of an entity that is declared",
      order(one),
      event("leads: { to: oder, by: order_id }"),
      ["there is no entity shop.oder"]
    ],
    [
      "are of an entity that says how",
      order(""),
      event(leads),
      ["shop.order does not say how one record is read by its key"]
    ],
    [
      "lead nowhere themselves",
      order(`${one}, leads: { to: event, by: shop }`),
      event(`one: { path: '/e/{id}' }, ${leads}`),
      ["shop.event leads to others itself", "shop.order leads to others itself"]
    ],
    [
      "are of no child",
      order(one),
      "{ parent: order, key: id, fields: { id: bigint, order_id: bigint }, leads: { to: order, by: order_id } }",
      ['"leads" belongs to the parent']
    ]
  ]
  for (const [name, orders, events, expected] of cases) {
    it.effect(name, () =>
      Effect.map(found(orders, events), (lines) => {
        assert.strictEqual(lines.length, expected.length, lines.join("\n"))
        expected.forEach((text, index) => {
          assert.include(lines[index], text)
        })
      })
    )
  }
})
