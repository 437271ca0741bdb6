import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Files, linesOfFiles } from "./cases/harness.ts"

/** Entities of one connector, each a flow map from line 4 of the file on. */
const shop = (...entities: ReadonlyArray<string>): Files => ({
  "config/connectors/shop.yaml": `type: rest\nbaseUrl: x\nentities:\n${entities.map((entity) => `  ${entity}\n`).join("")}`
})

describe("what one entity says of another", () => {
  const store = "store: { path: /s, key: id, fields: { id: bigint, name: text } }"
  const cases: ReadonlyArray<readonly [name: string, files: Files, expected: ReadonlyArray<string>]> = [
    [
      "scopes of different values keep a table apart",
      shop(
        "a: { path: /a, table: t, key: id, fields: { id: bigint }, scope: { kind: a } }",
        "b: { path: /b, table: t, key: id, fields: { id: bigint }, scope: { kind: b } }"
      ),
      []
    ],
    [
      "a scope and no scope do not",
      shop(
        "a: { path: /a, table: t, key: id, fields: { id: bigint }, scope: { kind: a } }",
        "b: { path: /b, table: public.t, key: id, fields: { id: bigint } }"
      ),
      ["5:25: the table t is also written by shop.a"]
    ],
    [
      "the same scope does not",
      shop(
        "a: { path: /a, table: t, key: id, fields: { id: bigint }, scope: { kind: a } }",
        "b: { path: /b, table: t, key: id, fields: { id: bigint }, scope: { kind: a } }"
      ),
      ["5:25: the table t is also written by shop.a"]
    ],
    [
      "a shared table has one type for a column, and one key",
      shop(
        "a: { path: /a, table: t, key: id, fields: { id: bigint, n: text }, scope: { kind: a } }",
        "b: { path: /b, table: t, key: [id, n], fields: { id: bigint, n: decimal }, scope: { kind: b } }"
      ),
      ["5:33: the key of one table is one: id, n here, id in shop.a", '5:64: "n" is decimal here and text in shop.a']
    ],
    [
      "a default table that is taken",
      shop(
        "a: { path: /a, key: id, fields: { id: bigint }, table: shop_b }",
        "b: { path: /b, key: id, fields: { id: bigint } }"
      ),
      ["5:3: the table shop_b is also written by shop.a"]
    ],
    [
      "a lookup into a table nobody declares",
      shop("a: { path: /a, key: id, fields: { id: bigint, n: { lookup: { table: x, key: k, value: v } } } }"),
      []
    ],
    [
      "a lookup of a column that is not there",
      shop(
        store,
        "a: { path: /a, key: id, fields: { id: bigint, n: { lookup: { table: shop_store, key: id, value: nam } } } }"
      ),
      ['5:99: shop_store has no column "nam" — did you mean "name"?']
    ],
    [
      "a forEach of no entity",
      shop(
        store,
        "a: { path: '/a/{s}', key: id, fields: { id: bigint }, forEach: { entity: stor, params: { s: id } } }"
      ),
      ['5:76: there is no entity shop.stor — did you mean "store"?']
    ],
    [
      "a forEach of no column",
      shop(
        store,
        "a: { path: '/a/{s}', key: id, fields: { id: bigint }, forEach: { entity: store, params: { s: idd } } }"
      ),
      ['5:96: shop.store has no column "idd" — did you mean "id"?']
    ],
    [
      "a forEach that is not used",
      shop(store, "a: { path: /a, key: id, fields: { id: bigint }, forEach: { entity: store, params: { s: id } } }"),
      ["5:87: {s} stands neither in path, query, headers nor body"]
    ],
    [
      "a parent that is not there",
      shop(store, "a: { parent: stroe, key: id, fields: { id: bigint } }"),
      ['5:16: there is no entity "stroe" in this connector — did you mean "store"?']
    ],
    [
      "parents that contain one another",
      shop(
        "a: { parent: b, key: id, fields: { id: bigint } }",
        "b: { parent: a, key: id, fields: { id: bigint } }",
        "c: { parent: a, key: id, fields: { id: { from: ../../../id, type: bigint } } }"
      ),
      ["4:16: it contains itself by way of its parents", "5:16: it contains itself by way of its parents"]
    ],
    [
      "conditions of an entity between",
      shop(
        store,
        "a: { parent: store, where: { state: open }, key: id, fields: { id: bigint } }",
        "b: { parent: a, where: { ../../state: open }, key: id, fields: { id: bigint } }"
      ),
      ['6:16: "where" of "a" says which of its records count, and the records in them would not heed it']
    ],
    [
      "children in an object, and keys of objects that there are not",
      shop(
        "store: { path: /s, records: /stores/*, key: id, fields: { id: { from: '#key', type: text } } }",
        "a: { parent: store, records: /lines, key: id, fields: { id: { from: '#key', type: text } } }",
        "b: { parent: store, records: /l, key: [s, id], fields: { s: { from: ../#key, type: text }, id: text } }",
        "c: { parent: b, records: /l, key: [s, id], fields: { s: { from: ../../#key, type: text }, id: { from: ../#key, type: text } } }"
      ),
      ['5:71: "#key" is the name of a record', '7:105: "../#key" is the name of a record']
    ],
    [
      "children in an object of XML",
      shop(
        "store: { path: /s, format: xml, records: a/b, key: id, fields: { id: text } }",
        "a: { parent: store, records: lines/*, key: id, fields: { id: text } }"
      ),
      ["5:32: the records of a child are in a list: * is for those of json, this is xml"]
    ],
    [
      "columns from higher up than there are records",
      shop(
        store,
        "a: { parent: store, key: id, fields: { id: { from: ../../id, type: bigint } } }",
        "b: { parent: a, key: id, fields: { id: bigint, c: { type: text, transform: [{ join: [../../../x, y] }] } } }"
      ),
      ["5:54: it climbs 2 levels, and there is 1 above", "6:88: it climbs 3 levels, and there are 2 above"]
    ],
    [
      "a column of the row that forEach goes through, which has none",
      shop(
        store,
        "a: { path: '/a/{s}', forEach: { entity: store, params: { s: id } }, key: id, fields: { id: { from: ../idd, type: bigint } } }"
      ),
      ['5:102: shop.store has no column "idd" — did you mean "id"?']
    ],
    [
      "a child that asks for itself",
      shop(store, "a: { parent: store, path: /a, key: id, fields: { id: bigint } }"),
      ['5:23: "path" belongs to the parent']
    ],
    [
      "a mirroring child of a parent that reads increments",
      shop(
        "o: { path: /o, key: id, fields: { id: bigint, at: timestamp }, incremental: { cursor: at, param: since } }",
        "i: { parent: o, mode: mirror, key: [of, id], fields: { of: { from: ../id, type: bigint }, id: bigint } }"
      ),
      ["5:25: mirror deletes what the source does not send, and the parent reads only what changed"]
    ],
    [
      "a mirroring child that could delete under parents that were not read",
      shop(
        "o: { path: /o, key: id, fields: { id: bigint, number: text }, mode: upsert }",
        "i: { parent: o, key: id, fields: { id: bigint } }",
        "j: { parent: o, key: [of, id], fields: { of: { from: ../number, type: text }, id: bigint } }",
        "k: { parent: o, key: [of, id], fields: { of: { from: ../id, type: bigint }, id: bigint } }"
      ),
      [
        "5:24: shop.o does not mirror, so this entity may delete only rows of the parents that were read",
        "6:24: shop.o does not mirror, so this entity may delete only rows of the parents that were read"
      ]
    ],
    [
      "a matrix that changes nothing",
      shop("a: { matrix: { kind: [x] }, path: /a, key: id, fields: { id: bigint } }"),
      ['4:18: "{kind}" stands nowhere in this entity']
    ],
    [
      "a matrix without values",
      shop("a: { matrix: { kind: [] }, path: '/{kind}', key: id, fields: { id: bigint } }"),
      ["4:24: a list of nothing: write at least one value"]
    ],
    [
      "a matrix that makes a name twice",
      shop("a: { matrix: { kind: [XyZ, xy_z] }, path: '/{kind}', key: id, fields: { id: bigint } }"),
      ['4:3: the matrix makes a second entity "a_xy_z"']
    ],
    [
      "a problem of a matrix is told once",
      shop("a: { matrix: { kind: [x, y, z] }, path: '/{kind}', key: idd, fields: { id: bigint } }"),
      ['4:59: "idd" is not a field']
    ]
  ]
  for (const [name, files, expected] of cases) {
    it.effect(name, () =>
      Effect.map(linesOfFiles(files), (found) => {
        assert.strictEqual(found.length, expected.length, found.join("\n"))
        expected.forEach((text, index) => {
          assert.include(found[index], `config/connectors/shop.yaml:${text}`)
        })
      })
    )
  }

  it.effect("an entity of a broken file is not missing as well", () =>
    Effect.map(
      linesOfFiles({
        "config/connectors/a.yaml": "type: till\nentities:\n\tx: {}\n",
        "config/connectors/b.yaml":
          "type: till\nentities:\n  y: { path: '/{x}', key: id, fields: { id: bigint }, forEach: { entity: a.x, params: { x: id } } }\n"
      }),
      (found) => assert.deepStrictEqual(found, ["config/connectors/a.yaml:3:1: a tab may not indent YAML"])
    )
  )
})
