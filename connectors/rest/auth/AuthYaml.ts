/** The YAML keys of authorization: how a connector shows who it is. */
import { type Redacted, Schema } from "effect"
import {
  expectedMessage,
  expects,
  HttpUrl,
  invalidValue,
  isDateFormat,
  optional,
  PositiveDuration,
  reason,
  required,
  Scalar,
  Secret,
  tokensOf,
  withDefault
} from "../../../core/sdk.ts"
import { rest } from "../reasons.ts"

const Name = Schema.String.check(
  Schema.makeFilter((text: string) => /^[\w.~-]+$/.test(text), expectedMessage(rest("rest.name")))
)

const isPath = Schema.makeFilter((path: string) => path.startsWith("/") || invalidValue(rest("rest.probe")))

const isPointer = Schema.makeFilter(
  (text: string) => tokensOf(text) !== undefined || invalidValue(reason("pointer.none", { pointer: text }))
)

/** The fields that a login sends, with its secrets. */
const LoginFields = Schema.Record(Schema.String, Schema.Union([Secret, Scalar])).annotate(
  expects(reason("value.mapLike", { example: "{ user: reader, password: { secret: CRM_PASSWORD } }" }))
)

/** The parts that a signature can be made of. */
const signed = ["method", "host", "path", "query", "target", "timestamp", "body", "bodyHash"] as const

const unknownPlace = (text: string, known: ReadonlyArray<string>) => {
  const other = [...text.matchAll(/\{(\w+)\}/g)].find(([, name = ""]) => !known.includes(name))
  return (
    other === undefined ||
    invalidValue(rest("rest.place", { place: other[0], known: known.map((name) => `{${name}}`).join(", ") }))
  )
}

type Shown = Readonly<Record<string, Redacted.Redacted | string | number>>

/** The problem with the first text that holds a place which nothing fills. */
const unfilled = (known: (text: string) => ReadonlyArray<string>) => (shown: Shown) =>
  Object.values(shown)
    .map((value) => (typeof value === "string" ? unknownPlace(value, known(value)) : true))
    .find((problem) => problem !== true) ?? true

const SignedHeaders = Schema.Record(Name, Schema.Union([Secret, Schema.String])).check(
  Schema.makeFilter(unfilled(() => [...signed, "signature"]))
)

/** What stands in the query without the signature is signed itself, so that only the time can be filled in there. */
const SignedQuery = Schema.Record(Name, Schema.Union([Secret, Schema.Finite, Schema.String])).check(
  Schema.makeFilter(unfilled((text) => (text.includes("{signature}") ? [...signed, "signature"] : ["timestamp"])))
)

const isShown = (given: Shown = {}): boolean =>
  Object.values(given).some((value) => typeof value === "string" && value.includes("{signature}"))

