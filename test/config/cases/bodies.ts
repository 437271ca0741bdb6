/** Broken requests: bodies, places in them, moments, cursors and keys. */
import { type Broken, entity } from "./files.ts"

const well = ["key: id", "fields: { id: bigint, name: text, owner: { value: 7 } }"]

export const bodies: ReadonlyArray<Broken> = [
  {
    name: "a place in the body of a request that has none",
    yaml: entity(...well, "page: { type: page, size: 5, param: /page }"),
    expected: [["8:41", '"/page" is a place in the body of the request, which has none']]
  },
  {
    name: "a place in the body that is no pointer",
    yaml: entity(...well, "body: {}", "page: { type: page, size: 5, param: /a~2 }"),
    expected: [["9:41", '"/a~2" is no JSON Pointer']]
  },
  {
    name: "a place in the body that leads through a list",
    yaml: entity(
      ...well,
      "body: { filter: [a] }",
      "page: { type: offset, size: 5, param: /filter/0/from, sizeParam: /n }"
    ),
    expected: [["9:43", "leads through something in the body that is no map"]]
  },
  {
    name: "a place deep in a form",
    yaml: entity(...well, "form: { a: 1 }", "page: { type: page, size: 5, param: /a/b }"),
    expected: [["9:41", "leads through something in the body that is no map"]]
  },
  {
    name: "a place that paging and the cursor fill",
    yaml: entity(
      ...well,
      "body: {}",
      "page: { type: page, size: 5, param: /n }",
      "incremental: { cursor: id, param: /n }"
    ),
    expected: [["10:39", '"/n" gets two values']]
  },
  {
    name: "a place in GraphQL that is no variable",
    yaml: entity(
      ...well,
      'graphql: { query: "{ deals {id} }" }',
      "records: /data/deals",
      "page: { type: page, size: 5, param: /first }"
    ),
    expected: [["10:41", '"/first" is no variable of the query']]
  },
  {
    name: "two bodies",
    yaml: entity(...well, "body: {}", "form: { a: 1 }"),
    expected: [["9:5", "a request has one body: form or body"]]
  },
  {
    name: "a form in the address",
    yaml: entity(...well, "method: GET", "form: { a: 1 }"),
    expected: [["9:5", "a GET has no body"]]
  },
  {
    name: "GraphQL in XML",
    yaml: entity(...well, "format: xml", "records: a/b", 'graphql: { query: "{ a }" }'),
    expected: [["10:5", "GraphQL answers in JSON"]]
  },
  {
    name: "a placeholder that nothing fills in GraphQL and in a form",
    yaml: entity(...well, 'graphql: { query: "{ a {id} }", variables: { a: "{deal}" } }', "records: /data/a"),
    expected: [["8:53", "nothing gives {deal} a value"]]
  },
  {
    name: "a moment in a format that is none",
    yaml: entity(...well, 'query: { from: "{today-30d:dd.NN.yyyy}" }'),
    expected: [["8:20", '"dd.NN.yyyy" is no format for a date']]
  },
  {
    name: "a moment with a span that is none",
    yaml: entity(...well, 'query: { from: "{today-30days}" }'),
    expected: [["8:20", "nothing gives {today-30days} a value"]]
  },
  {
    name: "a cursor of a read that has none",
    yaml: entity(...well, 'query: { from: "{cursor}" }'),
    expected: [["8:20", "nothing gives {cursor} a value"]]
  },
  {
    name: "a cursor that goes nowhere",
    yaml: entity(...well, "incremental: { cursor: id }"),
    expected: [["8:5", "nothing sends the cursor: write param, or {cursor} somewhere in the request"]]
  },
  {
    name: "a cursor without a value at first",
    yaml: entity(...well, 'query: { filter: "id>{cursor}" }', "incremental: { cursor: id }"),
    expected: [["9:5", "{cursor} has no value at the first read"]]
  },
  {
    name: "a next page in the answer and in a header",
    yaml: entity(...well, "records: /items", "page: { type: link, next: /next, header: X-Next }"),
    expected: [["9:38", "the next page is named either in the answer, by next, or in a header"]]
  },
  {
    name: "a key that is no column",
    yaml: entity(...well, "page: { type: keyset, by: idd, param: after }"),
    expected: [["8:31", '"idd" is not a field of this entity']]
  },
  {
    name: "a key that is no value of the record",
    yaml: entity(...well, "page: { type: keyset, by: owner, param: after }"),
    expected: [["8:31", 'records have no "owner" of their own']]
  },
  {
    name: "windows that no request has",
    yaml: entity(...well, 'query: { at: "{to}" }', "windows: { from: 2024-01-01, step: 7d }"),
    expected: [["9:5", "{from} stands neither in path"]]
  },
  {
    name: "bounds of windows that are none",
    yaml: entity(...well, 'query: { at: "{from}" }'),
    expected: [["8:18", "nothing gives {from} a value"]]
  },
  {
    name: "windows from a day that is none",
    yaml: entity(...well, 'query: { at: "{from}" }', "windows: { from: 2024-02-30, step: 7d }"),
    expected: [["9:22", "expected a day such as 2024-01-01"]]
  },
  {
    name: "windows shorter than their days",
    yaml: entity(...well, 'query: { at: "{from}" }', "windows: { from: today-1y, step: 12h }"),
    expected: [["9:38", "a window is not shorter than what yyyy-MM-dd can write"]]
  },
  {
    name: "windows of times that leave moments between them",
    yaml: entity(
      ...well,
      'query: { at: "{from}" }',
      "windows: { from: today-1y, step: 12h, format: unix-us, inclusive: true }"
    ),
    expected: [
      [
        "9:60",
        "a vendor may keep time more exactly than unix-us writes it, and a record between two windows would be in neither: only windows of whole days can be inclusive"
      ]
    ]
  },
  {
    name: "windows of no length",
    yaml: entity(...well, 'query: { at: "{from}" }', "windows: { from: today-1y, step: 0d }"),
    expected: [["9:38", "expected more than zero"]]
  },
  {
    name: "windows from a cursor on",
    yaml: entity(
      ...well,
      'query: { at: "{from}", since: "{cursor}" }',
      "windows: { from: today-1y, step: 7d }",
      "incremental: { cursor: id, initial: 0 }"
    ),
    expected: [["9:5", "an incremental read begins at its cursor"]]
  },
  {
    name: "bounds of windows in wrong places",
    yaml: entity(
      ...well,
      'query: { at: "{from}" }',
      "windows: { from: 2024-01-01, step: 1mo }",
      'scope: { since: "{from}" }'
    ).concat(
      "  typed: { path: '/t/{from}', windows: { from: today-1y, step: 7d }, key: id, fields: { id: bigint, a: { from: ../from, type: text }, b: { from: ../to, type: date, format: dd.MM.yyyy } } }\n",
      "  unwindowed: { path: /u, key: id, fields: { id: bigint, a: { from: ../from, type: date } } }\n",
      "  ends: { path: '/e/{from}', windows: { from: 2024-01-01, step: 7d }, key: [b, id], fields: { id: bigint, b: { from: ../to, type: date } } }\n",
      "  moves: { path: '/m/{from}', windows: { from: today-1y, step: 1mo }, mode: upsert, key: [a, id], fields: { id: bigint, a: { from: ../from, type: date } } }\n",
      "  deletes: { path: '/d/{from}', windows: { from: today-30d, step: 1d }, key: [a, id], fields: { id: bigint, a: { type: date, value: '{from}' } } }\n",
      "  child: { parent: deletes, records: /c, key: [a, id], fields: { id: bigint, a: { from: ../../from, type: date } } }\n",
      "  keeps: { path: '/k/{from}', windows: { from: today-30d, step: 1d }, mode: upsert, key: [a, id], fields: { id: bigint, a: { from: ../from, type: timestamp } } }\n"
    ),
    expected: [
      ["10:21", "nothing gives {from} a value here"],
      ["11:101", "a bound of a window is a date or a timestamp"],
      ["11:165", 'a bound of a window needs no "format"'],
      ["12:69", "this entity has no parent"],
      ["13:76", "where the last window ends is another moment"],
      ["14:90", "the first window begins at another moment every day"],
      ["15:78", "mode mirror would delete the rows of all days before the first window"],
      ["16:47", "mode mirror would delete the rows of all days before the first window"]
    ]
  },
  {
    name: "steps of a transform that are none",
    yaml: entity("key: id", "fields: { id: bigint, a: { type: text, transform: [{ nope: 1 }, { extrat: x }] } }"),
    expected: [
      [
        "7:56",
        "expected a step: trim, lower, upper, cents, hash, or a map with split, extract, replace, map or join, found a map"
      ],
      ["7:71", 'did you mean "extract"?']
    ]
  },
  {
    name: "a key that is no pointer",
    yaml: entity(...well, "page: { type: keyset, by: /a~2, param: after }"),
    expected: [["8:31", '"/a~2" is no JSON Pointer']]
  }
]
