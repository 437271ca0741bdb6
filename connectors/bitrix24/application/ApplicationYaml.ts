/** The YAML keys of a portal that is opened by an application instead of a webhook. */
import { Schema } from "effect"
import { HttpUrl, required, Secret, withDefault } from "../../../core/sdk.ts"
import { bitrix24 } from "../reasons.ts"

const Client = Schema.Struct({
  id: required(Secret, bitrix24("bitrix24.clientId", { example: "{ secret: BITRIX24_CLIENT_ID }" })),
  secret: required(Secret, bitrix24("bitrix24.clientSecret", { example: "{ secret: BITRIX24_CLIENT_SECRET }" }))
})

export const clientExample = "{ id: { secret: BITRIX24_CLIENT_ID }, secret: { secret: BITRIX24_CLIENT_SECRET } }"

export const ApplicationYaml = Schema.Struct({
  portal: required(HttpUrl, bitrix24("bitrix24.portal", { example: "https://example.bitrix24.ru" })),
  client: required(Client, bitrix24("bitrix24.client", { example: clientExample })),
  tokens: withDefault(
    HttpUrl,
    "https://oauth.bitrix.info/oauth/token/",
    "The address that exchanges codes and refresh tokens. Default https://oauth.bitrix.info/oauth/token/."
  )
})

export type ApplicationSettings = typeof ApplicationYaml.Type
