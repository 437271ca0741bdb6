/** Names that people know from databases, languages and other tools, and their names here. */
import { nearest } from "./Nearest.ts"

/** Each name here with its synonyms, in lower case without `_`, `-` and blanks. */
const usual: Readonly<Record<string, string>> = {
  // Types of columns.
  text: "string str varchar char character charactervarying nvarchar nchar bpchar citext clob enum",
  uuid: "guid uniqueidentifier",
  integer: "int int2 int4 int16 int32 smallint tinyint mediumint serial",
  bigint: "int8 int64 long bigserial",
  decimal: "numeric number money currency decimalseparator decimalpoint decimalcomma",
  double: "float float4 float8 float32 float64 real doubleprecision",
  boolean: "bool bit flag",
  timestamp: "datetime datetime2 datetimeoffset timestamptz timestampwithtimezone timestampwithouttimezone instant",
  json: "jsonb object map dict list array any",
  // Keys of entities and connectors.
  page: "paging pages pagination paginate pager",
  separator: "delimiter delim sep fieldseparator columnseparator",
  quote: "quotechar quotecharacter enclosure textqualifier",
  skipRows: "skiplines skip skipheader headerrows",
  charset: "encoding codepage characterset",
  path: "endpoint url uri route resource",
  baseUrl: "url uri host endpoint server address",
  query: "params parameters queryparams querystring search",
  headers: "httpheaders requestheaders",
  body: "payload data json",
  method: "verb httpmethod",
  records: "items rows root recordpath datapath jsonpath",
  format: "contenttype responseformat",
  key: "primarykey pk id ids keys keycolumns",
  fields: "columns properties attributes schema mapping",
  table: "tablename target relation",
  indexes: "indices index",
  from: "source field pointer",
  incremental: "since delta watermark",
  auth: "authentication authorization credentials security",
  limits: "throttle ratelimit budget",
  rate: "ratelimit rps rpm requestspersecond requestsperminute",
  concurrency: "parallel parallelism threads workers",
  retry: "retries backoff",
  // Keys of jobs and of the daemon.
  schedule: "cron crontab interval every",
  steps: "tasks actions run",
  enabled: "active disabled",
  onError: "onfailure continueonerror",
  timezone: "tz zone",
  adminToken: "token apikey password secret",
  connections: "pool poolsize maxconnections"
}

/** One synonym may stand for several names, at different places. */
const pairs = Object.entries(usual).flatMap(([ours, names]) => names.split(" ").map((name) => ({ name, ours })))

/** Longer than any name in the table, with room for `(10, 2)` behind it. */
const maxLength = 60

/** `varchar(20)[]` is an array of varchar. */
const called = /^(?<name>[^([]*)(?:\([\d, ]*\))?(?<many>\[\])?$/

/** The intended name: the one with this synonym, else the nearest one. */
export const likelyName = (written: string, names: ReadonlyArray<string>): string | undefined =>
  calledElsewhere(written, names) ?? nearest(written, names)

const calledElsewhere = (written: string, names: ReadonlyArray<string>): string | undefined => {
  if (written.length > maxLength) return undefined
  const { many = "", name = "" } = called.exec(written)?.groups ?? {}
  const plain = name.toLowerCase().replace(/[_\-\s]/g, "")
  const meanings = pairs.flatMap((pair) => (pair.name === plain ? [pair.ours + many] : []))
  return meanings.find((one) => names.includes(one))
}
