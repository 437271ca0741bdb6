/** The keys of an entity as operators write them, before defaults that depend on one another are filled in. */
import { Schema, Struct } from "effect"
import { reason } from "../../reason/Reason.ts"
import { columnTypes } from "../Column.ts"
import { separators } from "../Entity.ts"
import { LeadsYaml, OneYaml } from "./ByKeyYaml.ts"
import { ConditionsYaml, DeletedWhenYaml } from "./ConditionYaml.ts"
import { expects } from "./Expected.ts"
import { FailYaml } from "./FailYaml.ts"
import { GuardYaml } from "./GuardYaml.ts"
import { IncrementalYaml, OwnIncrementalYaml } from "./IncrementalYaml.ts"
import { PageYaml } from "./PageYaml.ts"
import { CharsetFromText, Identifier, Integer, Scalar } from "./Scalars.ts"
import { BodyYaml, GraphqlYaml, QueryYaml } from "./TemplateYaml.ts"
import { TransformYaml } from "./TransformYaml.ts"
import { WindowsYaml } from "./WindowsYaml.ts"
import { optional, required, withDefault } from "./YamlKeys.ts"

const TypeText = Schema.Literals([...columnTypes, ...columnTypes.map((type) => `${type}[]` as const)]).annotate(
  expects(reason("value.columnType", { types: columnTypes.join(", ") }))
)

const Lookup = Schema.Struct({
  table: required(Schema.String, reason("meaning.lookupTable")),
  key: required(Identifier, reason("meaning.lookupKey")),
  value: required(Identifier, reason("meaning.lookupValue"))
})

const Values = Schema.NonEmptyArray(
  Schema.Union([Schema.String, Schema.Finite]).annotate(expects(reason("value.textOrNumber")))
).annotate(expects(reason("value.values")))

export const FieldYaml = Schema.Struct({
  from: optional(
    Schema.String,
    "Where the value lies: a top-level name, a JSON Pointer into the record (/a/b/0), ../x in the parent's record, ../../x in its parent's (beyond the outermost one, a column of the row of forEach; with windows, ../from and ../to are the bounds of the window), or #key, the key of the object that holds it (../#key the key further out). Default: the name of the column as it is, else its camelCase."
  ),
  type: optional(TypeText, "The type of the column; [] after it makes an array."),
  format: optional(
    Schema.String,
    "How dates and times are written: dd.MM.yyyy, dd MMM yyyy hh:mm a and the like, rfc822, /Date()/, unix, unix-ms or unix-us (since 1970, a fraction counts); how numbers are: 1,234.56 or 1.234,56, alone or behind currency, percent (12,5% is 12.5) or share (12,5% is 0.125); how spans of time are, in seconds: duration, H:mm or m:ss."
  ),
  true: optional(Values, "The words for true of a boolean, as in true: [Да]. In any case, and no others then."),
  false: optional(Values, 'The words for false of a boolean, as in false: [Нет, ""].'),
  transform: optional(
    TransformYaml,
    "What happens to the value before it is read as the type, step by step: trim, lower, upper, cents, split, extract, replace, map, join, hash. As in [trim, { map: { A: active } }]."
  ),
  required: optional(Schema.Boolean, "A null rejects the record."),
  optional: optional(
    Schema.Boolean,
    "The source may leave the field out of all records: nothing is told then, and the column is emptied."
  ),
  default: optional(Scalar, "What a null becomes."),
  value: optional(
    Scalar,
    'A constant, the same in every row; or "{name}", a parameter of forEach: what the parent has there; or "{from}" and "{to}" of windows.'
  ),
  lookup: optional(
    Lookup,
    "Resolved inside the load: the value of the row of another table whose key equals what `from` points at."
  )
})
export type FieldYaml = typeof FieldYaml.Type

const Field = Schema.Union([TypeText, FieldYaml]).annotate({
  description: "The type of the column, or the column in full.",
  ...expects(reason("value.field", { example: "from: x, type: text" }))
})

const Dropped = Schema.Union([
  Schema.String,
  Schema.Struct({
    from: required(Schema.String, reason("meaning.dropFrom")),
    optional: optional(Schema.Boolean, "All records may be without it: nothing is told or held back then.")
  })
]).annotate(expects(reason("value.dropped", { example: "{ from: passport, optional: true }" })))

const Columns = Schema.Union([Identifier, Schema.NonEmptyArray(Identifier)]).annotate(expects(reason("value.columns")))

const ParentStatus = Schema.Literals(["skip", "empty", "fail"])

