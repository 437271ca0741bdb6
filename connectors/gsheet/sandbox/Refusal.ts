/** Google's refusals: an envelope with code, status and details for the API, another one for tokens. */
import { Schema } from "effect"
import { json, type SandboxResponse } from "../../../core/sdk-sandbox.ts"

export class Refusal extends Schema.TaggedError<Refusal>()("Refusal", {
  code: Schema.Int,
  status: Schema.String,
  message: Schema.String,
  details: Schema.optionalKey(Schema.Array(Schema.Json))
}) {}

export const invalid = (message: string) => new Refusal({ code: 400, status: "INVALID_ARGUMENT", message })

const service = "sheets.googleapis.com"
const project = "projects/000000000000"

const errorInfo = (reason: string, metadata: Readonly<Record<string, string>>) => ({
  "@type": "type.googleapis.com/google.rpc.ErrorInfo",
  reason,
  domain: "googleapis.com",
  metadata: { service, ...metadata }
})

export const unauthenticated = new Refusal({
  code: 401,
  status: "UNAUTHENTICATED",
  message: "Request had invalid authentication credentials. Expected OAuth 2 access token.",
  details: [errorInfo("ACCESS_TOKEN_EXPIRED", {})]
})

export const forbidden = new Refusal({
  code: 403,
  status: "PERMISSION_DENIED",
  message: "The caller does not have permission"
})

export const outOfScope = new Refusal({
  code: 403,
  status: "PERMISSION_DENIED",
  message: "Request had insufficient authentication scopes.",
  details: [errorInfo("ACCESS_TOKEN_SCOPE_INSUFFICIENT", {})]
})

export const serviceDisabled = new Refusal({
  code: 403,
  status: "PERMISSION_DENIED",
  message: "Google Sheets API has not been used in project 000000000000 before or it is disabled.",
  details: [errorInfo("SERVICE_DISABLED", { consumer: project })]
})

export const notFound = new Refusal({ code: 404, status: "NOT_FOUND", message: "Requested entity was not found." })

export const officeFile = new Refusal({
  code: 400,
  status: "FAILED_PRECONDITION",
  message: "This operation is not supported for this document"
})

export const overQuota = (kind: "Read" | "Write", limit: number) =>
  new Refusal({
    code: 429,
    status: "RESOURCE_EXHAUSTED",
    message: `Quota exceeded for quota metric '${kind} requests' and limit '${kind} requests per minute per user' of service '${service}' for consumer 'project_number:000000000000'.`,
    details: [
      errorInfo("RATE_LIMIT_EXCEEDED", {
        consumer: project,
        quota_location: "global",
        quota_metric: `${service}/${kind.toLowerCase()}_requests`,
        quota_limit: `${kind}RequestsPerMinutePerUser`,
        quota_limit_value: String(limit)
      }),
      {
        "@type": "type.googleapis.com/google.rpc.Help",
        links: [{ description: "Request a higher quota limit.", url: "https://example.invalid/quota" }]
      }
    ]
  })

export const refusalResponse = ({ code, details, message, status }: Refusal): SandboxResponse =>
  json({ error: { code, message, status, ...(details === undefined ? {} : { details }) } }, code)

/** The token endpoint has its own form. */
export const tokenRefused = (description: string, error = "invalid_grant"): SandboxResponse =>
  json({ error, error_description: description }, 400)
