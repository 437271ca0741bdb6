/** Broken declarations of what a source answers: where the records lie, how they are paged, what is a refusal. */
import { type Broken, entity } from "./files.ts"

const well = ["key: id", "fields: { id: bigint, name: text }"]

export const answers: ReadonlyArray<Broken> = [
  {
    name: "a JSON Pointer without slash",
    yaml: entity(...well, "records: items"),
    expected: [["8:14", '"items" is no JSON Pointer']]
  },
  {
    name: "an XML answer without a path of elements",
    yaml: entity(...well, "format: xml"),
    expected: [["4:3", '"records" is missing']]
  },
  {
    name: "an XML answer with a JSON Pointer",
    yaml: entity(...well, "format: xml", "records: /items"),
    expected: [["9:14", "is no path of element names"]]
  },
  {
    name: "an XML answer with two prefixes before one name",
    yaml: entity(...well, "format: xml", "records: feed/a:b:item"),
    expected: [["9:14", "is no path of element names"]]
  },
  {
    name: "records of a CSV answer",
    yaml: entity(...well, "format: csv", "records: /items"),
    expected: [["9:14", "csv is a list of records already"]]
  },
  {
    name: "several places of records in XML",
    yaml: entity(...well, "format: xml", "records: [a/b, a/c]"),
    expected: [["9:14", "only json has its records in several places"]]
  },
  {
    name: "a list of places, of which one is no pointer",
    yaml: entity(...well, "records: [/a, b, /c~2/*]"),
    expected: [
      ["8:19", '"b" is no JSON Pointer'],
      ["8:22", '"/c~2/*" is no JSON Pointer']
    ]
  },
  {
    name: "no places of records",
    yaml: entity(...well, "records: []"),
    expected: [["8:14", "a list of nothing"]]
  },
  {
    name: "places of records that are one, or in one another",
    yaml: entity(...well, "records: [/a/*, /a/b, /c/*, /c/d/*, /e, /e]"),
    expected: [
      ["8:21", "/a/b and /a/* can be the same place"],
      ["8:33", "/c/d/* and /c/* can be the same place"],
      ["8:45", "/e and /e can be the same place"]
    ]
  },
  {
    name: "the key of an object that is no place of records",
    yaml: entity("key: id", 'fields: { id: { from: "#key", type: text } }', "records: /items"),
    expected: [
      ["7:27", '"#key" is the name of a record in the object that holds it, and "records" leads through no such object']
    ]
  },
  {
    name: "the key of an object further out than there is one",
    yaml: entity("key: id", 'fields: { id: { from: "../#key", type: text } }', "records: /items/*"),
    expected: [["7:27", '"../#key" is the name of a record']]
  },
  {
    name: "a value beside records that are the whole answer",
    yaml: entity(...well, "records: /*", "fail: { pointer: /status, equals: 1 }", "page: { type: link, next: /next }"),
    expected: [["10:25", "the answer is the list of them"]]
  },
  {
    name: "a separator that separates nothing",
    yaml: entity(...well, "format: csv", "separator: semicolon"),
    expected: [["9:16", 'found "semicolon"']]
  },
  {
    name: "a separator of what is no CSV",
    yaml: entity(...well, 'separator: ";"'),
    expected: [["8:5", "only csv has separator, this is json"]]
  },
  {
    name: "a charset that nobody knows",
    yaml: entity(...well, "charset: klingon"),
    expected: [["8:14", 'expected a charset such as utf-8, windows-1251 or utf-16le, found "klingon"']]
  },
  {
    name: "a page of unknown type",
    yaml: entity(...well, "page: { type: pages, size: 5 }"),
    expected: [
      ["8:19", 'expected one of none, page, offset, cursor, link, keyset, found "pages" — did you mean "page"?']
    ]
  },
  {
    name: "a page of no type",
    yaml: entity(...well, "page: { size: 5 }"),
    expected: [["8:11", '"type" is missing: one of none, page']]
  },
  {
    name: "a page of no size",
    yaml: entity(...well, "page: { type: page }"),
    expected: [["8:5", '"size" is missing']]
  },
  {
    name: "a page that is a word",
    yaml: entity(...well, "page: none"),
    expected: [["8:11", "expected a map such as { type: page, size: 100 }"]]
  },
  {
    name: "a key of another kind of page",
    yaml: entity(...well, "page: { type: link, frist: 1 }"),
    expected: [["8:25", 'unknown key "frist"']]
  },
  {
    name: "a cursor nowhere",
    yaml: entity(...well, "page: { type: cursor }"),
    expected: [["8:5", "the next page is named either in the answer, by next, or in a header"]]
  },
  {
    name: "a cursor in two places",
    yaml: entity(...well, "records: /items", "page: { type: cursor, next: /next, header: X-Next }"),
    expected: [["9:5", "the next page is named either in the answer, by next, or in a header"]]
  },
  {
    name: "a cursor pointer without slash",
    yaml: entity(...well, "page: { type: cursor, next: next }"),
    expected: [["8:33", "is no JSON Pointer to the next page"]]
  },
  {
    name: "a total without slash",
    yaml: entity(...well, "page: { type: page, size: 5, total: total }"),
    expected: [["8:41", "is no JSON Pointer to a value beside the records"]]
  },
  {
    name: "a pointer to a next link without slash",
    yaml: entity(...well, "page: { type: link, next: next }"),
    expected: [["8:31", "is no JSON Pointer to the next page"]]
  },
  ...(["csv", "ndjson"] as const).flatMap(
    (format): ReadonlyArray<Broken> =>
      [
        ["page: { type: page, size: 5, total: /total }", "9:34", "total"],
        ["page: { type: page, size: 5, totalPages: /pages }", "9:34", "totalPages"],
        ["page: { type: none, hasMore: /more }", "9:25", "hasMore"],
        ["page: { type: cursor, next: /next }", "9:27", "next"],
        ["page: { type: link, next: /next }", "9:25", "next"],
        ["fail: { pointer: /code, equals: 1 }", "9:13", "pointer"]
      ].map(([yaml = "", at = "", key = ""]) => ({
        name: `${key} of ${yaml} in ${format}`,
        yaml: entity(...well, `format: ${format}`, yaml),
        expected: [[at, `"${key}" finds its value beside the records, and ${format} has nothing beside them`]]
      }))
  ),
  ...[
    ["page: { type: page, size: 5, total: /total }", "8:34", "total"],
    ["page: { type: offset, size: 5, totalPages: /pages }", "8:36", "totalPages"],
    ["page: { type: none, hasMore: /more }", "8:25", "hasMore"],
    ["page: { type: cursor, next: /next }", "8:27", "next"],
    ["page: { type: link, next: /next }", "8:25", "next"],
    ["incremental: { from: /next, param: since }", "8:20", "from"]
  ].map(
    ([yaml = "", at = "", key = ""]): Broken => ({
      name: `${key} of ${yaml} where the answer is the list`,
      yaml: entity(...well, yaml),
      expected: [[at, `"${key}" finds its value beside the records, and without "records" the answer is the list`]]
    })
  ),
  {
    name: "a cursor of the source in CSV",
    yaml: entity(...well, "format: csv", "incremental: { from: /next, param: since }"),
    expected: [["9:20", "csv has nothing beside its records"]]
  },
  {
    name: "a failure that is told nowhere",
    yaml: entity(...well, "fail: { pointer: status, equals: error }"),
    expected: [["8:22", "is no JSON Pointer to a value beside the records"]]
  },
  {
    name: "a format that does not exist",
    yaml: entity(...well, "format: jsno"),
    expected: [["8:13", 'found "jsno" — did you mean "json"?']]
  }
]
