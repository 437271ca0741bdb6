/** Broken entities in `config/connectors/shop.yaml`, and where and how each must be told; nothing else may be. */
import { type Broken, entity, head } from "./files.ts"

const well = ["key: id", "fields: { id: bigint, name: text }"]

export const requests: ReadonlyArray<Broken> = [
  {
    name: "no path",
    yaml: `${head}entities:\n  deal: { key: id, fields: { id: bigint } }\n`,
    expected: [["4:3", '"path" is missing']]
  },
  {
    name: "a path without slash",
    yaml: `${head}entities:\n  deal: { path: v1/deal, key: id, fields: { id: bigint } }\n`,
    expected: [["4:17", "a path begins with a slash: /v1/deal"]]
  },
  {
    name: "a path with a host",
    yaml: `${head}entities:\n  deal: { path: "https://x.test/deal", key: id, fields: { id: bigint } }\n`,
    expected: [["4:17", "below the connector's base URL"]]
  },
  {
    name: "a path with a query",
    yaml: `${head}entities:\n  deal: { path: "/deal?a=1", key: id, fields: { id: bigint } }\n`,
    expected: [["4:17", "a path holds no ?"]]
  },
  {
    name: "a body of a GET",
    yaml: entity(...well, "method: GET", "body: { a: 1 }"),
    expected: [["9:5", "a GET has no body"]]
  },
  {
    name: "a header name with a space",
    yaml: entity(...well, "headers: { X Shop: a }"),
    expected: [["8:16", '"X Shop" is no header name']]
  },
  {
    name: "a header that is a number",
    yaml: entity(...well, "headers: { X-Version: 2 }"),
    expected: [["8:27", "expected a text, found 2"]]
  },
  {
    name: "a date that is no date",
    yaml: entity(...well, "query: { from: { date: yesterday } }"),
    expected: [["8:28", "expected today, now, or one of them"]]
  },
  {
    name: "a date with a bad pattern",
    yaml: entity(...well, "query: { from: { date: today, format: DD.MM } }"),
    expected: [["8:43", "expected a date pattern such as dd.MM.yyyy"]]
  },
  {
    name: "a secret in a query",
    yaml: entity(...well, "query: { key: { secret: SET } }"),
    expected: [["8:19", "a secret may not stand here"]]
  },
  {
    name: "a placeholder nothing fills",
    yaml: entity(...well, 'query: { id: "{id}" }'),
    expected: [["8:18", "nothing gives {id} a value"]]
  },
  {
    name: "a placeholder nothing fills in a header",
    yaml: entity(...well, 'headers: { X-Shop: "shop {shop}" }'),
    expected: [["8:24", "nothing gives {shop} a value"]]
  },
  {
    name: "a placeholder nothing fills deep in a body",
    yaml: entity(...well, 'body: { filter: [{ at: "{day.first}" }] }'),
    expected: [["8:28", "nothing gives {day.first} a value"]]
  },
  {
    name: "a placeholder in the name of a parameter",
    yaml: entity(...well, 'query: { "{id}": 1 }'),
    expected: [["8:14", "nothing gives {id} a value here"]]
  },
  {
    name: "a name of a constant that the matrix does not have",
    yaml: entity(...well, "matrix: { kind: [a, b] }", 'query: { kind: "{kind}" }', 'scope: { kind: "{kimd}" }'),
    expected: [["10:20", 'nothing gives {kimd} a value — did you mean "kind"?']]
  },
  {
    name: "a placeholder nothing fills in the value of a field",
    yaml: entity(...well.slice(0, 1), 'fields: { id: bigint, deal: { type: bigint, value: "{deal}" } }'),
    expected: [["7:56", "nothing gives {deal} a value"]]
  },
  {
    name: "a placeholder nothing fills in a scope",
    yaml: entity(...well, 'scope: { deal: "{deal}" }'),
    expected: [["8:20", "nothing gives {deal} a value"]]
  },
  {
    name: "a placeholder nothing fills in a default",
    yaml: entity(...well.slice(0, 1), 'fields: { id: bigint, note: { type: text, default: "of {deal}" } }'),
    expected: [["7:56", "nothing gives {deal} a value"]]
  },
  {
    name: "a placeholder nothing fills in a table's name, a cursor and a page",
    yaml: entity(
      ...well,
      'table: "deal_{year}"',
      'page: { type: page, size: 5, param: "{page}" }',
      'incremental: { cursor: id, param: "{since}" }'
    ),
    expected: [
      ["8:12", "nothing gives {year} a value"],
      ["9:41", "nothing gives {page} a value"],
      ["10:39", "nothing gives {since} a value"]
    ]
  },
  {
    name: "a parameter of forEach where the source's own names stand",
    yaml: entity(
      ...well.slice(0, 1),
      'fields: { id: bigint, deal: { type: bigint, from: "{deal}" } }',
      'query: { of: "{deal}" }',
      "forEach: { entity: deals, params: { deal: id } }"
    ).concat("  deals: { path: /deals, key: id, fields: { id: bigint } }\n"),
    expected: [["7:55", "nothing gives {deal} a value here"]]
  },
  {
    name: "a parameter of forEach with text around it, with a wrong name, and without a type",
    yaml: entity(
      ...well.slice(0, 1),
      'fields: { id: bigint, a: { type: text, value: "of {deal}" }, b: { type: bigint, value: "{dael}" }, c: { value: "{deal}" } }',
      'query: { of: "{deal}" }',
      "forEach: { entity: deals, params: { deal: id } }"
    ).concat("  deals: { path: /deals, key: id, fields: { id: bigint } }\n"),
    expected: [
      ["7:51", "{deal} fills a value as a whole"],
      ["7:92", 'nothing gives {dael} a value — did you mean "deal"?'],
      ["7:104", '"type" is missing']
    ]
  },
  {
    name: "a parameter of forEach that bounds a scope without a field",
    yaml: entity(
      ...well,
      'query: { of: "{deal}" }',
      'scope: { deal: "{deal}" }',
      "forEach: { entity: deals, params: { deal: id } }"
    ).concat("  deals: { path: /deals, key: id, fields: { id: bigint } }\n"),
    expected: [["9:14", '"deal" is not a field of this entity']]
  },
  {
    name: "a parameter of forEach that is stored, while none is asked for",
    yaml: entity(
      ...well.slice(0, 1),
      'fields: { id: bigint, deal: { type: bigint, value: "{deal}" } }',
      "forEach: { entity: deals, params: { deal: id } }"
    ).concat("  deals: { path: /deals, key: id, fields: { id: bigint } }\n"),
    expected: [["8:41", "{deal} stands neither in path, query, headers nor body"]]
  },
  {
    name: "values of forEach that are none, come twice, or have no name, or one that nothing uses",
    yaml: entity(...well, "forEach: { values: [], as: city }").concat(
      "  twice: { path: '/t/{city}', key: id, fields: { id: bigint }, forEach: { values: [7, a, '7'], as: city } }\n",
      "  nameless: { path: /n, key: id, fields: { id: bigint }, forEach: { values: [a] } }\n",
      "  unused: { path: /u, key: [c, id], fields: { c: { from: ../city, type: text }, id: bigint }, forEach: { values: [a], as: city } }\n",
      "  both: { path: '/b/{city}', key: id, fields: { id: bigint }, forEach: { values: [a], as: city, entity: deal } }\n",
      "  neither: { path: '/n/{x}', key: id, fields: { id: bigint }, forEach: { as: x } }\n",
      "  bounds: { path: '/w/{from}', windows: { from: today-1y, step: 7d }, key: id, fields: { id: bigint }, forEach: { values: [a], as: from } }\n",
      "  other: { path: '/o/{city}', key: id, fields: { id: bigint, c: { from: ../town, type: text } }, forEach: { values: [a], as: city } }\n",
      "  dots: { path: '/d/{c}', key: id, fields: { id: bigint }, forEach: { values: [a, '', ..., ..], as: c } }\n"
    ),
    expected: [
      ["8:24", "a list of nothing"],
      ["8:32", "{city} stands neither in path, query, headers nor body"],
      ["9:90", "7 is in the list already"],
      ["10:58", '"as" is missing'],
      ["11:123", "{city} stands neither in path, query, headers nor body"],
      ["12:97", "forEach goes through values or through an entity"],
      ["13:74", "as is the name of values, and there are none"],
      ["14:32", "windows and forEach both give {from} a value"],
      ["15:73", '"town" is no parameter of forEach'],
      ["16:83", '{c} in the path is "", which would make it another address'],
      ["16:92", '{c} in the path is "..", which would make it another address']
    ]
  },
  {
    name: "statuses that speak of no parent, and parents that are skipped although no key tells their rows apart",
    yaml: entity(...well).concat(
      "  a: { path: '/a/{d}', key: [d, id], fields: { d: { from: ../id, type: bigint }, id: bigint }, forEach: { entity: deal, params: { d: id }, onStatus: { 404: skip, 401: skip, 500: skip, 410: ignore } } }\n",
      "  b: { path: '/b/{d}', key: id, fields: { id: bigint }, forEach: { entity: deal, params: { d: id }, onStatus: skip } }\n",
      "  c: { parent: a, key: id, records: /c, fields: { id: bigint } }\n",
      "  e: { path: '/e/{d}', mode: upsert, key: id, fields: { id: bigint }, forEach: { entity: deal, params: { d: id }, onStatus: { 409: skip } } }\n"
    ),
    expected: [
      ["8:163", "401 does not speak of one parent"],
      ["8:174", "500 is no status that speaks of a parent"],
      ["8:190", "expected one of skip, empty, fail"],
      ["9:29", "this key does not tell them from the rows of others"],
      ["10:24", "this key does not tell them from the rows of others"]
    ]
  },
  {
    name: "a history of an entity that deletes nothing",
    yaml: entity(...well, "mode: append", "history: deal_history"),
    expected: [["9:5", "append never deletes, so no interval would end"]]
  },
  {
    name: "versions of an entity that never updates, and columns that versions take",
    yaml: [
      "type: rest",
      "baseUrl: https://a.test",
      "entities:",
      "  a: { path: /a, key: id, mode: append, versions: a_versions, fields: { id: bigint } }",
      "  b: { path: /b, key: content, versions: b_versions, fields: { content: text, _read_at: text } }",
      ""
    ].join("\n"),
    expected: [
      ["4:41", "append never updates a row"],
      ["5:32", 'the table of versions has a column "content" itself'],
      ["5:79", 'the daemon itself fills "_read_at"']
    ]
  },
  {
    name: "tables that keep two things",
    yaml: [
      "type: rest",
      "baseUrl: https://a.test",
      "entities:",
      "  a: { path: /a, key: id, versions: kept, fields: { id: bigint } }",
      "  b: { path: /b, key: id, table: kept, fields: { id: bigint } }",
      "  c: { path: /c, key: id, table: c, history: c, fields: { id: bigint } }",
      "  d: { path: /d, key: id, table: s, scope: { k: d }, versions: kept, fields: { id: bigint } }",
      "  e: { path: /e, key: id, table: s, scope: { k: e }, fields: { id: bigint } }",
      "  f: { path: /f, key: id, table: s, scope: { k: f }, versions: kept, fields: { id: bigint, name: text } }",
      ""
    ].join("\n"),
    expected: [
      ["5:34", "the table kept is already the table of versions of shop.a"],
      ["6:46", "the table c is already the table of shop.c"],
      ["7:64", "the table kept is already the table of versions of shop.a"],
      ["8:3", "all entities of one table have the same versions; shop.d"],
      ["9:64", "the table kept is already the table of versions of shop.a"],
      ["9:70", "a version has the same fields whichever entity of the table it is from"]
    ]
  },
  {
    name: "a place among columns is told where it stands",
    yaml: entity(...well, 'indexes: [id, "{a}", [id, "{b}"]]'),
    expected: [
      ["8:19", '"{a}" is not a field of this entity'],
      ["8:31", '"{b}" is not a field of this entity']
    ]
  },
  {
    name: "a place in forEach is told as what stands there, and one in an example is a value like any other",
    yaml: entity(
      ...well,
      'query: { of: "{deal}" }',
      'forEach: { entity: deals, params: { deal: "{id}" } }',
      'examples: [{ record: { id: 1, name: "{x}" }, row: { id: 1, name: "{x}" } }]'
    ).concat("  deals: { path: /deals, key: id, fields: { id: bigint } }\n"),
    expected: [["9:47", 'shop.deals has no column "{id}"']]
  },
  {
    name: "an example of a parameter that is none",
    yaml: entity(...well, "examples: [{ record: { id: 1 }, params: { deal: 7 }, row: { id: 1 } }]"),
    expected: [["8:47", '"deal" is no parameter of forEach']]
  }
]
