/** The keys of iikoCloud, which knows the stop lists; the Server does not. */
import { Schema } from "effect"
import { optional, required, withDefault } from "../../../core/config/Keys.ts"
import { HttpUrl, Secret } from "../../../core/config/Scalars.ts"

const organizationId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const Organizations = Schema.Record(Schema.String, Schema.NonEmptyString).check(
  Schema.makeFilter((organizations) => {
    const ids = Object.keys(organizations)
    const wrong = ids.find((id) => !organizationId.test(id))
    if (wrong !== undefined) return `"${wrong}" is no id of an organisation`
    return ids.length > 0 || "expected at least one organisation"
  })
)

export const CloudConfig = Schema.Struct({
  baseUrl: withDefault(HttpUrl, "https://api-ru.iiko.services", "Default https://api-ru.iiko.services."),
  apiLogin: optional(
    Secret,
    "The API login, as in { secret: IIKO_CLOUD_LOGIN, optional: true }. Without it nothing is read from iikoCloud."
  ),
  organizations: required(
    Organizations,
    "Each organisation by its id in iikoCloud, and the department of the Server that it is, by name or id."
  ),
  webhookToken: optional(
    Secret,
    "What webhooks must show, as in { secret: IIKO_WEBHOOK_TOKEN, optional: true }. Without it none is accepted."
  )
})

export type CloudConfig = typeof CloudConfig.Type
