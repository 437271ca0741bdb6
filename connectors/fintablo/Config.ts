/** The YAML keys of a FinTablo connector, beside those that every connector has. */
import { Schema } from "effect"
import { HttpUrl, reason, required, Secret, withDefault } from "../../core/sdk.ts"

export const Config = Schema.Struct({
  baseUrl: withDefault(HttpUrl, "https://api.fintablo.ru", "The address of the API. Default https://api.fintablo.ru."),
  token: required(Secret, reason("meaning.token", { example: "{ secret: FINTABLO_TOKEN }" }))
}).annotate({ description: "FinTablo, API v1." })

export type Config = typeof Config.Type
