/** The keys of iikoCloud, which has the stop lists; the Server has none. */
import { Schema } from "effect"
import { HttpUrl, optional, reason, refused, required, Secret, withDefault } from "../../../core/sdk.ts"
import { iiko } from "../reasons.ts"

const organizationId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const Organizations = Schema.Record(Schema.String, Schema.NonEmptyString).check(
  Schema.makeFilter((organizations) => {
    const ids = Object.keys(organizations)
    const wrong = ids.find((id) => !organizationId.test(id))
    if (wrong !== undefined) return refused(iiko("iiko.noOrganisationId", { id: wrong }))
    return ids.length > 0 || refused(reason("value.expected", { what: iiko("iiko.someOrganisation") }))
  })
)

export const CloudConfig = Schema.Struct({
  baseUrl: withDefault(HttpUrl, "https://api-ru.iiko.services", "Default https://api-ru.iiko.services."),
  apiLogin: optional(
    Secret,
    "The API login, as in { secret: IIKO_CLOUD_LOGIN, optional: true }. Without it nothing is read from iikoCloud."
  ),
  organizations: required(Organizations, iiko("iiko.organizations")),
  webhookToken: optional(
    Secret,
    "What webhooks must show, as in { secret: IIKO_WEBHOOK_TOKEN, optional: true }. Without it none is accepted."
  )
})

export type CloudConfig = typeof CloudConfig.Type
