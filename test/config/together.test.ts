import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { renderDiagnostics } from "../../core/config/Diagnostic.ts"
import { type Files, loadFiles, place, problemsOf, problemsOfFiles } from "./cases/harness.ts"

const told = (files: Files, environment: Readonly<Record<string, string>> = {}) =>
  problemsOfFiles(files, environment).pipe(
    Effect.map((found) => found.map((diagnostic) => `${place(diagnostic)}: ${diagnostic.message}`))
  )

/** Entities of one connector, each a flow map from line 4 of the file on. */
const shop = (...entities: ReadonlyArray<string>): Files => ({
  "config/connectors/shop.yaml": `type: rest\nbaseUrl: x\nentities:\n${entities.map((entity) => `  ${entity}\n`).join("")}`
})

describe("everything wrong is told at once", () => {
  it.effect("in several files, several places, and at every stage", () =>
    Effect.gen(function* () {
      const found = yield* told({
        "config/daemon.yaml":
          "timezone: Europe/Kaliningrad\nhttp: { port: 80800, adminToken: { secret: ADMIN_TOKEN } }\n",
        "config/connectors/a.yaml": [
          "type: rset",
          "limits: { rate: fast }",
          "entities:",
          "  deal: { path: /d, tabel: t, key: idd, fields: { id: bigint, name: txt, at: { from: /~, type: text } } }"
        ].join("\n"),
        "config/connectors/b.yaml": "type: rest\nbaseUrl: x\nentities:\n\tdeal: {}\n",
        "config/connectors/c.yaml": [
          "type: rest",
          "entities:",
          '  one: { path: "/1/{id}", key: id, fields: { id: bigint }, table: t }',
          "  two: { path: /2, key: id, fields: { id: text }, table: t, page: { type: pages } }"
        ].join("\n")
      })
      assert.deepStrictEqual(found, [
        'config/connectors/a.yaml:1:7: there is no connector type "rset" — did you mean "rest"?',
        'config/connectors/a.yaml:2:17: expected a rate such as 300/min, 2/s or 1000/h, found "fast"',
        'config/connectors/a.yaml:4:21: unknown key "tabel" — did you mean "table"?',
        'config/connectors/a.yaml:4:36: "idd" is not a field of this entity — did you mean "id"?',
        'config/connectors/a.yaml:4:69: expected a column type (text, uuid, integer, bigint, decimal, double, boolean, date, time, timestamp, json, or one of them with []), found "txt" — did you mean "text"?',
        'config/connectors/a.yaml:4:86: "/~" is no JSON Pointer: after ~ comes 0 (for ~) or 1 (for /)',
        "config/connectors/b.yaml:4:1: a tab may not indent YAML",
        'config/connectors/c.yaml:1:1: "baseUrl" is missing',
        "config/connectors/c.yaml:3:16: nothing gives {id} a value",
        "config/connectors/c.yaml:4:58: the table t is also written by c.one (config/connectors/c.yaml:3:3), and no scope keeps them apart",
        'config/connectors/c.yaml:4:75: expected one of none, page, offset, cursor, link, keyset, found "pages" — did you mean "page"?',
        "config/daemon.yaml:2:15: expected a number from 0 to 65535, found 80800",
        "config/daemon.yaml:2:34: the secret ADMIN_TOKEN is not set"
      ])
    })
  )

  it.effect("with the part of the reference that it is about, whatever is wrong", () =>
    Effect.gen(function* () {
      const found = yield* problemsOfFiles(
        {
          "config/daemon.yaml": "http: { port: many }\n",
          "config/connectors/a.yaml": [
            "type: rest",
            "baseUrl: x",
            "token: written-here",
            "timezone: { secret: TOKEN }",
            "retry: { times: 5 }",
            "entities:",
            "  deal: { path: /d, indexes: [[]], fields: { page: { typ: text } } }",
            "  item: { path: /i, key: nobody, fields: { id: bigint }, guard: { floor: -1 } }"
          ].join("\n"),
          "config/jobs.yaml": 'night: { schedule: "0 7 * * *", steps: [{ trim: { tabel: job_run } }] }\n'
        },
        { TOKEN: "hunter2" }
      )
      const part = "docs/reference.md#"
      assert.deepStrictEqual(
        found.map((one) => `${place(one)} ${one.page?.replace(part, "#") ?? ""}`),
        [
          // A secret that stands in the file, and one where none belongs.
          "config/connectors/a.yaml:3:8 #rest",
          "config/connectors/a.yaml:4:11 #connector",
          // A missing key, of a map and of an entity; an empty list, a wrong key, and what a later stage finds.
          "config/connectors/a.yaml:5:1 #connector-retry",
          "config/connectors/a.yaml:7:3 #entity",
          "config/connectors/a.yaml:7:31 #entity",
          "config/connectors/a.yaml:7:54 #entity-fields",
          "config/connectors/a.yaml:8:26 #entity",
          "config/connectors/a.yaml:8:74 #entity-guard",
          "config/daemon.yaml:1:15 #daemon-http",
          "config/jobs.yaml:1:51 #job-steps-trim"
        ]
      )
    })
  )

  it.effect("as compilers print it", () =>
    Effect.gen(function* () {
      const found = yield* problemsOf(
        "type: rest\r\nbaseUrl: x\r\nlimits: { rate: 2/s, concurency: 1 }\r\ntoken: { secret: TOKEN }\r\n"
      )
      assert.strictEqual(
        renderDiagnostics(found),
        [
          'config/connectors/shop.yaml:3:22: unknown key "concurency" — did you mean "concurrency"?',
          "  3 | limits: { rate: 2/s, concurency: 1 }",
          "    |                      ^^^^^^^^^^",
          "  docs/reference.md#connector-limits",
          "",
          "config/connectors/shop.yaml:4:8: the secret TOKEN is not set",
          "  4 | token: { secret: TOKEN }",
          "    |        ^^^^^^^^^^^^^^^^^",
          "  hint: add TOKEN=… to .env or to the environment"
        ].join("\n")
      )
    })
  )

  it.effect("without repeating a secret that stands in the file", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        loadFiles({ "config/connectors/shop.yaml": "type: rest\nbaseUrl: x\ntoken: hunter2 # not here\n" })
      )
      assert.include(error.message, "config/connectors/shop.yaml:3:8: a secret does not stand in the file")
      assert.include(error.message, "  3 | token: ***")
      assert.notInclude(error.message, "hunter2")
    })
  )

  it.effect("with only what surrounds the place in a very long line", () =>
    Effect.gen(function* () {
      const [found] = yield* problemsOf(`{ type: rest, baseUrl: ${"x".repeat(5_000)}, colour: red }`)
      const rendered = renderDiagnostics(found === undefined ? [] : [found])
      const [, line = "", caret = ""] = rendered.split("\n")
      assert.isBelow(line.length, 200)
      assert.strictEqual(line.slice(caret.indexOf("^"), caret.lastIndexOf("^") + 1), "colour")
    })
  )
})

