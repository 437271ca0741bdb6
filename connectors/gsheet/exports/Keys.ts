/** The keys of its own that an export to a spreadsheet has in YAML: which cells are the daemon's, and where new ones go. */
import { Schema } from "effect"
import { optional, required, withDefault } from "../../../core/config/Keys.ts"
import { Identifier, Whole } from "../../../core/config/Scalars.ts"
import type { ExportKeys } from "../../../core/plugin/Connector.ts"
import { Spreadsheet } from "../Config.ts"

const Title = Schema.String.check(
  Schema.makeFilter((title: string) => title.trim() !== "" || "expected the title of a tab")
)
const Row = Whole(1, 1_000)
const Header = Schema.NonEmptyString

const Key = Schema.Union([Header, Schema.NonEmptyArray(Header)]).annotate({ expected: "a header or a list of headers" })

const gone = "keep, remove, or a map such as { mark: { Статус: снято } }"
const Gone = Schema.Union([
  Schema.Literals(["keep", "remove"]).annotate({ expected: gone }),
  Schema.Struct({
    mark: required(
      Schema.Record(Header, Header),
      "Headers and what is written there, as in { Статус: снято }; it is taken back when the row returns."
    )
  })
]).annotate({ expected: gone })

const Pivot = Schema.Struct({
  key: required(Identifier, "The column of the query that tells the groups apart."),
  groups: required(
    Schema.Record(Identifier, Row),
    "Columns of the query, that key among them, each with the row of the sheet it stands in, as in { department_id: 1 }."
  ),
  headers: required(
    Schema.NonEmptyArray(Header),
    "The headers that every group repeats. What stands below them is typed by people and never written."
  )
})

export const Keys = Schema.Struct({
  spreadsheet: optional(Spreadsheet, "Another spreadsheet than the connector's: its id or its address."),
  sheet: required(Title, "The tab, by its title."),
  headerRow: withDefault(Row, 1, "The row that holds the headers; rows begin below it. Default 1."),
  key: required(Key, "The header, or the headers, by which a row is found again; among `columns`."),
  columns: required(
    Schema.Record(Header, Identifier),
    "Headers and the columns of the query that are written below them; every other cell is left alone."
  ),
  sort: optional(Header, "The header by which new rows are put in between the others. Default: below the last."),
  gone: withDefault(Gone, "keep", "What becomes of a row that the query no longer gives. Default keep."),
  pivot: optional(
    Pivot,
    "For a wide table: the query gives a row for each pair, one of them goes down, the other one across."
  )
})
export type Keys = typeof Keys.Type

export const keyOf = ({ key }: Keys): ReadonlyArray<string> => (typeof key === "string" ? [key] : key)

export const marksOf = ({ gone }: Keys): Readonly<Record<string, string>> => (typeof gone === "string" ? {} : gone.mark)

/** In quotes, because a named range of the same name would win. */
export const titleRange = ({ sheet }: Keys): string => `'${sheet.replaceAll("'", "''")}'`

export const exportKeys: ExportKeys<typeof Keys> = {
  schema: Keys,
  check: (keys) => {
    const { columns, headerRow, key, pivot, sort } = keys
    const unknown = (header: string, path: ReadonlyArray<PropertyKey>) =>
      Object.hasOwn(columns, header) ? [] : [{ path, message: `"${header}" is not among the columns of this export` }]
    const groups = Object.entries(pivot?.groups ?? {})
    return [
      ...keyOf(keys).flatMap((header, at) => unknown(header, typeof key === "string" ? ["key"] : ["key", at])),
      ...(sort === undefined ? [] : unknown(sort, ["sort"])),
      ...(pivot === undefined || Object.hasOwn(pivot.groups, pivot.key)
        ? []
        : [{ path: ["pivot", "key"], message: `"${pivot.key}" is not among the groups: say in which row it stands` }]),
      ...groups.flatMap(([column, row]) =>
        row < headerRow
          ? []
          : [
              {
                path: ["pivot", "groups", column],
                message: `a group stands above the headers, which are in row ${headerRow}`
              }
            ]
      ),
      ...(pivot?.headers ?? []).flatMap((header, at) =>
        Object.hasOwn(columns, header)
          ? [{ path: ["pivot", "headers", at], message: `"${header}" is a column of the daemon already` }]
          : []
      )
    ]
  }
}

/** What `own` of an export holds when it came from YAML. */
export const isKeys = Schema.is(Keys)
