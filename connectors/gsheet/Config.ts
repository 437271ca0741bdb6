/** The keys that a Google Sheets connector has in YAML beside those every connector has. */
import { Schema, SchemaGetter } from "effect"
import { required, withDefault } from "../../core/config/Keys.ts"
import { HttpUrl, Secret } from "../../core/config/Scalars.ts"

const address = /^https:\/\/docs\.google\.com\/spreadsheets\/d\/([\w-]{20,})(?:[/?#]|$)/

/** The id between /d/ and /edit; whoever copies the whole address means the same. */
export const Spreadsheet = Schema.String.check(
  Schema.makeFilter(
    (text: string) =>
      /^[\w-]{20,}$/.test(text) ||
      address.test(text) ||
      "expected the id of a spreadsheet or its address, https://docs.google.com/spreadsheets/d/…"
  )
).pipe(
  Schema.decodeTo(Schema.String, {
    decode: SchemaGetter.transform((text: string) => address.exec(text)?.[1] ?? text),
    encode: SchemaGetter.passthrough()
  })
)

const Email = Schema.String.check(
  Schema.makeFilter((text: string) => /^[^@\s]+@[^@\s]+$/.test(text) || "expected an e-mail address")
)

export const Config = Schema.Struct({
  spreadsheet: required(Spreadsheet, "The spreadsheet: its id or its address. An entity may name another."),
  email: required(
    Email,
    "The service account, as in tributary@project.iam.gserviceaccount.com; sheets are shared with it."
  ),
  privateKey: required(
    Secret,
    "Its private key, as in { secret: GSHEET_PRIVATE_KEY }: the private_key of the JSON file, line ends as they are or as \\n."
  ),
  baseUrl: withDefault(HttpUrl, "https://sheets.googleapis.com", "Default https://sheets.googleapis.com."),
  tokenUrl: withDefault(
    HttpUrl,
    "https://oauth2.googleapis.com/token",
    "Where access tokens are issued. Default https://oauth2.googleapis.com/token."
  )
}).annotate({ description: "Google Sheets, read by a service account." })

export type Config = typeof Config.Type
