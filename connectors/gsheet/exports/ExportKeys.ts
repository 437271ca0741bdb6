/** The YAML keys of an export to a spreadsheet: which cells belong to the daemon, and where new ones are added. */
import { Schema } from "effect"
import {
  type ExportKeys,
  expectedMessage,
  expects,
  Identifier,
  Integer,
  optional,
  required,
  withDefault
} from "../../../core/sdk.ts"
import { Spreadsheet } from "../Config.ts"
import { gsheet } from "../reasons.ts"

const Title = Schema.String.annotate({ examples: ["Остатки"] }).check(
  Schema.makeFilter((title: string) => title.trim() !== "", expectedMessage(gsheet("gsheet.tabTitle")))
)
const Row = Integer(1, 1_000)
const Header = Schema.NonEmptyString.annotate({ examples: ["Товар"] })

const Key = Schema.Union([Header, Schema.NonEmptyArray(Header)]).annotate({
  ...expects(gsheet("gsheet.headers")),
  examples: ["Товар"]
})

const gone = expects(gsheet("gsheet.goneRows"))
const Gone = Schema.Union([
  Schema.Literals(["keep", "remove"]).annotate(gone),
  Schema.Struct({
    mark: required(Schema.Record(Header, Header), gsheet("gsheet.mark", { example: "{ Статус: снято }" }))
  })
]).annotate(gone)

const Columns = Schema.Record(Schema.NonEmptyString, Identifier).annotate({ examples: [{ Товар: "name" }] })

const Pivot = Schema.Struct({
  key: required(Identifier, gsheet("gsheet.pivotKey")),
  groups: required(Schema.Record(Identifier, Row), gsheet("gsheet.pivotGroups", { example: "{ department_id: 1 }" })),
  headers: required(Schema.NonEmptyArray(Header).annotate({ examples: [["Мин"]] }), gsheet("gsheet.pivotHeaders"))
})

export const Keys = Schema.Struct({
  spreadsheet: optional(Spreadsheet, "Another spreadsheet than the connector's: its id or its address."),
  sheet: required(Title, gsheet("gsheet.sheet")),
  headerRow: withDefault(Row, 1, "The row that holds the headers; rows begin below it. Default 1."),
  key: required(Key, gsheet("gsheet.key")),
  columns: required(Columns, gsheet("gsheet.columns")),
  sort: optional(Header, "The header by which new rows are put in between the others. Default: below the last."),
  gone: withDefault(Gone, "keep", "What happens to a row that the query no longer returns. Default keep."),
  pivot: optional(
    Pivot,
    "For a wide table: the query gives a row for each pair, one of them goes down, the other one across."
  )
})
export type Keys = typeof Keys.Type

export const keyOf = ({ key }: Keys): ReadonlyArray<string> => (typeof key === "string" ? [key] : key)

export const marksOf = ({ gone }: Keys): Readonly<Record<string, string>> => (typeof gone === "string" ? {} : gone.mark)

/** In quotes, because a named range of the same name would take precedence. */
export const titleRange = ({ sheet }: Keys): string => `'${sheet.replaceAll("'", "''")}'`

export const exportKeys: ExportKeys<typeof Keys> = {
  schema: Keys,
  check: (keys) => {
    const { columns, headerRow, key, pivot, sort } = keys
    const unknown = (header: string, path: ReadonlyArray<PropertyKey>) =>
      Object.hasOwn(columns, header) ? [] : [{ path, reason: gsheet("gsheet.noColumn", { header }) }]
    const groups = Object.entries(pivot?.groups ?? {})
    return [
      ...keyOf(keys).flatMap((header, at) => unknown(header, typeof key === "string" ? ["key"] : ["key", at])),
      ...(sort === undefined ? [] : unknown(sort, ["sort"])),
      ...(pivot === undefined || Object.hasOwn(pivot.groups, pivot.key)
        ? []
        : [{ path: ["pivot", "key"], reason: gsheet("gsheet.noGroup", { column: pivot.key }) }]),
      ...groups.flatMap(([column, row]) =>
        row < headerRow
          ? []
          : [
              {
                path: ["pivot", "groups", column],
                reason: gsheet("gsheet.groupRow", { row: headerRow })
              }
            ]
      ),
      ...(pivot?.headers ?? []).flatMap((header, at) =>
        Object.hasOwn(columns, header)
          ? [{ path: ["pivot", "headers", at], reason: gsheet("gsheet.ownColumn", { header }) }]
          : []
      )
    ]
  }
}

/** Whether `own` of an export came from YAML. */
export const isKeys = Schema.is(Keys)
