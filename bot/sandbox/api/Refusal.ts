/** Telegram's refusals: a status, the same number in the body, and a text that clients compare word by word. */
import { Schema } from "effect"
import { json, type Refusals, type SandboxRequest, type SandboxResponse } from "../../../core/sdk-sandbox.ts"

export class Refusal extends Schema.TaggedError<Refusal>()("Refusal", {
  code: Schema.Int,
  description: Schema.String,
  retryAfter: Schema.optionalKey(Schema.Int).annotate({ description: "Seconds" }),
  movedTo: Schema.optionalKey(Schema.Int).annotate({ description: "The chat that a group has become" })
}) {}

export const badRequest = (description: string) =>
  new Refusal({ code: 400, description: `Bad Request: ${description}` })

export const conflict = (description: string) => new Refusal({ code: 409, description: `Conflict: ${description}` })

export const unauthorized = new Refusal({ code: 401, description: "Unauthorized" })

/** The refusal of a path without a well-formed token, and of a file that does not exist. */
export const notFound = new Refusal({ code: 404, description: "Not Found" })

export const noMethod = new Refusal({ code: 404, description: "Not Found: method not found" })

export const tooLarge = new Refusal({ code: 413, description: "Request Entity Too Large" })

export const blocked = new Refusal({ code: 403, description: "Forbidden: bot was blocked by the user" })

export const kicked = new Refusal({ code: 403, description: "Forbidden: bot was kicked from the supergroup chat" })

export const upgraded = (movedTo: number) =>
  new Refusal({ code: 400, description: "Bad Request: group chat was upgraded to a supergroup chat", movedTo })

export const notInitiated = new Refusal({
  code: 403,
  description: "Forbidden: bot can't initiate conversation with a user"
})

export const tooMany = (seconds: number) =>
  new Refusal({ code: 429, description: `Too Many Requests: retry after ${seconds}`, retryAfter: seconds })

export const terminated = conflict(
  "terminated by other getUpdates request; make sure that only one bot instance is running"
)

export const refusalResponse = ({ code, description, movedTo, retryAfter }: Refusal): SandboxResponse => ({
  ...json(
    {
      ok: false,
      error_code: code,
      description,
      ...(retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } }),
      ...(movedTo === undefined ? {} : { parameters: { migrate_to_chat_id: movedTo } })
    },
    code
  ),
  headers: {
    "content-type": "application/json",
    ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) })
  }
})

/** Translates the harness's faults into Telegram's refusals. */
export const refusals = ({ fault }: SandboxRequest): Refusals => ({
  unauthorized: refusalResponse(unauthorized),
  licence: refusalResponse(blocked),
  rateLimited: refusalResponse(tooMany(fault?.retryAfter ?? 5))
})
