/** The YAML keys of a general HTTP API, beside those that every connector has. */
import { Schema } from "effect"
import {
  expectedMessage,
  FailYaml,
  HttpUrl,
  invalidValue,
  optional,
  reason,
  required,
  withDefault
} from "../../core/sdk.ts"
import { Auth } from "./auth/AuthYaml.ts"
import { rest } from "./reasons.ts"

export const Config = Schema.Struct({
  baseUrl: required(HttpUrl, rest("rest.baseUrl", { example: "https://api.example.test" })),
  auth: withDefault(
    Auth,
    { type: "none" },
    "How the connector shows who it is, as in auth: { type: bearer, token: { secret: CRM_TOKEN } }. Default none."
  ),
  userAgent: optional(
    Schema.String.check(
      Schema.makeFilter((text: string) => /^[\x20-\x7e]+$/.test(text), expectedMessage(rest("rest.userAgentText")))
    ),
    "How the connector names itself to the vendor, as in userAgent: ExampleMirror/1.0 (+https://example.test). Default tributary."
  ),
  fail: optional(
    FailYaml,
    "What says, in an answer of 200, that the request failed, for all entities in JSON that do not say otherwise, as in fail: { pointer: /status, equals: error }."
  ),
  probe: optional(
    Schema.String.check(
      Schema.makeFilter((path: string) =>
        /[{}]/.test(path)
          ? invalidValue(reason("place.unfilledHere", { place: "{name}" }))
          : path.startsWith("/") || invalidValue(rest("rest.probe"))
      )
    ),
    "A cheap path that asks for credentials, as in /v1/me, which doctor reads to prove them. Without it only the address is proved."
  )
}).annotate({ description: "Any HTTP API." })

export type Config = typeof Config.Type
