/** The YAML keys of a general HTTP API, beside those that every connector has. */
import { Schema } from "effect"
import {
  expecting,
  FailYaml,
  HttpUrl,
  optional,
  reason,
  refused,
  required,
  Secret,
  wanted,
  withDefault
} from "../../core/sdk.ts"
import { rest } from "./reasons.ts"

const Name = Schema.String.check(
  Schema.makeFilter((text: string) => /^[\w.~-]+$/.test(text), expecting(rest("rest.name")))
)

const Auth = Schema.Union([
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
    scope: optional(Schema.String, "The scopes to ask for, separated by spaces.")
  }).annotate({ description: "OAuth 2.0 with client credentials; tokens are renewed before they expire." })
]).annotate(wanted(rest("rest.auth")))

export const Config = Schema.Struct({
  baseUrl: required(HttpUrl, rest("rest.baseUrl", { example: "https://api.example.test" })),
  auth: withDefault(Auth, { type: "none" }, "How the connector shows who it is. Default none."),
  fail: optional(
    FailYaml,
    "What says, in an answer of 200, that the request failed, for all entities in JSON that do not say otherwise, as in fail: { pointer: /status, equals: error }."
  ),
  probe: optional(
    Schema.String.check(
      Schema.makeFilter((path: string) =>
        /[{}]/.test(path)
          ? refused(reason("place.unfilledHere", { place: "{name}" }))
          : path.startsWith("/") || refused(rest("rest.probe"))
      )
    ),
    "A cheap path that asks for credentials, which doctor reads to prove them. Without it only the address is proved."
  )
}).annotate({ description: "Any HTTP API." })

export type Config = typeof Config.Type
export type Auth = Config["auth"]