describe("files that are not what they should be", () => {
  const cases: ReadonlyArray<readonly [name: string, files: Files, told: string]> = [
    ["no directory", { "elsewhere/a": "" }, "config:1:1: there is no such directory"],
    ["no connectors", { "config/daemon.yaml": "" }, "config/connectors:1:1: there is no such directory"],
    [
      "a misplaced file",
      { "config/deamon.yaml": "", "config/connectors/.keep": "" },
      'config/deamon.yaml:1:1: nothing reads this file — did you mean "daemon.yaml"?'
    ],
    [
      "another ending",
      { "config/connectors/a.yml": "" },
      "config/connectors/a.yml:1:1: nothing reads this file: its name must end in .yaml"
    ],
    [
      "another encoding",
      {
        "config/connectors/a.yaml": new Uint8Array([...new TextEncoder().encode("type: rest\nbaseUrl: "), 0xff, 0x0a])
      },
      "config/connectors/a.yaml:2:10: not valid UTF-8"
    ],
    [
      "a name no selector could hold",
      { "config/connectors/a b.yaml": "type: till" },
      'config/connectors/a b.yaml:1:1: "a b" is no name for a connector'
    ]
  ]
  for (const [name, files, expected] of cases) {
    it.effect(name, () => Effect.map(told(files), (found) => assert.deepStrictEqual(found, [expected])))
  }

  it.effect("a byte order mark is no part of the text", () =>
    Effect.map(told({ "config/connectors/a.yaml": "\uFEFFtype: till\n" }), (found) => assert.deepStrictEqual(found, []))
  )
})

describe("what one entity says of another", () => {
  const store = "store: { path: /s, key: id, fields: { id: bigint, name: text } }"
  const cases: ReadonlyArray<readonly [name: string, files: Files, told: ReadonlyArray<string>]> = [
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
        "o: { path: /o, key: id, fields: { id: bigint }, mode: upsert }",
        "i: { parent: o, key: id, fields: { id: bigint } }"
      ),
      ["5:24: shop.o does not mirror, so this entity may delete only rows of the parents that were read"]
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
      Effect.map(told(files), (found) => {
        assert.strictEqual(found.length, expected.length, found.join("\n"))
        expected.forEach((text, index) => {
          assert.include(found[index], `config/connectors/shop.yaml:${text}`)
        })
      })
    )
  }

  it.effect("an entity of a broken file is not missing as well", () =>
    Effect.map(
      told({
        "config/connectors/a.yaml": "type: till\nentities:\n\tx: {}\n",
        "config/connectors/b.yaml":
          "type: till\nentities:\n  y: { path: '/{x}', key: id, fields: { id: bigint }, forEach: { entity: a.x, params: { x: id } } }\n"
      }),
      (found) => assert.deepStrictEqual(found, ["config/connectors/a.yaml:3:1: a tab may not indent YAML"])
    )
  )
})
