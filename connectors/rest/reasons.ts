/** Why something of a general HTTP API is as it is: the codes that concern nobody else. Translations are in `locales/`. */
import { define } from "../../core/reason/Reason.ts"

export const rest = define({
  "rest.tokenAnswer": "expected a token answer, JSON with access_token",

  // What is wrong with the file.
  "rest.name": "the name of a header or parameter",
  "rest.auth": "a map such as { type: bearer, token: { secret: CRM_TOKEN } }",
  "rest.probe": "a path begins with a slash",

  // What the keys mean.
  "rest.bearer": "Sent as Authorization: Bearer, as in {example}.",
  "rest.user": "The user name.",
  "rest.password": "Its password, as in {example}.",
  "rest.key": "The key, as in {example}.",
  "rest.tokenUrl": "Where tokens are issued.",
  "rest.clientId": "The client's id.",
  "rest.clientSecret": "The client's secret, as in {example}.",
  "rest.baseUrl": "What every path is appended to, as in {example}."
})
