/** How the vendor answers and refuses: lists of errors by its API, one error by its authorization. */
import { json, type SandboxRequest, type SandboxResponse } from "../../../core/sdk-sandbox.ts"
import type { Switches } from "./Model.ts"

export const mediaType = "application/vnd.allegro.public.v1+json"

export const answer = (body: unknown, status = 200): SandboxResponse => ({
  ...json(body, status),
  headers: { "content-type": `${mediaType};charset=UTF-8` }
})

export const refuse = (
  status: number,
  code: string,
  message: string,
  path: string | null = null,
  userMessage: string | null = null
): SandboxResponse => answer({ errors: [{ code, message, details: null, path, userMessage, metadata: {} }] }, status)

export const refuseAuth = (status: number, error: string, error_description: string): SandboxResponse =>
  json({ error, error_description }, status)

/** The token stands in the text, as the vendor writes it. */
export const invalidToken = (request: SandboxRequest): SandboxResponse =>
  refuseAuth(401, "invalid_token", `Access token expired: ${bearerOf(request) ?? ""}`)

export const bearerOf = ({ headers }: SandboxRequest): string | undefined =>
  /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1]

export const accessDenied = refuse(
  403,
  "AccessDenied",
  "Access is denied",
  null,
  "No access to the specified resource."
)

const blockedPage = "<html><head><title>Blocked</title></head><body>You have been blocked</body></html>"

/** What stands before the API takes a client for a robot. */
export const blocked: SandboxResponse = {
  status: 403,
  headers: { "content-type": "text/html;charset=UTF-8" },
  body: blockedPage
}

export const rateLimited = (body: Switches["blockBody"]): SandboxResponse => {
  if (body === "text") return { status: 429, headers: { "content-type": "text/plain" }, body: "Too many requests" }
  if (body === "html") return { ...blocked, status: 429 }
  return json(
    { errors: [{ code: "RateLimitExceedException", message: "An error has occurred", details: null, path: null }] },
    429
  )
}
