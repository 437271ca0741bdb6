/** The keys that an iiko connector has in YAML beside those every connector has. */
import { Schema } from "effect"
import { optional, required, withDefault } from "../../core/config/Keys.ts"
import { HttpUrl, PositiveDuration, Secret } from "../../core/config/Scalars.ts"
import { CloudConfig } from "./cloud/Config.ts"

export const Config = Schema.Struct({
  baseUrl: required(HttpUrl, "The API of the iiko Server, as in https://chain.iiko.it/resto/api."),
  login: required(Secret, "The login of the API user, as in { secret: IIKO_LOGIN }."),
  password: required(Secret, "Its password in plain, as in { secret: IIKO_PASSWORD }; only its SHA-1 is sent."),
  sessionLifetime: withDefault(
    PositiveDuration,
    "10m",
    "How long a session is used before a new login; shorter than the server's own, which ends after 15m to 1h. Default 10m."
  ),
  cloud: optional(CloudConfig, "iikoCloud, which knows the stop lists.")
}).annotate({ description: "An iiko Server." })

export type Config = typeof Config.Type
