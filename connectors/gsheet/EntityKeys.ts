/** The keys of its own that an entity of a spreadsheet has in YAML: which cells, and how they become records. */
import { Schema } from "effect"
import { optional, required, withDefault } from "../../core/config/Keys.ts"
import { Identifier, Whole } from "../../core/config/Scalars.ts"
import type { EntityKeys } from "../../core/plugin/Connector.ts"
import * as A1 from "./A1.ts"
import { type Config, Spreadsheet } from "./Config.ts"

const Range = Schema.String.check(
  Schema.makeFilter(
    (text: string) => A1.parse(text) !== undefined || "expected a range such as Остатки!A1:F, 'Мой лист'!A:C or Остатки"
  )
)

const Row = Whole(1, 1_000)

const Fields = Schema.Record(Schema.String, Identifier)

const Unpivot = Schema.Struct({
  groups: required(
    Schema.Record(Schema.String, Row),
    "The fields that tell the groups of columns apart, each with the row of the range its values stand in, as in { department_id: 1 }."
  ),
  values: required(
    Fields,
    'The headers that every group repeats and the fields they fill, as in { Мин: min_level }; "*" is any header.'
  )
})

export const Keys = Schema.Struct({
  range: required(Range, "The cells, in A1 notation, as in Остатки!A1:F; a title alone is the whole sheet."),
  spreadsheet: optional(Spreadsheet, "Another spreadsheet than the connector's: its id or its address."),
  headerRow: withDefault(Row, 1, "The row of the range that holds the headers; records begin below it. Default 1."),
  columns: withDefault(Fields, {}, "Headers and the fields they fill, as in { Название: product_name }."),
  until: optional(Schema.NonEmptyString, "The rows end above the one that begins with this text, as in Итого."),
  unpivot: optional(Unpivot, "For a wide table: every group of columns makes a record of its own from each row.")
})
export type Keys = typeof Keys.Type

export const entityKeys: EntityKeys<typeof Keys, Config> = {
  schema: Keys,
  located: "range",
  path: ({ spreadsheet }, config) => `/v4/spreadsheets/${spreadsheet ?? config.spreadsheet}/values:batchGet`,
  check: ({ columns, unpivot }, fields) => {
    const groups = Object.keys(unpivot?.groups ?? {}).map((field) => ({ field, path: ["unpivot", "groups", field] }))
    const named = [
      ...entriesOf(columns, ["columns"]),
      ...groups,
      ...entriesOf(unpivot?.values ?? {}, ["unpivot", "values"])
    ]
    return named.flatMap(({ field, path }, at) => {
      const column = fields.find(({ name }) => name === field)
      if (column === undefined) return { path, message: `"${field}" is not a field of this entity` }
      if (column.source._tag !== "Pointer") return { path, message: `"${field}" has a value of its own already` }
      if (named.findIndex((other) => other.field === field) === at) return []
      return { path, message: `"${field}" is filled twice: one header for one field` }
    })
  }
}

const entriesOf = (headers: Readonly<Record<string, string>>, path: ReadonlyArray<string>) =>
  Object.entries(headers).map(([header, field]) => ({ field, path: [...path, header] }))

/** What `own` of an entity holds when it came from YAML. */
export const isKeys = Schema.is(Keys)
