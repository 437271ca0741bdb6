/** Access to iikoCloud: tokens, limits of requests and time, and the envelope of every failure. */
import { Effect, Schema } from "effect"
import { json, type Refusals, type SandboxRequest, type SandboxResponse } from "../../../../core/sdk-sandbox.ts"
import type { CloudState } from "./CloudModel.ts"

/** A request that is answered with a status and the envelope of failures. */
export class CloudRefusal extends Schema.TaggedError<CloudRefusal>()("CloudRefusal", {
  status: Schema.Int,
  description: Schema.String,
  code: Schema.NullOr(Schema.String)
}) {}

export const refuse = (status: number, description: string, code: string | null = null): CloudRefusal =>
  new CloudRefusal({ status, description, code })

export const refused = (
  correlationId: string,
  { code, description, status }: Pick<CloudRefusal, "status" | "description" | "code">
): SandboxResponse => json({ correlationId, errorDescription: description, error: code }, status)

const expired = refuse(401, "Token is expired or invalid")
const tooMany = refuse(429, "Too many requests", "TOO_MANY_REQUESTS")

/**
 * The answers of faults here, instead of the Server's plain text; there are no licence slots, so `licence` is a wrong
 * login.
 */
export const cloudRefusals = ({ draw }: CloudState): Refusals => ({
  licence: refused(draw.uuid(), refuse(401, "Login is not authorized")),
  unauthorized: refused(draw.uuid(), expired),
  rateLimited: refused(draw.uuid(), tooMany)
})

/** Fails with 401 unless the request carries a live token. */
export const authorizeCloud = Effect.fnUntraced(function* (
  { headers }: SandboxRequest,
  { tokens }: CloudState,
  millis: number
) {
  const [, token] = /^Bearer (\S+)$/.exec(headers.authorization ?? "") ?? []
  if (token === undefined || !tokens.isAlive(token, millis)) return yield* expired
})

/** Every request of the last minute counts, including refused ones. */
export const limitRate = Effect.fnUntraced(function* ({ behaviour, recent }: CloudState, millis: number) {
  recent.push(millis)
  while (recent[0] !== undefined && recent[0] <= millis - 60_000) recent.shift()
  if (behaviour.requestsPerMinute !== null && recent.length > behaviour.requestsPerMinute) return yield* tooMany
})

/** The server works until the client's `Timeout` (in seconds) is over, and then reports a timeout. */
export const workFor = Effect.fnUntraced(function* ({ headers }: SandboxRequest, { behaviour }: CloudState) {
  const patience = Number(headers.timeout ?? 15)
  yield* Effect.sleep(`${Math.min(behaviour.workSeconds, patience)} seconds`)
  if (behaviour.workSeconds > patience) return yield* refuse(408, `Timeout of ${patience} s is over`, "TIMEOUT")
})

const Login = Schema.fromJsonString(Schema.Struct({ apiLogin: Schema.NonEmptyString }))
const decodeLogin = Schema.decodeUnknownEffect(Login)

export const accessToken = Effect.fnUntraced(function* (
  { body }: SandboxRequest,
  { behaviour, counters, tokens }: CloudState,
  millis: number
) {
  const { apiLogin } = yield* decodeLogin(body).pipe(Effect.mapError((error) => refuse(400, error.message)))
  const token = apiLogin === behaviour.apiLogin ? tokens.open(millis) : undefined
  if (token === undefined) {
    counters.refusedLogins++
    return yield* refuse(401, `Login ${apiLogin} is not authorized`)
  }
  counters.logins++
  return { token }
})
