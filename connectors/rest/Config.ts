/** The keys that a general HTTP API has in YAML beside those every connector has. */
import { Schema } from "effect"
import { FailYaml } from "../../core/config/FailYaml.ts"
import { optional, required, withDefault } from "../../core/config/Keys.ts"
import { HttpUrl, Secret } from "../../core/config/Scalars.ts"

const Name = Schema.String.check(
  Schema.makeFilter((text: string) => /^[\w.~-]+$/.test(text) || "expected the name of a header or parameter")
)

const Auth = Schema.Union([
  Schema.Struct({ type: Schema.Literal("none") }).annotate({ description: "Everyone may read." }),
  Schema.Struct({
    type: Schema.Literal("bearer"),
    token: required(Secret, "Sent as Authorization: Bearer, as in { secret: CRM_TOKEN }.")
  }).annotate({ description: "A token that does not expire." }),
  Schema.Struct({
    type: Schema.Literal("basic"),
    user: required(Schema.String, "The user name."),
    password: required(Secret, "Its password, as in { secret: CRM_PASSWORD }.")
  }).annotate({ description: "A user and a password." }),
  Schema.Struct({
    type: Schema.Literal("apiKey"),
    in: withDefault(Schema.Literals(["header", "query"]), "header", "Where the key is sent. Default header."),
    name: withDefault(Name, "X-Api-Key", "The header or the parameter. Default X-Api-Key."),
    value: required(Secret, "The key, as in { secret: CRM_KEY }.")
  }).annotate({ description: "A key in a header or a query parameter." }),
  Schema.Struct({
    type: Schema.Literal("oauth2"),
    tokenUrl: required(HttpUrl, "Where tokens are issued."),
    clientId: required(Schema.String, "The client's id."),
    clientSecret: required(Secret, "The client's secret, as in { secret: CRM_CLIENT_SECRET }."),
    scope: optional(Schema.String, "The scopes to ask for, separated by spaces.")
  }).annotate({ description: "OAuth 2.0 with client credentials; tokens are renewed before they expire." })
]).annotate({ expected: "a map such as { type: bearer, token: { secret: CRM_TOKEN } }" })

export const Config = Schema.Struct({
  baseUrl: required(HttpUrl, "What every path is appended to, as in https://api.example.test."),
  auth: withDefault(Auth, { type: "none" }, "How the connector shows who it is. Default none."),
  fail: optional(
    FailYaml,
    "What says, in an answer of 200, that the request failed, for all entities in JSON that do not say otherwise, as in fail: { pointer: /status, equals: error }."
  ),
  probe: optional(
    Schema.String.check(
      Schema.makeFilter((path: string) =>
        /[{}]/.test(path)
          ? "nothing gives a {name} in this path its value"
          : path.startsWith("/") || "a path begins with a slash"
      )
    ),
    "A cheap path that asks for credentials, which doctor reads to prove them. Without it only the address is proved."
  )
}).annotate({ description: "Any HTTP API." })

export type Config = typeof Config.Type
export type Auth = Config["auth"]
