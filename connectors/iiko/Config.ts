/** The YAML keys of an iiko connector, beside those that every connector has. */
import { Schema } from "effect"
import { HttpUrl, optional, PositiveDuration, required, Secret, withDefault } from "../../core/sdk.ts"
import { CloudConfig } from "./cloud/Config.ts"
import { iiko } from "./reasons.ts"

export const Config = Schema.Struct({
  baseUrl: required(HttpUrl, iiko("iiko.baseUrl", { example: "https://chain.iiko.it/resto/api" })),
  login: required(Secret, iiko("iiko.login", { example: "{ secret: IIKO_LOGIN }" })),
  password: required(Secret, iiko("iiko.password", { example: "{ secret: IIKO_PASSWORD }" })),
  sessionLifetime: withDefault(
    PositiveDuration,
    "10m",
    "How long a session is used before a new login; shorter than the server's own, which ends after 15m to 1h. Default 10m."
  ),
  cloud: optional(CloudConfig, "iikoCloud, which knows the stop lists.")
}).annotate({ description: "An iiko Server." })

export type Config = typeof Config.Type
