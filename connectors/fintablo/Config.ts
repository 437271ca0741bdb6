/** The YAML keys of a FinTablo connector, beside those that every connector has. */
import { Schema } from "effect"
import { required, withDefault } from "../../core/config/schema/Keys.ts"
import { HttpUrl, Secret } from "../../core/config/schema/Scalars.ts"
import { reason } from "../../core/reason/Reason.ts"

export const Config = Schema.Struct({
  baseUrl: withDefault(HttpUrl, "https://api.fintablo.ru", "Default https://api.fintablo.ru."),
  token: required(Secret, reason("meaning.token", { example: "{ secret: FINTABLO_TOKEN }" }))
}).annotate({ description: "FinTablo, API v1." })

export type Config = typeof Config.Type
