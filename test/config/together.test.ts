import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { renderDiagnostics } from "../../core/config/Diagnostic.ts"
import { type Files, linesOfFiles, loadFiles, place, problemsOf, problemsOfFiles } from "./cases/harness.ts"

describe("everything wrong is told at once", () => {
  it.effect("in several files, several places, and at every stage", () =>
    Effect.gen(function* () {
      const found = yield* linesOfFiles({
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
          "  hint: add TOKEN=… to .env or to the environment",
          "  docs/reference.md#variables-and-secrets"
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
  const cases: ReadonlyArray<readonly [name: string, files: Files, expected: string]> = [
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
    it.effect(name, () => Effect.map(linesOfFiles(files), (found) => assert.deepStrictEqual(found, [expected])))
  }

  it.effect("a byte order mark is no part of the text", () =>
    Effect.map(linesOfFiles({ "config/connectors/a.yaml": "\uFEFFtype: till\n" }), (found) =>
      assert.deepStrictEqual(found, [])
    )
  )
})
