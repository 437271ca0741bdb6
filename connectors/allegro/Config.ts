/** The YAML keys of an Allegro connector, beside those that every connector has. */
import { Schema } from "effect"
import { expectedMessage, HttpUrl, required, Secret, withDefault } from "../../core/sdk.ts"
import { allegro } from "./reasons.ts"

/** Allegro blocks applications that do not name themselves in this form. */
const UserAgent = Schema.String.check(
  Schema.isPattern(
    /^[!-'*-.0-~]+\/[!-'*-.0-~]+ \(\+https:\/\/[!-'*-~]+\)$/,
    expectedMessage(allegro("allegro.userAgentForm", { form: "ExampleBackup/1.0 (+https://example.test/about)" }))
  )
)

const Client = Schema.Struct({
  id: required(Secret, allegro("allegro.clientId", { example: "{ secret: ALLEGRO_CLIENT_ID }" })),
  secret: required(Secret, allegro("allegro.clientSecret", { example: "{ secret: ALLEGRO_CLIENT_SECRET }" }))
})

export const Config = Schema.Struct({
  client: required(
    Client,
    allegro("allegro.client", {
      example: "{ id: { secret: ALLEGRO_CLIENT_ID }, secret: { secret: ALLEGRO_CLIENT_SECRET } }"
    })
  ),
  userAgent: required(
    UserAgent,
    allegro("allegro.userAgent", { example: "ExampleBackup/1.0 (+https://example.test/about)" })
  ),
  baseUrl: withDefault(HttpUrl, "https://api.allegro.pl", "The address of the API. Default https://api.allegro.pl."),
  authUrl: withDefault(
    HttpUrl,
    "https://allegro.pl/auth/oauth",
    "The address of the authorization, below which /device and /token are. Default https://allegro.pl/auth/oauth."
  )
}).annotate({ description: "Allegro, the orders of any number of sellers." })

export type Config = typeof Config.Type