const ForEach = Schema.Struct({
  entity: optional(
    Schema.String,
    "The entity whose rows are gone through, of this connector, or connector.entity; params belongs to it."
  ),
  params: optional(
    Schema.Record(Schema.String, Identifier),
    "What each {name} in path, query, headers, body and the value of a field stands for: a column of that entity."
  ),
  values: optional(
    Values,
    "Instead of entity: the values that are gone through, as in values: [riga, bonn]. In a mirror the rows of a value that is taken out are gone, within the guard."
  ),
  as: optional(
    Schema.String,
    "The name of the value: with as: city it is {city} in path, query, headers and body, and ../city for a field."
  ),
  onStatus: optional(
    Schema.Union([ParentStatus, Schema.Record(Schema.String, ParentStatus)]).annotate(
      expects(reason("value.onStatus", { example: "{ 404: skip }" }))
    ),
    "What it means that the source answers a status for a parent, as in onStatus: { 404: skip }; one word is for 404 and 410. skip: its rows stay, those of the others are judged, and the run notes it; a key that names the parent tells them apart. empty: it has no records. fail: the run fails. Default: 404 and 410 keep all rows, with a warning, and other statuses fail the run."
  )
})

const Example = Schema.Struct({
  record: required(Schema.Json, reason("meaning.exampleRecord")),
  params: optional(Schema.Record(Schema.String, Scalar), "What the parameters of forEach are for it."),
  row: optional(
    Schema.NullOr(Schema.Record(Schema.String, Schema.Json)),
    "The row it must become, or some columns of it; null: none, because `where` leaves the record out."
  ),
  reject: optional(Schema.NonEmptyString, "A part of the reason it must be rejected for."),
  gone: optional(Schema.Literal(true), "true: by `deletedWhen` the record says that it is gone.")
})

const Constant = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean]).annotate(
  expects(reason("value.constant"))
)

