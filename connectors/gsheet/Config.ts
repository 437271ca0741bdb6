/** The YAML keys of a Google Sheets connector, beside those that every connector has. */
import { Schema, SchemaGetter } from "effect"
import { expectedMessage, HttpUrl, required, Secret, withDefault } from "../../core/sdk.ts"
import { gsheet } from "./reasons.ts"

const address = /^https:\/\/docs\.google\.com\/spreadsheets\/d\/([\w-]{20,})(?:[/?#]|$)/

/** The id between /d/ and /edit; the whole address is accepted too. */
export const Spreadsheet = Schema.String.annotate({ examples: ["1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"] })
  .check(
    Schema.makeFilter(
      (text: string) => /^[\w-]{20,}$/.test(text) || address.test(text),
      expectedMessage(gsheet("gsheet.spreadsheetId"))
    )
  )
  .pipe(
    Schema.decodeTo(Schema.String, {
      decode: SchemaGetter.transform((text: string) => address.exec(text)?.[1] ?? text),
      encode: SchemaGetter.passthrough()
    })
  )

const Email = Schema.String.check(
  Schema.makeFilter((text: string) => /^[^@\s]+@[^@\s]+$/.test(text), expectedMessage(gsheet("gsheet.emailAddress")))
)

export const Config = Schema.Struct({
  spreadsheet: required(Spreadsheet, gsheet("gsheet.spreadsheet")),
  email: required(Email, gsheet("gsheet.email")),
  privateKey: required(Secret, gsheet("gsheet.privateKey", { example: "{ secret: GSHEET_PRIVATE_KEY }" })),
  baseUrl: withDefault(
    HttpUrl,
    "https://sheets.googleapis.com",
    "The address of the API. Default https://sheets.googleapis.com."
  ),
  tokenUrl: withDefault(
    HttpUrl,
    "https://oauth2.googleapis.com/token",
    "Where access tokens are issued. Default https://oauth2.googleapis.com/token."
  )
}).annotate({ description: "Google Sheets, read by a service account." })

export type Config = typeof Config.Type
