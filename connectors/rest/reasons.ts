/** The reason codes of a general HTTP API alone. Translations are in `locales/`. */
import { define } from "../../core/sdk.ts"

export const rest = define({
  "rest.tokenAnswer": "expected a token answer, JSON with access_token",
  "rest.refreshRefused":
    "{why:reason}; a vendor that replaces the refresh token with each use cannot be read with one from the environment",
  "rest.loginAnswer": "expected a login answer with a token at {pointer}",
  "rest.loginRefused":
    "expected a login answer with a token at {pointer}, and it says {words:reason}: are user, password and what else the login sends right?",
  "rest.loginElsewhere":
    "expected a login answer with a token at {pointer}; what it has looks like one elsewhere: declare `{write}`",
  "rest.loginHolds":
    "expected a login answer with a token at {pointer}, and it has {names}; declare the place of the token as `token`",

  // Faults of the file.
  "rest.name": "the name of a header or parameter",
  "rest.auth": "a map such as { type: bearer, token: { secret: CRM_TOKEN } }",
  "rest.userAgentText": "one line of ASCII characters",
  "rest.grant": "a refreshToken belongs to {example}, and only to it",
  "rest.loginBody": "a login has one body, body or form, and a GET has none",
  "rest.place": "nothing gives {place} a value here; there are {known}",
  "rest.noSignature": "neither a header nor a parameter holds {place}",
  "rest.probe": "a path begins with a slash",

  // Meanings of the keys.
  "rest.bearer": "Sent as Authorization: Bearer, as in {example}.",
  "rest.user": "The user name, as in reader.",
  "rest.password": "Its password, as in {example}.",
  "rest.key": "The key, as in {example}.",
  "rest.tokenUrl": "Where tokens are issued, as in https://login.example.test/token.",
  "rest.clientId": "The client's id, as in tributary.",
  "rest.clientSecret": "The client's secret, as in {example}.",
  "rest.loginPath": "Where to log in, below baseUrl, as in /login.",
  "rest.hmacSecret": "The key of the signature, as in {example}.",
  "rest.sign": "What is signed, as in {example}.",
  "rest.baseUrl": "What every path is appended to, as in {example}."
})