export const EntityYaml = Schema.Struct({
  path: optional(
    Schema.String,
    "Below the connector's base URL, as in /v1/deal. In path, query, headers, body, form and variables {name} is filled by forEach, {now} and {today-30d:dd.MM.yyyy} by the clock, {cursor} by incremental."
  ),
  method: optional(
    Schema.Literals(["GET", "POST"]),
    "The method of the request. Default GET, or POST when there is a body."
  ),
  query: optional(QueryYaml, "Query parameters; a list repeats the parameter."),
  headers: optional(
    Schema.Record(Schema.String, Schema.String).annotate(
      expects(reason("value.mapLike", { example: '{ X-Version: "2" }' }))
    ),
    "Request headers beside the connector's own."
  ),
  body: optional(BodyYaml, "The JSON body of the request; { date: today } may stand anywhere in it."),
  form: optional(QueryYaml, "The body as a form: names and values, URL-encoded."),
  graphql: optional(GraphqlYaml, "A GraphQL query, sent as JSON. `errors` in its answer fail the run."),
  format: optional(Schema.Literals(["json", "ndjson", "xml", "csv"]), "What the source answers with."),
  records: optional(
    Schema.Union([Schema.String, Schema.NonEmptyArray(Schema.String)]).annotate(expects(reason("value.records"))),
    'Where the records lie: a JSON Pointer to an array (/items), for xml a path of element names (employees/employee), in which a namespace prefix counts only where it is declared (soap:Body, and so from: "a:name"). In json * is every item of an array and every value of an object: /items/* is an object keyed by id too, with the key as from: "#key"; /edges/*/node is a wrapper around each record; so it is in the records of a child. Several places are a list of pointers.'
  ),
  separator: optional(
    Schema.Literals(separators),
    'What stands between the cells of csv: "," ";" "\\t" or "|". Default: the one that the header line has most of, or what a first line sep=; says.'
  ),
  charset: optional(
    CharsetFromText,
    "The charset of the answers, as in windows-1251. Default: what Content-Type says, or the XML declaration, else utf-8. A byte order mark counts more than either."
  ),
  quote: optional(
    Schema.Literals(['"', "'", false]),
    "What stands around a cell of csv that holds a separator; false: nothing does. Default a double quotation mark."
  ),
  skipRows: optional(Integer(1, 1_000), "How many lines of csv stand before the header, such as a title."),
  header: optional(
    Schema.Boolean,
    "Whether the first line of csv names the columns. false: the cells are column_1, column_2 and so on. Default true."
  ),
  decimal: optional(
    Schema.Literals([",", "."]),
    "What stands before the fraction in the numbers of csv; the other sign groups thousands then. A format of the field counts more."
  ),
  page: optional(PageYaml, "How the list is paged. Default: not at all."),
  windows: optional(
    WindowsYaml,
    "The list is read in windows of time, one after the other, as in windows: { from: today-1y, step: 7d }; {from} and {to} of each stand in the request. For vendors that cap how much of a list can be read."
  ),
  fail: optional(
    FailYaml,
    "What says, in an answer of 200, that the request failed, as in fail: { pointer: /status, equals: error }; or none. `error`, `success: false` and the like at other places beside the records make a read incomplete, and 202 says that the list is not ready, unless this is none."
  ),
  parent: optional(
    Schema.String,
    "The entity whose records hold the records of this one; it may have a parent itself. They share one read."
  ),
  table: optional(Schema.String, "The table, or schema.table. Default <connector>_<entity>."),
  key: required(Columns, reason("meaning.key")),
  unique: optional(
    Schema.Boolean,
    "No two parents have records of one key, although it does not name the parent: an incremental read, in which such records need not meet, cannot see it."
  ),
  optional: optional(
    Schema.Boolean,
    "A record of parent that has no list of children has none. Without this, the rows of such a record stay; null and [] always mean none, and in xml an absent list does, too."
  ),
  mode: optional(
    Schema.Literals(["mirror", "upsert", "replace", "append"]),
    "mirror: as the source is. upsert: never delete. replace: as mirror, and a read that is not whole fails the run. append: never update. Default mirror; with incremental, upsert, also of its children."
  ),
  scope: withDefault(
    Schema.Record(Schema.String, Constant).annotate(expects(reason("value.mapLike", { example: "{ shop: north }" }))),
    {},
    'Constant columns that bound what this entity may delete; "{name}", a parameter of forEach, bounds it to the parents that are read.'
  ),
  fields: required(
    Schema.Record(Schema.String, Field).annotate(
      expects(reason("value.mapLike", { example: "{ id: bigint, name: text }" }))
    ),
    reason("meaning.fields", { long: "column: { from, type, … }" })
  ),
  where: optional(
    ConditionsYaml,
    "Conditions on the record as it came, by name or JSON Pointer, all of which hold: a record that does not fulfil them counts as not in the source. As in where: { status: [active, new], /customer/blocked: { not: true } }."
  ),
  deletedWhen: optional(
    DeletedWhenYaml,
    "Conditions like those of where; a record that fulfils them says of itself that it is gone: its row is deleted in every mode, within the guard, or gets a mark. As in deletedWhen: { deleted_at: { exists: true }, mark: is_deleted }."
  ),
  drop: optional(
    Schema.NonEmptyArray(Dropped),
    "Personal data that is kept nowhere, each place written like from: no raw column, no rejected record and no text of an answer holds it, and it is no new field. Where no record has such a place, raw columns stay as they are, because it may have another name by now. As in [passport, /customer/phone]."
  ),
  raw: withDefault(Schema.Boolean, false, "Keep the source record in a jsonb column raw."),
  guard: withDefault(GuardYaml, {}, "When deletes are withheld."),
  incremental: optional(IncrementalYaml, "Ask only for what changed since the last run."),
  forEach: optional(ForEach, "One request, with all its pages, per row of another entity or per value of a list."),
  one: optional(
    OneYaml,
    'How one record is read by its key, for events that lead to it and for sync --keys, as in one: { path: "/v1/deal/{id}" }.'
  ),
  leads: optional(
    LeadsYaml,
    "The records of this list, such as events, only say which records of another entity have changed. Those are read by their keys, each once per page, and loaded before the records that lead to them. As in leads: { to: deal, by: deal_id }."
  ),
  history: optional(Schema.String, "A table of the spans in which each key was there, from started_at to ended_at."),
  versions: optional(
    Schema.String,
    "A table that keeps every content that a key had at a read: the key's columns, valid_from, valid_to and content (the raw record with raw, else the values of the fields). The entity's own table gets _read_at, the time of the request that brought the content (an older answer never overwrites a newer one), and gone_at, the time of the request whose answer said that the record is gone."
  ),
  indexes: withDefault(Schema.Array(Columns), [], "Columns, or lists of columns, to index."),
  examples: withDefault(Schema.Array(Example), [], "Records and what must become of them; run by check.")
})
export type EntityYaml = typeof EntityYaml.Type

/** The keys of an entity's request to an HTTP API; a child has none, since its parent sends the request. */
export const requestKeys = [
  "path",
  "method",
  "query",
  "headers",
  "body",
  "form",
  "graphql",
  "format",
  "separator",
  "charset",
  "quote",
  "skipRows",
  "header",
  "decimal",
  "page",
  "windows",
  "fail",
  "forEach",
  "incremental",
  "one",
  "leads"
] as const

/** Without the keys of HTTP requests: for types whose entities have their own keys for what to read. */
const SharedEntityYaml = EntityYaml.mapFields(Struct.omit([...requestKeys, "records", "parent", "unique", "optional"]))

/** The same for those that can ask for what has changed. */
const ChangedEntityYaml = SharedEntityYaml.mapFields(
  Struct.assign({ incremental: optional(OwnIncrementalYaml, "Ask only for what changed since the last run.") })
)

export const sharedEntityYaml = ({ incremental = false }: { readonly incremental?: boolean }) =>
  incremental ? ChangedEntityYaml : SharedEntityYaml

/** One declaration expanded over values, before the entity is decoded. */
export const MatrixYaml = Schema.Record(Schema.String, Values)
