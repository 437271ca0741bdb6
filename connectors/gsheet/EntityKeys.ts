/** The YAML keys of an entity of a spreadsheet: which cells it reads, and how they become records. */
import { Schema } from "effect"
import {
  type EntityKeys,
  expectedMessage,
  Identifier,
  Integer,
  optional,
  reason,
  required,
  withDefault
} from "../../core/sdk.ts"
import * as A1 from "./A1.ts"
import { type Config, Spreadsheet } from "./Config.ts"
import { gsheet } from "./reasons.ts"

const Range = Schema.String.check(
  Schema.makeFilter((text: string) => A1.parse(text) !== undefined, expectedMessage(gsheet("gsheet.rangeText")))
)

const Row = Integer(1, 1_000)

const Fields = Schema.Record(Schema.String, Identifier)

const Unpivot = Schema.Struct({
  groups: required(Schema.Record(Schema.String, Row), gsheet("gsheet.groups", { example: "{ department_id: 1 }" })),
  values: required(Fields, gsheet("gsheet.values", { example: "{ Мин: min_level }" }))
})

export const Keys = Schema.Struct({
  range: required(Range, gsheet("gsheet.range")),
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
      if (column === undefined) return { path, reason: reason("column.unknown", { column: field }) }
      if (column.source._tag !== "Pointer") return { path, reason: gsheet("gsheet.constantField", { field }) }
      if (named.findIndex((other) => other.field === field) === at) return []
      return { path, reason: gsheet("gsheet.twiceFilled", { field }) }
    })
  }
}

const entriesOf = (headers: Readonly<Record<string, string>>, path: ReadonlyArray<string>) =>
  Object.entries(headers).map(([header, field]) => ({ field, path: [...path, header] }))

/** Whether `own` of an entity came from YAML. */
export const isKeys = Schema.is(Keys)
