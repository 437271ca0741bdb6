/** The keys of iikoCloud, which has the stop lists; the Server has none. */
import { Schema } from "effect"
import { expects, HttpUrl, invalidValue, optional, reason, required, Secret, withDefault } from "../../../core/sdk.ts"
import { iiko } from "../reasons.ts"

const organizationId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const Organizations = Schema.Record(Schema.String, Schema.NonEmptyString).check(
  Schema.makeFilter((organizations) => {
    const ids = Object.keys(organizations)
    const wrong = ids.find((id) => !organizationId.test(id))
    if (wrong !== undefined) return invalidValue(iiko("iiko.noOrganisationId", { id: wrong }))
    return ids.length > 0 || invalidValue(reason("value.expected", { what: iiko("iiko.someOrganisation") }))
  })
)

const keys = ["apiKey", "appId", "clientSecret"] as const

export const CloudConfig = Schema.Struct({
  baseUrl: withDefault(
    HttpUrl,
    "https://api-ru.iiko.services",
    "The address of iikoCloud. Default https://api-ru.iiko.services."
  ),
  apiKey: optional(
    Secret,
    "The API key, as in { secret: IIKO_CLOUD_API_KEY, optional: true }. With appId and clientSecret it is the login; without any login nothing is read from iikoCloud."
  ),
  appId: optional(
    Schema.Union([Secret, Schema.NonEmptyString]).annotate(expects(iiko("iiko.appIdText"))),
    "The id of the application, as in { secret: IIKO_CLOUD_APP_ID, optional: true }."
  ),
  clientSecret: optional(
    Secret,
    "The client secret of the application, as in { secret: IIKO_CLOUD_CLIENT_SECRET, optional: true }."
  ),
  apiLogin: optional(
    Secret,
    "The older login, which iiko calls deprecated, in place of the three keys, as in { secret: IIKO_CLOUD_LOGIN, optional: true }."
  ),
  organizations: required(
    Organizations,
    iiko("iiko.organizations", { example: "{ 0a0a0a0a-0000-4000-8000-000000000001: Кафе на Мира }" })
  ),
  webhookToken: optional(
    Secret,
    "What webhooks must show, as in { secret: IIKO_WEBHOOK_TOKEN, optional: true }. Without it none is accepted."
  )
}).check(
  Schema.makeFilter((cloud) => {
    const missing = keys.filter((key) => cloud[key] === undefined)
    if (missing.length > 0 && missing.length < keys.length) {
      return invalidValue(iiko("iiko.cloudKeys", { missing: missing.join(", ") }))
    }
    return missing.length > 0 || cloud.apiLogin === undefined || invalidValue(iiko("iiko.cloudTwoLogins"))
  })
)

export type CloudConfig = typeof CloudConfig.Type
