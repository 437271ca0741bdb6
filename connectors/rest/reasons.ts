/** The reason codes of a general HTTP API alone. Translations are in `locales/`. */
import { define } from "../../core/sdk.ts"

export const rest = define({
  "rest.tokenAnswer": "expected a token answer, JSON with access_token",

  // Faults of the file.
  "rest.name": "the name of a header or parameter",
  "rest.auth": "a map such as { type: bearer, token: { secret: CRM_TOKEN } }",
  "rest.probe": "a path begins with a slash",

  // Meanings of the keys.
  "rest.bearer": "Sent as Authorization: Bearer, as in {example}.",
  "rest.user": "The user name.",
  "rest.password": "Its password, as in {example}.",
  "rest.key": "The key, as in {example}.",
  "rest.tokenUrl": "Where tokens are issued.",
  "rest.clientId": "The client's id.",
  "rest.clientSecret": "The client's secret, as in {example}.",
  "rest.baseUrl": "What every path is appended to, as in {example}."
})