export const Auth = Schema.Union([
  Schema.Struct({ type: Schema.Literal("none") }).annotate({ description: "Everyone may read." }),
  Schema.Struct({
    type: Schema.Literal("bearer"),
    token: required(Secret, rest("rest.bearer", { example: "{ secret: CRM_TOKEN }" }))
  }).annotate({ description: "A token that does not expire." }),
  Schema.Struct({
    type: Schema.Literal("basic"),
    user: required(Schema.String, rest("rest.user")),
    password: required(Secret, rest("rest.password", { example: "{ secret: CRM_PASSWORD }" }))
  }).annotate({ description: "A user and a password." }),
  Schema.Struct({
    type: Schema.Literal("apiKey"),
    in: withDefault(Schema.Literals(["header", "query"]), "header", "Where the key is sent. Default header."),
    name: withDefault(Name, "X-Api-Key", "The header or the parameter. Default X-Api-Key."),
    value: required(Secret, rest("rest.key", { example: "{ secret: CRM_KEY }" }))
  }).annotate({ description: "A key in a header or a query parameter." }),
  Schema.Struct({
    type: Schema.Literal("oauth2"),
    tokenUrl: required(HttpUrl, rest("rest.tokenUrl")),
    clientId: required(Schema.String, rest("rest.clientId")),
    clientSecret: required(Secret, rest("rest.clientSecret", { example: "{ secret: CRM_CLIENT_SECRET }" })),
    grant: withDefault(
      Schema.Literals(["client_credentials", "refresh_token"]),
      "client_credentials",
      "What a token is issued for: the client itself, or a refresh token that somebody was given. Default client_credentials."
    ),
    refreshToken: optional(Secret, "The refresh token of grant: refresh_token; it must stay valid when it is used."),
    scope: optional(Schema.String, "The scopes to ask for, separated by spaces, as in orders customers.")
  })
    .annotate({ description: "OAuth 2.0; tokens are renewed before they expire." })
    .check(
      Schema.makeFilter(
        ({ grant, refreshToken }) =>
          (grant === "refresh_token") === (refreshToken !== undefined) ||
          invalidValue(rest("rest.grant", { example: "grant: refresh_token" }))
      )
    ),
  Schema.Struct({
    type: Schema.Literal("login"),
    path: required(Schema.String.check(isPath), rest("rest.loginPath")),
    method: withDefault(Schema.Literals(["GET", "POST"]), "POST", "The method of the login. Default POST."),
    body: optional(
      LoginFields,
      "The JSON body of the login: texts, numbers and secrets, as in { user: reader, password: { secret: CRM_PASSWORD } }."
    ),
    form: optional(LoginFields, "The same as a form, as in { user: reader, password: { secret: CRM_PASSWORD } }."),
    token: withDefault(
      Schema.String.check(isPointer),
      "/token",
      'JSON Pointer to the token in the answer, or "" if the answer is the token. Default /token.'
    ),
    lifetime: withDefault(PositiveDuration, "1h", "How long a token is used if the answer does not say. Default 1h."),
    expiresIn: optional(
      Schema.String.check(isPointer),
      "JSON Pointer to the seconds for which the token is valid, as in expiresIn: /expires_in."
    ),
    in: withDefault(Schema.Literals(["header", "query"]), "header", "Where the token is sent. Default header."),
    name: withDefault(Name, "Authorization", "The header or the parameter. Default Authorization."),
    prefix: optional(
      Schema.String,
      'What stands before the token, as in "Token ". Default: Bearer and a space, in Authorization.'
    )
  })
    .annotate({ description: "A login by a request whose answer holds a token; it is renewed when it is refused." })
    .check(
      Schema.makeFilter(({ body, form, method }) =>
        (body === undefined || form === undefined) && (method === "POST" || (body ?? form) === undefined)
          ? true
          : invalidValue(rest("rest.loginBody"))
      )
    ),
  Schema.Struct({
    type: Schema.Literal("hmac"),
    secret: required(Secret, rest("rest.hmacSecret", { example: "{ secret: CRM_SECRET }" })),
    sign: required(
      Schema.NonEmptyString.check(Schema.makeFilter((text: string) => unknownPlace(text, signed))),
      rest("rest.sign", { example: '"{method}\\n{target}\\n{timestamp}\\n{body}"' })
    ),
    headers: optional(
      SignedHeaders,
      'The headers that show it, with those beside it, as in { X-Api-Key: { secret: CRM_KEY }, X-Date: "{timestamp}", Authorization: "HMAC {signature}" }.'
    ),
    query: optional(
      SignedQuery,
      'The same as parameters of the query, as in { timestamp: "{timestamp}", signature: "{signature}" }. Those without {signature} belong to what {query} signs; the others come last.'
    ),
    algorithm: withDefault(Schema.Literals(["sha1", "sha256", "sha512"]), "sha256", "The hash. Default sha256."),
    encoding: withDefault(Schema.Literals(["hex", "base64"]), "hex", "How the signature is written. Default hex."),
    timestamp: withDefault(
      Schema.String.check(
        Schema.makeFilter(
          (format: string) => format === "http" || isDateFormat(format),
          expectedMessage(reason("value.dateFormat"))
        )
      ),
      "unix",
      "How {timestamp} is written, in UTC: a date pattern, iso, unix, unix-ms, or http (Sun, 06 Nov 1994 08:49:37 GMT). Default unix."
    )
  })
    .annotate({ description: "A signature of each request." })
    .check(
      Schema.makeFilter(
        ({ headers, query }) =>
          isShown(headers) || isShown(query) || invalidValue(rest("rest.noSignature", { place: "{signature}" }))
      )
    )
]).annotate(expects(rest("rest.auth")))

export type Auth = typeof Auth.Type
export type AuthOf<Type extends Auth["type"]> = Extract<Auth, { readonly type: Type }>
