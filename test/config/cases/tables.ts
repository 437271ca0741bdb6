/** The same of what an entity says about its table, key and columns. */
import { type Broken, entity, head } from "./files.ts"

const well = ["key: id", "fields: { id: bigint, name: text }"]

export const tables: ReadonlyArray<Broken> = [
  {
    name: "fields that are a list",
    yaml: entity("key: id", "fields: [id, name]"),
    expected: [["7:13", "expected a map such as { id: bigint, name: text }, found a list"]]
  },
  {
    name: "a map of known keys that is something else",
    yaml: entity(...well, "guard: 5"),
    expected: [["8:12", "expected a map with keys such as maxDelete, floor, empty, found 5"]]
  },
  {
    name: "a misspelt key and what it meant are told once",
    yaml: `${head}entities:\n  deal: { path: /d, kay: id, fields: { id: bigint } }\n`,
    expected: [["4:21", 'unknown key "kay" — did you mean "key"?']]
  },
  { name: "no key", yaml: entity("fields: { id: bigint }"), expected: [["4:3", '"key" is missing']] },
  { name: "no fields", yaml: entity("key: id"), expected: [["4:3", '"fields" is missing']] },
  {
    name: "a key that is not a field",
    yaml: entity("key: idd", "fields: { id: bigint }"),
    expected: [["6:10", '"idd" is not a field of this entity — did you mean "id"?']]
  },
  {
    name: "a part of a key that is not a field",
    yaml: entity("key: [id, nmae]", "fields: { id: bigint, name: text }"),
    expected: [["6:15", 'did you mean "name"?']]
  },
  {
    name: "a column twice in the key",
    yaml: entity("key: [id, id]", "fields: { id: bigint }"),
    expected: [["6:15", '"id" stands twice in the key']]
  },
  {
    name: "a key of json",
    yaml: entity("key: id", "fields: { id: json }"),
    expected: [["6:10", "a key is made of plain values"]]
  },
  {
    name: "a type that does not exist",
    yaml: entity("key: id", "fields: { id: bigint, name: txt }"),
    expected: [["7:33", "expected a column type (text, uuid"]]
  },
  {
    name: "a field without type",
    yaml: entity("key: id", "fields: { id: bigint, name: { from: x } }"),
    expected: [["7:27", '"type" is missing']]
  },
  {
    name: "a field that is a list",
    yaml: entity("key: id", "fields: { id: bigint, name: [text] }"),
    expected: [["7:33", "expected a type, or a map such as"]]
  },
  {
    name: "a malformed pointer",
    yaml: entity("key: id", 'fields: { id: bigint, name: { from: "/a/~2", type: text } }'),
    expected: [["7:41", "is no JSON Pointer"]]
  },
  {
    name: "a pointer that names nothing",
    yaml: entity("key: id", 'fields: { id: bigint, name: { from: "/a/", type: text } }'),
    expected: [["7:41", "ends in a slash"]]
  },
  {
    name: "a pointer to a parent that is not there",
    yaml: entity("key: id", 'fields: { id: bigint, of: { from: "../id", type: text } }'),
    expected: [["7:39", "this entity has no parent"]]
  },
  {
    name: "required with a default",
    yaml: entity("key: id", "fields: { id: bigint, n: { type: text, required: true, default: a } }"),
    expected: [["7:60", '"required" rejects a null']]
  },
  {
    name: "a constant with a source",
    yaml: entity("key: id", "fields: { id: bigint, n: { value: a, from: b } }"),
    expected: [["7:42", '"value" is a constant']]
  },
  ...[
    ["uuid", "6f1c1b1e-0000-4000-8000-0000000000000"],
    ["uuid", "x6f1c1b1e-0000-4000-8000-000000000000"],
    ["integer", "12 pieces"],
    ["bigint", "No 12"],
    ["decimal", "1,5"],
    ["decimal", "~1.5"],
    ["double", "1e5 m"],
    ["double", "~1e5"],
    ["boolean", "untrue"],
    ["boolean", "falsely"],
    ["date", "2026-01-01T00:00"],
    ["date", "on 2026-01-01"],
    ["time", "09:15 AM"],
    ["time", "at 09:15"],
    ["timestamp", "2026-01-01"],
    ["timestamp", "at 2026-01-01T09:15"]
  ].map(
    ([type = "", value = ""]): Broken => ({
      name: `a default of ${type} that is ${value}`,
      yaml: entity("key: id", `fields: { id: bigint, n: { type: ${type}, default: "${value}" } }`),
      expected: [[`7:${49 + type.length}`, `"${value}" is no ${type}`]]
    })
  ),
  ...[
    ["decimal", "1.234,56", "12,34,5"],
    ["integer", "1,234.56", "many"],
    ["bigint", "1,234.56", "1.5"],
    ["date", "dd.MM.yyyy", "2026-01-01"],
    ["time", "HH.mm", "9:15"],
    ["timestamp", "unix", "today"]
  ].map(
    ([type = "", format = "", value = ""]): Broken => ({
      name: `a default of ${type} that is not written as ${format}`,
      yaml: entity("key: id", `fields: { id: bigint, n: { type: ${type}, default: "${value}", format: "${format}" } }`),
      expected: [[`7:${49 + type.length}`, `"${value}" is no ${type} (${format})`]]
    })
  ),
  {
    name: "a default of another type",
    yaml: entity("key: id", "fields: { id: bigint, n: { type: integer, default: many } }"),
    expected: [["7:56", '"many" is no integer']]
  },
  {
    name: "minutes for a month",
    yaml: entity("key: id", "fields: { id: bigint, d: { type: date, format: dd.mm.yyyy } }"),
    expected: [["7:52", "has minutes (mm) where the month is meant: MM"]]
  },
  {
    name: "a pattern of unknown letters",
    yaml: entity("key: id", "fields: { id: bigint, d: { type: date, format: DD.MM.YYYY } }"),
    expected: [["7:52", "is no pattern"]]
  },
  {
    name: "a format of a number",
    yaml: entity("key: id", "fields: { id: bigint, d: { type: decimal, format: unix } }"),
    expected: [["7:55", '"unix" is no way to write a number']]
  },
  {
    name: "a column of PostgreSQL's own",
    yaml: entity("key: id", "fields: { id: bigint, ctid: text }"),
    expected: [["7:27", "PostgreSQL keeps for itself"]]
  },
  {
    name: "a column of the daemon's own",
    yaml: entity("key: id", "fields: { id: bigint, _changed_at: timestamp }"),
    expected: [["7:27", "the daemon keeps itself"]]
  },
  ...["_n", "_kind", "_came", "_old_0", "_exact_12"].map((name) => ({
    name: `a column that a load adds to a row: ${name}`,
    yaml: entity("key: id", `fields: { id: bigint, ${name}: text }`),
    expected: [["7:27", "the daemon keeps itself"] as const]
  })),
  {
    name: "a column of 64 bytes",
    yaml: entity("key: id", `fields: { id: bigint, ${"ы".repeat(32)}: text }`),
    expected: [["7:27", "a name of 64 bytes: PostgreSQL keeps only 63"]]
  },
  {
    name: "a table of too many dots",
    yaml: entity(...well, "table: a.b.c"),
    expected: [["8:12", "more than one dot"]]
  },
  {
    name: "a table among the daemon's own",
    yaml: entity(...well, "table: tributary.sync_log"),
    expected: [["8:12", "the schema tributary is not for entities"]]
  },
  {
    name: "a table of too many bytes",
    yaml: entity(...well, `table: ${"t".repeat(64)}`),
    expected: [["8:12", "PostgreSQL keeps only 63"]]
  },
  {
    name: "a raw column twice",
    yaml: entity("key: id", "fields: { id: bigint, raw: json }", "raw: true"),
    expected: [["7:27", "`raw: true` keeps the source record"]]
  },
  {
    name: "a constant of a scope that is not a constant",
    yaml: entity("key: id", "fields: { id: bigint, kind: { from: k, type: text } }", "scope: { kind: a }"),
    expected: [["7:35", "the scope gives this column its value"]]
  },
  {
    name: "a scope of nothing",
    yaml: entity(...well, "scope: { kind: null }"),
    expected: [["8:20", "expected a text, a number, true or false, found nothing"]]
  },
  {
    name: "a percentage without sign",
    yaml: entity(...well, "guard: { maxDelete: 50 }"),
    expected: [["8:25", "expected a percentage from 0% to 100%"]]
  },
  {
    name: "a mode that does not exist",
    yaml: entity(...well, "mode: miror"),
    expected: [["8:11", 'did you mean "mirror"?']]
  },
  {
    name: "an index on no field",
    yaml: entity(...well, "indexes: [name, [id, nam]]"),
    expected: [["8:26", 'did you mean "name"?']]
  },
  {
    name: "a cursor of the rows and of the source",
    yaml: entity(...well, "incremental: { cursor: id, from: /next, param: since }", "records: /items"),
    expected: [["8:5", "either a cursor, the column, or from, a place in the answer"]]
  },
  {
    name: "a cursor of the source without slash",
    yaml: entity(...well, "incremental: { from: next, param: since }"),
    expected: [["8:26", '"next" is no JSON Pointer']]
  },
  {
    name: "an overlap with a cursor of the source",
    yaml: entity(...well, "incremental: { from: /next, param: since, overlap: 5m }", "records: /items"),
    expected: [["8:47", "what the source gives is sent as it is"]]
  },
  {
    name: "an order of a cursor that the source gives",
    yaml: entity(...well, "incremental: { from: /next, param: since, ordered: true }", "records: /items"),
    expected: [["8:47", "what the source gives is known at the end of the read only"]]
  },
  {
    name: "a mirror of increments",
    yaml: entity(
      "key: id",
      "fields: { id: bigint, at: timestamp }",
      "mode: mirror",
      "incremental: { cursor: at, param: since }"
    ),
    expected: [["8:11", "mirror deletes what the source does not send"]]
  },
  {
    name: "a cursor that is not a field",
    yaml: entity("key: id", "fields: { id: bigint, at: timestamp }", "incremental: { cursor: att, param: since }"),
    expected: [["8:28", 'did you mean "at"?']]
  },
  {
    name: "an overlap of numbers",
    yaml: entity(...well, "incremental: { cursor: id, param: since, overlap: 5m }"),
    expected: [["8:55", 'the overlap of "id", which is bigint, is a number, as in `overlap: 100`']]
  },
  {
    name: "an overlap of days as a number",
    yaml: entity(
      "key: id",
      "fields: { id: bigint, day: date }",
      "incremental: { cursor: day, param: since, overlap: 5 }"
    ),
    expected: [["8:56", 'the overlap of "day", which is date, is a span of time, as in `overlap: 5m`']]
  },
  {
    name: "an overlap of texts",
    yaml: entity(...well, "incremental: { cursor: name, param: since, overlap: 5 }"),
    expected: [["8:48", 'nothing can be taken from "name", which is text']]
  },
  {
    name: "an overlap of what is sent as it is stored",
    yaml: entity(
      "key: id",
      "fields: { id: bigint, at: timestamp }",
      "incremental: { cursor: at, param: since, overlap: 5m, format: text }"
    ),
    expected: [["8:46", "with `format: text` the cursor is sent as it is stored"]]
  },
  {
    name: "an overlap below nothing",
    yaml: entity(...well, "incremental: { cursor: id, param: since, overlap: -5 }"),
    expected: [["8:55", "expected"]]
  },
  {
    name: "an example of neither kind",
    yaml: entity(...well, "examples: [{ record: { id: 1 } }]"),
    expected: [["8:16", "an example has one of three: the row it becomes"]]
  },
  {
    name: "an example of no field",
    yaml: entity(...well, "examples: [{ record: { id: 1 }, row: { nam: a } }]"),
    expected: [["8:44", '"nam" is not a field']]
  }
]
